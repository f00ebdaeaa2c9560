"""YaRN, NTK-by-parts with a temperature (Peng et al. 2023, arXiv:2309.00071).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.context import ntk_by_parts, yarn
>>> freqs, factor = yarn.frequencies(128, 10_000.0, scale=16, original_length=4096)
>>> by_parts, _ = ntk_by_parts.frequencies(128, 10_000.0, scale=16, original_length=4096)
>>> np.array_equal(freqs, by_parts)  # the speeds are NTK-by-parts'
True
>>> round(factor, 4), round(factor**2, 4)  # on queries and keys; on the logits
(1.2773, 1.6314)
>>> round(yarn.attention_factor(8), 3)  # the paper prints 1.208 for s = 8
1.208
>>> def needle(tau, s, score=13.0, spread=2.0, n=4096):  # its attention among s n Gaussian scores
...     odds = np.exp(tau * score - np.log(s * n) - (tau * spread) ** 2 / 2)
...     return round(float(odds / (1 + odds)), 2)
>>> needle(1, s=1), needle(1, s=16), needle(factor**2, s=16)
(0.94, 0.48, 0.99)

--8<-- [end:example]
"""

from __future__ import annotations

import math
from typing import Literal

from lab.arguments import Array, between
from lab.context import ntk_by_parts


# --8<-- [start:attention_factor]
def attention_factor(scale: float) -> float:
    r"""$\sqrt{1/t} = 0.1\ln s + 1$, by which queries and keys are both multiplied.

    The logits are therefore multiplied by its square $1/t > 1$: attention gets sharper, to
    make up for more tokens sharing the softmax.

    Source: Peng et al. 2023 (arXiv:2309.00071, v2), eq. 21 and 22, a fit on LLaMA models.

    Args:
        scale: $s \ge 1$.

    Returns:
        The factor, 1 for $s = 1$.

    Raises:
        ValueError: if ``scale`` is below 1.
    """
    return 0.1 * math.log(between("scale", scale, 1.0, 1e6)) + 1.0


# --8<-- [end:attention_factor]


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
    r"""NTK-by-parts' rotation speeds together with the attention factor.

    Source: Peng et al. 2023 (arXiv:2309.00071, v2), definition 3.

    Args:
        dim: head size, even.
        base: RoPE's base.
        scale: $s = L'/L \ge 1$.
        original_length: training length $L$.
        alpha, beta: turns within $L$ that bound the ramp; 1 and 32 for Llama. In model
            configurations they are called ``beta_slow`` and ``beta_fast``.
        ramp: "paper" or "code", as for NTK-by-parts.

    Returns:
        Rotation speeds, shape (dim / 2,), and the factor on queries and keys.

    Raises:
        ValueError: if an argument is out of its range.
    """
    freqs, _ = ntk_by_parts.frequencies(dim, base, scale, original_length, alpha, beta, ramp)
    return freqs, attention_factor(scale)


# --8<-- [end:frequencies]
