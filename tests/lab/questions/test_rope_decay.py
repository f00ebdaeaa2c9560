import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.context.rope import frequencies, rotate
from lab.questions.rope_decay import mean_cosine, unturned_share


@given(st.integers(1, 20), st.integers(0, 5000))
def test_is_the_dot_product_of_equal_pairs(pairs, distance):
    theta, ones = frequencies(2 * pairs), np.ones((1, 2 * pairs))
    product = (rotate(ones, [distance], theta) @ ones.T).item()
    assert mean_cosine(theta, [distance])[0] == pytest.approx(product / (2 * pairs), abs=1e-9)


def test_is_the_lead_of_similar_keys_over_random_ones():
    rng, theta, distance = np.random.default_rng(0), frequencies(16, 100.0), 7
    q, other = rng.normal(0.5, 2.0, size=(2, 200_000, 16))
    similar = q + rng.normal(size=q.shape)
    turned = rotate(q[:, None], [distance], theta)[:, 0]
    lead = np.mean((turned * similar).sum(axis=1) - (turned * other).sum(axis=1))
    expected = 2 * 2.0**2 * 8 * mean_cosine(theta, [distance])[0]
    assert lead == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("base", [1e4, 5e5])
def test_mean_is_the_unturned_share_less_a_constant(base):
    # Many pairs make the sum an integral: (Ci(δ) − Ci(δ/b)) / ln b, and Ci(x) ≈ γ + ln x near 0.
    delta = np.array([50.0, 200.0, 800.0])
    mean = mean_cosine(frequencies(20_000, base), delta)
    expected = unturned_share(delta, base) - np.euler_gamma / math.log(base)
    np.testing.assert_allclose(mean, expected, atol=0.005)


def test_share_by_counting_pairs():
    theta = frequencies(20_000, 1e4)
    for delta in (1.0, 3.0, 100.0, 1e5):
        counted = (theta * delta < 1).mean()
        assert unturned_share([delta], 1e4)[0] == pytest.approx(counted, abs=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mean_cosine([[1.0]], [1]), "freqs has shape"),
        (lambda: mean_cosine([1.0], [[1]]), "distances has shape"),
        (lambda: mean_cosine([1.0], []), "distances is empty"),
        (lambda: unturned_share([0.0], 10), "distances must be above 0, got"),
        (lambda: unturned_share([1.0], 1), "base must be above 1, got 1"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
