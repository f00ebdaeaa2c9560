"""NTK-aware interpolation (bloc97 2023; Peng et al. 2023, arXiv:2309.00071, section 3.1).

--8<-- [start:example]
>>> from lab.context import ntk_aware, rope
>>> freqs, factor = ntk_aware.frequencies(8, 10_000.0, scale=4, original_length=2048)
>>> plain = rope.frequencies(8, 10_000.0)
>>> (plain / freqs).round(4)  # how much each pair is slowed: 1 for the first, 4 for the last
array([1.    , 1.5874, 2.5198, 4.    ])
>>> round(ntk_aware.scaled_base(8, 10_000.0, 4))  # 10,000 x 4^(8/6)
63496
>>> round(ntk_aware.scaled_base(128, 10_000.0, 4))  # LLaMA's head size
40890
>>> freqs, _ = ntk_aware.frequencies(128, 10_000.0, 8, 4096)  # Llama 2, eight times
>>> slowed = rope.frequencies(128, 10_000.0) / freqs
>>> slowed[[46, 63]].round(2)  # pair 46 is the first to make less than one turn in 4096
array([4.56, 8.  ])

--8<-- [end:example]
"""

from __future__ import annotations

from lab.arguments import Array, between, integer
from lab.context import rope


# --8<-- [start:scaled_base]
def scaled_base(dim: int, base: float, scale: float) -> float:
    r"""The base $b' = b\,s^{d/(d-2)}$ whose slowest pair turns exactly $s$ times slower.

    Source: Peng et al. 2023 (arXiv:2309.00071, v2), eq. 16, derived in appendix A.1.

    Args:
        dim: head size $d$, even and at least 4: with one pair only there is nothing to spread.
        base: RoPE's base $b$.
        scale: $s \ge 1$.

    Returns:
        $b'$.

    Raises:
        ValueError: if an argument is out of its range.
    """
    integer("dim", dim, 4)
    return float(base * between("scale", scale, 1.0, 1e6) ** (dim / (dim - 2)))


# --8<-- [end:scaled_base]


# --8<-- [start:frequencies]
def frequencies(dim: int, base: float, scale: float, original_length: float) -> tuple[Array, float]:
    r"""RoPE with base $b'$: pair $i$ is slowed by $s^{2i/(d-2)}$, from 1 to $s$.

    Source: Peng et al. 2023 (arXiv:2309.00071, v2), definition 1, eq. 14-16.

    Args:
        dim: head size, even, at least 4.
        base: RoPE's base.
        scale: $s = L'/L \ge 1$.
        original_length: training length $L$; not used, as in position interpolation.

    Returns:
        Rotation speeds, shape (dim / 2,), and the attention factor 1.

    Raises:
        ValueError: if an argument is out of its range.
    """
    rope.check_extension(scale, original_length)
    return rope.frequencies(dim, scaled_base(dim, base, scale)), 1.0


# --8<-- [end:frequencies]
