"""Dynamic NTK interpolation (emozilla 2023; Peng et al. 2023, arXiv:2309.00071, section 3.3).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.context import dynamic_ntk, ntk_aware, rope
>>> def slowest(length, scale=1):
...     freqs, _ = dynamic_ntk.frequencies(128, 10_000.0, scale, 2048, length)
...     return round(float(rope.frequencies(128, 10_000.0)[-1] / freqs[-1]), 4)
>>> [slowest(length) for length in (100, 2048, 4096, 8192)]  # s = max(1, l'/L)
[1.0, 1.0, 2.0, 4.0]
>>> [slowest(length, scale=4) for length in (2048, 4096, 8192)]  # "factor": 4 in transformers
[1.0, 5.0, 13.0]
>>> grown, _ = dynamic_ntk.frequencies(128, 10_000.0, 1, 2048, 8192)
>>> fixed, _ = ntk_aware.frequencies(128, 10_000.0, 4, 2048)
>>> np.allclose(grown, fixed)
True

--8<-- [end:example]
"""

from __future__ import annotations

from lab.arguments import Array, integer
from lab.context import ntk_aware, rope


# --8<-- [start:frequencies]
def frequencies(
    dim: int, base: float, scale: float, original_length: float, length: int
) -> tuple[Array, float]:
    r"""NTK-aware interpolation with $s = \max(1, l'/L)$, anew for each current length $l'$.

    Because the speeds change while generating, keys must be cached *before* rotation.

    Source: Peng et al. 2023 (arXiv:2309.00071, v2), section 3.3. The authors' code and
    Transformers have a factor $a$ (here ``scale``) of their own:
    $s = a\,l'/L - (a-1) = 1 + a\,(l'/L-1)$. It is not $L'/L$: with $a = 1$ it is the paper's
    rule, with $a = 4$ the model at $l' = 4L$ is slowed 13-fold.

    Args:
        dim: head size, even, at least 4.
        base: RoPE's base.
        scale: $a \ge 1$; 1 for the paper's rule.
        original_length: training length $L$.
        length: current number of tokens $l'$.

    Returns:
        Rotation speeds, shape (dim / 2,), and the attention factor 1.

    Raises:
        ValueError: if an argument is out of its range.
    """
    rope.check_extension(scale, original_length)
    beyond = max(integer("length", length, 1) / original_length, 1.0) - 1.0
    return ntk_aware.frequencies(dim, base, 1.0 + scale * beyond, original_length)


# --8<-- [end:frequencies]
