import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lab.rlhf.reward_model import bradley_terry_loss, pairwise_ranking_loss
from tests.recorded import load

SCORES = st.floats(-1e4, 1e4)


def test_equal_scores_cost_log_2() -> None:
    assert bradley_terry_loss([3.0, -1e4], [3.0, -1e4]) == pytest.approx(np.log(2))
    assert pairwise_ranking_loss(np.full((2, 5), 7.0)) == pytest.approx(np.log(2))


def test_margin_of_log_3_is_a_probability_of_three_quarters() -> None:
    assert bradley_terry_loss([np.log(3)], [0.0]) == pytest.approx(-np.log(0.75))


@given(arrays(np.float64, (2, 3), elements=SCORES), st.floats(-1e3, 1e3))
def test_only_differences_count(scores: np.ndarray, shift: float) -> None:
    loss = bradley_terry_loss(scores[0], scores[1])
    assert np.isfinite(loss)
    assert bradley_terry_loss(scores[0] + shift, scores[1] + shift) == pytest.approx(
        loss, rel=1e-9, abs=1e-9
    )
    # −log σ(m) and −log σ(−m) differ by m itself
    swapped = bradley_terry_loss(scores[1], scores[0])
    assert swapped - loss == pytest.approx((scores[0] - scores[1]).mean(), rel=1e-9, abs=1e-9)


@given(arrays(np.float64, (3, 4), elements=SCORES))
def test_ranking_is_the_mean_over_all_pairs(scores: np.ndarray) -> None:
    pairs = [(i, j) for i in range(4) for j in range(4) if i < j]
    mean = np.mean([bradley_terry_loss(scores[:, i], scores[:, j]) for i, j in pairs])
    assert pairwise_ranking_loss(scores) == pytest.approx(mean)


def test_against_trl() -> None:
    kept = load("rlhf/reward_model")
    scores = kept["scores"]
    assert bradley_terry_loss(scores[:, 0], scores[:, 1]) == pytest.approx(kept["pair"])
    assert pairwise_ranking_loss(scores) == pytest.approx(kept["ranking"])


def test_bad_input() -> None:
    with pytest.raises(ValueError, match=r"rejected has shape \(1,\), expected \(2,\)"):
        bradley_terry_loss([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match=r"chosen is empty"):
        bradley_terry_loss([], [])
    with pytest.raises(ValueError, match=r"chosen, of shape .* NaN"):
        bradley_terry_loss([np.nan], [1.0])
    with pytest.raises(ValueError, match=r"scores has shape \(2,\), expected \(batch, K\)"):
        pairwise_ranking_loss([1.0, 2.0])
    with pytest.raises(ValueError, match=r"\(2, 1\), expected at least 2 answers"):
        pairwise_ranking_loss([[1.0], [2.0]])
