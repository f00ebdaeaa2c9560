"""Connectors compared: how many tokens an image costs the language model, and what joins them.

--8<-- [start:example]
>>> from lab.multimodal.connector import comparison
>>> for model, vision_tokens, text_tokens, parameters in comparison():
...     print(f"{model:14} {vision_tokens:5} {text_tokens:5} {parameters / 1e6:6.1f}M")
BLIP-2           257    32  107.1M
LLaVA            256   256    4.2M
LLaVA-1.5        576   576   21.0M
LLaVA-NeXT      2880  2928   21.0M
InternVL        1024   256   33.6M
>>> import numpy as np
>>> from lab.multimodal.connector import pixel_shuffle
>>> grid = np.arange(16.0).reshape(1, 16, 1)  # a 4 x 4 grid of one-number features
>>> pixel_shuffle(grid, rows=4, columns=4, r=2)[0]
array([[ 0.,  1.,  4.,  5.],
       [ 2.,  3.,  6.,  7.],
       [ 8.,  9., 12., 13.],
       [10., 11., 14., 15.]])

--8<-- [end:example]
"""

from __future__ import annotations

from typing import NamedTuple

from numpy.typing import ArrayLike

from lab.arguments import Array, array, integer
from lab.multimodal import blip2, llava
from lab.multimodal.vit import token_count


# --8<-- [start:pixel_shuffle]
def pixel_shuffle(features: ArrayLike, rows: int, columns: int, r: int) -> Array:
    r"""Put each $r\times r$ block of tokens into one token: $r^2$ times fewer, $r^2$ times wider.

    Nothing is thrown away, unlike pooling; the projector that follows decides what to keep.

    Source: Chen et al. 2024 (InternVL 1.5, arXiv:2404.16821); Qwen2-VL (arXiv:2409.12191)
    joins 2 x 2 neighbours likewise. The order within a token differs between implementations.

    Args:
        features: shape (batch, rows * columns, dim), row by row.
        rows, columns: the grid, both multiples of ``r``.
        r: side of a block.

    Returns:
        Shape (batch, rows * columns / r^2, r^2 dim).

    Raises:
        ValueError: if the grid does not fit the features or ``r`` does not divide it.
    """
    integer("r", r, 1)
    for name, side in (("rows", rows), ("columns", columns)):
        if integer(name, side, 1) % r:
            raise ValueError(f"{name} must be a multiple of r = {r}, got {side}")
    x = array("features", features, ("batch", rows * columns, "dim"))
    batch, n, dim = x.shape
    x = x.reshape(batch, rows // r, r, columns // r, r, dim).swapaxes(2, 3)
    result: Array = x.reshape(batch, n // r**2, r**2 * dim)
    return result


# --8<-- [end:pixel_shuffle]


class Connector(NamedTuple):
    """One way to join a vision encoder and a language model.

    ``vision_tokens`` leave the encoder, ``text_tokens`` reach the language model, and
    ``parameters`` lie between them.
    """

    model: str
    vision_tokens: int
    text_tokens: int
    parameters: int


# --8<-- [start:comparison]
def comparison() -> list[Connector]:
    r"""Tokens and connector sizes of published models, each from its own arithmetic.

    BLIP-2: ViT-g/14 at 224, class token kept, 32 queries, a linear layer to OPT-2.7B.
    LLaVA-7B: ViT-L/14 at 224, linear. LLaVA-1.5-7B: at 336, two layers. LLaVA-NeXT-7B: the same
    on a 672 x 672 canvas. InternVL: one 448-pixel tile of its 300M encoder, 2 x 2 blocks, layer
    norm and two layers to a 4096-wide language model.

    Source: arXiv:2301.12597, 2304.08485, 2310.03744, 2404.16821 and the released code.

    Returns:
        One row a model.
    """
    to_opt = llava.projector_parameters([768, 2560])
    mlp = llava.projector_parameters([1024, 4096, 4096])
    canvas = [(672, 672)]
    at_224, at_336 = token_count(224, 224, 14), token_count(336, 336, 14)
    tiles = at_336 + token_count(672, 672, 14)
    wide = 4 * 1024
    return [
        Connector("BLIP-2", at_224 + 1, 32, blip2.parameter_count(1408) + to_opt),
        Connector("LLaVA", at_224, at_224, llava.projector_parameters([1024, 4096])),
        Connector("LLaVA-1.5", at_336, at_336, mlp),
        Connector("LLaVA-NeXT", tiles, llava.anyres_tokens(672, 672, canvas), mlp + 4096),
        Connector(
            "InternVL",
            token_count(448, 448, 14),
            token_count(448, 448, 28),
            2 * wide + llava.projector_parameters([wide, 4096, 4096]),
        ),
    ]


# --8<-- [end:comparison]
