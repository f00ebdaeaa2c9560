"""Cross-attention, which Flamingo and BLIP-2 share (Vaswani et al. 2017, arXiv:1706.03762).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.multimodal.attention import cross_attention
>>> features = np.random.default_rng(0).normal(size=(1, 257, 6))
>>> queries = np.zeros((1, 32, 6))
>>> out = cross_attention(queries, features, features, heads=2)
>>> out.shape  # as many tokens as queries, however many there were to read
(1, 32, 6)
>>> np.allclose(out, features.mean(axis=1))  # a query of zeros takes the mean
True

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, integer


# --8<-- [start:cross_attention]
def cross_attention(q: ArrayLike, k: ArrayLike, v: ArrayLike, heads: int = 1) -> Array:
    r"""$\mathrm{softmax}(QK^\top/\sqrt{d_h})V$ in each head, the heads side by side.

    Source: Vaswani et al. 2017 (arXiv:1706.03762), eq. 1 and section 3.2.2.

    Args:
        q: projected queries, shape (batch, queries, dim).
        k: projected keys, shape (batch, tokens, dim).
        v: projected values, shape (batch, tokens, dim).
        heads: number of heads, a divisor of dim.

    Returns:
        Shape (batch, queries, dim).

    Raises:
        ValueError: if a shape does not fit or ``heads`` does not divide dim.
    """
    q = array("q", q, ("batch", "queries", "dim"))
    batch, queries, dim = q.shape
    k = array("k", k, (batch, "tokens", dim))
    v = array("v", v, k.shape)
    if dim % integer("heads", heads, 1):
        raise ValueError(f"heads must divide dim = {dim}, got {heads}")

    def split(x: Array) -> Array:
        y: Array = x.reshape(batch, -1, heads, dim // heads).swapaxes(1, 2)
        return y

    logits = split(q) @ split(k).swapaxes(2, 3) / np.sqrt(dim // heads)
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    out: Array = (weights @ split(v)).swapaxes(1, 2).reshape(batch, queries, dim)
    return out


# --8<-- [end:cross_attention]
