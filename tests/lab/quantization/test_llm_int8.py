from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lab.quantization.llm_int8 import int8_matmul, outlier_columns
from tests import recorded


def layer(seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(16, 64)), rng.normal(size=(8, 64))


def test_outliers_are_whole_columns_from_the_threshold_on():
    x = np.array([[1.0, 6.0, 0.0, -7.0], [2.0, 0.0, 5.99, 0.0]])
    np.testing.assert_array_equal(outlier_columns(x, 6.0), [1, 3])
    assert outlier_columns(x, np.inf).size == 0


@given(
    arrays(np.float64, (3, 5), elements=st.floats(-1e6, 1e6)),
    arrays(np.float64, (2, 5), elements=st.floats(-1e6, 1e6)),
    st.sampled_from([0.5, 6.0, 1e3, np.inf]),
)
def test_error_is_bounded_by_the_half_steps(x, w, threshold):
    # |x̂ŵ - xw| ≤ |x - x̂||ŵ| + |x||w - ŵ|, and a half step is max / 254
    rest = np.delete(np.arange(5), outlier_columns(x, threshold))
    x_rest, w_rest = x[:, rest], w[:, rest]
    x_max = np.abs(x_rest).max(axis=1, initial=0)[:, None]
    w_max = np.abs(w_rest).max(axis=1, initial=0)[None]
    bound = rest.size * x_max * w_max * (1 + 0.5 / 127) / 127
    error = np.abs(int8_matmul(x, w, threshold) - x @ w.T)
    assert (error <= bound + 1e-9 * (np.abs(x) @ np.abs(w).T) + 1e-12).all()


def test_outlier_columns_are_exact():
    x, w = layer()
    x[:, 3] *= 100
    np.testing.assert_allclose(int8_matmul(x, w, threshold=1e-9), x @ w.T)  # all are outliers
    with_column = int8_matmul(x, w, threshold=20.0)
    without = int8_matmul(np.delete(x, 3, 1), np.delete(w, 3, 1), threshold=20.0)
    np.testing.assert_allclose(with_column - without, np.outer(x[:, 3], w[:, 3]))


def test_decomposition_pays_when_a_feature_is_large():
    x, w = layer()
    x[:, 3] *= 60

    def error(threshold):
        return np.linalg.norm(int8_matmul(x, w, threshold) - x @ w.T)

    assert error(6.0) < error(np.inf) / 4


def test_scaling_a_token_scales_its_output():
    x, w = layer()
    factor = np.arange(1.0, 17.0)[:, None]
    np.testing.assert_allclose(
        int8_matmul(factor * x, w, np.inf), factor * int8_matmul(x, w, np.inf)
    )


def test_bitsandbytes_agrees():
    kept = recorded.load("quantization/llm_int8")
    product = int8_matmul(kept["x"], kept["w"], threshold=np.inf)
    # bitsandbytes returns float16 here
    np.testing.assert_allclose(product, kept["product"], rtol=1e-3, atol=1e-5)
    np.testing.assert_array_equal(
        outlier_columns(kept["x_outliers"], 6.0), kept["outlier_columns"].astype(int)
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: int8_matmul(np.ones((2, 3)), np.ones((4, 2))), r"w has shape \(4, 2\)"),
        (lambda: int8_matmul(np.ones(3), np.ones((4, 3))), r"expected \(tokens, in\)"),
        (lambda: int8_matmul(np.ones((0, 3)), np.ones((4, 3))), "x is empty"),
        (lambda: int8_matmul([[np.nan]], [[1.0]]), "x, of shape .* holds NaN"),
        (lambda: int8_matmul([[1.0]], [[1.0]], threshold=0.0), "threshold must be above 0, got 0"),
        (lambda: int8_matmul([[1.0]], [[1.0]], threshold=np.nan), "threshold must be above 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
