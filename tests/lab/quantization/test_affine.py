from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from lab.quantization.affine import (
    bits_per_weight,
    code_range,
    dequantize,
    fake_quantize,
    per_channel,
    per_group,
    per_tensor,
    per_token,
    quantize,
    round_to_nearest,
    scale_zero_point,
    snr_db,
    straight_through,
    train_quantized,
)
from tests import recorded

matrices = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, max_side=6),
    elements=st.floats(-1e30, 1e30) | st.sampled_from([0.0, 5e-324, -1e-310, 1.0]),
)


@given(matrices, st.integers(2, 16), st.booleans())
def test_values_inside_the_range_move_by_at_most_half_a_step(x, bits, symmetric):
    for grid in per_tensor, per_token:
        scale, zero_point = grid(x, bits, symmetric)
        q = quantize(x, scale, zero_point, bits, symmetric)
        q_min, q_max = code_range(bits, symmetric)
        assert q_min <= q.min() and q.max() <= q_max
        # asymmetric: rounding z may push the end of the range half a step over the last code
        bound = scale * (0.5 if symmetric else 1.0) * (1 + 1e-9)
        assert (np.abs(dequantize(q, scale, zero_point) - x) <= bound).all()


@given(matrices, st.integers(2, 16), st.booleans())
def test_zero_is_exact(x, bits, symmetric):
    scale, zero_point = per_token(x, bits, symmetric)
    assert not fake_quantize(np.zeros_like(x), scale, zero_point, bits, symmetric).any()
    assert ((zero_point >= 0) & (zero_point < 2**bits)).all()


@given(matrices, st.integers(2, 16))
def test_symmetric_codes_are_odd(x, bits):
    grid = per_token(x, bits, symmetric=True)
    np.testing.assert_array_equal(
        quantize(-x, *grid, bits, symmetric=True), -quantize(x, *grid, bits, symmetric=True)
    )


@pytest.mark.parametrize("value", [5.0, -5.0, 0.0, 1e-300])
def test_a_constant_row_is_exact(value):
    x = np.full((1, 4), value)
    for symmetric in False, True:
        x_hat = fake_quantize(x, *per_token(x, 3, symmetric), 3, symmetric)
        np.testing.assert_allclose(x_hat, x, rtol=1e-15)


def test_scale_and_zero_point_by_hand():
    scale, zero_point = scale_zero_point([-1.0, 0.5, -3.0], [2.0, 3.0, -0.5], bits=4)
    np.testing.assert_allclose(scale, [0.2, 0.2, 0.2])
    np.testing.assert_array_equal(zero_point, [5, 0, 15])
    scale, zero_point = scale_zero_point(-1.0, 2.54, bits=8, symmetric=True)
    assert scale == pytest.approx(0.02) and zero_point == 0


def test_values_beyond_the_range_are_clamped():
    np.testing.assert_array_equal(quantize([-9.0, 9.0], 0.2, 5, bits=4), [0, 15])
    np.testing.assert_array_equal(quantize([-9.0, 9.0], 0.2, 0, 4, symmetric=True), [-7, 7])


def test_each_bit_gains_six_decibels():
    # error uniform within a step s = 2 / (2^b - 1): noise s²/12, signal 1/3
    x = np.linspace(-1, 1, 200_001)[None]
    for bits in range(2, 11):
        measured = snr_db(x, fake_quantize(x, *per_tensor(x, bits), bits))
        assert measured == pytest.approx(20 * np.log10(2**bits - 1), abs=0.1 if bits > 2 else 0.6)


def test_finer_granularity_contains_an_outlier():
    w = np.random.default_rng(0).normal(size=(32, 64))
    w[0, 0] = 50.0
    errors = [
        np.abs(fake_quantize(w, *grid, 4) - w)
        for grid in (per_tensor(w, 4), per_channel(w, 4), per_group(w, 4, 16))
    ]
    assert errors[1][1:].mean() < errors[0][1:].mean() / 5  # other rows are free of it
    assert errors[2][0, 16:].mean() < errors[1][0, 16:].mean() / 5  # other groups of its row too


def test_group_grids_are_those_of_the_pieces():
    w = np.random.default_rng(0).normal(size=(3, 12))
    scale, zero_point = per_group(w, 4, 4)
    for start in range(0, 12, 4):
        piece = slice(start, start + 4)
        s, z = per_channel(w[:, piece], 4)
        np.testing.assert_array_equal(scale[:, piece], np.repeat(s, 4, axis=1))
        np.testing.assert_array_equal(zero_point[:, piece], np.repeat(z, 4, axis=1))
    np.testing.assert_array_equal(round_to_nearest(w, 4, 12), round_to_nearest(w, 4))
    np.testing.assert_array_equal(round_to_nearest(w, 4, 4), fake_quantize(w, scale, zero_point, 4))


def test_token_and_channel_scales_leave_the_inner_product():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(5, 8)), rng.normal(size=(3, 8))
    x_grid, w_grid = per_token(x, 8, True), per_channel(w, 8, True)
    integers = quantize(x, *x_grid, 8, True) @ quantize(w, *w_grid, 8, True).T
    outside = x_grid[0] * integers * w_grid[0].T
    inside = fake_quantize(x, *x_grid, 8, True) @ fake_quantize(w, *w_grid, 8, True).T
    np.testing.assert_allclose(outside, inside)


