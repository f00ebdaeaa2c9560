"""SmoothQuant: move outliers from activations into weights (Xiao et al. 2022, arXiv:2211.10438).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.quantization.smoothquant import smooth
>>> x = np.array([[1.0, -60.0, 0.5], [-2.0, 80.0, 1.5]])        # the second feature is an outlier
>>> w = np.array([[0.3, -0.2, 0.4], [-0.5, 0.1, 0.6]])
>>> scales, w_smooth = smooth(np.abs(x).max(axis=0), w, alpha=0.5)
>>> scales.round(2)
array([ 2.  , 20.  ,  1.58])
>>> np.abs(x / scales).max(axis=0).round(2), np.abs(w_smooth).max(axis=0).round(2)
(array([1.  , 4.  , 0.95]), array([1.  , 4.  , 0.95]))
>>> np.allclose((x / scales) @ w_smooth.T, x @ w.T)             # the layer computes the same
True

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, between


# --8<-- [start:smooth]
def smooth(x_absmax: ArrayLike, w: ArrayLike, alpha: float = 0.5) -> tuple[Array, Array]:
    """Scale of each input channel, ``s_j = max|X_j|^α / max|W_j|^(1-α)``, and ``w diag(s)``.

    ``Y = (X diag(s)^-1)(diag(s) W)`` is unchanged: the layer before it divides its output by s
    once and for all. The paper's W is ``w`` transposed.

    Source: Xiao et al. 2022 (arXiv:2211.10438), eq. 3 and 4.

    Args:
        x_absmax: largest magnitude of each input channel over the calibration data, ≥ 0, shape
            (in,).
        w: weights, shape (out, in).
        alpha: migration strength, from 0 (all difficulty stays in the activations) to 1.

    Returns:
        Scales, shape (in,), 1 where the channel or its weights are always zero; and the weights
        for the scaled input, shape (out, in).

    Raises:
        ValueError: on a bad argument.
    """
    w = array("w", w, ("out", "in"))
    x_absmax = array("x_absmax", x_absmax, (w.shape[1],))
    between("alpha", alpha, 0, 1)
    if x_absmax.min() < 0:
        raise ValueError(f"x_absmax must hold magnitudes of at least 0, got {x_absmax.min()}")
    w_absmax = np.abs(w).max(axis=0)
    used = (x_absmax > 0) & (w_absmax > 0)
    scales = np.ones_like(x_absmax)
    scales[used] = x_absmax[used] ** alpha / w_absmax[used] ** (1 - alpha)
    return scales, w * scales


# --8<-- [end:smooth]
