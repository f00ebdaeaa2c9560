"""LLaVA: visual tokens through a projector (Liu et al. 2023, arXiv:2304.08485, arXiv:2310.03744).

--8<-- [start:example]
>>> from lab.multimodal.llava import anyres_tokens, projector_parameters, select_resolution
>>> projector_parameters([1024, 4096])  # LLaVA-7B: one linear layer
4198400
>>> projector_parameters([1024, 4096, 4096])  # LLaVA-1.5-7B: two layers with GELU between
20979712
>>> grids = [(336, 672), (672, 336), (672, 672), (1008, 336), (336, 1008)]
>>> select_resolution(480, 640, grids)  # height, width
(672, 672)
>>> anyres_tokens(672, 672, grids)  # 576 for the overview, 4 x 576 for the tiles, 48 line ends
2928
>>> anyres_tokens(480, 640, grids)  # rows that were only padding are cut away
2340
>>> anyres_tokens(336, 336, grids)  # not larger than a tile, and still tiled: little to gain
1176

--8<-- [end:example]
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, integer
from lab.multimodal.vit import token_count

_erf = np.vectorize(math.erf, otypes=[np.float64])


# --8<-- [start:linear_projector]
def linear_projector(z: ArrayLike, w: ArrayLike) -> Array:
    r"""$H_v = W Z_v$: one visual token in, one token of the language model's size out.

    Source: Liu et al. 2023 (arXiv:2304.08485), eq. 1.

    Args:
        z: grid features, shape (batch, tokens, vision width).
        w: shape (vision width, text width).

    Returns:
        Shape (batch, tokens, text width).

    Raises:
        ValueError: if a shape does not fit.
    """
    z = array("z", z, ("batch", "tokens", "vision width"))
    h: Array = z @ array("w", w, (z.shape[2], "text width"))
    return h


# --8<-- [end:linear_projector]


# --8<-- [start:mlp_projector]
def mlp_projector(
    z: ArrayLike, w_1: ArrayLike, b_1: ArrayLike, w_2: ArrayLike, b_2: ArrayLike
) -> Array:
    r"""LLaVA-1.5's $W_2\,\mathrm{GELU}(W_1 z + b_1) + b_2$.

    Source: Liu et al. 2023 (arXiv:2310.03744), section 3; the widths and the exact GELU are
    those of the released code, ``mlp2x_gelu``.

    Args:
        z: grid features, shape (batch, tokens, vision width).
        w_1, b_1: shapes (vision width, text width) and (text width,).
        w_2, b_2: shapes (text width, text width) and (text width,).

    Returns:
        Shape (batch, tokens, text width): the number of tokens does not change.

    Raises:
        ValueError: if a shape does not fit.
    """
    h = linear_projector(z, array("w_1", w_1, ("vision width", "text width")))
    width = h.shape[2]
    h = h + array("b_1", b_1, (width,))
    h = h * (1 + _erf(h / math.sqrt(2))) / 2
    out: Array = h @ array("w_2", w_2, (width, width)) + array("b_2", b_2, (width,))
    return out


# --8<-- [end:mlp_projector]


# --8<-- [start:projector_parameters]
def projector_parameters(widths: Sequence[int]) -> int:
    r"""Weights and biases of a chain of linear layers, $\sum_i (d_i+1)\,d_{i+1}$.

    Args:
        widths: sizes from the vision encoder to the language model, at least two.

    Returns:
        The number of parameters.

    Raises:
        ValueError: if there are fewer than two widths or one is not a positive integer.
    """
    if len(widths) < 2:
        raise ValueError(f"widths must hold at least two sizes, got {list(widths)!r}")
    for i, width in enumerate(widths):
        integer(f"widths[{i}]", width, 1)
    return sum((a + 1) * b for a, b in pairwise(widths))


# --8<-- [end:projector_parameters]


# --8<-- [start:select_resolution]
def select_resolution(
    height: int, width: int, candidates: Sequence[tuple[int, int]]
) -> tuple[int, int]:
    """The canvas that keeps most of the image's pixels and, among equals, wastes least.

    Source: github.com/haotian-liu/LLaVA, llava/mm_utils.py, ``select_best_resolution``.

    Args:
        height, width: image size in pixels.
        candidates: canvas sizes as (height, width) in pixels.

    Returns:
        One of ``candidates``; the first of equally good ones.

    Raises:
        ValueError: if a size is not a positive integer or there is no candidate.
    """
    integer("height", height, 1)
    integer("width", width, 1)
    if not candidates:
        raise ValueError("candidates is empty: expected (height, width) pairs")

    def quality(canvas: tuple[int, int]) -> tuple[int, int]:
        h, w = integer("candidate height", canvas[0], 1), integer("candidate width", canvas[1], 1)
        scale = min(w / width, h / height)
        kept = min(int(width * scale) * int(height * scale), width * height)
        return kept, kept - h * w

    return max(candidates, key=quality)


# --8<-- [end:select_resolution]


# --8<-- [start:anyres_tokens]
def anyres_tokens(
    height: int,
    width: int,
    candidates: Sequence[tuple[int, int]],
    tile: int = 336,
    patch: int = 14,
) -> int:
    r"""Visual tokens of an image under AnyRes: an overview and the tiles of a canvas.

    The image is scaled to fit the canvas and padded; rows or columns of tokens that see padding
    only are cut, and each row that is left ends with a learned newline token.

    Source: github.com/haotian-liu/LLaVA, llava/model/llava_arch.py (``spatial_unpad``).

    Args:
        height, width: image size in pixels.
        candidates: canvas sizes as (height, width), multiples of ``tile``.
        tile: side of the vision encoder's input in pixels.
        patch: side of a patch in pixels.

    Returns:
        The number of tokens that reach the language model.

    Raises:
        ValueError: if a size is not positive or the tiles or patches do not fit.
    """
    canvas = select_resolution(height, width, candidates)
    token_count(*canvas, tile)  # refuses a canvas that tiles do not fill
    overview = token_count(tile, tile, patch)
    rows, columns = canvas[0] // patch, canvas[1] // patch
    if width * rows > columns * height:  # wider than the canvas: padding above and below
        rows -= (rows - height * columns // width) // 2 * 2
    else:
        columns -= (columns - width * rows // height) // 2 * 2
    return overview + rows * columns + rows


# --8<-- [end:anyres_tokens]