def test_memory_printed_in_the_papers():
    # QLoRA, section 3: 0.5 bits for a 32-bit scale of 64 weights, 0.127 once it is quantized
    assert bits_per_weight(4, 64, scale_bits=32) == 4.5
    assert bits_per_weight(4, 64, scale_bits=8 + 32 / 256) == pytest.approx(4.127, abs=5e-4)
    # GPTQ, section 5, at 3 bits: groups of 1024 cost about 0.02 bits, of 128 about 0.15
    assert bits_per_weight(3, 1024, 16, zero_point_bits=3) == pytest.approx(3.02, abs=5e-3)
    assert bits_per_weight(3, 128, 16, zero_point_bits=3) == pytest.approx(3.15, abs=5e-3)


def test_snr_of_nothing_lost():
    assert snr_db([1.0, 2.0], [1.0, 2.0]) == np.inf
    assert snr_db([10.0], [9.0]) == pytest.approx(20.0)


def test_torch_agrees():
    kept = recorded.load("quantization/affine")
    x, bits = kept["x"], 8
    for name, grid in (("tensor", per_tensor), ("channel", per_channel)):
        scale, zero_point = grid(x, bits)
        np.testing.assert_allclose(scale.ravel(), kept[f"{name}_scale"], rtol=1e-6)
        np.testing.assert_array_equal(zero_point.ravel(), kept[f"{name}_zero_point"])
        scale, _ = grid(x, bits, symmetric=True)
        np.testing.assert_allclose(scale.ravel(), kept[f"{name}_symmetric_scale"], rtol=1e-6)
    x, scale, zero_point = kept["clamped_x"], kept["clamped_scale"], kept["clamped_zero_point"]
    np.testing.assert_allclose(fake_quantize(x, scale, zero_point, 4), kept["clamped"], rtol=1e-6)
    gradient = straight_through(kept["upstream"], x, scale, zero_point, 4)
    np.testing.assert_allclose(gradient, kept["gradient"], rtol=1e-6)


def test_straight_through_is_the_slope_of_the_unrounded_function():
    # the clamp without the rounding has a derivative: the estimator takes that one
    x, scale, zero_point = np.array([-3.0, -0.9, 0.1, 1.7, 9.0]), 0.2, 5
    q_min, q_max = code_range(4)

    def unrounded(x):
        return scale * (np.clip(x / scale + zero_point, q_min, q_max) - zero_point)

    slope = (unrounded(x + 1e-6) - unrounded(x - 1e-6)) / 2e-6
    upstream = np.arange(1.0, 6.0)
    np.testing.assert_allclose(
        straight_through(upstream, x, scale, zero_point, 4), upstream * slope, rtol=1e-6
    )


def test_training_with_rounding_beats_rounding_after_training():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(512, 4)) @ rng.normal(size=(4, 16)) + 0.3 * rng.normal(size=(512, 16))
    y = x @ rng.normal(size=(16, 8))
    before, after = train_quantized(x, y, bits=3, steps=300, learning_rate=3e-3)
    post, aware = (np.mean((x @ w_hat.T - y) ** 2) for w_hat in (before, after))
    assert aware < 0.6 * post
    # both stand on the same grid, seven values a row
    levels = {len(np.unique(row)) for row in np.hstack([before, after])}
    assert max(levels) <= 7


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: code_range(1), "bits must be an integer from 2 to 16, got 1"),
        (lambda: per_tensor([[1.0]], bits=17), "bits must be an integer from 2 to 16, got 17"),
        (lambda: per_tensor([1.0, 2.0], 8), r"x has shape \(2,\), expected \(rows, columns\)"),
        (lambda: per_token(np.zeros((0, 3)), 8), r"x is empty: it has shape \(0, 3\)"),
        (lambda: per_channel([[np.nan]], 8), "w, of shape .* holds NaN or infinity"),
        (lambda: per_group(np.ones((2, 6)), 4, 4), "group_size must divide w's 6 columns, got 4"),
        (lambda: per_group(np.ones((2, 6)), 4, 0), "group_size must be an integer of at least 1"),
        (lambda: scale_zero_point(1.0, -1.0, 8), "x_min and x_max must have one shape"),
        (lambda: scale_zero_point([1.0], [[1.0]], 8), r"got shapes \(1,\) and \(1, 1\)"),
        (lambda: quantize([1.0], 0.0, 0, 8), "scale must be above 0 everywhere"),
        (lambda: quantize([1.0], 1.0, 0.5, 8), "zero_point must hold whole numbers"),
        (lambda: quantize([1.0], [1.0, 2.0], 0, 8), r"scale has shape \(2,\), expected one that"),
        (lambda: quantize([[1.0]], 1.0, [1, 2, 3], 8), r"zero_point has shape \(3,\)"),
        (lambda: dequantize([], 1.0, 0), "q is empty"),
        (lambda: snr_db([1.0], [1.0, 2.0]), r"x_hat has shape \(2,\), expected \(1,\)"),
        (lambda: snr_db([0.0], [1.0]), "the power of x must be a finite number above 0"),
        (lambda: bits_per_weight(4, 64, scale_bits=0), "scale_bits must be"),
        (lambda: bits_per_weight(4, 64, zero_point_bits=-1), "zero_point_bits must be"),
        (lambda: straight_through([1.0, 2.0], [1.0], 1.0, 0, 8), "gradient has shape"),
        (lambda: train_quantized([[1.0]], [[1.0], [2.0]], 8, 1, 0.1), "y has shape"),
        (lambda: train_quantized([[1.0]], [[1.0]], 8, 0, 0.1), "steps must be"),
        (lambda: train_quantized([[1.0]], [[1.0]], 8, 1, 0.0), "learning_rate must be"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
