from __future__ import annotations

from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.rag.reranking import (
    cross_encoder_rerank,
    listwise_rerank,
    parse_permutation,
    sliding_window,
    term_coverage,
)

PASSAGES = ["the sky is blue", "a reward model scores answers", "reward for the model", "猫"]


def perfect(window: list[int]) -> list[int]:
    return sorted(range(len(window)), key=lambda i: -window[i])


@given(st.permutations(range(23)), st.integers(2, 9), st.data())
def test_one_pass_puts_the_best_in_place(
    items: list[int], window: int, data: st.DataObject
) -> None:
    """With a flawless model the first window − step places are right: the windows' overlap."""
    step = data.draw(st.integers(1, window - 1))
    calls = []

    def order(chunk: list[int]) -> list[int]:
        calls.append(len(chunk))
        return perfect(chunk)

    result = sliding_window(items, order, window, step)
    right = window - step
    assert result[:right] == sorted(items, reverse=True)[:right]
    assert sorted(result) == sorted(items)
    assert len(calls) == 1 + ceil((23 - window) / step) and set(calls) == {window}


def test_the_papers_setting_takes_nine_calls_for_a_hundred_passages() -> None:
    calls = []

    def order(chunk: list[int]) -> list[int]:
        calls.append(chunk)
        return perfect(chunk)

    result = sliding_window(range(100), order)
    assert len(calls) == 9 and result[:10] == list(range(99, 89, -1))
    assert result[10:20] != list(range(89, 79, -1))


def test_a_short_list_is_one_window() -> None:
    assert sliding_window([1, 3, 2], perfect, window=20, step=10) == [3, 2, 1]
    assert sliding_window([], perfect) == []


@given(st.text(alphabet="[]> 0123456789x"), st.integers(1, 8))
def test_any_answer_is_read_as_a_permutation(answer: str, n: int) -> None:
    assert sorted(parse_permutation(answer, n)) == list(range(n))


def test_answers_are_repaired() -> None:
    assert parse_permutation("[3] > [1] > [2]", 3) == [2, 0, 1]
    assert parse_permutation("[3] > [3] > [9] > [0]", 4) == [2, 0, 1, 3]
    assert parse_permutation("Sorry, no.", 2) == [0, 1]


def test_a_cross_encoder_decides_and_equals_keep_their_order() -> None:
    scores = np.array([0.1, 0.7, 0.1, 0.9])
    assert cross_encoder_rerank("q", PASSAGES, lambda q, p: scores) == [3, 1, 0, 2]


def test_coverage_sees_neighbours_and_rarity() -> None:
    scores = term_coverage("reward model", PASSAGES)
    assert scores[1] == pytest.approx(1) and 0 < scores[2] < 1 and scores[0] == scores[3] == 0
    # "the" is in two of the passages, "sky" in one: holding "sky" is worth more
    sky, the = term_coverage("the sky", ["sky", "the", "the end"])[:2]
    assert sky > the
    assert term_coverage("?!", PASSAGES).tolist() == [0, 0, 0, 0]


def test_a_listwise_model_sees_numbered_passages() -> None:
    prompts: list[str] = []

    def generate(prompt: str) -> str:
        prompts.append(prompt)
        return "[2] > [1]"

    assert listwise_rerank("q?", PASSAGES, generate, window=2, step=1) == [3, 0, 1, 2]
    assert len(prompts) == 3 and "[1] reward for the model\n[2] 猫\n\nq?" in prompts[0]
    assert listwise_rerank("猫 sky", PASSAGES)[:2] == [0, 3]


def test_refused() -> None:
    with pytest.raises(ValueError, match="step must be an integer from 1 to 4, got 5"):
        sliding_window([1, 2], perfect, window=5, step=5)
    with pytest.raises(ValueError, match="window must be an integer of at least 2"):
        sliding_window([1, 2], perfect, window=1)
    with pytest.raises(ValueError, match=r"order returned \[0, 0\]: no permutation of 2 items"):
        sliding_window([1, 2], lambda chunk: [0, 0])
    with pytest.raises(
        ValueError, match=r"score\(query, passages\) has shape \(1,\), expected \(4,\)"
    ):
        cross_encoder_rerank("q", PASSAGES, lambda q, p: np.ones(1))
    with pytest.raises(ValueError, match="passages is empty"):
        listwise_rerank("q", [])
