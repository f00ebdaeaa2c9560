"""Forecasting a benchmark in two steps: compute → negative log-likelihood → accuracy (Llama 3,
Grattafiori et al. 2024, arXiv:2407.21783, section 3.2.1).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.scaling.benchmark_prediction import (
...     fit_accuracy, fit_nll, predict_accuracy, synthetic_models)
>>> def forecasts(seed):
...     small, older, truth = synthetic_models(seed)          # small: up to 1e22 FLOPs
...     line = fit_nll(small["compute"], small["nll"])        # step 1: scaling-law models only
...     both = [np.append(small[key], older[key]) for key in ("nll", "accuracy")]
...     sigmoids = (fit_accuracy(small["nll"], small["accuracy"], chance=0.25),
...                 fit_accuracy(*both, chance=0.25))         # step 2: with older, larger models
...     return [float(predict_accuracy(3.8e25, line, sigmoid, 0.25)) for sigmoid in sigmoids]
>>> small, _, truth = synthetic_models(0)
>>> float(small["accuracy"].max().round(2)), round(truth, 2)  # guessing gets 0.25
(0.39, 0.95)
>>> np.quantile([forecasts(seed) for seed in range(100)], [0.05, 0.95], axis=0).T.round(2)
array([[0.88, 0.99],
       [0.92, 0.97]])

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, between


def _log10_compute(compute: ArrayLike, shape: tuple[str, ...] | None = None) -> Array:
    compute = array("compute", compute, shape)
    if compute.min() <= 0:
        raise ValueError(f"compute must be above 0 FLOPs, its smallest value is {compute.min()}")
    return np.asarray(np.log10(compute))


# --8<-- [start:fit_nll]
def fit_nll(compute: ArrayLike, nll: ArrayLike) -> tuple[float, float]:
    """Step 1: least-squares line ``NLL = b0 + b1 log10 C``.

    Source: Llama 3 (arXiv:2407.21783), section 3.2.1: the compute-optimal models of the
    scaling-law runs only, on one data mix.

    Args:
        compute: training FLOPs C of each model, above 0, shape (models,), two different at least.
        nll: negative log-likelihood of the correct answer, a character, of the same shape.

    Returns:
        b0 and b1.

    Raises:
        ValueError: on a bad argument.
    """
    t = _log10_compute(compute, ("models",))
    nll = array("nll", nll, t.shape)
    deviation = t - t.mean()
    if not deviation.any():
        raise ValueError(f"compute must hold two different values, got {t.size} equal ones")
    slope = float(deviation @ nll / (deviation @ deviation))
    return float(nll.mean() - slope * t.mean()), slope


# --8<-- [end:fit_nll]


# --8<-- [start:accuracy_from_nll]
def accuracy_from_nll(nll: ArrayLike, steepness: float, midpoint: float, chance: float) -> Array:
    """``c + (1 - c) σ(k (m - NLL))``: from chance to 1 as the right answers get likelier.

    Source: Llama 3 (arXiv:2407.21783), section 3.2.1 says sigmoidal; this parametrisation is
    ours.

    Args:
        nll: negative log-likelihood of the correct answer, any shape.
        steepness: k.
        midpoint: m, the NLL at half way between chance and 1.
        chance: c, the accuracy of guessing, from 0 up to but not including 1.

    Returns:
        Accuracy, of the shape of ``nll``.

    Raises:
        ValueError: on a bad argument.
    """
    between("chance", chance, 0, np.nextafter(1, 0))
    logit = steepness * (midpoint - array("nll", nll))
    return np.asarray(chance + (1 - chance) * np.exp(-np.logaddexp(0, -logit)))


def fit_accuracy(nll: ArrayLike, accuracy: ArrayLike, chance: float) -> tuple[float, float]:
    """Step 2: least-squares sigmoid through accuracy against NLL.

    Fitted by Levenberg–Marquardt in the two coefficients of the logit, from the line through
    the clipped logits of the accuracies.

    Source: Llama 3 (arXiv:2407.21783), section 3.2.1: the scaling-law models and Llama 2, whose
    data mix differs, but which reach accuracies that the former do not.

    Args:
        nll: negative log-likelihood of the correct answer, shape (models,), two different at
            least.
        accuracy: from 0 to 1, of the same shape.
        chance: accuracy of guessing, below 1.

    Returns:
        Steepness and midpoint for ``accuracy_from_nll``.

    Raises:
        ValueError: on a bad argument, or if the accuracy does not depend on the NLL.
    """
    nll = array("nll", nll, ("models",))
    accuracy = array("accuracy", accuracy, nll.shape)
    between("chance", chance, 0, np.nextafter(1, 0))
    if accuracy.min() < 0 or accuracy.max() > 1:
        raise ValueError("accuracy must hold numbers from 0 to 1")
    mean, deviation = nll.mean(), nll.std()
    if deviation == 0:
        raise ValueError(f"nll must hold two different values, got {nll.size} equal ones")
    features = np.stack([np.ones_like(nll), (nll - mean) / deviation], axis=1)
    above_chance = np.clip((accuracy - chance) / (1 - chance), 0.02, 0.98)
    theta = np.linalg.lstsq(features, np.log(above_chance / (1 - above_chance)))[0]

    def residuals(theta: Array) -> Array:
        return accuracy - accuracy_from_nll(-(features @ theta), 1.0, 0.0, chance)

    r, damping = residuals(theta), 1e-3
    for _ in range(100):
        p = accuracy_from_nll(-(features @ theta), 1.0, 0.0, 0.0)
        J = (1 - chance) * (p * (1 - p))[:, None] * features
        step = np.linalg.solve(J.T @ J + damping * np.eye(2), J.T @ r)
        r_step = residuals(theta + step)
        if r_step @ r_step < r @ r:
            theta, r, damping = theta + step, r_step, damping / 5
        else:
            damping *= 5
    if theta[1] == 0:
        raise ValueError("accuracy does not depend on nll, so no sigmoid can be fitted")
    return float(-theta[1] / deviation), float(mean - deviation * theta[0] / theta[1])


# --8<-- [end:accuracy_from_nll]


def predict_accuracy(
    compute: ArrayLike, line: tuple[float, float], sigmoid: tuple[float, float], chance: float
) -> Array:
    """Both steps: the accuracy at the NLL at which the line puts a model of that compute.

    Source: Llama 3 (arXiv:2407.21783), section 3.2.1 and figure 4.

    Args:
        compute: training FLOPs, above 0, any shape.
        line: ``fit_nll``'s result.
        sigmoid: ``fit_accuracy``'s result.
        chance: accuracy of guessing, below 1.

    Returns:
        Accuracy, of the shape of ``compute``.

    Raises:
        ValueError: on a bad argument.
    """
    return accuracy_from_nll(line[0] + line[1] * _log10_compute(compute), *sigmoid, chance)


def synthetic_models(
    seed: int = 0, noise: float = 0.013
) -> tuple[dict[str, Array], dict[str, Array], float]:
    """Made-up models in the situation of Llama 3's figure 4, with a known truth.

    Ten small compute-optimal models on a line; four older and larger ones off that line (other
    data), but on the same sigmoid from NLL to accuracy.

    Args:
        seed: of the noise.
        noise: standard deviation of the accuracies; the NLLs get a fifth of it.
            The default is the sampling error of ARC Challenge's 1,172 questions near chance.

    Returns:
        The small models' and the older models' ``compute``, ``nll`` and ``accuracy``; and the
        true accuracy at 3.8e25 FLOPs.

    Raises:
        ValueError: on a bad argument.
    """
    between("noise", noise, 0, 1)
    rng = np.random.default_rng(seed)
    line, sigmoid, chance = (2.0, -0.03), (40.0, 1.30), 0.25

    def models(compute: Array, offset: float) -> dict[str, Array]:
        nll = line[0] + line[1] * np.log10(compute) + offset
        accuracy = accuracy_from_nll(nll, *sigmoid, chance)
        return {
            "compute": compute,
            "nll": nll + noise / 5 * rng.normal(size=nll.shape),
            "accuracy": np.clip(accuracy + noise * rng.normal(size=nll.shape), 0, 1),
        }

    small = models(np.array([6e18, 1e19, 3e19, 6e19, 1e20, 3e20, 6e20, 1e21, 3e21, 1e22]), 0.0)
    older = models(6 * 2e12 * np.array([7e9, 13e9, 34e9, 70e9]), 0.02)
    return small, older, float(predict_accuracy(3.8e25, line, sigmoid, chance))
