"""Maths and checks that several methods of this section share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array


def log_sigmoid(x: Array) -> Array:
    """log σ(x) = −log(1 + e^(−x)), without overflow for any x."""
    return -np.logaddexp(0.0, -x)


def sigmoid(x: Array) -> Array:
    """σ(x) = 1 / (1 + e^(−x)), without overflow for any x."""
    return np.exp(log_sigmoid(x))


def log_odds(log_p: Array) -> Array:
    """log(P/(1 − P)) from log P < 0; expm1 keeps it exact where P is nearly 1."""
    return log_p - np.log(-np.expm1(log_p))


def ratio(log_ratio: Array) -> Array:
    """e^x for a probability ratio, capped at e^600 ≈ 4e260: finite, and far beyond any clip."""
    return np.exp(np.minimum(log_ratio, 600.0))


def alike(shape: Sequence[int | str] | None, **values: ArrayLike) -> list[Array]:
    """Return the named arguments as arrays: the first of ``shape``, the rest shaped like it."""
    arrays: list[Array] = []
    for name, value in values.items():
        arrays.append(array(name, value, arrays[0].shape if arrays else shape))
    return arrays


def log_probabilities(shape: Sequence[int | str] | None, **values: ArrayLike) -> list[Array]:
    """``alike``, and refuse values above 0: those are probabilities, or a sign is lost."""
    arrays = alike(shape, **values)
    for name, value in zip(values, arrays, strict=True):
        if value.max() > 0:
            raise ValueError(
                f"{name}, of shape {value.shape}, holds {value.max():g}: "
                "a log-probability is at most 0"
            )
    return arrays


def lengths(name: str, value: ArrayLike, shape: tuple[int, ...]) -> Array:
    """Return token counts as floats; each must be a whole number of at least 1."""
    counts = array(name, value, shape)
    if (counts < 1).any() or (counts != np.round(counts)).any():
        raise ValueError(f"{name} must hold whole numbers of at least 1, got {counts}")
    return counts
