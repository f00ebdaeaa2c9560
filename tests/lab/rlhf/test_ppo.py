import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lab.rlhf.ppo import clipped_surrogate, clipped_value_loss, gae, kl_estimates, shaped_rewards
from tests.lab.rlhf.strategies import LOG_P, finite_difference
from tests.recorded import load

UNIT = st.floats(0, 1)
REAL = st.floats(-100, 100)


def test_shaped_rewards_sum_to_the_score_less_beta_times_the_log_ratio() -> None:
    logp, ref = np.log([[0.5, 0.2], [0.9, 0.3]]), np.log([[0.25, 0.4], [0.9, 0.1]])
    rewards = shaped_rewards(logp, ref, [2.0, -1.0], 0.3)
    np.testing.assert_allclose(rewards[:, 0], [-0.3 * np.log(2), 0], atol=1e-15)
    np.testing.assert_allclose(
        rewards[:, 1], [2 + 0.3 * np.log(2), -1 - 0.3 * np.log(3)], rtol=1e-12
    )


@given(arrays(np.float64, (2, 2, 5), elements=REAL), UNIT, UNIT)
def test_gae_is_the_discounted_sum_of_errors(rv: np.ndarray, gamma: float, lam: float) -> None:
    rewards, values = rv
    advantages, returns = gae(rewards, values, gamma, lam)
    next_values = np.concatenate([values[:, 1:], np.zeros((2, 1))], axis=1)
    delta = rewards + gamma * next_values - values
    for t in range(5):
        weights = (gamma * lam) ** np.arange(5 - t)
        np.testing.assert_allclose(advantages[:, t], delta[:, t:] @ weights, atol=1e-9)
    np.testing.assert_allclose(returns, advantages + values)


@given(arrays(np.float64, (2, 3, 4), elements=REAL), UNIT)
def test_gae_with_lambda_one_returns_the_discounted_reward(rv: np.ndarray, gamma: float) -> None:
    """λ = 1 is Monte Carlo: the return does not depend on the critic."""
    rewards, values = rv
    _, returns = gae(rewards, values, gamma, 1.0)
    expected = [rewards[:, t:] @ gamma ** np.arange(4 - t) for t in range(4)]
    np.testing.assert_allclose(returns, np.stack(expected, 1), atol=1e-9)
    zero, _ = gae(rewards, values, gamma, 0.0)
    next_values = np.concatenate([values[:, 1:], np.zeros((3, 1))], axis=1)
    np.testing.assert_allclose(zero, rewards + gamma * next_values - values)


def test_which_kl_each_estimator_gives_as_a_constant_reward_and_as_a_loss() -> None:
    """Exact expectations over six answers: only k1 in the reward and k2 in the loss are right."""
    theta, ref = np.sin(np.arange(6.0)), np.cos(2 * np.arange(6.0))
    log_ref = ref - np.logaddexp.reduce(ref)

    def log_policy(logits: np.ndarray) -> np.ndarray:
        return logits - np.logaddexp.reduce(logits)

    def reverse(logits: np.ndarray) -> float:  # KL(π‖π_ref)
        return float(np.exp(log_policy(logits)) @ (log_policy(logits) - log_ref))

    def forward(logits: np.ndarray) -> float:  # KL(π_ref‖π)
        return float(np.exp(log_ref) @ (log_ref - log_policy(logits)))

    logp = log_policy(theta)
    pi = np.exp(logp)
    to_reverse = finite_difference(reverse, theta)
    to_forward = finite_difference(forward, theta)
    score = np.eye(6) - pi  # row y: the gradient of log π(y)
    slopes = [0 * logp + 1, logp - log_ref, 1 - np.exp(log_ref - logp)]  # dk/dlog π
    in_reward = [(pi * k) @ score for k in kl_estimates(logp, log_ref)]
    in_loss = [(pi * slope) @ score for slope in slopes]
    np.testing.assert_allclose(in_reward[0], to_reverse, atol=1e-6)
    np.testing.assert_allclose(in_reward[2], to_reverse - to_forward, atol=1e-6)
    np.testing.assert_allclose(in_loss[0], 0, atol=1e-12)
    np.testing.assert_allclose(in_loss[1], to_reverse, atol=1e-6)
    np.testing.assert_allclose(in_loss[2], to_forward, atol=1e-6)


def test_gae_leaves_its_input_alone() -> None:
    rewards, values = np.ones((1, 3)), np.ones((1, 3))
    gae(rewards, values, 1.0, 1.0)
    assert (rewards == 1).all() and (values == 1).all()


@pytest.mark.parametrize(
    ("rho", "advantage", "objective", "slope"),
    [
        (1.0, 2.0, 2.0, 2.0),
        (1.5, 2.0, 2.4, 0.0),  # already raised enough: nothing to gain
        (0.5, 2.0, 1.0, 1.0),  # a good token made rarer: full gradient back
        (0.5, -2.0, -1.6, 0.0),  # already lowered enough
        (1.5, -2.0, -3.0, -3.0),  # a bad token made likelier: full gradient back
    ],
)
def test_the_five_cases_of_the_clip(
    rho: float, advantage: float, objective: float, slope: float
) -> None:
    old = np.log([0.4])

    def surrogate(logp: np.ndarray) -> float:
        return clipped_surrogate(logp, old, [advantage], 0.2)

    logp = old + np.log(rho)
    assert surrogate(logp) == pytest.approx(objective)
    np.testing.assert_allclose(finite_difference(surrogate, logp), [slope], atol=1e-8)


