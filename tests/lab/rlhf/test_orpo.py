import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.rlhf.orpo import orpo_loss
from tests.lab.rlhf.strategies import log_probs
from tests.recorded import load

LAMBDA = st.floats(0.01, 2)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), LAMBDA)
def test_the_odds_ratio_by_its_definition(p_w: float, p_l: float, lam: float) -> None:
    odds_w, odds_l = p_w / (1 - p_w), p_l / (1 - p_l)
    expected = -np.log(p_w) + lam * np.log(1 + odds_l / odds_w)  # −log σ(log x) = log(1 + 1/x)
    lengths = [4], [9]
    loss = orpo_loss([4 * np.log(p_w)], [9 * np.log(p_l)], *lengths, lam)
    assert loss == pytest.approx(expected, rel=1e-9)


@given(log_probs(1), LAMBDA)
def test_equal_odds_leave_the_likelihood_and_lambda_log_2(lp: np.ndarray, lam: float) -> None:
    lp = lp[0] - 1e-9
    one = np.ones_like(lp)
    loss = orpo_loss(lp, 3 * lp, one, 3 * one, lam)
    assert loss == pytest.approx(-lp.mean() + lam * np.log(2), rel=1e-6)


def test_extremes_are_finite() -> None:
    sure, hopeless = [-1e-15], [-1e4]
    assert orpo_loss(sure, hopeless, [1], [1], 0.1) == pytest.approx(1e-15, rel=1e-6, abs=0)
    worst = 1e4 + 0.1 * (1e4 + np.log(1e15))
    assert orpo_loss(hopeless, sure, [1], [1], 0.1) == pytest.approx(worst)


def test_against_trl() -> None:
    kept = load("rlhf/orpo")
    names = ("pi_w", "pi_l", "len_w", "len_l", "lam")
    assert orpo_loss(*(kept[name] for name in names)) == pytest.approx(kept["loss"], rel=1e-6)


def test_bad_input() -> None:
    ok = [-1.0, -2.0]
    with pytest.raises(ValueError, match=r"must be below 0: an answer of probability 1"):
        orpo_loss([0.0, -1.0], ok, [1, 1], [1, 1], 0.1)
    with pytest.raises(ValueError, match=r"must be below 0: an answer of probability 1"):
        orpo_loss(ok, [0.0, -1.0], [1, 1], [1, 1], 0.1)
    with pytest.raises(ValueError, match=r"pi_l has shape \(1,\), expected \(2,\)"):
        orpo_loss(ok, [-1.0], [1, 1], [1, 1], 0.1)
    with pytest.raises(ValueError, match=r"len_l must hold whole numbers"):
        orpo_loss(ok, ok, [1, 1], [1, 0.5], 0.1)
    with pytest.raises(ValueError, match=r"lam must be a finite number above 0, got 0"):
        orpo_loss(ok, ok, [1, 1], [1, 1], 0)
