"""Hypothesis strategies and a finite difference that this section's tests share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lab.arguments import Array

LOG_P = st.floats(-1e4, 0)
BETA = st.floats(1e-3, 10)


def log_probs(count: int, batch: int | None = None) -> st.SearchStrategy[Array]:
    """``count`` rows of log-probabilities of one batch, down to −1e4."""
    sizes = st.integers(1, 8) if batch is None else st.just(batch)
    return sizes.flatmap(lambda n: arrays(np.float64, (count, n), elements=LOG_P))


def finite_difference(function: Callable[[Array], float], x: Array, step: float = 1e-5) -> Array:
    """Central differences of ``function`` in each entry of ``x``."""
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        moved = np.repeat(x[None], 2, axis=0)
        moved[(0, *index)] += step
        moved[(1, *index)] -= step
        gradient[index] = (function(moved[0]) - function(moved[1])) / (2 * step)
    return gradient
