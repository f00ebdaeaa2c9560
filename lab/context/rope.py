"""Rotary position embedding, RoPE (Su et al. 2021, arXiv:2104.09864).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.context.rope import attention_decay, frequencies, rotate
>>> theta = frequencies(8, 10_000.0)
>>> theta.round(4)
array([1.   , 0.1  , 0.01 , 0.001])
>>> (2 * np.pi / theta).round().astype(int)  # wavelengths: tokens that make one full turn
array([   6,   63,  628, 6283])
>>> q, k = np.ones((1, 8)), np.ones((1, 8))
>>> def logit(m, n):  # a query at position m, a key at position n
...     return (rotate(q, [m], theta) @ rotate(k, [n], theta).T).item()
>>> round(logit(7, 3), 4), round(logit(1007, 1003), 4)  # only m - n = 4 counts
(4.5332, 4.5332)
>>> attention_decay(frequencies(128, 10_000.0), [0, 1, 10, 100, 1000]).round(1)
array([32.5, 31.5, 18. , 10.2,  4.5])
>>> def leads_until(base):  # where a random key first beats a similar one on average
...     lead = np.cos(np.outer(np.arange(20_000), frequencies(128, base))).sum(axis=1)
...     return int((lead < 0).argmax())
>>> leads_until(10_000.0), leads_until(500_000.0)
(1707, 18438)
>>> x, P = np.arange(8.0), [0, 2, 4, 6, 1, 3, 5, 7]  # the half-split layout: P x, even first
>>> c, u = np.tile(np.cos(5 * theta), 2), np.tile(np.sin(5 * theta), 2)
>>> half_split = x[P] * c + np.concatenate([-x[P][4:], x[P][:4]]) * u
>>> np.allclose(half_split, rotate(x[None], [5], theta)[0, P])
True

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, between, integer, positive


# --8<-- [start:frequencies]
def frequencies(dim: int, base: float = 10_000.0) -> Array:
    r"""The rotation speeds $\theta_i = b^{-2i/d}$ of the $d/2$ pairs of coordinates.

    Source: Su et al. 2021 (arXiv:2104.09864), section 3.2.2, which counts $i$ from 1 and so
    writes $-2(i-1)/d$.

    Args:
        dim: head size $d$, even.
        base: $b > 1$; 10,000 in the paper, 500,000 in Llama 3.

    Returns:
        Angles in radians a token, fastest pair first, shape (dim / 2,).

    Raises:
        ValueError: if ``dim`` is not a positive even number or ``base`` is not above 1.
    """
    if integer("dim", dim, 2) % 2:
        raise ValueError(f"dim must be even, got {dim}")
    if positive("base", base) <= 1:
        raise ValueError(f"base must be above 1, got {base!r}")
    return base ** -(np.arange(0, dim, 2) / dim)


# --8<-- [end:frequencies]


# --8<-- [start:rotate]
def rotate(x: ArrayLike, positions: ArrayLike, freqs: ArrayLike) -> Array:
    r"""Turn pair $i$ of the vector at position $m$ by the angle $m\theta_i$.

    Coordinates $(x_0, x_1), (x_2, x_3), \dots$ make the pairs, as in the paper. Transformers
    and GPT-NeoX pair $(x_i, x_{i+d/2})$ instead: the same method after a permutation of the
    columns of $W_q$ and $W_k$, so weights do not carry over without that permutation.

    Source: Su et al. 2021 (arXiv:2104.09864), section 3.2.

    Args:
        x: queries or keys, shape (..., seq, dim).
        positions: shape (seq,); fractions are allowed (position interpolation).
        freqs: rotation speeds, shape (dim / 2,).

    Returns:
        The turned vectors, shape of ``x``. Multiply by the attention factor where there is one.

    Raises:
        ValueError: if the shapes do not fit each other.
    """
    theta = array("freqs", freqs, ("dim / 2",))
    m = array("positions", positions, ("seq",))
    x = array("x", x)
    if x.ndim < 2 or x.shape[-2:] != (m.size, 2 * theta.size):
        raise ValueError(f"x has shape {x.shape}, expected (..., {m.size}, {2 * theta.size})")
    # Two neighbouring float64 are one complex number: (x_0, x_1) -> x_0 + i x_1.
    pairs = np.ascontiguousarray(x).view(np.complex128)
    turned: Array = (pairs * np.exp(1j * np.outer(m, theta))).view(np.float64)
    return turned


# --8<-- [end:rotate]


# --8<-- [start:attention_decay]
def attention_decay(freqs: ArrayLike, distances: ArrayLike) -> Array:
    r"""RoFormer's bound on attention at a distance: the mean of $|S_j|$.

    $S_j=\sum_{i<j}e^{\mathrm i(m-n)\theta_i}$; by Abel summation $|q_m^\top k_n|$ is at most
    $\max_i|h_{i+1}-h_i|\sum_j|S_j|$, with $h_i$ the product of pair $i$ of $q$ and $k$. It is
    an upper bound, so it shows that logits *may* be large nearby, not that they decay.

    Source: Su et al. 2021 (arXiv:2104.09864), section 3.4.3 and figure 2.

    Args:
        freqs: rotation speeds, shape (dim / 2,).
        distances: $m-n$ in tokens, shape (n,).

    Returns:
        Mean over $j=1,\dots,d/2$ of $|S_j|$, shape (n,); $(d/2+1)/2$ at distance 0.

    Raises:
        ValueError: if either argument is not a vector.
    """
    theta = array("freqs", freqs, ("dim / 2",))
    delta = array("distances", distances, ("n",))
    partial_sums = np.cumsum(np.exp(1j * np.outer(delta, theta)), axis=1)
    decay: Array = np.abs(partial_sums).mean(axis=1)
    return decay


# --8<-- [end:attention_decay]


def check_extension(scale: float, original_length: float) -> None:
    """Refuse a scale below 1 or a training length that is not positive."""
    between("scale", scale, 1.0, 1e6)
    positive("original_length", original_length)
