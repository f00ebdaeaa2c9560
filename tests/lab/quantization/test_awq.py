from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.quantization.affine import per_channel, quantize, round_to_nearest
from lab.quantization.awq import keep_in_full_precision, search_scale


def layer(seed=0, samples=64, salient=2):
    rng = np.random.default_rng(seed)
    x, w = rng.normal(size=(samples, 32)), rng.normal(size=(16, 32))
    x[:, :salient] *= 20
    return x, w


def output_error(x, w, w_hat):
    return np.linalg.norm(x @ (w_hat - w).T)


@given(st.integers(0, 10**6), st.sampled_from([2, 3, 4]), st.sampled_from([None, 8]))
def test_never_worse_than_rounding_on_the_calibration_data(seed, bits, group_size):
    x, w = layer(seed, samples=8)
    _, _, w_hat = search_scale(w, x, bits, group_size)
    rounded = output_error(x, w, round_to_nearest(w, bits, group_size))
    assert output_error(x, w, w_hat) <= rounded * (1 + 1e-9)


def test_the_best_of_the_grid_by_the_outputs_themselves():
    x, w = layer()
    s_x = np.abs(x).mean(axis=0)
    errors = []
    for step in np.linspace(0, 1, 11):
        s = s_x**step
        errors.append(output_error(x, w, round_to_nearest(w * s, 3, 8) / s))
    alpha, scales, w_hat = search_scale(w, x, 3, 8, grid=10)
    assert alpha == pytest.approx(np.argmin(errors) / 10) and 0 < alpha < 1
    assert output_error(x, w, w_hat) == pytest.approx(min(errors))
    # s = s_X^α up to the normalisation √(max s · min s) = 1
    np.testing.assert_allclose(scales / scales[0], (s_x / s_x[0]) ** alpha)
    assert scales.max() * scales.min() == pytest.approx(1)


def test_every_weight_is_quantized():
    x, w = layer()
    _, scales, w_hat = search_scale(w, x, 3)
    grid = per_channel(w * scales, 3)
    np.testing.assert_allclose(
        w_hat * scales, grid[0] * (quantize(w_hat * scales, *grid, 3) - grid[1]), atol=1e-12
    )


def test_salient_channels_gain_and_the_layer_with_them():
    x, w = layer()
    rounded, w_hat = round_to_nearest(w, 3), search_scale(w, x, 3)[2]
    assert np.abs((w_hat - w)[:, :2]).mean() < np.abs((rounded - w)[:, :2]).mean()
    assert output_error(x, w, w_hat) < 0.8 * output_error(x, w, rounded)


def test_the_choice_does_not_depend_on_the_unit_of_the_input():
    x, w = layer()
    alpha, scales, w_hat = search_scale(w, x, 3)
    for unit in 1e-9, 1e9:
        again = search_scale(w, unit * x, 3)
        assert again[0] == alpha
        np.testing.assert_allclose(again[1], scales)
        np.testing.assert_allclose(again[2], w_hat)


def test_channels_that_never_fire():
    x, w = layer()
    x[:, 7] = 0
    alpha, scales, w_hat = search_scale(w, x, 3)
    assert np.isfinite(w_hat).all() and scales[7] == scales.min()
    alpha, scales, w_hat = search_scale(w, 0 * x, 3)
    assert alpha == 0 and (scales == 1).all()
    np.testing.assert_array_equal(w_hat, round_to_nearest(w, 3))


def test_activations_say_which_channels_to_keep_and_weights_do_not():
    # table 1 of the paper, in small
    x, w = layer()
    by_activation = np.argsort(-np.abs(x).mean(axis=0))[:2]
    by_weight = np.argsort(-np.linalg.norm(w, axis=0))[:2]
    errors = [
        output_error(x, w, keep_in_full_precision(w, list(map(int, keep)), 3))
        for keep in ((), by_weight, by_activation)
    ]
    assert errors[2] < 0.6 * errors[1] and errors[1] > 0.9 * errors[0]
    kept = keep_in_full_precision(w, [3], 3)
    np.testing.assert_array_equal(kept[:, 3], w[:, 3])
    np.testing.assert_array_equal(np.delete(kept - round_to_nearest(w, 3), 3, 1), 0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x": np.ones((4, 3))}, r"x has shape \(4, 3\), expected \(samples, 32\)"),
        ({"x": np.ones((0, 32))}, "x is empty"),
        ({"w": np.ones((0, 32))}, "w is empty"),
        ({"x": np.full((1, 32), np.inf)}, "x, of shape .* holds NaN or infinity"),
        ({"bits": 1}, "bits must be an integer from 2 to 16"),
        ({"group_size": 5}, "group_size must divide w's 32 columns"),
        ({"grid": 0}, "grid must be an integer of at least 1"),
    ],
)
def test_bad_input_is_named(changes, message):
    x, w = layer()
    with pytest.raises(ValueError, match=message):
        search_scale(**({"w": w, "x": x, "bits": 3} | changes))


def test_bad_channels_are_named():
    with pytest.raises(ValueError, match=r"w has shape \(32,\), expected \(out, in\)"):
        keep_in_full_precision(np.ones(32), [0], 3)
    with pytest.raises(ValueError, match="channels must be an integer from 0 to 31, got 32"):
        keep_in_full_precision(np.ones((2, 32)), [32], 3)
