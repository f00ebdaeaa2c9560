from __future__ import annotations

import math
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.rag.metrics import ndcg, recall, reciprocal_rank

rankings = st.permutations(range(8))
relevances = st.sets(st.integers(0, 11), min_size=1)


def test_values_by_hand() -> None:
    ranking, relevant = [7, 3, 9, 1], {3, 1}
    assert recall(ranking, relevant, 2) == 0.5
    assert reciprocal_rank(ranking, relevant) == 0.5
    expected = (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))
    assert ndcg(ranking, relevant, 4) == pytest.approx(expected)
    assert ndcg(ranking, relevant, 3) == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3)))
    assert reciprocal_rank(ranking, {0}) == recall(ranking, {0}, 4) == ndcg(ranking, {0}, 4) == 0


def test_ndcg_is_1_only_for_the_best_orders() -> None:
    values = {order: ndcg(order, {0, 1}, 4) for order in permutations(range(4))}
    assert max(values.values()) == pytest.approx(1)
    for order, value in values.items():
        assert (value == pytest.approx(1)) == (set(order[:2]) == {0, 1})


def test_ndcg_ideal_is_cut_at_k() -> None:
    assert ndcg([0, 1], {0, 1, 2, 3, 4}, 2) == pytest.approx(1)


@given(rankings, relevances, st.integers(1, 12))
def test_bounds_and_monotonicity(ranking: list[int], relevant: set[int], k: int) -> None:
    assert 0 <= ndcg(ranking, relevant, k) <= 1 + 1e-12
    assert recall(ranking, relevant, k) <= recall(ranking, relevant, k + 1) <= 1
    assert (reciprocal_rank(ranking, relevant) == 1) == (ranking[0] in relevant)


def test_an_empty_ranking_scores_0() -> None:
    assert recall([], {1}, 3) == reciprocal_rank([], {1}) == ndcg([], {1}, 3) == 0


@pytest.mark.parametrize(
    ("ranking", "relevant", "k", "message"),
    [
        ([1, 1], {1}, 1, "ranking of 2 items holds one more than once"),
        ([1], set(), 1, "relevant is empty"),
        ([1], {1}, 0, "k must be an integer of at least 1, got 0"),
    ],
)
def test_refused(ranking: list[int], relevant: set[int], k: int, message: str) -> None:
    for metric in (recall, ndcg):
        with pytest.raises(ValueError, match=message):
            metric(ranking, relevant, k)
