import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.questions.ppo_on_policy import bernoulli_gradients, ratio_variance

probability = st.floats(0.05, 0.95)


def expected_reward(theta, reward):
    p, t = 1 / (1 + math.exp(-theta)), len(reward) - 1
    return sum(math.comb(t, c) * p**c * (1 - p) ** (t - c) * r for c, r in enumerate(reward))


@given(probability, probability, st.integers(1, 12), st.integers(0, 99))
def test_true_and_sequence_means_are_the_derivative(p, q, tokens, seed):
    reward, theta = np.random.default_rng(seed).normal(size=tokens + 1), math.log(p / (1 - p))
    step = 1e-4
    up, down = (expected_reward(theta + k * step, reward) for k in (1, -1))
    g = bernoulli_gradients(p, q, reward)
    assert g["true"][0] == pytest.approx((up - down) / (2 * step), abs=1e-5)
    assert g["sequence"][0] == pytest.approx(g["true"][0], abs=1e-7)


@given(probability, probability, st.integers(0, 99))
def test_token_ratios_only_rescale_the_old_gradient(p, q, seed):
    reward = np.random.default_rng(seed).normal(size=9)
    g = bernoulli_gradients(p, q, reward)
    old = bernoulli_gradients(q, q, reward)["true"][0]
    assert g["token"][0] == pytest.approx(old * p * (1 - p) / (q * (1 - q)), abs=1e-9)
    assert g["none"][0] == pytest.approx(old, abs=1e-9)


def test_all_agree_before_the_first_step():
    g = bernoulli_gradients(0.3, 0.3, [0.0, 1.0, -2.0, 0.5])
    for name in ("none", "token", "sequence"):
        assert g[name] == pytest.approx(g["true"])


def test_one_token_is_corrected_by_its_ratio():
    g = bernoulli_gradients(0.7, 0.4, [0.0, 1.0])
    assert g["token"] == pytest.approx(g["sequence"])
    assert g["token"][0] == pytest.approx(0.7 * 0.3)  # dp/dθ


def test_ratio_variance_by_simulation():
    log_rho = np.random.default_rng(0).normal(-0.005, 0.1, size=(200_000, 20)).sum(axis=1)
    assert np.exp(log_rho).var() == pytest.approx(ratio_variance(0.1, 20), rel=0.03)
    assert ratio_variance(1.0, 10_000) == math.inf


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bernoulli_gradients(0.0, 0.5, [0.0, 1.0]), "p must be a finite number above 0"),
        (lambda: bernoulli_gradients(0.5, 1.0, [0.0, 1.0]), "q must be a number from 0"),
        (lambda: bernoulli_gradients(0.5, 0.5, [[0.0]]), "reward has shape"),
        (lambda: ratio_variance(0.0, 3), "spread must be a finite number above 0"),
        (lambda: ratio_variance(0.1, 0), "tokens must be an integer of at least 1"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
