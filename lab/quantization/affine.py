"""Affine (uniform) quantization and its granularities (Jacob et al. 2017, arXiv:1712.05877).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.quantization.affine import (
...     dequantize, fake_quantize, per_channel, per_tensor, quantize, snr_db)
>>> x = np.array([[-1.0, -0.2, 0.0, 0.5, 2.0]])
>>> scale, zero_point = per_tensor(x, bits=4)        # the range [-1, 2] over 15 steps
>>> scale.item(), zero_point.item()
(0.2, 5)
>>> q = quantize(x, scale, zero_point, bits=4)       # 0.5 / 0.2 = 2.5 rounds to the even 2
>>> q
array([[ 0,  4,  5,  7, 15]])
>>> dequantize(q, scale, zero_point).round(1)        # zero comes back as exactly zero
array([[-1. , -0.2,  0. ,  0.4,  2. ]])
>>> w = np.random.default_rng(0).normal(size=(64, 64))
>>> w[0, 0] = 60.0                                   # one outlier in one of 64 rows
>>> for grid in per_tensor, per_channel:
...     w_hat = fake_quantize(w, *grid(w, bits=8), bits=8)
...     print(grid.__name__, round(snr_db(w[1:], w_hat[1:]), 1), "dB")
per_tensor 22.8 dB
per_channel 45.6 dB

--8<-- [end:example]

Quantization-aware training on the same grid as rounding afterwards:

--8<-- [start:qat]
>>> from lab.quantization.affine import train_quantized
>>> rng = np.random.default_rng(0)
>>> x = rng.normal(size=(256, 4)) @ rng.normal(size=(4, 16)) + 0.3 * rng.normal(size=(256, 16))
>>> y = x @ rng.normal(size=(16, 8))
>>> post, aware = train_quantized(x, y, bits=3, steps=500, learning_rate=0.01)
>>> for w_hat in post, aware:
...     print(f"{np.linalg.norm(x @ w_hat.T - y) / np.linalg.norm(y):.1%}")
20.0%
13.5%

--8<-- [end:qat]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.arguments import Array, array, between, integer, positive

Codes = NDArray[np.int64]


def code_range(bits: int, symmetric: bool = False) -> tuple[int, int]:
    """Smallest and largest code: ``0 … 2^b - 1``, or ``±(2^(b-1) - 1)`` if symmetric.

    The symmetric range leaves out ``-2^(b-1)``, so that ``-x`` always gets the code of ``x``
    with the sign changed.

    Source: Jacob et al. 2017 (arXiv:1712.05877), section 3.1.

    Args:
        bits: b, from 2 to 16.
        symmetric: whether the zero point is fixed at 0.

    Returns:
        ``(q_min, q_max)``.

    Raises:
        ValueError: if ``bits`` is out of range.
    """
    integer("bits", bits, 2, 16)
    if symmetric:
        return 1 - 2 ** (bits - 1), 2 ** (bits - 1) - 1
    return 0, 2**bits - 1


# --8<-- [start:scale_zero_point]
def scale_zero_point(
    x_min: ArrayLike, x_max: ArrayLike, bits: int, symmetric: bool = False
) -> tuple[Array, Codes]:
    """Step and zero point of the grid that covers ``[x_min, x_max]`` and contains 0.

    ``s = (x_max - x_min) / (2^b - 1)``, ``z = round(-x_min / s)``; if symmetric,
    ``s = max|x| / (2^(b-1) - 1)`` and ``z = 0``.

    Source: Jacob et al. 2017 (arXiv:1712.05877), eq. 12, and section 3.1 on zero.

    Args:
        x_min: smallest value of each grid, any shape.
        x_max: largest value of each grid, of the same shape.
        bits: b, from 2 to 16.
        symmetric: whether the zero point is fixed at 0.

    Returns:
        Scale (positive) and zero point (integer), each of the shape of ``x_min``.

    Raises:
        ValueError: on a bad argument, or if some ``x_min`` exceeds its ``x_max``.
    """
    q_min, q_max = code_range(bits, symmetric)
    x_min, x_max = array("x_min", x_min), array("x_max", x_max)
    if x_min.shape != x_max.shape or (x_min > x_max).any():
        raise ValueError(
            f"x_min and x_max must have one shape and x_min <= x_max, got shapes "
            f"{x_min.shape} and {x_max.shape}"
        )
    # widening the range to 0 gives zero a code of its own: padding and ReLU stay exact
    x_min, x_max = np.minimum(x_min, 0.0), np.maximum(x_max, 0.0)
    scale = np.maximum(-x_min, x_max) / q_max if symmetric else (x_max - x_min) / (q_max - q_min)
    scale = np.where(scale < np.finfo(np.float64).tiny, 1.0, scale)  # all zeros: any step is exact
    zero_point = np.zeros_like(scale) if symmetric else np.round(-x_min / scale)
    return scale, zero_point.astype(np.int64)


# --8<-- [end:scale_zero_point]


# --8<-- [start:quantize]
def quantize(
    x: ArrayLike, scale: ArrayLike, zero_point: ArrayLike, bits: int, symmetric: bool = False
) -> Codes:
    """Integer codes ``q = clamp(round(x / s) + z, q_min, q_max)``.

    Rounding is to nearest, ties to even, as in NumPy and torch.

    Source: Jacob et al. 2017 (arXiv:1712.05877), eq. 1 solved for q.

    Args:
        x: values, any shape.
        scale: s > 0, broadcastable to ``x``.
        zero_point: z, an integer, broadcastable to ``x``.
        bits: b, from 2 to 16.
        symmetric: as it was for ``scale_zero_point``: it sets the range of the codes.

    Returns:
        Codes, of the shape of ``x``.

    Raises:
        ValueError: on a bad argument.
    """
    x, scale, zero_point = _affine_arguments("x", x, scale, zero_point)
    return np.clip(np.round(x / scale) + zero_point, *code_range(bits, symmetric)).astype(np.int64)


# --8<-- [end:quantize]


# --8<-- [start:dequantize]
def dequantize(q: ArrayLike, scale: ArrayLike, zero_point: ArrayLike) -> Array:
    """Values ``x̂ = s (q - z)`` that the codes stand for.

    Source: Jacob et al. 2017 (arXiv:1712.05877), eq. 1.

    Args:
        q: codes, any shape.
        scale: s > 0, broadcastable to ``q``.
        zero_point: z, broadcastable to ``q``.

    Returns:
        Values, of the shape of ``q``.

    Raises:
        ValueError: on a bad argument.
    """
    q, scale, zero_point = _affine_arguments("q", q, scale, zero_point)
    return scale * (q - zero_point)


# --8<-- [end:dequantize]


def _affine_arguments(
    name: str, x: ArrayLike, scale: ArrayLike, zero_point: ArrayLike
) -> tuple[Array, Array, Array]:
    x, scale, zero_point = array(name, x), array("scale", scale), array("zero_point", zero_point)
    if scale.min() <= 0:
        raise ValueError(f"scale must be above 0 everywhere, its smallest value is {scale.min()}")
    if (zero_point != np.round(zero_point)).any():
        raise ValueError("zero_point must hold whole numbers")
    for parameter, value in (("scale", scale), ("zero_point", zero_point)):
        try:
            fits = np.broadcast_shapes(x.shape, value.shape) == x.shape
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(
                f"{parameter} has shape {value.shape}, expected one that broadcasts to "
                f"the shape of {name}, {x.shape}"
            )
    return x, scale, zero_point


def fake_quantize(
    x: ArrayLike, scale: ArrayLike, zero_point: ArrayLike, bits: int, symmetric: bool = False
) -> Array:
    """Quantize and dequantize: ``x`` moved to the nearest point of its grid.

    Args and Raises: as ``quantize``.

    Returns:
        Values on the grid, of the shape of ``x``.
    """
    return dequantize(quantize(x, scale, zero_point, bits, symmetric), scale, zero_point)


# --8<-- [start:granularity]
def per_tensor(x: ArrayLike, bits: int, symmetric: bool = False) -> tuple[Array, Codes]:
    """One grid for the whole matrix.

    Args:
        x: matrix, shape (rows, columns).
        bits: from 2 to 16.
        symmetric: whether the zero point is fixed at 0.

    Returns:
        Scale and zero point, shape (1, 1).

    Raises:
        ValueError: on a bad argument.
    """
    x = array("x", x, ("rows", "columns"))
    return scale_zero_point(x.min(keepdims=True), x.max(keepdims=True), bits, symmetric)


def per_token(x: ArrayLike, bits: int, symmetric: bool = False) -> tuple[Array, Codes]:
    """One grid a token: a row of activations.

    Args:
        x: activations, shape (tokens, features).
        bits: from 2 to 16.
        symmetric: whether the zero point is fixed at 0.

    Returns:
        Scale and zero point, shape (tokens, 1).

    Raises:
        ValueError: on a bad argument.
    """
    x = array("x", x, ("tokens", "features"))
    return scale_zero_point(x.min(1, keepdims=True), x.max(1, keepdims=True), bits, symmetric)


def per_channel(w: ArrayLike, bits: int, symmetric: bool = False) -> tuple[Array, Codes]:
    """One grid an output channel: a row of weights.

    Scales of tokens and of output channels stand outside the sum of an inner product, so an
    integer matrix multiplication can apply them afterwards; a scale for each *input* channel
    stands inside it and cannot be taken out.

    Args:
        w: weights, shape (out, in).
        bits: from 2 to 16.
        symmetric: whether the zero point is fixed at 0.

    Returns:
        Scale and zero point, shape (out, 1).

    Raises:
        ValueError: on a bad argument.
    """
    return per_token(array("w", w, ("out", "in")), bits, symmetric)


def per_group(
    w: ArrayLike, bits: int, group_size: int, symmetric: bool = False
) -> tuple[Array, Codes]:
    """One grid for each run of ``group_size`` neighbouring weights of a row.

    Args:
        w: weights, shape (out, in).
        bits: from 2 to 16.
        group_size: g, a divisor of ``in``.
        symmetric: whether the zero point is fixed at 0.

    Returns:
        Scale and zero point, each repeated g times to shape (out, in).

    Raises:
        ValueError: on a bad argument.
    """
    w = array("w", w, ("out", "in"))
    integer("group_size", group_size, 1)
    if w.shape[1] % group_size:
        raise ValueError(f"group_size must divide w's {w.shape[1]} columns, got {group_size}")
    scale, zero_point = per_token(w.reshape(-1, group_size), bits, symmetric)
    return scale.repeat(group_size).reshape(w.shape), zero_point.repeat(group_size).reshape(w.shape)


# --8<-- [end:granularity]


def round_to_nearest(w: ArrayLike, bits: int, group_size: int | None = None) -> Array:
    """Dequantized weights of round-to-nearest (RTN), the baseline of GPTQ and AWQ.

    Args:
        w: weights, shape (out, in).
        bits: from 2 to 16.
        group_size: weights a grid, a divisor of ``in``; ``None`` for one grid a row.

    Returns:
        Weights on their asymmetric grids, shape (out, in).

    Raises:
        ValueError: on a bad argument.
    """
    grid = per_channel(w, bits) if group_size is None else per_group(w, bits, group_size)
    return fake_quantize(w, *grid, bits)


def snr_db(x: ArrayLike, x_hat: ArrayLike) -> float:
    """Signal-to-noise ratio in decibels, ``10 log10(Σ x² / Σ (x - x̂)²)``.

    A value spread evenly over the range gains 6.02 dB a bit.

    Args:
        x: values, any shape.
        x_hat: their approximations, of the same shape.

    Returns:
        The ratio; infinite if nothing was lost.

    Raises:
        ValueError: if the shapes differ or ``x`` is zero everywhere.
    """
    x = array("x", x)
    x_hat = array("x_hat", x_hat, x.shape)
    signal, noise = float(np.sum(x**2)), float(np.sum((x - x_hat) ** 2))
    positive("the power of x", signal)
    return float(10 * np.log10(signal / noise)) if noise else float("inf")


def bits_per_weight(
    bits: int, group_size: int, scale_bits: float = 16, zero_point_bits: float = 0
) -> float:
    """Memory of a weight with its share of the scale and zero point.

    Args:
        bits: bits of a code.
        group_size: weights that share a scale (a row's length for per-channel, the whole
            matrix's size for per-tensor).
        scale_bits: bits of a scale.
        zero_point_bits: bits of a zero point; 0 if symmetric.

    Returns:
        Bits a weight.

    Raises:
        ValueError: on a bad argument.
    """
    integer("bits", bits, 1, 16)
    integer("group_size", group_size, 1)
    shared = positive("scale_bits", scale_bits) + between("zero_point_bits", zero_point_bits, 0, 64)
    return bits + shared / group_size


# --8<-- [start:straight_through]
def straight_through(
    gradient: ArrayLike,
    x: ArrayLike,
    scale: ArrayLike,
    zero_point: ArrayLike,
    bits: int,
    symmetric: bool = False,
) -> Array:
    """Gradient of a loss with respect to ``x``, given the one with respect to ``fake_quantize(x)``.

    Rounding has gradient 0 almost everywhere, which would stop all learning; the
    straight-through estimator takes it for the identity, and keeps the true gradient 0 of the
    clamp for values beyond the grid.

    Source: Bengio et al. 2013 (arXiv:1308.3432); Jacob et al. 2017 (arXiv:1712.05877),
    section 3.

    Args:
        gradient: upstream gradient, of the shape of ``x``.
        x: values before quantization.
        scale, zero_point, bits, symmetric: as for ``quantize``.

    Returns:
        The estimated gradient, of the shape of ``x``.

    Raises:
        ValueError: on a bad argument.
    """
    x, scale, zero_point = _affine_arguments("x", x, scale, zero_point)
    q_min, q_max = code_range(bits, symmetric)
    unclamped = np.round(x / scale) + zero_point
    inside = (unclamped >= q_min) & (unclamped <= q_max)
    return array("gradient", gradient, x.shape) * inside


def train_quantized(
    x: ArrayLike, y: ArrayLike, bits: int, steps: int, learning_rate: float
) -> tuple[Array, Array]:
    """Quantization-aware training of a linear layer: the straight-through estimator at work.

    Minimises ``½ mean ‖x ŵᵀ - y‖²`` by gradient descent on the full-precision ``w``, of which
    the forward pass sees the rounding ``ŵ``. Starts at the least-squares solution, whose range
    fixes the grid.

    Args:
        x: inputs, shape (samples, in).
        y: targets, shape (samples, out).
        bits: from 2 to 16, symmetric, one grid an output channel.
        steps: descent steps, at least 1.
        learning_rate: above 0.

    Returns:
        The rounded weights before training (that is post-training quantization) and the best
        that training met, each of shape (out, in).

    Raises:
        ValueError: on a bad argument.
    """
    x = array("x", x, ("samples", "in"))
    y = array("y", y, (x.shape[0], "out"))
    integer("steps", steps, 1)
    positive("learning_rate", learning_rate)
    w: Array = np.linalg.lstsq(x, y)[0].T
    grid = per_channel(w, bits, symmetric=True)
    before = best = fake_quantize(w, *grid, bits, symmetric=True)
    lowest = np.inf
    for _ in range(steps):
        w_hat = fake_quantize(w, *grid, bits, symmetric=True)
        residual = x @ w_hat.T - y
        if (loss := float(np.mean(residual**2))) < lowest:
            lowest, best = loss, w_hat
        upstream = residual.T @ x / len(x)
        w = w - learning_rate * straight_through(upstream, w, *grid, bits, symmetric=True)
    return before, best


# --8<-- [end:straight_through]
