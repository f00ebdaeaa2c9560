"""GPTQ: second-order weight quantization (Frantar et al. 2022, arXiv:2210.17323).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.quantization.affine import round_to_nearest
>>> from lab.quantization.gptq import gptq
>>> rng = np.random.default_rng(0)
>>> x = rng.normal(size=(512, 8)) @ rng.normal(size=(8, 64)) + 0.1 * rng.normal(size=(512, 64))
>>> w = rng.normal(size=(32, 64))
>>> def output_error(w_hat):
...     return np.linalg.norm(x @ (w_hat - w).T) / np.linalg.norm(x @ w.T)
>>> rounded, compensated = round_to_nearest(w, bits=3), gptq(w, x, bits=3)
>>> f"{output_error(rounded):.1%} {output_error(compensated):.1%}"
'18.0% 5.9%'
>>> bool(np.abs(compensated - w).mean() > np.abs(rounded - w).mean())   # farther from w itself
True

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, between, integer
from lab.quantization.affine import fake_quantize, scale_zero_point


# --8<-- [start:inverse_hessian_factor]
def inverse_hessian_factor(x: ArrayLike, percdamp: float = 0.01) -> Array:
    """Upper triangular U with ``(H + λI)^-1 = UᵀU``, where ``H = 2 xᵀx``.

    Row j of U, divided by its diagonal element, says how rounding weight j is best made up for
    by the weights after it. λ is a share of the mean diagonal element of H. Inputs that are
    always zero get a 1 on the diagonal, which leaves their weights to plain rounding.

    Source: Frantar et al. 2022 (arXiv:2210.17323), section 4, step 3 and algorithm 1.

    Args:
        x: calibration inputs, shape (samples, in): the paper's X transposed.
        percdamp: λ over the mean diagonal element, from 0 to 1.

    Returns:
        U, shape (in, in).

    Raises:
        ValueError: on a bad argument, or if H stays singular for want of damping.
    """
    x = array("x", x, ("samples", "in"))
    H = 2 * x.T @ x
    diagonal = np.einsum("jj->j", H)  # a view
    diagonal += between("percdamp", percdamp, 0, 1) * diagonal.mean()
    diagonal[diagonal == 0] = 1.0
    try:
        # Factoring H from its last row up, H = R Rᵀ with R upper triangular, gives U = R^-1
        # without the inverse of H itself, which would lose half the digits.
        R = np.linalg.cholesky(H[::-1, ::-1])[::-1, ::-1]
    except np.linalg.LinAlgError:
        raise ValueError(
            f"percdamp of {percdamp} leaves the Hessian of x, of shape {x.shape}, singular: "
            f"raise it or use more samples"
        ) from None
    return np.triu(np.linalg.inv(R))


# --8<-- [end:inverse_hessian_factor]


# --8<-- [start:gptq]
def gptq(
    w: ArrayLike,
    x: ArrayLike,
    bits: int,
    group_size: int | None = None,
    block_size: int = 128,
    percdamp: float = 0.01,
) -> Array:
    """Weights rounded one input column after another, each error made up for by later columns.

    All rows take the columns in one fixed order, so they share U. Updates reach the current
    block at once and all later columns when the block ends: ``block_size`` changes the speed,
    not the result. Grids are asymmetric, and a group's is set from its weights as they are
    when its turn comes.

    Source: Frantar et al. 2022 (arXiv:2210.17323), algorithm 1; eq. 1 is the objective.

    Args:
        w: weights, shape (out, in).
        x: calibration inputs, shape (samples, in).
        bits: from 2 to 16.
        group_size: weights a grid, a divisor of ``in``; ``None`` for one grid a row.
        block_size: columns between two lazy updates; it and ``group_size`` must divide one
            another, so that a group never waits for an update.
        percdamp: damping, see ``inverse_hessian_factor``.

    Returns:
        Dequantized weights, shape (out, in).

    Raises:
        ValueError: on a bad argument.
    """
    w = array("w", w, ("out", "in"))
    d_col = w.shape[1]
    U = inverse_hessian_factor(array("x", x, ("samples", d_col)), percdamp)
    B = integer("block_size", block_size, 1)
    g = d_col if group_size is None else integer("group_size", group_size, 1)
    if d_col % g or (g < d_col and B % g and g % B):
        raise ValueError(
            f"group_size must divide w's {d_col} columns, and it and block_size must divide one "
            f"another, got group_size {g} and block_size {B}"
        )
    W = w.T.copy()  # transposed, so that a column of weights is contiguous in memory
    Q: Array = np.empty_like(W)
    for i in range(0, d_col, B):
        end = min(i + B, d_col)
        E = np.empty((end - i, len(w)))
        for j in range(i, end):
            if j % g == 0:
                group = W[j : j + g]
                scale, zero_point = scale_zero_point(group.min(axis=0), group.max(axis=0), bits)
            Q[j] = fake_quantize(W[j], scale, zero_point, bits)
            E[j - i] = (W[j] - Q[j]) / U[j, j]
            W[j + 1 : end] -= np.outer(U[j, j + 1 : end], E[j - i])
        W[end:] -= U[i:end, end:].T @ E
    return np.ascontiguousarray(Q.T)


# --8<-- [end:gptq]
