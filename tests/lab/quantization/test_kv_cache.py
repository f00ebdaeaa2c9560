from __future__ import annotations

import numpy as np
import pytest

from lab.quantization.affine import fake_quantize, per_tensor
from lab.quantization.kv_cache import attention, quantize_cache


def test_grids_are_those_of_the_pieces():
    x = np.random.default_rng(0).normal(size=(8, 6))
    tokens, channels = quantize_cache(x, 4, 3, "token"), quantize_cache(x, 4, 4, "channel")
    for row in range(8):
        for start in (0, 3):
            piece = x[row : row + 1, start : start + 3]
            expected = fake_quantize(piece, *per_tensor(piece, 4), 4)
            np.testing.assert_array_equal(tokens[row : row + 1, start : start + 3], expected)
    for column in range(6):
        for start in (0, 4):
            piece = x[start : start + 4, column : column + 1]
            expected = fake_quantize(piece, *per_tensor(piece, 4), 4)
            np.testing.assert_array_equal(
                channels[start : start + 4, column : column + 1], expected
            )


def test_an_outlier_stays_in_its_channel_or_with_its_token():
    x = np.random.default_rng(0).normal(size=(32, 32))
    x[:, 3] += 50.0
    error = np.abs(quantize_cache(x, 4, 32, "channel") - x).mean(axis=0)
    spread = np.abs(quantize_cache(x, 4, 32, "token") - x).mean(axis=0)
    assert np.delete(error, 3).mean() < 0.2 * np.delete(spread, 3).mean()
    x[:, 3] -= 50.0
    x[5] *= 50.0
    error = np.abs(quantize_cache(x, 4, 32, "token") - x).mean(axis=1)
    spread = np.abs(quantize_cache(x, 4, 32, "channel") - x).mean(axis=1)
    assert np.delete(error, 5).mean() < 0.2 * np.delete(spread, 5).mean()


def test_attention_is_a_weighted_mean_of_values():
    rng = np.random.default_rng(0)
    q, k, v = rng.normal(size=(3, 5, 4))
    for row, output in zip(q, attention(q, k, v), strict=True):
        weights = np.exp([row @ key / 2 for key in k])
        np.testing.assert_allclose(output, weights @ v / weights.sum())
    np.testing.assert_allclose(attention(q, 0 * k, v), np.tile(v.mean(axis=0), (5, 1)))
    assert np.isfinite(attention(1e4 * q, k, v)).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: quantize_cache(np.ones((4, 4)), 4, 3, "token"), "group_size must divide"),
        (lambda: quantize_cache(np.ones((4, 4)), 1, 4, "token"), "bits must be an integer"),
        (
            lambda: quantize_cache(np.ones((4, 4)), 4, 4, "head"),
            "along must be 'channel' or 'token'",
        ),
        (
            lambda: quantize_cache(np.ones(4), 4, 4, "token"),
            r"x has shape \(4,\), expected \(tokens",
        ),
        (lambda: attention(np.ones((2, 3)), np.ones((2, 4)), np.ones((2, 4))), "keys has shape"),
        (lambda: attention(np.ones((2, 3)), np.ones((2, 3)), np.ones((1, 3))), "values has shape"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
