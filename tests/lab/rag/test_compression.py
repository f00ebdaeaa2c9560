from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.arguments import Array
from lab.rag.compression import compress
from lab.rag.text import length, sentences

PASSAGES = [
    "DPO has a loss. Paris is a city. The loss of DPO is logistic. 猫。",
    "KTO has a loss too. Rain falls. DPO 的损失是逻辑的。",
]
ALL = [s for p in PASSAGES for s in sentences(p)]


def embed(batch: Sequence[str]) -> Array:
    return np.array([[t.count("DPO"), t.count("loss"), -t.count("Rain")] for t in batch], float)


@given(st.integers(1, 60), st.sampled_from(["DPO loss", "KTO", "Rain", "损失"]), st.booleans())
def test_it_keeps_sentences_in_order_within_the_budget(
    budget: int, query: str, dense: bool
) -> None:
    kept = sentences(compress(query, PASSAGES, budget, embed if dense else None))
    assert sum(map(length, kept)) <= budget
    assert [s for s in ALL if s in kept] == kept


def test_a_large_budget_keeps_all_that_bears_on_the_query_and_nothing_else() -> None:
    assert sentences(compress("loss", PASSAGES, 1000)) == [ALL[0], ALL[2], ALL[4]]
    assert sentences(compress("loss", PASSAGES, 1000, embed)) == [ALL[0], ALL[2], ALL[4]]
    assert compress("quark", PASSAGES, 1000) == ""


def test_the_best_come_first_and_what_does_not_fit_is_passed_over() -> None:
    passages = ["loss of DPO and more words than fit in here. DPO is short."]
    assert compress("DPO loss", passages, 20).startswith("loss of DPO")
    assert compress("DPO loss", passages, 5) == "DPO is short."
    assert compress("DPO loss", passages, 3) == "DPO is short."
    assert compress("DPO loss", passages, 2) == ""


def test_repeated_sentences_are_kept_once() -> None:
    assert compress("DPO", ["DPO wins.", "DPO wins."], 100) == "DPO wins."
    assert compress("DPO", ["  \n "], 100) == ""


def test_refused() -> None:
    with pytest.raises(ValueError, match="passages is empty"):
        compress("q", [], 5)
    with pytest.raises(ValueError, match="budget must be an integer of at least 1, got 0"):
        compress("q", PASSAGES, 0)
    with pytest.raises(ValueError, match=r"embed\(texts\) has shape \(2,\)"):
        compress("q", PASSAGES, 5, lambda batch: np.zeros(2))
