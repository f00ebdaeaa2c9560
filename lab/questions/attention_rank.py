"""Is causal attention full rank and bidirectional attention not? (kexue.fm/9529, a conjecture)

--8<-- [start:example]
>>> import numpy as np
>>> from lab.questions.attention_rank import (
...     causal_log_determinant, effective_rank, numerical_rank, singular_values)
>>> q, k = np.random.default_rng(0).normal(size=(2, 128, 16))
>>> int(np.linalg.matrix_rank(q @ k.T))  # the logits are low rank: d = 16
16
>>> both, causal = singular_values(q, k, causal=False), singular_values(q, k, causal=True)
>>> numerical_rank(both), numerical_rank(causal)  # softmax lifts the rank, mask or no mask
(128, 126)
>>> round(causal_log_determinant(q, k))  # ln det, the sum of ln of the diagonal: finite, so rank 128
-528
>>> bool(both[-1] > 1e-5), bool(causal[-1] < 1e-15)  # yet the causal one is nearer to singular
(True, True)
>>> round(effective_rank(both)), round(effective_rank(causal))
(64, 57)

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array


def _logits(q: ArrayLike, k: ArrayLike, causal: bool) -> Array:
    q = array("q", q, ("n", "d"))
    k = array("k", k, q.shape)
    logits: Array = q @ k.T / np.sqrt(q.shape[1])
    return np.where(np.tri(len(q), dtype=bool), logits, -np.inf) if causal else logits


# --8<-- [start:attention_matrix]
def attention_matrix(q: ArrayLike, k: ArrayLike, causal: bool) -> Array:
    r"""$A=\mathrm{softmax}(QK^\top/\sqrt d+M)$, row by row.

    Source: Vaswani et al. 2017 (arXiv:1706.03762), eq. 1.

    Args:
        q: queries, shape (n, d).
        k: keys, shape (n, d).
        causal: whether $M$ hides the keys after the query, so that $A$ is lower triangular.

    Returns:
        Shape (n, n); rows sum to 1.

    Raises:
        ValueError: if the shapes differ.
    """
    logits = _logits(q, k, causal)
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: Array = weights / weights.sum(axis=1, keepdims=True)
    return result


# --8<-- [end:attention_matrix]


# --8<-- [start:singular_values]
def singular_values(q: ArrayLike, k: ArrayLike, causal: bool) -> Array:
    r"""The singular values $\sigma_1\ge\dots\ge\sigma_n$ of the attention matrix.

    Args:
        q: queries, shape (n, d).
        k: keys, shape (n, d).
        causal: whether the keys after the query are hidden.

    Returns:
        Shape (n,), largest first. Values below about 1e-16 times the largest are rounding.

    Raises:
        ValueError: if the shapes differ.
    """
    sigma = np.linalg.svd(attention_matrix(q, k, causal), compute_uv=False)
    return np.asarray(sigma, dtype=np.float64)


# --8<-- [end:singular_values]


# --8<-- [start:causal_log_determinant]
def causal_log_determinant(q: ArrayLike, k: ArrayLike) -> float:
    r"""$\ln\det A=\sum_i\ln A_{ii}$ of causal attention: finite, so $A$ is full rank.

    This is the argument for decoders in kexue.fm/9529. It says $\det A > 0$, not how far
    $A$ is from a singular matrix; and it says nothing about bidirectional attention.

    Args:
        q: queries, shape (n, d).
        k: keys, shape (n, d).

    Returns:
        The logarithm of the determinant, at most 0.

    Raises:
        ValueError: if the shapes differ.
    """
    logits = _logits(q, k, causal=True)
    top = logits.max(axis=1)
    log_sum = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return float((np.diagonal(logits) - log_sum).sum())


# --8<-- [end:causal_log_determinant]


# --8<-- [start:numerical_rank]
def numerical_rank(sigma: ArrayLike) -> int:
    r"""How many singular values exceed $n\,\epsilon\,\sigma_1$, the size of rounding errors.

    Source: the default of ``numpy.linalg.matrix_rank``, $\epsilon=2^{-52}$.

    Args:
        sigma: singular values, not negative, shape (n,).

    Returns:
        The rank in double precision.

    Raises:
        ValueError: if ``sigma`` is not a vector or holds a negative number.
    """
    sigma = _spectrum(sigma)
    return int((sigma > len(sigma) * np.finfo(np.float64).eps * sigma.max()).sum())


# --8<-- [end:numerical_rank]


# --8<-- [start:effective_rank]
def effective_rank(sigma: ArrayLike) -> float:
    r"""$\exp(-\sum_i p_i\ln p_i)$ with $p_i=\sigma_i/\sum_j\sigma_j$: how many count.

    Source: Roy and Vetterli 2007, "The effective rank: a measure of effective dimensionality".

    Args:
        sigma: singular values, not negative and not all 0, shape (n,).

    Returns:
        A number from 1 to n.

    Raises:
        ValueError: if ``sigma`` is not a vector, holds a negative number or only zeros.
    """
    sigma = _spectrum(sigma)
    if not sigma.any():
        raise ValueError(f"sigma, of shape {sigma.shape}, holds only zeros")
    p = sigma[sigma > 0] / sigma.sum()
    return float(np.exp(-(p * np.log(p)).sum()))


# --8<-- [end:effective_rank]


def _spectrum(sigma: ArrayLike) -> Array:
    checked = array("sigma", sigma, ("n",))
    if (checked < 0).any():
        raise ValueError(f"sigma must not be negative, got {checked.min()!r}")
    return checked
