from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lab.quantization.nf4 import nf4_dequantize, nf4_levels, nf4_quantize
from tests import recorded

# QLoRA (arXiv:2305.14314), appendix E
PRINTED = [
    -1.0,
    -0.6961928009986877,
    -0.5250730514526367,
    -0.39491748809814453,
    -0.28444138169288635,
    -0.18477343022823334,
    -0.09105003625154495,
    0.0,
    0.07958029955625534,
    0.16093020141124725,
    0.24611230194568634,
    0.33791524171829224,
    0.44070982933044434,
    0.5626170039176941,
    0.7229568362236023,
    1.0,
]


def test_levels_are_those_printed():
    # the released values were made with the outermost probability rounded to 0.9677083
    np.testing.assert_allclose(nf4_levels(), PRINTED, atol=1e-6)


def test_levels_are_evenly_spaced_in_probability():
    def probability(x):
        return 0.5 * (1 + math.erf(x / math.sqrt(2)))

    # un-normalise by the width of the outermost quantile, 1.8481 standard deviations
    p = np.array([probability(1.8481 * level) for level in nf4_levels()])
    np.testing.assert_allclose(np.diff(p[:8]), np.diff(p[:8]).mean(), rtol=1e-3)
    np.testing.assert_allclose(np.diff(p[7:]), np.diff(p[7:]).mean(), rtol=1e-3)


@given(
    arrays(np.float64, (3, 8), elements=st.floats(-1e30, 1e30) | st.just(0.0)),
    st.sampled_from([1, 2, 4, 8, 24]),
)
def test_the_nearest_level_of_the_block_is_taken(x, block_size):
    codes, absmax = nf4_quantize(x, block_size)
    assert codes.shape == x.shape and absmax.shape == (24 // block_size,)
    candidates = nf4_levels() * np.repeat(absmax, block_size)[:, None]
    distance = np.abs(candidates - x.reshape(-1, 1)).min(axis=1)
    error = np.abs(nf4_dequantize(codes, absmax) - x).ravel()
    np.testing.assert_allclose(error, distance, rtol=1e-9, atol=1e-12 * np.abs(x).max())


@given(st.floats(-1e300, 1e300))
def test_the_largest_magnitude_and_zero_are_exact(value):
    x = np.array([value, 0.0, 0.0, -value])
    np.testing.assert_array_equal(nf4_dequantize(*nf4_quantize(x, 4)), x)


def test_codes_of_normal_weights_are_nearly_equally_frequent():
    # "each bin equally often" is a claim on average: levels ± the largest of 64 are rarer
    codes, _ = nf4_quantize(np.random.default_rng(0).normal(size=2**18), 64)
    share = np.bincount(codes, minlength=16) / codes.size
    assert share[2:14].min() > 0.045 and share[2:14].max() < 0.095


def test_bitsandbytes_agrees():
    kept = recorded.load("quantization/nf4")
    codes, absmax = nf4_quantize(kept["x"], 64)
    np.testing.assert_array_equal(codes.ravel(), kept["codes"])
    np.testing.assert_allclose(absmax, kept["absmax"], rtol=1e-6)
    np.testing.assert_allclose(nf4_dequantize(codes, absmax), kept["x_hat"], rtol=2e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nf4_quantize(np.ones(10), 4), "block_size must divide x's 10 values, got 4"),
        (lambda: nf4_quantize(np.ones(10), 0), "block_size must be an integer of at least 1"),
        (lambda: nf4_quantize([np.inf], 1), "x, of shape .* holds NaN or infinity"),
        (lambda: nf4_quantize([], 1), "x is empty"),
        (lambda: nf4_dequantize([16], [1.0]), "codes must be whole numbers from 0 to 15"),
        (lambda: nf4_dequantize([-1], [1.0]), "codes must be whole numbers from 0 to 15"),
        (lambda: nf4_dequantize([0.5], [1.0]), "codes must be whole numbers from 0 to 15"),
        (lambda: nf4_dequantize([1, 2, 3], [1.0, 1.0]), "absmax has 2 blocks, .* 3 codes"),
        (lambda: nf4_dequantize([1], [[1.0]]), r"absmax has shape \(1, 1\), expected \(blocks,\)"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
