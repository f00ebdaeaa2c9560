from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.scaling.benchmark_prediction import (
    accuracy_from_nll,
    fit_accuracy,
    fit_nll,
    predict_accuracy,
    synthetic_models,
)

COMPUTE = np.logspace(19, 22, 10)


@given(st.floats(-5, 5), st.floats(-1, 1))
def test_a_line_is_recovered(intercept, slope):
    nll = intercept + slope * np.log10(COMPUTE)
    np.testing.assert_allclose(fit_nll(COMPUTE, nll), (intercept, slope), atol=1e-9)


def test_the_line_is_least_squares():
    nll = np.random.default_rng(0).normal(size=10)
    slope, intercept = np.polyfit(np.log10(COMPUTE), nll, 1)
    np.testing.assert_allclose(fit_nll(COMPUTE, nll), (intercept, slope))


def test_the_sigmoid_by_hand():
    assert accuracy_from_nll(1.3, 40.0, 1.3, 0.25) == pytest.approx(0.625)
    assert accuracy_from_nll(1.3 - np.log(3) / 40, 40.0, 1.3, 0.0) == pytest.approx(0.75)
    np.testing.assert_allclose(accuracy_from_nll([-1e4, 1e4], 1.0, 0.0, 0.25), [1.0, 0.25])


@given(st.floats(2, 100), st.floats(0.5, 2), st.floats(0, 0.5))
def test_a_sigmoid_is_recovered(steepness, midpoint, chance):
    nll = midpoint + np.linspace(-3, 3, 12) / steepness
    accuracy = accuracy_from_nll(nll, steepness, midpoint, chance)
    np.testing.assert_allclose(
        fit_accuracy(nll, accuracy, chance), (steepness, midpoint), rtol=1e-5
    )


def test_the_sigmoid_is_least_squares():
    rng = np.random.default_rng(0)
    nll = np.linspace(1.2, 1.4, 30)
    accuracy = np.clip(accuracy_from_nll(nll, 30, 1.3, 0.25) + 0.05 * rng.normal(size=30), 0, 1)

    assert_least_squares(nll, accuracy)


def assert_least_squares(nll, accuracy):
    def error(fit):
        return np.sum((accuracy - accuracy_from_nll(nll, *fit, 0.25)) ** 2)

    k, m = fit_accuracy(nll, accuracy, 0.25)
    for dk, dm in ((0.1, 0.0), (-0.1, 0.0), (0.0, 1e-4), (0.0, -1e-4)):
        assert error((k + dk, m + dm)) > error((k, m))


def test_accuracies_at_and_below_chance_are_welcome():
    nll = np.array([1.5, 1.45, 1.4, 1.35, 1.3, 1.2])
    accuracy = np.array([0.22, 0.25, 0.25, 0.3, 0.5, 0.9])
    k, m = fit_accuracy(nll, accuracy, 0.25)
    assert k > 0 and 1.2 < m < 1.35
    assert_least_squares(nll, accuracy)


def test_both_steps_together():
    line, sigmoid = (2.0, -0.03), (40.0, 1.3)
    assert predict_accuracy(10 ** (70 / 3), line, sigmoid, 0.25) == pytest.approx(0.625)
    forecast = predict_accuracy(np.logspace(18, 27, 20), line, sigmoid, 0.25)
    assert (np.diff(forecast) > 0).all() and forecast[0] > 0.25 and forecast[-1] < 1


def test_the_forecast_finds_the_truth_and_older_models_narrow_it():
    alone, both = [], []
    for seed in range(50):
        small, older, truth = synthetic_models(seed)
        line = fit_nll(small["compute"], small["nll"])
        for forecasts, groups in ((alone, (small,)), (both, (small, older))):
            nll, accuracy = (
                np.concatenate([g[key] for g in groups]) for key in ("nll", "accuracy")
            )
            sigmoid = fit_accuracy(nll, accuracy, 0.25)
            forecasts.append(float(predict_accuracy(3.8e25, line, sigmoid, 0.25)))
    assert truth == pytest.approx(0.9526, abs=1e-4)
    assert np.median(both) == pytest.approx(truth, abs=0.01)
    assert np.std(both) < 0.7 * np.std(alone)


def test_older_models_are_off_the_line_but_on_the_sigmoid():
    small, older, _ = synthetic_models(noise=0.0)
    intercept, slope = fit_nll(small["compute"], small["nll"])
    off = older["nll"] - (intercept + slope * np.log10(older["compute"]))
    np.testing.assert_allclose(off, 0.02)
    sigmoid = fit_accuracy(small["nll"], small["accuracy"], 0.25)
    np.testing.assert_allclose(
        accuracy_from_nll(older["nll"], *sigmoid, 0.25), older["accuracy"], rtol=1e-6
    )
    assert older["compute"].min() > small["compute"].max()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fit_nll([1e20, 0.0], [1.0, 1.0]), "compute must be above 0 FLOPs"),
        (lambda: fit_nll([1e20, 1e20], [1.0, 1.1]), "compute must hold two different values"),
        (lambda: fit_nll([1e20, 1e21], [1.0]), r"nll has shape \(1,\), expected \(2,\)"),
        (lambda: fit_nll([], []), "compute is empty"),
        (lambda: fit_accuracy([1.0, 2.0], [0.5, 1.1], 0.25), "accuracy must hold numbers from"),
        (lambda: fit_accuracy([1.0, 2.0], [0.5], 0.25), r"accuracy has shape \(1,\)"),
        (lambda: fit_accuracy([1.0, 1.0], [0.5, 0.6], 0.25), "nll must hold two different values"),
        (lambda: fit_accuracy([1.0, 2.0], [0.5, 0.6], 1.0), "chance must be a number from 0"),
        (lambda: fit_accuracy([1.0, 2.0], [0.5, 0.5], 0.0), "accuracy does not depend on nll"),
        (lambda: accuracy_from_nll([np.nan], 1.0, 1.0, 0.25), "nll, of shape .* holds NaN"),
        (lambda: predict_accuracy(-1.0, (1, 1), (1, 1), 0.25), "compute must be above 0 FLOPs"),
        (lambda: synthetic_models(noise=-1.0), "noise must be a number from 0 to 1"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
