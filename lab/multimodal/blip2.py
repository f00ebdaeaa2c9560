"""BLIP-2: a query transformer between two frozen models (Li et al. 2023, arXiv:2301.12597).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.multimodal.blip2 import parameter_count, query_transformer
>>> rng = np.random.default_rng(0)
>>> weights = dict(w_q=rng.normal(size=(8, 8)), w_k=rng.normal(size=(10, 8)),
...                w_v=rng.normal(size=(10, 8)))
>>> queries = rng.normal(size=(32, 8))
>>> for tokens in (257, 1025):  # ViT at 224 and at 448 pixels, class token included
...     image = rng.normal(size=(2, tokens, 10))
...     print(query_transformer(queries, image, heads=2, **weights).shape)
(2, 32, 8)
(2, 32, 8)
>>> round(parameter_count(vision_width=1408) / 1e6, 1)  # the query branch, ViT-g
105.2
>>> round((parameter_count(vision_width=1408) + 768 * 2560 + 2560) / 1e6)  # + a layer to OPT-2.7B
107

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, integer
from lab.multimodal.attention import cross_attention


# --8<-- [start:query_transformer]
def query_transformer(
    queries: ArrayLike,
    image: ArrayLike,
    w_q: ArrayLike,
    w_k: ArrayLike,
    w_v: ArrayLike,
    heads: int = 12,
) -> Array:
    r"""The Q-Former's cross-attention: learned queries read the frozen encoder's features.

    The number of tokens that reach the language model is the number of queries, whatever the
    resolution: a bottleneck, good for cost and bad for reading small print.

    Source: Li et al. 2023 (arXiv:2301.12597), section 3.1. Of the transformer only the
    cross-attention is shown; it sits in every other layer.

    Args:
        queries: learned queries, shape (queries, dim); 32 of size 768 in the paper.
        image: frozen features, shape (batch, tokens, vision width).
        w_q: shape (dim, dim).
        w_k, w_v: shape (vision width, dim).
        heads: a divisor of dim.

    Returns:
        Shape (batch, queries, dim).

    Raises:
        ValueError: if a shape does not fit.
    """
    one = array("queries", queries, ("queries", "dim"))
    x = array("image", image, ("batch", "tokens", "vision width"))
    dim, vision_width = one.shape[1], x.shape[2]
    w_q = array("w_q", w_q, (dim, dim))
    w_k, w_v = (array(n, w, (vision_width, dim)) for n, w in (("w_k", w_k), ("w_v", w_v)))
    q = np.broadcast_to(one @ w_q, (len(x), *one.shape))
    return cross_attention(q, x @ w_k, x @ w_v, heads)


# --8<-- [end:query_transformer]


# --8<-- [start:parameter_count]
def parameter_count(
    vision_width: int,
    queries: int = 32,
    width: int = 768,
    layers: int = 12,
    cross_every: int = 2,
) -> int:
    r"""Parameters of the Q-Former's query branch: what stage 2 trains and inference runs.

    A layer has self-attention $4(D^2+D)+2D$ and an MLP $8D^2+5D+2D$; every other layer has
    cross-attention $2(D^2+D)+2(D_vD+D)+2D$ too. The paper's 188M also count the text branch of
    stage 1: word embeddings, a second MLP in each layer and the heads, about 187M by this sum.

    Source: Li et al. 2023 (arXiv:2301.12597), section 3.1; BERT-base sizes.

    Args:
        vision_width: $D_v$; 1408 for ViT-g, 1024 for ViT-L.
        queries: number of learned queries.
        width: $D$.
        layers: number of layers.
        cross_every: a layer in so many has cross-attention.

    Returns:
        The number of parameters, one layer norm on the queries included.

    Raises:
        ValueError: if a size is not a positive integer.
    """
    for name, size in (("vision_width", vision_width), ("queries", queries), ("width", width)):
        integer(name, size, 1)
    integer("layers", layers, 1)
    integer("cross_every", cross_every, 1)
    norm = 2 * width
    self_attention = 4 * (width**2 + width) + norm
    mlp = 8 * width**2 + 5 * width + norm
    cross = 2 * (width**2 + width) + 2 * (vision_width * width + width) + norm
    crossing = len(range(0, layers, cross_every))
    return queries * width + norm + layers * (self_attention + mlp) + crossing * cross


# --8<-- [end:parameter_count]
