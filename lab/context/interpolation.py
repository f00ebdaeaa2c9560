"""Position interpolation, PI (Chen et al. 2023, arXiv:2306.15595).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.context import interpolation, rope
>>> freqs, factor = interpolation.frequencies(8, 10_000.0, scale=4, original_length=2048)
>>> freqs.round(5)  # every speed divided by 4, the fastest one too
array([0.25   , 0.025  , 0.0025 , 0.00025])
>>> factor
1.0
>>> x = np.arange(8.0)[None]
>>> slow = rope.rotate(x, [8000], freqs)
>>> squeezed = rope.rotate(x, [8000 / 4], rope.frequencies(8, 10_000.0))
>>> np.allclose(slow, squeezed)  # turning slower is the same as squeezing positions
True
>>> theta = rope.frequencies(128, 10_000.0)  # with h_i = exp(-i theta_i / 2), halfway:
>>> deviation = float((1 - np.cos(theta / 2)).sum())
>>> printed, corrected = 128 / (32 * np.log(10_000)), 1 / (8 * (1 - 10_000 ** (-4 / 128)))
>>> round(float(printed), 3), round(deviation, 3), round(corrected, 3)
(0.434, 0.494, 0.5)

--8<-- [end:example]
"""

from __future__ import annotations

from lab.arguments import Array
from lab.context import rope


# --8<-- [start:frequencies]
def frequencies(dim: int, base: float, scale: float, original_length: float) -> tuple[Array, float]:
    r"""All rotation speeds divided by $s$, which squeezes position $m$ to $m/s$.

    Source: Chen et al. 2023 (arXiv:2306.15595); in the notation of Peng et al. 2023
    (arXiv:2309.00071, v2), eq. 10: position $mL/L'$.

    Args:
        dim: head size, even.
        base: RoPE's base.
        scale: $s = L'/L \ge 1$, new length over training length.
        original_length: training length $L$. PI depends on the ratio only; the argument is
            here so that all methods are called alike.

    Returns:
        Rotation speeds, shape (dim / 2,), and the attention factor 1.

    Raises:
        ValueError: if an argument is out of its range.
    """
    rope.check_extension(scale, original_length)
    return rope.frequencies(dim, base) / scale, 1.0


# --8<-- [end:frequencies]
