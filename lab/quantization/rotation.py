"""FP8 rounding, and rotations that spread outliers (QuaRot, Ashkboos et al. 2024, arXiv:2404.00456).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.quantization.affine import fake_quantize, per_token, snr_db
>>> from lab.quantization.rotation import hadamard, round_e4m3
>>> [float(y) for y in round_e4m3([0.3, 17.0, 1000.0])]   # 3 bits after the leading one, ≤ 448
[0.3125, 16.0, 448.0]
>>> rng = np.random.default_rng(0)
>>> x = rng.normal(size=(256, 512))
>>> R = hadamard(512) * rng.choice([-1.0, 1.0], size=512)[:, None]   # random signs, then Hadamard
>>> def int8(x):
...     return fake_quantize(x, *per_token(x, 8, symmetric=True), 8, symmetric=True)
>>> def fp8(x):
...     scale = np.abs(x).max(axis=1, keepdims=True) / 448
...     return scale * round_e4m3(x / scale)
>>> for factor in 1, 30, 300:                        # how far one channel stands out
...     y = x * np.where(np.arange(512) == 7, factor, 1.0)
...     rest = np.arange(512) != 7
...     print(factor, [round(snr_db(y[:, rest], y_hat[:, rest]), 1)
...                    for y_hat in (int8(y), fp8(y), int8(y @ R) @ R.T)])
1 [42.5, 31.6, 42.6]
30 [23.2, 31.5, 40.5]
300 [5.0, 31.5, 28.8]

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, integer


# --8<-- [start:rotation]
def hadamard(d: int) -> Array:
    """Normalised Hadamard matrix: entries ``±1/√d``, symmetric, and its own inverse.

    Source: Sylvester's construction, as used by Ashkboos et al. 2024 (arXiv:2404.00456),
    section 3.

    Args:
        d: a power of two.

    Returns:
        Orthogonal matrix, shape (d, d).

    Raises:
        ValueError: if ``d`` is not a power of two.
    """
    integer("d", d, 1)
    if d & (d - 1):
        raise ValueError(f"d must be a power of two, got {d}")
    matrix: Array = np.ones((1, 1))
    while len(matrix) < d:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]]) / np.sqrt(2)
    return matrix


def round_e4m3(x: ArrayLike) -> Array:
    """Nearest FP8 number in E4M3: 4 bits of exponent, 3 of mantissa, no infinity.

    Magnitudes above 448, the largest number, become 448; below the least normal number 2^-6 the
    steps stay at 2^-9. Ties go to the even mantissa.

    Source: Micikevicius et al. 2022 (arXiv:2209.05433), table 1.

    Args:
        x: values, any shape.

    Returns:
        FP8 values, of the shape of ``x``.

    Raises:
        ValueError: on a bad argument.
    """
    x = array("x", x)
    exponent = np.frexp(x)[1] - 1  # 2^exponent <= |x| < 2^(exponent + 1)
    step = np.ldexp(1.0, np.maximum(exponent, -6) - 3)
    rounded: Array = np.clip(np.round(x / step) * step, -448.0, 448.0)
    return rounded


# --8<-- [end:rotation]
