"""LLM.int8(): outlier columns in 16 bits, the rest in 8 (Dettmers et al. 2022, arXiv:2208.07339).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.quantization.llm_int8 import int8_matmul, outlier_columns
>>> rng = np.random.default_rng(0)
>>> x, w = rng.normal(size=(64, 512)), rng.normal(size=(256, 512))
>>> x[:, 7] *= 30.0                         # one feature of 512 is an outlier in most tokens
>>> outlier_columns(x, threshold=6.0)
array([7])
>>> y = x @ w.T
>>> for threshold in np.inf, 6.0:           # inf: plain vector-wise int8
...     error = int8_matmul(x, w, threshold) - y
...     print(threshold, f"{np.linalg.norm(error) / np.linalg.norm(y):.2%}")
inf 3.90%
6.0 0.67%

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array
from lab.quantization.affine import Codes, per_channel, per_token, quantize


def outlier_columns(x: ArrayLike, threshold: float = 6.0) -> Codes:
    """Features of which some token's magnitude reaches the threshold: the paper's set O.

    Source: Dettmers et al. 2022 (arXiv:2208.07339), section 3.2.

    Args:
        x: activations, shape (tokens, in).
        threshold: the paper's α, above 0; infinity for no outliers.

    Returns:
        Indices of the columns, rising, shape (outliers,).

    Raises:
        ValueError: on a bad argument.
    """
    x = array("x", x, ("tokens", "in"))
    if not threshold > 0:
        raise ValueError(f"threshold must be above 0, got {threshold!r}")
    return np.flatnonzero((np.abs(x) >= threshold).any(axis=0))


# --8<-- [start:int8_matmul]
def int8_matmul(x: ArrayLike, w: ArrayLike, threshold: float = 6.0) -> Array:
    """``x wᵀ``, in which columns with an outlier stay exact and the others go through int8.

    ``C ≈ Σ_{h∈O} X_h W_h + S · Σ_{h∉O} X_h^i8 W_h^i8``: one symmetric scale for each row of
    ``x`` (a token) and of ``w`` (an output), whose outer product is S. The paper's W is
    ``w`` transposed.

    Source: Dettmers et al. 2022 (arXiv:2208.07339), eq. 7 and 8.

    Args:
        x: activations, shape (tokens, in).
        w: weights, shape (out, in).
        threshold: magnitude from which a feature counts as an outlier, above 0. The paper uses
            6; infinity turns the decomposition off.

    Returns:
        The product, shape (tokens, out).

    Raises:
        ValueError: on a bad argument.
    """
    x = array("x", x, ("tokens", "in"))
    w = array("w", w, ("out", x.shape[1]))
    outliers = outlier_columns(x, threshold)
    exact: Array = x[:, outliers] @ w[:, outliers].T
    x, w = np.delete(x, outliers, axis=1), np.delete(w, outliers, axis=1)
    if x.shape[1] == 0:
        return exact
    x_scale, x_zero = per_token(x, bits=8, symmetric=True)
    w_scale, w_zero = per_channel(w, bits=8, symmetric=True)
    x_i8 = quantize(x, x_scale, x_zero, bits=8, symmetric=True)
    w_i8 = quantize(w, w_scale, w_zero, bits=8, symmetric=True)
    # the sums are whole numbers far below 2^53, so float64 holds them exactly, and BLAS is fast
    c_i32 = x_i8.astype(np.float64) @ w_i8.T.astype(np.float64)
    y: Array = exact + x_scale * w_scale.T * c_i32
    return y


# --8<-- [end:int8_matmul]
