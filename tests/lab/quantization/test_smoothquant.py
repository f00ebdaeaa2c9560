from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lab.quantization.smoothquant import smooth

magnitudes = st.floats(1e-6, 1e6) | st.just(0.0)


@given(
    arrays(np.float64, (4, 5), elements=st.floats(-1e6, 1e6) | st.just(0.0)),
    arrays(np.float64, (3, 5), elements=st.floats(-1e6, 1e6) | st.just(0.0)),
    st.floats(0, 1),
)
def test_the_product_is_unchanged(x, w, alpha):
    scales, w_smooth = smooth(np.abs(x).max(axis=0), w, alpha)
    assert (scales > 0).all()
    size = np.abs(x) @ np.abs(w).T
    assert (np.abs((x / scales) @ w_smooth.T - x @ w.T) <= 1e-12 * size).all()


@given(arrays(np.float64, (2, 5), elements=st.floats(1e-3, 1e3)), st.floats(0, 1))
def test_largest_magnitudes_follow_the_closed_form(maxima, alpha):
    x_max, w_max = maxima
    scales, w_smooth = smooth(x_max, np.stack([w_max, -w_max / 2]), alpha)
    product = x_max * w_max
    # max|X|/s = max|X|^(1-α) max|W|^(1-α), and the product of both maxima is kept
    np.testing.assert_allclose(x_max / scales, product ** (1 - alpha))
    np.testing.assert_allclose(np.abs(w_smooth).max(axis=0), product**alpha)


def test_the_ends_of_alpha():
    x_max, w = np.array([2.0, 8.0]), np.array([[0.5, -4.0], [0.25, 1.0]])
    scales, w_smooth = smooth(x_max, w, alpha=0.0)
    np.testing.assert_allclose(np.abs(w_smooth).max(axis=0), 1.0)  # weights made even
    scales, _ = smooth(x_max, w, alpha=1.0)
    np.testing.assert_allclose(x_max / scales, 1.0)  # activations made even


def test_unused_channels_are_left_alone():
    scales, w_smooth = smooth([0.0, 2.0, 3.0], [[1.0, 0.0, 3.0]], alpha=0.5)
    np.testing.assert_allclose(scales, [1.0, 1.0, 1.0])
    np.testing.assert_array_equal(w_smooth, [[1.0, 0.0, 3.0]])
    scales, _ = smooth([0.0], [[5.0]], alpha=0.0)
    assert scales == 1.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: smooth([1.0], [[1.0, 2.0]]), r"x_absmax has shape \(1,\), expected \(2,\)"),
        (lambda: smooth([-1.0], [[1.0]]), "x_absmax must hold magnitudes of at least 0"),
        (lambda: smooth([np.nan], [[1.0]]), "x_absmax, of shape .* holds NaN"),
        (lambda: smooth([1.0], np.ones((0, 1))), "w is empty"),
        (lambda: smooth([1.0], [[1.0]], alpha=1.5), "alpha must be a number from 0 to 1, got 1.5"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
