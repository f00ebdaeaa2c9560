"""NTK-by-parts interpolation (bloc97 2023; Peng et al. 2023, arXiv:2309.00071, section 3.2).

--8<-- [start:example]
>>> from lab.context import ntk_by_parts, rope
>>> llama = dict(dim=128, base=10_000.0, scale=16, original_length=4096)
>>> freqs, factor = ntk_by_parts.frequencies(**llama)
>>> slowed = rope.frequencies(128, 10_000.0) / freqs
>>> slowed[[0, 20, 21, 30, 40, 45, 46, 63]].round(2)  # 1: kept; 16: interpolated
array([ 1.  ,  1.  ,  1.01,  3.39, 10.57, 15.97, 16.  , 16.  ])
>>> released, _ = ntk_by_parts.frequencies(**llama, ramp="code")
>>> slowed = rope.frequencies(128, 10_000.0) / released
>>> slowed[[0, 20, 21, 30, 40, 45, 46, 63]].round(2)  # same ends, another path between them
array([ 1.  ,  1.  ,  1.04,  1.56,  3.59, 10.15, 16.  , 16.  ])
>>> gamma = ntk_by_parts.paper_ramp(128, 10_000.0, 4096)
>>> int((gamma == 1).sum()), int(((gamma > 0) & (gamma < 1)).sum()), int((gamma == 0).sum())
(21, 25, 18)

--8<-- [end:example]
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from lab.arguments import Array, positive
from lab.context import rope


def _check_bounds(alpha: float, beta: float) -> None:
    if positive("beta", beta) <= positive("alpha", alpha):
        raise ValueError(f"beta must be above alpha = {alpha!r}, got {beta!r}")


# --8<-- [start:paper_ramp]
def paper_ramp(
    dim: int, base: float, original_length: float, alpha: float = 1.0, beta: float = 32.0
) -> Array:
    r"""The paper's $\gamma$: linear in $r_i = L/\lambda_i = L\theta_i/2\pi$, the turns made in $L$.

    Source: Peng et al. 2023 (arXiv:2309.00071, v2), eq. 17 and 18. Eq. 17 prints $b'$; the base
    is the unchanged $b$.

    Args:
        dim: head size, even.
        base: RoPE's base.
        original_length: training length $L$.
        alpha: pairs that make fewer turns are interpolated, $\gamma = 0$.
        beta: pairs that make more turns are kept, $\gamma = 1$.

    Returns:
        $\gamma$ in [0, 1], shape (dim / 2,).

    Raises:
        ValueError: if an argument is out of its range.
    """
    _check_bounds(alpha, beta)
    turns = positive("original_length", original_length) * rope.frequencies(dim, base) / (2 * np.pi)
    gamma: Array = np.clip((turns - alpha) / (beta - alpha), 0, 1)
    return gamma


# --8<-- [end:paper_ramp]


# --8<-- [start:code_ramp]
def code_ramp(
    dim: int, base: float, original_length: float, alpha: float = 1.0, beta: float = 32.0
) -> Array:
    r"""The released code's $\gamma$: linear in the index $i$, between rounded end points.

    Pair $i = d\ln(L/2\pi r)\,/\,2\ln b$ makes $r$ turns. $\gamma$ falls from 1 at $i(\beta)$,
    rounded down, to 0 at $i(\alpha)$, rounded up. $r$ falls geometrically with $i$, so this
    keeps more of the middle pairs than the paper's ramp does. Transformers and vLLM follow it.

    Source: github.com/jquesnelle/yarn, scaled_rope/LlamaYaRNScaledRotaryEmbedding.py.

    Args:
        dim, base, original_length, alpha, beta: as for ``paper_ramp``.

    Returns:
        $\gamma$ in [0, 1], shape (dim / 2,).

    Raises:
        ValueError: if an argument is out of its range, or if the end points cross because
            every pair or no pair makes that many turns.
    """
    _check_bounds(alpha, beta)
    pairs = rope.frequencies(dim, base).size
    length = positive("original_length", original_length)

    def index(turns: float) -> float:
        return dim * math.log(length / (2 * math.pi * turns)) / (2 * math.log(base))

    low, high = max(math.floor(index(beta)), 0), min(math.ceil(index(alpha)), dim - 1)
    if low > high:
        raise ValueError(
            f"original_length {original_length!r} leaves no pair between alpha = {alpha!r} and "
            f"beta = {beta!r} turns: the ramp would start at {low} and end at {high}"
        )
    gamma: Array = 1 - np.clip((np.arange(pairs) - low) / max(high - low, 0.001), 0, 1)
    return gamma


# --8<-- [end:code_ramp]


# --8<-- [start:frequencies]
def frequencies(
    dim: int,
    base: float,
    scale: float,
    original_length: float,
    alpha: float = 1.0,
    beta: float = 32.0,
    ramp: Literal["paper", "code"] = "paper",
) -> tuple[Array, float]:
    r"""Fast pairs kept, slow pairs interpolated: $(1-\gamma)\theta/s + \gamma\theta$.

    The base does not change: $\theta$ is RoPE's own.

    Source: Peng et al. 2023 (arXiv:2309.00071, v2), definition 2, eq. 19 and 20.

    Args:
        dim: head size, even.
        base: RoPE's base.
        scale: $s = L'/L \ge 1$.
        original_length: training length $L$.
        alpha, beta: turns within $L$ that bound the ramp; 1 and 32 for Llama.
        ramp: "paper" (linear in the turns) or "code" (linear in the index).

    Returns:
        Rotation speeds, shape (dim / 2,), and the attention factor 1.

    Raises:
        ValueError: if an argument is out of its range.
    """
    rope.check_extension(scale, original_length)
    if ramp not in ("paper", "code"):
        raise ValueError(f"ramp must be 'paper' or 'code', got {ramp!r}")
    theta = rope.frequencies(dim, base)
    gamma_of = paper_ramp if ramp == "paper" else code_ramp
    gamma = gamma_of(dim, base, original_length, alpha, beta)
    return (1 - gamma) * theta / scale + gamma * theta, 1.0


# --8<-- [end:frequencies]
