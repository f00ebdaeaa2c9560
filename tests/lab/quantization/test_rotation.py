from __future__ import annotations

import numpy as np
import pytest

from lab.quantization.rotation import hadamard, round_e4m3


def e4m3_numbers():
    """All finite E4M3 numbers, decoded from their bits as table 1 of the paper has it."""
    numbers = []
    for exponent in range(16):
        for mantissa in range(8):
            if exponent == 15 and mantissa == 7:
                continue  # NaN
            if exponent == 0:
                numbers.append(mantissa / 8 * 2.0**-6)
            else:
                numbers.append((1 + mantissa / 8) * 2.0 ** (exponent - 7))
    return np.array(numbers)


def test_every_fp8_number_stays_and_everything_else_goes_to_the_nearest():
    numbers = e4m3_numbers()
    assert numbers.max() == 448 and numbers[numbers > 0].min() == 2**-9
    np.testing.assert_array_equal(round_e4m3(numbers), numbers)
    np.testing.assert_array_equal(round_e4m3(-numbers), -numbers)
    x = np.random.default_rng(0).normal(size=2000) * np.repeat([1e-3, 1, 100, 1000], 500)
    every = np.concatenate([-numbers, numbers])
    nearest = every[np.abs(x[:, None] - every).argmin(axis=1)]
    np.testing.assert_array_equal(np.abs(round_e4m3(x) - x), np.abs(nearest - x))


def test_ties_go_to_the_even_mantissa():
    assert round_e4m3([17.0, 19.0, 2.0**-10]).tolist() == [16.0, 20.0, 0.0]


def test_the_relative_error_is_that_of_the_mantissa_at_any_scale():
    x = np.exp(np.random.default_rng(0).uniform(np.log(2.0**-6), np.log(256.0), 20_000))
    error = (round_e4m3(x) - x) / x
    assert np.abs(error).max() <= 2**-4
    # log-uniform values: the mean of (step / x)² / 12 over an octave is 2^-6 · 3/8 / ln 2 / 12
    assert np.mean(error**2) == pytest.approx(2**-6 * 3 / 8 / np.log(2) / 12, rel=0.05)


@pytest.mark.parametrize("d", [1, 2, 64])
def test_hadamard_is_orthogonal_symmetric_and_flat(d):
    H = hadamard(d)
    np.testing.assert_allclose(H @ H, np.eye(d), atol=1e-12)
    np.testing.assert_array_equal(H, H.T)
    np.testing.assert_allclose(np.abs(H), 1 / np.sqrt(d))


def test_a_rotated_layer_is_the_same_and_an_outlier_is_spread():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(5, 64)), rng.normal(size=(3, 64))
    x[:, 9] = 100.0
    R = hadamard(64) * rng.choice([-1.0, 1.0], size=64)[:, None]
    np.testing.assert_allclose((x @ R) @ (w @ R).T, x @ w.T)
    np.testing.assert_allclose(np.linalg.norm(x @ R, axis=1), np.linalg.norm(x, axis=1))
    assert np.abs(x @ R).max() < 2 * 100 / np.sqrt(64)


@pytest.mark.parametrize("d", [0, 3, 12])
def test_bad_size_is_named(d):
    with pytest.raises(ValueError, match="d must be"):
        hadamard(d)


def test_bad_values_are_named():
    with pytest.raises(ValueError, match="holds NaN or infinity"):
        round_e4m3([np.inf])
