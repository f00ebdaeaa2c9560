"""Llama 3.1's RoPE scaling (Meta 2024, github.com/meta-llama/llama-models).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.context import llama3, rope
>>> freqs, factor = llama3.frequencies(128, 500_000.0, scale=8, original_length=8192)
>>> slowed = rope.frequencies(128, 500_000.0) / freqs
>>> slowed[[0, 28, 29, 32, 34, 35, 63]].round(2)
array([1.  , 1.  , 1.21, 2.69, 5.26, 8.  , 8.  ])
>>> int((slowed < 1.001).sum()), int((slowed > 7.999).sum())  # of 64 pairs: kept, interpolated
(29, 29)
>>> factor
1.0

--8<-- [end:example]
"""

from __future__ import annotations

from lab.arguments import Array
from lab.context import ntk_by_parts


# --8<-- [start:frequencies]
def frequencies(
    dim: int,
    base: float,
    scale: float,
    original_length: float,
    low_freq_factor: float = 1.0,
    high_freq_factor: float = 4.0,
) -> tuple[Array, float]:
    r"""NTK-by-parts with the paper's ramp, $\alpha = 1$, $\beta = 4$, and no temperature.

    Meta's code compares wavelengths with $L/\mathrm{low}$ and $L/\mathrm{high}$ and smooths
    linearly in $L/\lambda$ between them: in YaRN's notation that is $\gamma(r)$ with
    $\alpha = \mathrm{low}$ and $\beta = \mathrm{high}$.

    Source: github.com/meta-llama/llama-models, models/llama3/model.py, ``apply_scaling``
    (Llama 3.1: base 500,000, scale 8, training length 8,192, factors 1 and 4).

    Args:
        dim: head size, even.
        base: RoPE's base.
        scale: $s \ge 1$.
        original_length: training length $L$ before the extension.
        low_freq_factor: pairs that make fewer turns within $L$ are interpolated.
        high_freq_factor: pairs that make more turns are kept.

    Returns:
        Rotation speeds, shape (dim / 2,), and the attention factor 1.

    Raises:
        ValueError: if an argument is out of its range.
    """
    return ntk_by_parts.frequencies(
        dim, base, scale, original_length, alpha=low_freq_factor, beta=high_freq_factor
    )


# --8<-- [end:frequencies]
