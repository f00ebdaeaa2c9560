"""Flamingo: gated cross-attention into a frozen model (Alayrac et al. 2022, arXiv:2204.14198).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.multimodal.flamingo import gated_cross_attention, resample
>>> rng = np.random.default_rng(0)
>>> image = rng.normal(size=(1, 256, 8))  # vision features
>>> latents = rng.normal(size=(64, 8))  # learned, the same for every image
>>> visual = resample(latents, image, w_q=np.eye(8), w_k=np.eye(8), w_v=np.eye(8))
>>> visual.shape  # 64 visual tokens for an image of any size
(1, 64, 8)
>>> text = rng.normal(size=(1, 5, 8))
>>> weights = dict(w_q=np.eye(8), w_k=np.eye(8), w_v=np.eye(8))
>>> start = gated_cross_attention(text, visual, alpha=0.0, **weights)
>>> np.array_equal(start, text)  # at the start the language model is untouched
True
>>> bool(np.allclose(gated_cross_attention(text, visual, alpha=1.0, **weights), text))
False

--8<-- [end:example]
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, between
from lab.multimodal.attention import cross_attention


# --8<-- [start:resample]
def resample(
    latents: ArrayLike, image: ArrayLike, w_q: ArrayLike, w_k: ArrayLike, w_v: ArrayLike
) -> Array:
    r"""A perceiver resampler layer's attention: latents read $[X_f; X]$, themselves included.

    Source: Alayrac et al. 2022 (arXiv:2204.14198), section 2.1 and appendix A.1.1. Feed-forward
    layer, layer norms and time embeddings are left out.

    Args:
        latents: learned queries $X$, shape (latents, dim); 64 in the paper.
        image: vision features $X_f$, shape (batch, tokens, dim).
        w_q, w_k, w_v: projections, shape (dim, dim).

    Returns:
        The latents plus what they read, shape (batch, latents, dim).

    Raises:
        ValueError: if a shape does not fit.
    """
    x_f = array("image", image, ("batch", "tokens", "dim"))
    dim = x_f.shape[2]
    one = array("latents", latents, ("latents", dim))
    x = np.broadcast_to(one, (len(x_f), *one.shape))
    w_q, w_k, w_v = (
        array(name, w, (dim, dim)) for name, w in (("w_q", w_q), ("w_k", w_k), ("w_v", w_v))
    )
    read = np.concatenate([x_f, x], axis=1)
    return x + cross_attention(x @ w_q, read @ w_k, read @ w_v)


# --8<-- [end:resample]


# --8<-- [start:gated_cross_attention]
def gated_cross_attention(
    text: ArrayLike,
    visual: ArrayLike,
    w_q: ArrayLike,
    w_k: ArrayLike,
    w_v: ArrayLike,
    alpha: float,
) -> Array:
    r"""$y + \tanh(\alpha)\,\mathrm{attention}(y, x)$, put between frozen language-model layers.

    $\alpha$ starts at 0, so training starts from the unchanged language model.

    Source: Alayrac et al. 2022 (arXiv:2204.14198), section 2.2. The layer's second half, a
    feed-forward layer with a gate of its own, is left out.

    Args:
        text: hidden states $y$, shape (batch, text tokens, dim).
        visual: visual tokens $x$, shape (batch, visual tokens, visual dim).
        w_q: shape (dim, dim).
        w_k, w_v: shape (visual dim, dim).
        alpha: the learned gate, a scalar.

    Returns:
        Shape (batch, text tokens, dim).

    Raises:
        ValueError: if a shape does not fit.
    """
    y = array("text", text, ("batch", "text tokens", "dim"))
    x = array("visual", visual, (len(y), "visual tokens", "visual dim"))
    w_q = array("w_q", w_q, (y.shape[2], y.shape[2]))
    w_k, w_v = (array(n, w, (x.shape[2], y.shape[2])) for n, w in (("w_k", w_k), ("w_v", w_v)))
    gate = math.tanh(between("alpha", alpha, -1e6, 1e6))
    return y + gate * cross_attention(y @ w_q, x @ w_k, x @ w_v)


# --8<-- [end:gated_cross_attention]
