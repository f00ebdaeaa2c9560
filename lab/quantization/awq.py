"""AWQ: activation-aware weight scaling (Lin et al. 2023, arXiv:2306.00978).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.quantization.affine import round_to_nearest
>>> from lab.quantization.awq import keep_in_full_precision, search_scale
>>> rng = np.random.default_rng(0)
>>> x, w = rng.normal(size=(256, 128)), rng.normal(size=(64, 128))
>>> x[:, :2] *= 20.0                                # 2 salient channels of 128
>>> def output_error(w_hat):
...     return f"{np.linalg.norm(x @ (w_hat - w).T) / np.linalg.norm(x @ w.T):.1%}"
>>> output_error(round_to_nearest(w, bits=3, group_size=64))
'19.2%'
>>> output_error(keep_in_full_precision(w, [0, 1], bits=3, group_size=64))   # mixed precision
'7.5%'
>>> alpha, scales, w_hat = search_scale(w, x, bits=3, group_size=64)         # all in 3 bits
>>> output_error(w_hat), round(alpha, 2), (scales[:2].mean() / scales[2:].mean()).round(1).item()
('11.8%', 0.3, 2.4)

--8<-- [end:example]
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, integer
from lab.quantization.affine import round_to_nearest


# --8<-- [start:search_scale]
def search_scale(
    w: ArrayLike, x: ArrayLike, bits: int, group_size: int | None = None, grid: int = 20
) -> tuple[float, Array, Array]:
    """The scale ``s = s_X^α`` whose quantized layer comes closest to the original one.

    ``α* = argmin ‖Q(w diag(s)) diag(s)^-1 xᵀ - w xᵀ‖`` by grid search over [0, 1], with s_X the
    mean magnitude of each input channel. α = 0 is round-to-nearest. Every weight is quantized;
    as in the released code, s is normalised so that √(max s · min s) = 1. The paper's weight
    clipping is left out.

    Source: Lin et al. 2023 (arXiv:2306.00978), eq. 4 and 5.

    Args:
        w: weights, shape (out, in).
        x: calibration inputs, shape (samples, in).
        bits: from 2 to 16.
        group_size: weights a grid, a divisor of ``in``; ``None`` for one grid a row.
        grid: steps from 0 to 1, at least 1.

    Returns:
        α; s, shape (in,); and the dequantized ``Q(w diag(s)) diag(s)^-1``, shape (out, in),
        which takes the input as it is.

    Raises:
        ValueError: on a bad argument.
    """
    w = array("w", w, ("out", "in"))
    x = array("x", x, ("samples", w.shape[1]))
    integer("grid", grid, 1)
    magnitude = np.abs(x).mean(axis=0)
    used = magnitude > 0
    # a channel that never fires cannot be salient: give it the smallest magnitude there is
    s_x = np.where(used, magnitude, magnitude[used].min() if used.any() else 1.0)
    s_x /= np.sqrt(s_x.max()) * np.sqrt(s_x.min())
    gram = x.T @ x  # ‖Δ xᵀ‖² = tr(Δ xᵀx Δᵀ): one product for all α, whatever the sample count
    best = np.inf
    for step in np.linspace(0, 1, grid + 1):
        s = s_x**step
        w_step = round_to_nearest(w * s, bits, group_size) / s
        delta = w_step - w
        if (loss := float(np.sum(delta @ gram * delta))) < best:
            best, alpha, scales, w_hat = loss, float(step), s, w_step
    return alpha, scales, w_hat


# --8<-- [end:search_scale]


def keep_in_full_precision(
    w: ArrayLike, channels: Sequence[int], bits: int, group_size: int | None = None
) -> Array:
    """Round-to-nearest with some input channels left as they are.

    The experiment that motivates AWQ, not the method: it needs two number formats in a row.

    Source: Lin et al. 2023 (arXiv:2306.00978), section 3.1 and table 1.

    Args:
        w: weights, shape (out, in).
        channels: indices of the input channels to keep.
        bits: of the others, from 2 to 16.
        group_size: weights a grid, a divisor of ``in``; ``None`` for one grid a row.

    Returns:
        Weights, shape (out, in).

    Raises:
        ValueError: on a bad argument.
    """
    w = array("w", w, ("out", "in"))
    for channel in channels:
        integer("channels", channel, 0, w.shape[1] - 1)
    w_hat = round_to_nearest(w, bits, group_size)
    w_hat[:, list(channels)] = w[:, list(channels)]
    return w_hat