@given(arrays(np.float64, (2, 6), elements=LOG_P), arrays(np.float64, 6, elements=REAL))
def test_the_surrogate_never_exceeds_the_unclipped_gain(lp: np.ndarray, a: np.ndarray) -> None:
    objective = clipped_surrogate(lp[0], lp[1], a, 0.2)
    assert np.isfinite(objective)
    rho = np.exp(np.minimum(lp[0] - lp[1], 600))
    assert objective <= (rho * a).mean() + 1e-9 * abs(objective)
    assert objective <= (np.clip(rho, 0.8, 1.2) * a).mean() + 1e-9


def test_clipped_value_loss() -> None:
    # inside the range it is half the squared error; a step past it towards R keeps the clipped one
    assert clipped_value_loss([0.1], [0.0], [1.0], 0.2) == pytest.approx(0.5 * 0.9**2)
    assert clipped_value_loss([0.9], [0.0], [1.0], 0.2) == pytest.approx(0.5 * 0.8**2)
    assert clipped_value_loss([-0.9], [0.0], [1.0], 0.2) == pytest.approx(0.5 * 1.9**2)
    assert clipped_value_loss([-0.9], [0.0], [-1.0], 0.2) == pytest.approx(0.5 * 0.8**2)
    assert clipped_value_loss([5.0, 1.0], [5.0, 1.0], [5.0, 1.0], 0.2) == 0


def test_kl_estimates_in_expectation() -> None:
    """Summed over all outcomes: k1 and k3 give the KL, k2 does not."""
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.3, 0.6])
    k1, k2, k3 = (p @ k for k in kl_estimates(np.log(p), np.log(q)))
    exact = (p * np.log(p / q)).sum()
    assert k1 == pytest.approx(exact) and k3 == pytest.approx(exact)
    assert abs(k2 - exact) > 0.1


def test_kl_estimates_of_nearly_equal_policies() -> None:
    """k3 = ½ε² + O(ε³): e^ε − 1 − ε written out would have lost every digit of it."""
    k1, k2, k3 = kl_estimates([-1.0], [-1.0 - 1e-7])
    assert k1[0] == pytest.approx(1e-7)
    assert k2[0] == pytest.approx(5e-15, rel=1e-6, abs=0) and k3[0] == pytest.approx(
        5e-15, rel=1e-6, abs=0
    )


@given(arrays(np.float64, (2, 6), elements=LOG_P))
def test_kl_estimates_are_finite_and_k2_k3_not_negative(lp: np.ndarray) -> None:
    k1, k2, k3 = kl_estimates(lp[0], lp[1])
    assert np.isfinite([k1, k2, k3]).all() and (k2 >= 0).all() and (k3 >= 0).all()
    np.testing.assert_array_equal(k1, lp[0] - lp[1])


def test_against_trl() -> None:
    kept = load("rlhf/ppo")
    ours = clipped_surrogate(kept["logp"], kept["old"], kept["advantages"], kept["epsilon"])
    assert ours == pytest.approx(kept["objective"])


def test_bad_input() -> None:
    one, two = [[-1.0, -2.0]], [[-1.0]]
    with pytest.raises(ValueError, match=r"ref_logp has shape \(1, 1\), expected \(1, 2\)"):
        shaped_rewards(one, two, [1.0], 0.1)
    with pytest.raises(ValueError, match=r"score has shape \(2,\), expected \(1,\)"):
        shaped_rewards(one, one, [1.0, 2.0], 0.1)
    with pytest.raises(ValueError, match=r"beta must be a finite number above 0, got 0"):
        shaped_rewards(one, one, [1.0], 0)
    with pytest.raises(ValueError, match=r"values has shape \(1, 1\)"):
        gae(one, two, 1, 1)
    with pytest.raises(ValueError, match=r"gamma must be a number from 0 to 1, got 1.1"):
        gae(one, one, 1.1, 1)
    with pytest.raises(ValueError, match=r"lam must be a number from 0 to 1, got -0.1"):
        gae(one, one, 1, -0.1)
    with pytest.raises(ValueError, match=r"epsilon must be .* got 0"):
        clipped_surrogate(one, one, one, 0)
    with pytest.raises(ValueError, match=r"epsilon must be .* got 2"):
        clipped_surrogate(one, one, one, 2)
    with pytest.raises(ValueError, match=r"advantages has shape"):
        clipped_surrogate(one, one, two, 0.2)
    with pytest.raises(ValueError, match=r"returns has shape"):
        clipped_value_loss(one, one, two, 0.2)
    with pytest.raises(ValueError, match=r"epsilon must be .* got -1"):
        clipped_value_loss(one, one, one, -1)
    with pytest.raises(ValueError, match=r"logp, of shape .*holds 0.5"):
        kl_estimates([0.5], [-1.0])
