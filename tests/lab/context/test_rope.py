import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.context.rope import attention_decay, frequencies, rotate
from tests import recorded

SEED = np.random.default_rng(0)


def test_frequencies_are_a_geometric_series():
    theta = frequencies(128, 10_000.0)
    assert theta.shape == (64,)
    assert theta[0] == 1
    np.testing.assert_allclose(theta[1:] / theta[:-1], 10_000 ** (-1 / 64))
    np.testing.assert_allclose(theta[-1], 10_000 ** (-126 / 128))


def test_rotate_is_the_papers_block_matrix():
    theta, m = frequencies(6, 100.0), 3.7
    matrix = np.zeros((6, 6))
    for i, angle in enumerate(m * theta):
        c, s = np.cos(angle), np.sin(angle)
        matrix[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[c, -s], [s, c]]
    x = SEED.normal(size=6)
    np.testing.assert_allclose(rotate(x[None], [m], theta)[0], matrix @ x)


@given(st.integers(1, 8), st.integers(-5000, 5000), st.integers(-5000, 5000), st.integers(0, 9999))
def test_product_depends_on_the_distance_only(pairs, m, shift, seed):
    rng = np.random.default_rng(seed)
    theta = frequencies(2 * pairs, 10_000.0)
    q, k = rng.normal(size=(2, 1, 2 * pairs))
    here = rotate(q, [m], theta) @ rotate(k, [0], theta).T
    there = rotate(q, [m + shift], theta) @ rotate(k, [shift], theta).T
    np.testing.assert_allclose(here, there, atol=1e-9)


@given(st.integers(1, 5), st.integers(1, 4), st.integers(0, 9999))
def test_rotate_keeps_norms_and_shape_and_composes(pairs, batch, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(batch, 3, 2 * pairs))
    theta = frequencies(2 * pairs, 10_000.0)
    m, n = rng.uniform(-100, 100, size=(2, 3))
    y = rotate(x, m, theta)
    assert y.shape == x.shape and y.dtype == np.float64
    np.testing.assert_allclose(np.linalg.norm(y, axis=-1), np.linalg.norm(x, axis=-1))
    np.testing.assert_allclose(rotate(y, n, theta), rotate(x, m + n, theta), atol=1e-12)
    np.testing.assert_allclose(rotate(y, -m, theta), x, atol=1e-12)


def test_rotate_takes_transposed_input_and_does_not_change_it():
    x = SEED.normal(size=(4, 3))
    before = x.copy()
    theta = frequencies(4, 10.0)
    np.testing.assert_array_equal(
        rotate(x.T, [0, 1, 2], theta), rotate(x.T.copy(), [0, 1, 2], theta)
    )
    np.testing.assert_array_equal(x, before)


def test_rotate_agrees_with_transformers():
    kept = recorded.load("context/rope")
    halves = rotate(kept["x"], kept["positions"], frequencies(kept["x"].shape[-1], 10_000.0))
    np.testing.assert_allclose(halves, kept["rotated"], atol=1e-5)


def test_decay_bounds_the_logit():
    theta = frequencies(32, 10_000.0)
    distances = np.arange(0, 2000, 37)
    q, k = SEED.normal(size=(2, 32))
    h = (q[::2] + 1j * q[1::2]) * (k[::2] - 1j * k[1::2])
    steps = np.abs(np.diff(np.append(h, 0))).max()
    logits = [(rotate(q[None], [d], theta) @ k).item() for d in distances]
    assert (np.abs(logits) <= steps * 16 * attention_decay(theta, distances) + 1e-9).all()


def test_decay_closed_forms():
    theta = frequencies(128, 10_000.0)
    # S_j = j at distance 0, so the mean is (d/2 + 1) / 2.
    np.testing.assert_allclose(attention_decay(theta, [0]), [32.5])
    # Speeds 0, a, 2a, ...: a geometric sum, |S_j| = |sin(j a / 2) / sin(a / 2)|.
    j = np.arange(1, 6)
    expected = np.abs(np.sin(j * 0.35) / np.sin(0.35)).mean()
    np.testing.assert_allclose(attention_decay(0.7 * np.arange(5), [1, -1]), [expected, expected])
    # Figure 2 of the paper: the trend is downwards.
    trend = attention_decay(theta, np.arange(1, 257)).reshape(4, 64).mean(axis=1)
    assert (np.diff(trend) < 0).all()


@pytest.mark.parametrize(
    ("dim", "base", "message"),
    [
        (0, 10_000.0, "dim must be an integer of at least 2, got 0"),
        (7, 10_000.0, "dim must be even, got 7"),
        (8, 1.0, "base must be above 1"),
        (8, -3.0, "base must be a finite number above 0"),
        (8, float("nan"), "base must be a finite number above 0"),
    ],
)
def test_bad_frequencies(dim, base, message):
    with pytest.raises(ValueError, match=message):
        frequencies(dim, base)


def test_bad_rotate():
    theta = frequencies(4, 10_000.0)
    with pytest.raises(ValueError, match=r"x has shape \(2, 6\), expected \(\.\.\., 2, 4\)"):
        rotate(np.zeros((2, 6)), [0, 1], theta)
    with pytest.raises(ValueError, match=r"x has shape \(4,\), expected \(\.\.\., 1, 4\)"):
        rotate(np.zeros(4), [0], theta)
    with pytest.raises(ValueError, match="positions has shape"):
        rotate(np.zeros((1, 4)), 0, theta)
    with pytest.raises(ValueError, match=r"x, of shape .* holds NaN"):
        rotate(np.full((1, 4), np.nan), [0], theta)
    with pytest.raises(ValueError, match="distances is empty"):
        attention_decay(theta, [])
