from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.rag.hyde import hyde_embedding, hypothetical_documents


@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 9))
def test_it_is_the_mean_of_query_and_documents(n: int, d: int, seed: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(n + 1, d))
    np.testing.assert_allclose(hyde_embedding(rows[0], rows[1:]), rows.mean(axis=0))


def test_documents_equal_to_the_query_leave_it() -> None:
    np.testing.assert_allclose(hyde_embedding([3.0, 4.0], [[3.0, 4.0]] * 7), [3, 4])


def test_the_query_weighs_less_the_more_documents_there_are() -> None:
    weights = [hyde_embedding([1.0, 0.0], [[0.0, 1.0]] * n)[0] for n in (1, 3, 9)]
    np.testing.assert_allclose(weights, [1 / 2, 1 / 4, 1 / 10])


def test_the_model_writes_each_document() -> None:
    answers = iter(["one", "two"])
    prompts: list[str] = []

    def generate(prompt: str) -> str:
        prompts.append(prompt)
        return next(answers)

    assert hypothetical_documents("why?", generate, n=2) == ["one", "two"]
    assert all(prompt.endswith("\nwhy?") for prompt in prompts)
    assert hypothetical_documents("What is RoPE?") == ["RoPE"]


def test_refused() -> None:
    with pytest.raises(ValueError, match=r"doc_vecs has shape \(1, 3\), expected \(N, 2\)"):
        hyde_embedding([1.0, 0.0], [[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match="doc_vecs is empty"):
        hyde_embedding([1.0, 0.0], np.zeros((0, 2)))
    with pytest.raises(ValueError, match=r"query_vec, of shape .*NaN"):
        hyde_embedding([np.nan, 0.0], [[1.0, 2.0]])
    with pytest.raises(ValueError, match="n must be an integer of at least 1"):
        hypothetical_documents("q", n=0)
