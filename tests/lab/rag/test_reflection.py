from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.rag.reflection import crag_action, critique_scores, segment_score, should_retrieve

REL, SUP, USE = np.eye(2), np.eye(3), np.eye(5)


def test_a_certain_token_has_the_value_of_the_appendix() -> None:
    rows = critique_scores(REL[[0, 1, 0]], SUP[[0, 1, 2]], USE[[0, 2, 4]])
    np.testing.assert_allclose(rows, [[1, 1, -1], [0, 0.5, 0], [1, 0, 1]])
    np.testing.assert_allclose(critique_scores(REL[[0]], SUP[[0]], USE[[1]])[0, 2], -0.5)
    np.testing.assert_allclose(critique_scores(REL[[0]], SUP[[0]], USE[[3]])[0, 2], 0.5)


@given(st.integers(0, 99), st.floats(1e-6, 1e3))
def test_scores_do_not_depend_on_the_mass_of_other_tokens(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    p = [rng.random((4, n)) + 1e-3 for n in (2, 3, 5)]
    rows = critique_scores(*p)
    np.testing.assert_allclose(critique_scores(*(scale * x for x in p)), rows)
    assert np.all((rows[:, :2] >= 0) & (rows[:, :2] <= 1)) and np.all(abs(rows[:, 2]) <= 1)


def test_segment_score_is_eq_3_and_4() -> None:
    critique = np.array([[0.9, 0.2, 1.0], [0.6, 0.8, 0.4]])
    np.testing.assert_allclose(segment_score([0.5, 0.4], critique), [0.5 + 0.9 + 0.2 + 0.5, 2.0])
    np.testing.assert_allclose(segment_score([0.5, 0.4], critique, (0, 0, 0)), [0.5, 0.4])
    np.testing.assert_allclose(segment_score([0, 0], critique, (1, 2, 4)), [5.3, 3.8])


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3).filter(lambda p: sum(p) > 1e-3))
def test_retrieval_is_rarer_the_greater_the_threshold(p: list[float]) -> None:
    decisions = [should_retrieve(p, threshold) for threshold in np.linspace(0, 1, 21)]
    assert decisions == sorted(decisions, reverse=True)
    assert not decisions[-1]


def test_retrieval_compares_shares_of_probability() -> None:
    assert should_retrieve([0.02, 0.06, 0.0], 0.2) and not should_retrieve([0.02, 0.06, 0.0], 0.25)
    assert not should_retrieve([0.02, 0.06, 0.12], 0.2)


@pytest.mark.parametrize(
    ("scores", "action"),
    [
        ([-1.0, 0.6], "correct"),
        ([0.59], "correct"),
        ([0.58, -1.0], "ambiguous"),
        ([-0.99, -1.0], "ambiguous"),
        ([-0.991, -1.0], "incorrect"),
    ],
)
def test_crag_has_three_actions(scores: list[float], action: str) -> None:
    assert crag_action(scores, upper=0.59, lower=-0.99) == action


@given(st.lists(st.floats(-1, 1), min_size=1), st.floats(-1, 1), st.floats(-1, 1))
def test_crag_by_its_definition(scores: list[float], one: float, other: float) -> None:
    lower, upper = sorted([one, other])
    action = crag_action(scores, upper, lower)
    assert (action == "correct") == any(score >= upper for score in scores)
    assert (action == "incorrect") == all(score < lower for score in scores)


def test_refused() -> None:
    with pytest.raises(ValueError, match=r"is_rel has shape \(1, 3\), expected \(passages, 2\)"):
        critique_scores(SUP[[0]], SUP[[0]], USE[[0]])
    with pytest.raises(ValueError, match="have 2, 1 and 1 rows"):
        critique_scores(REL, SUP[[0]], USE[[0]])
    with pytest.raises(ValueError, match=r"is_use, of shape .* must hold probabilities"):
        critique_scores(REL[[0]], SUP[[0]], 0 * USE[[0]])
    with pytest.raises(ValueError, match=r"p_retrieve, of shape .* must hold probabilities"):
        should_retrieve([-0.5, -0.7, 0.0], 0.2)
    with pytest.raises(ValueError, match="threshold must be a number from 0 to 1"):
        should_retrieve([0.5, 0.5, 0.0], 1.2)
    with pytest.raises(ValueError, match="p_segment must hold probabilities from 0 to 1"):
        segment_score([-3.0], np.ones((1, 3)))
    with pytest.raises(ValueError, match=r"critique has shape \(1, 2\), expected \(1, 3\)"):
        segment_score([0.5], np.ones((1, 2)))
    with pytest.raises(ValueError, match=r"lower must be at most upper, got lower=0.5 and upper=0"):
        crag_action([0.1], upper=0, lower=0.5)
    with pytest.raises(ValueError, match=r"scores has shape \(1, 1\), expected \(documents,\)"):
        crag_action([[0.1]], upper=0.5, lower=0)
    with pytest.raises(ValueError, match="scores is empty"):
        crag_action([], upper=0.5, lower=0)
