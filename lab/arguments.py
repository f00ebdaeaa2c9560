"""Argument checks shared by lab: each refuses bad input with one sentence that names it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def array(name: str, value: ArrayLike, shape: Sequence[int | str] | None = None) -> Array:
    """Return ``value`` as float64, finite, not empty and of the wanted shape.

    Args:
        name: what the caller calls this argument.
        value: anything NumPy can turn into an array of real numbers.
        shape: one entry an axis: an ``int`` is a size it must have, a ``str`` the name of an
            axis of any size, as in ``("batch", 4)``. ``None`` takes any shape.

    Raises:
        ValueError: if ``value`` is not numeric, is empty, holds NaN or infinity, or has
            another shape.
    """
    try:
        result = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be an array of real numbers: {error}") from None
    if shape is not None and (
        result.ndim != len(shape)
        or any(isinstance(n, int) and n != m for n, m in zip(shape, result.shape, strict=True))
    ):
        wanted = "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
        raise ValueError(f"{name} has shape {result.shape}, expected {wanted}")
    if result.size == 0:
        raise ValueError(f"{name} is empty: it has shape {result.shape}")
    if not np.isfinite(result).all():
        raise ValueError(f"{name}, of shape {result.shape}, holds NaN or infinity")
    return result


def positive(name: str, value: float) -> float:
    """Return ``value``; raise ``ValueError`` unless it is a finite number above zero."""
    if not (isinstance(value, (int, float, np.number)) and np.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be a finite number above 0, got {value!r}")
    return float(value)


def between(name: str, value: float, low: float, high: float) -> float:
    """Return ``value``; raise ``ValueError`` unless ``low <= value <= high``."""
    if not (isinstance(value, (int, float, np.number)) and low <= value <= high):
        raise ValueError(f"{name} must be a number from {low} to {high}, got {value!r}")
    return float(value)


def integer(name: str, value: int, low: int, high: int | None = None) -> int:
    """Return ``value``; raise ``ValueError`` unless it is an integer within the bounds."""
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or value < low or (high is not None and value > high):
        bounds = f"of at least {low}" if high is None else f"from {low} to {high}"
        raise ValueError(f"{name} must be an integer {bounds}, got {value!r}")
    return int(value)
