"""4-bit NormalFloat (QLoRA, Dettmers et al. 2023, arXiv:2305.14314).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.quantization.affine import fake_quantize, per_group, snr_db
>>> from lab.quantization.nf4 import nf4_dequantize, nf4_levels, nf4_quantize
>>> nf4_levels().round(3)                      # closest together where weights are densest
array([-1.   , -0.696, -0.525, -0.395, -0.284, -0.185, -0.091,  0.   ,
        0.08 ,  0.161,  0.246,  0.338,  0.441,  0.563,  0.723,  1.   ])
>>> rng = np.random.default_rng(0)
>>> for name, w in ("normal", rng.normal(size=(256, 256))), ("uniform", rng.random((256, 256))):
...     nf4 = nf4_dequantize(*nf4_quantize(w, block_size=64))
...     absmax_int4 = fake_quantize(w, *per_group(w, 4, 64, symmetric=True), 4, symmetric=True)
...     affine_int4 = fake_quantize(w, *per_group(w, 4, 64), 4)
...     print(name, [round(snr_db(w, w_hat), 1) for w_hat in (nf4, absmax_int4, affine_int4)])
normal [20.7, 19.3, 20.8]
uniform [21.4, 23.1, 29.7]
>>> codes, _ = nf4_quantize(rng.normal(size=(16384, 64)), block_size=64)
>>> share = np.bincount(codes.ravel(), minlength=16) / codes.size
>>> f"{share.min():.1%} to {share.max():.1%}, {-share @ np.log2(share):.2f} bits"   # not equal
'1.7% to 9.2%, 3.88 bits'

--8<-- [end:example]
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, integer
from lab.quantization.affine import Codes


# --8<-- [start:nf4_levels]
def nf4_levels() -> Array:
    """The 16 values of NF4: quantiles of N(0, 1), scaled to [-1, 1], with an exact zero.

    Eight positive and seven negative quantiles at evenly spaced probabilities, and 0. The
    paper's eq. 4 would put the outermost quantile at probability 0, that is at minus infinity;
    the released values stop at the mean of 1 - 1/32 and 1 - 1/30, half a bin from the end of a
    half with 8 and with 7 bins.

    Source: Dettmers et al. 2023 (arXiv:2305.14314), section 3 and appendix E (the values).

    Returns:
        Levels in rising order, shape (16,).
    """
    outermost = 1 - (1 / 32 + 1 / 30) / 2
    quantile = NormalDist().inv_cdf
    positive = [quantile(p) for p in np.linspace(0.5, outermost, 9)[1:]]
    negative = [-quantile(p) for p in np.linspace(outermost, 0.5, 8)[:-1]]
    return np.array([*negative, 0.0, *positive]) / quantile(outermost)


# --8<-- [end:nf4_levels]


# --8<-- [start:nf4_quantize]
def nf4_quantize(x: ArrayLike, block_size: int = 64) -> tuple[Codes, Array]:
    """Code of the nearest level for each value, after division by its block's largest magnitude.

    Source: Dettmers et al. 2023 (arXiv:2305.14314), section 3 (block size 64 for weights).

    Args:
        x: values, any shape; blocks are runs of neighbours in C order.
        block_size: a divisor of the size of ``x``.

    Returns:
        Codes from 0 to 15, of the shape of ``x``, and the blocks' largest magnitudes, shape
        (blocks,).

    Raises:
        ValueError: on a bad argument.
    """
    x = array("x", x)
    integer("block_size", block_size, 1)
    if x.size % block_size:
        raise ValueError(f"block_size must divide x's {x.size} values, got {block_size}")
    blocks = x.reshape(-1, block_size)
    absmax = np.abs(blocks).max(axis=1)
    levels = nf4_levels()
    midpoints = (levels[1:] + levels[:-1]) / 2
    scaled = blocks / np.where(absmax == 0, 1.0, absmax)[:, None]
    return np.searchsorted(midpoints, scaled).astype(np.int64).reshape(x.shape), absmax


def nf4_dequantize(codes: ArrayLike, absmax: ArrayLike) -> Array:
    """Values that the codes stand for: their levels times their block's largest magnitude.

    Source: Dettmers et al. 2023 (arXiv:2305.14314), section 3.

    Args:
        codes: whole numbers from 0 to 15, any shape.
        absmax: the blocks' largest magnitudes, shape (blocks,).

    Returns:
        Values, of the shape of ``codes``.

    Raises:
        ValueError: on a bad argument.
    """
    codes, absmax = array("codes", codes), array("absmax", absmax, ("blocks",))
    if codes.size % absmax.size:
        raise ValueError(f"absmax has {absmax.size} blocks, which do not divide {codes.size} codes")
    if (codes != np.round(codes)).any() or codes.min() < 0 or codes.max() > 15:
        raise ValueError("codes must be whole numbers from 0 to 15")
    values = nf4_levels()[codes.astype(np.int64)].reshape(absmax.size, -1)
    return (values * absmax[:, None]).reshape(codes.shape)


# --8<-- [end:nf4_quantize]
