import numpy as np
import pytest

from lab.questions.dpo_on_policy import (
    _derivatives,
    offline_dpo,
    online_dpo,
    other_model,
    policy,
    rlhf_objective,
)
from lab.rlhf.dpo import dpo_loss
from lab.rlhf.playground import preferences, problem

TASK = problem()


def loss(theta, often, beta):
    """The expected loss, written out with lab.rlhf.dpo."""
    total, wins, x = 0.0, preferences(TASK.gold), np.arange(12)
    log_pi, log_ref = theta * x - 40.0, np.full(12, -40.0)  # only differences count
    for i in range(12):
        for j in range(12):
            pair = ([log_pi[i]], [log_pi[j]], [log_ref[i]], [log_ref[j]])
            total += often[i, j] * wins[i, j] * dpo_loss(*pair, beta=beta)
    return 2 * total


@pytest.mark.parametrize("theta", [-0.4, 0.0, 0.7])
def test_derivatives_against_differences_of_the_dpo_loss(theta):
    often, step = np.outer(TASK.ref, TASK.ref), 1e-3
    below, here, above = (loss(theta + k * step, often, 0.5) for k in (-1, 0, 1))
    first, second = _derivatives(theta, TASK, often, 0.5)
    assert first == pytest.approx((above - below) / (2 * step), abs=1e-6)
    assert second == pytest.approx((above - 2 * here + below) / step**2, rel=1e-3)


def test_a_reward_that_the_policies_fit_has_one_optimum_whoever_wrote_the_answers():
    task = TASK._replace(gold=0.3 * np.arange(12))
    for sampler in (task.ref, other_model(), np.full(12, 1 / 12)):
        assert offline_dpo(task, sampler, 0.5) == pytest.approx(0.3 / 0.5)
    assert online_dpo(task, 0.5, steps=20_000) == pytest.approx(0.3 / 0.5, abs=1e-4)


def test_beta_times_theta_is_fixed_by_the_data():
    products = [beta * offline_dpo(TASK, TASK.ref, beta) for beta in (0.1, 0.5, 2.0)]
    np.testing.assert_allclose(products, products[0])


def test_online_is_close_to_the_best_and_offline_is_not():
    best = rlhf_objective(np.linspace(-2, 3, 2001), TASK, 0.5).max()
    samplers = (TASK.ref, other_model())
    thetas = [*(offline_dpo(TASK, mu, 0.5) for mu in samplers), online_dpo(TASK, 0.5)]
    own, other, online = rlhf_objective(thetas, TASK, 0.5)
    assert best - online < 0.01 < best - own < best - other
    assert other < 0


def test_gradient_on_own_pairs_is_half_beta_times_the_policy_gradient_for_small_rewards():
    task = TASK._replace(gold=0.01 * TASK.gold)
    theta, beta, step = 0.002, 0.5, 1e-5
    pi = policy(theta, task)
    descent = -_derivatives(theta, task, np.outer(pi, pi), beta)[0]
    below, above = rlhf_objective([theta - step, theta + step], task, beta)
    assert descent == pytest.approx(beta / 2 * (above - below) / (2 * step), rel=1e-3)


def test_bad_input():
    with pytest.raises(ValueError, match="sampler has shape"):
        offline_dpo(TASK, [1.0], 0.5)
    with pytest.raises(ValueError, match="beta must be a finite number above 0"):
        online_dpo(TASK, 0.0)
    with pytest.raises(ValueError, match="thetas has shape"):
        rlhf_objective(0.5, TASK, 0.5)
