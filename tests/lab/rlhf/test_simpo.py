import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.rlhf.dpo import dpo_loss
from lab.rlhf.simpo import simpo_loss
from tests.lab.rlhf.strategies import BETA, log_probs
from tests.recorded import load


@given(log_probs(2), BETA, st.floats(0, 10))
def test_equal_averages_cost_the_margin(lp: np.ndarray, beta: float, gamma: float) -> None:
    """The same average a token at twice the length: the loss is log(1 + e^γ), whatever β is."""
    one = np.ones(lp.shape[1])
    loss = simpo_loss(lp[0] / 2, lp[0], one, 2 * one, beta, gamma)
    assert loss == pytest.approx(np.log1p(np.exp(gamma)), rel=1e-6)


@given(log_probs(2), BETA)
def test_answers_of_one_token_and_no_margin_are_dpo_with_a_uniform_reference(lp, beta) -> None:
    one, uniform = np.ones(lp.shape[1]), np.full(lp.shape[1], -1.0)
    loss = simpo_loss(lp[0], lp[1], one, one, beta, 0)
    assert loss == pytest.approx(dpo_loss(lp[0], lp[1], uniform, uniform, beta), rel=1e-9)


def test_the_margin_moves_the_rewards_not_the_log_probabilities() -> None:
    assert simpo_loss([-10.0], [-20.0], [10], [10], beta=2.0, gamma=2.0) == pytest.approx(np.log(2))


def test_extremes_are_finite() -> None:
    loss = simpo_loss([-1e4], [0.0], [1], [1], 10.0, 5.0)
    assert loss == pytest.approx(1e5 + 5)


def test_against_trl() -> None:
    kept = load("rlhf/simpo")
    names = ("pi_w", "pi_l", "len_w", "len_l", "beta", "gamma")
    assert simpo_loss(*(kept[name] for name in names)) == pytest.approx(kept["loss"])


def test_bad_input() -> None:
    ok = [-1.0, -2.0]
    with pytest.raises(ValueError, match=r"len_l has shape \(1,\), expected \(2,\)"):
        simpo_loss(ok, ok, [1, 2], [1], 2.0, 0.5)
    with pytest.raises(ValueError, match=r"len_w must hold whole numbers of at least 1"):
        simpo_loss(ok, ok, [0, 2], [1, 1], 2.0, 0.5)
    with pytest.raises(ValueError, match=r"gamma must be a finite number of at least 0, got -1"):
        simpo_loss(ok, ok, [1, 2], [1, 1], 2.0, -1)
    with pytest.raises(ValueError, match=r"beta must be a finite number above 0, got 0"):
        simpo_loss(ok, ok, [1, 2], [1, 1], 0, 0.5)
    with pytest.raises(ValueError, match=r"pi_l, of shape .* holds 1: a log-probability"):
        simpo_loss(ok, [1.0, -1.0], [1, 2], [1, 1], 2.0, 0.5)
