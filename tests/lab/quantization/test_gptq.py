from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.quantization.affine import fake_quantize, per_channel, round_to_nearest
from lab.quantization.gptq import gptq, inverse_hessian_factor


def layer(seed=0, samples=256, d_in=24, d_out=8):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(samples, 4)) @ rng.normal(size=(4, d_in))
    return x + 0.3 * rng.normal(size=x.shape), rng.normal(size=(d_out, d_in))


def output_error(x, w, w_hat):
    return np.linalg.norm(x @ (w_hat - w).T)


def optimal_brain_quantization(w, x, bits, group_size, percdamp=0.01):
    """Equations 2 and 3 of the paper as they stand, row by row, columns in order."""
    H = 2 * x.T @ x
    H = H + percdamp * np.mean(np.diag(H)) * np.eye(len(H))
    out = np.empty_like(w)
    for row in range(len(w)):
        remaining, H_inverse = w[row].copy(), np.linalg.inv(H)
        for q in range(len(H)):
            if q % group_size == 0:
                grid = per_channel(remaining[None, q : q + group_size], bits)
            out[row, q] = fake_quantize(remaining[None, q, None], *grid, bits).item()
            error = remaining[q] - out[row, q]
            remaining -= error / H_inverse[q, q] * H_inverse[:, q]
            column = H_inverse[:, q].copy()
            H_inverse -= np.outer(column, column) / column[q]
            H_inverse[q, q] = 1.0  # removed; never read again
    return out


def test_factor_is_that_of_the_damped_inverse():
    x, _ = layer()
    U = inverse_hessian_factor(x, 0.01)
    H = 2 * x.T @ x
    damped = H + 0.01 * np.trace(H) / len(H) * np.eye(len(H))
    np.testing.assert_allclose(U.T @ U @ damped, np.eye(len(H)), atol=1e-9)
    assert not np.tril(U, -1).any() and (np.diag(U) > 0).all()


@pytest.mark.parametrize("bits", [2, 4])
def test_it_is_optimal_brain_quantization_in_fixed_order(bits):
    x, w = layer()
    expected = optimal_brain_quantization(w, x, bits, group_size=24)
    np.testing.assert_allclose(gptq(w, x, bits, block_size=7), expected, atol=1e-9)
    expected = optimal_brain_quantization(w, x, bits, group_size=8)
    np.testing.assert_allclose(gptq(w, x, bits, 8, block_size=16), expected, atol=1e-9)


@given(st.integers(0, 10**6), st.sampled_from([None, 2, 4, 8, 24]), st.sampled_from([2, 4, 8, 24]))
def test_blocks_change_nothing(seed, group_size, block_size):
    x, w = layer(seed)
    expected = gptq(w, x, 3, group_size, block_size=1)
    np.testing.assert_allclose(gptq(w, x, 3, group_size, block_size), expected, atol=1e-9)


@given(st.integers(0, 10**6), st.sampled_from([2, 3, 4]))
def test_error_is_at_most_that_of_rounding(seed, bits):
    x, w = layer(seed)
    rounded = output_error(x, w, round_to_nearest(w, bits))
    assert output_error(x, w, gptq(w, x, bits)) < rounded


def test_groups_help():
    x, w = layer()
    w[:, ::8] *= 4
    assert output_error(x, w, gptq(w, x, 3, 8)) < output_error(x, w, gptq(w, x, 3))


def test_uncorrelated_inputs_leave_nothing_to_make_up_for():
    x = np.diag(np.arange(1.0, 9.0))
    w = np.random.default_rng(0).normal(size=(4, 8))
    np.testing.assert_array_equal(gptq(w, x, 3, 4), round_to_nearest(w, 3, 4))


def test_every_weight_is_the_nearest_to_where_compensation_put_it():
    # w - Q = E U, so (w - Q) U^-1 holds the errors E, each of which comes from one rounding
    x, w = layer()
    U = inverse_hessian_factor(x)
    w_hat = gptq(w, x, 8)  # wide enough that nothing is clamped
    roundings = (w - w_hat) @ np.linalg.inv(U) * np.diag(U)
    scale, _ = per_channel(w, 8)
    unclamped = (w_hat > w.min(1, keepdims=True)) & (w_hat < w.max(1, keepdims=True))
    assert unclamped.mean() > 0.9
    assert (np.abs(roundings) <= scale / 2 * (1 + 1e-6))[unclamped].all()


def test_values_are_on_the_grid_of_their_row():
    x, w = layer()
    w_hat = gptq(w, x, 3)
    scale, zero_point = per_channel(w, 3)
    np.testing.assert_allclose(fake_quantize(w_hat, scale, zero_point, 3), w_hat, atol=1e-12)
    assert max(len(np.unique(row.round(9))) for row in w_hat) <= 8


def test_inputs_that_are_always_zero_get_plain_rounding():
    x, w = layer()
    x[:, 5] = 0
    for percdamp in 0.0, 0.01:
        np.testing.assert_allclose(
            gptq(w, x, 4, percdamp=percdamp)[:, 5], round_to_nearest(w, 4)[:, 5], atol=1e-12
        )
    np.testing.assert_array_equal(gptq(w, 0 * x, 4), round_to_nearest(w, 4))


def test_one_sample_and_constant_rows():
    x, w = layer(samples=1)
    w[0] = 0.25
    w_hat = gptq(w, x, 4)
    assert np.isfinite(w_hat).all()
    np.testing.assert_allclose(w_hat[0], 0.25)
    # one direction is all that counts: its error can be made far smaller than by rounding
    assert output_error(x, w, w_hat) < output_error(x, w, round_to_nearest(w, 4)) / 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x": np.ones((4, 3))}, r"x has shape \(4, 3\), expected \(samples, 24\)"),
        ({"x": np.ones((0, 24))}, "x is empty"),
        ({"x": np.full((4, 24), np.nan)}, "x, of shape .* holds NaN"),
        ({"w": np.ones(24)}, r"w has shape \(24,\), expected \(out, in\)"),
        ({"bits": 1}, "bits must be an integer from 2 to 16, got 1"),
        ({"group_size": 5}, "group_size must divide w's 24 columns"),
        ({"group_size": 0}, "group_size must be an integer of at least 1"),
        ({"group_size": 6, "block_size": 8}, "got group_size 6 and block_size 8"),
        ({"block_size": 0}, "block_size must be an integer of at least 1"),
        ({"percdamp": -0.1}, "percdamp must be a number from 0 to 1"),
        ({"percdamp": 0.0, "x": np.eye(24)[:3] + 1}, "percdamp of 0.0 leaves the Hessian"),
    ],
)
def test_bad_input_is_named(changes, message):
    x, w = layer()
    with pytest.raises(ValueError, match=message):
        gptq(**({"w": w, "x": x, "bits": 4} | changes))


def test_a_layer_of_a_million_weights_takes_at_most_three_seconds():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2048, 1024)), rng.normal(size=(1024, 1024))
    start = time.process_time()  # of the processor: a busy machine does not fail it
    gptq(w, x, 4, group_size=128)
    assert time.process_time() - start < 3
