from __future__ import annotations

import numpy as np
import pytest

from lab.quantization.comparison import (
    correlated_layer,
    output_error,
    weight_and_activation_errors,
    weight_only_errors,
)


def test_the_layer_is_what_it_says():
    w, x, x_test = correlated_layer(1, samples=4000, outliers=2, magnitude=10.0)
    assert w.shape == (128, 128) and x.shape == x_test.shape == (4000, 128)
    spread = x.std(axis=0)
    assert spread[:2].mean() / spread[2:].mean() == pytest.approx(10, rel=0.4)
    eigenvalues = np.linalg.eigvalsh(np.cov(x[:, 2:].T))[::-1]
    assert eigenvalues[:16].sum() > 0.85 * eigenvalues.sum()  # 16 factors carry it
    for kept, again in zip(correlated_layer(1), correlated_layer(1), strict=True):
        np.testing.assert_array_equal(kept, again)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_methods(seed):
    w, x, x_test = correlated_layer(seed)
    for bits in 3, 4:
        errors = weight_only_errors(w, x, x_test, bits, group_size=64)
        assert errors["GPTQ"] < errors["AWQ"] < errors["RTN"]
    errors = weight_and_activation_errors(w, x, x_test)
    assert (np.diff(list(errors.values())) < 0).all()


def test_without_outliers_int8_needs_no_help():
    errors = weight_and_activation_errors(*correlated_layer(outliers=0))
    assert errors["int8 per token"] == pytest.approx(errors["SmoothQuant"], rel=0.05)
    assert errors["int8 per token"] == pytest.approx(errors["LLM.int8()"], rel=0.05)


def test_output_error():
    assert output_error([3.0, 0.0], [3.0, 4.0]) == pytest.approx(0.8)
    with pytest.raises(ValueError, match="the norm of y must be"):
        output_error([1.0], [0.0])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"samples": 0}, "samples must be an integer of at least 1"),
        ({"d_in": 7}, "d_in must be an integer of at least 8"),
        ({"d_out": 0}, "d_out must be an integer of at least 1"),
        ({"outliers": 129}, "outliers must be an integer from 0 to 128"),
        ({"magnitude": 0.0}, "magnitude must be a finite number above 0"),
    ],
)
def test_bad_input_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        correlated_layer(**changes)


def test_bad_shapes_are_named():
    w, x, x_test = correlated_layer(samples=2)
    with pytest.raises(ValueError, match="x_test has shape"):
        weight_only_errors(w, x, x_test[:, :3], 4)
    with pytest.raises(ValueError, match="x_calibration has shape"):
        weight_and_activation_errors(w, x[:, :3], x_test)
