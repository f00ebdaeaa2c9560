"""Which of RoPE's pairs carry long-range decay? Each at its own distance.

--8<-- [start:example]
>>> import numpy as np
>>> from lab.context.rope import frequencies
>>> from lab.questions.rope_decay import mean_cosine, unturned_share
>>> theta, distances = frequencies(128, 10_000.0), [1, 10, 100, 1000]
>>> fast, slow = theta[:32], theta[32:]  # wavelengths 6 to 544, and 628 to 54,410 tokens
>>> mean_cosine(theta, distances).round(3)  # the lead of a similar key over a random one
array([0.97 , 0.669, 0.477, 0.159])
>>> mean_cosine(fast, distances).round(3)  # gone after 100 tokens
array([ 0.94 ,  0.339,  0.014, -0.021])
>>> mean_cosine(slow, distances).round(3)  # all that is left after 1,000
array([1.   , 0.999, 0.94 , 0.339])
>>> unturned_share(distances, 10_000.0).round(3)  # pairs that turned by less than one radian
array([1.  , 0.75, 0.5 , 0.25])

--8<-- [end:example]
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, positive


# --8<-- [start:mean_cosine]
def mean_cosine(freqs: ArrayLike, distances: ArrayLike) -> Array:
    r"""The lead of similar keys over random ones, $\frac1{|I|}\sum_{i\in I}\cos\delta\theta_i$.

    For independent components with variance $\sigma^2$, a key $q+\varepsilon$ leads an
    independent one by $2\sigma^2\sum_i\cos\delta\theta_i$ on average.

    Source: Xu et al. 2024 (arXiv:2405.14591), section 4.2.

    Args:
        freqs: rotation speeds of the pairs to average over, shape (pairs,).
        distances: $\delta$ in tokens, shape (n,).

    Returns:
        Shape (n,); 1 at distance 0.

    Raises:
        ValueError: if either argument is not a vector.
    """
    theta = array("freqs", freqs, ("pairs",))
    delta = array("distances", distances, ("n",))
    result: Array = np.cos(np.outer(delta, theta)).mean(axis=1)
    return result


# --8<-- [end:mean_cosine]


# --8<-- [start:unturned_share]
def unturned_share(distances: ArrayLike, base: float) -> Array:
    r"""The share of pairs with $\delta\theta_i<1$: $1-\ln\delta/\ln b$, from 0 to 1.

    Pairs slower than that still have a cosine near 1, faster ones average out, so the mean
    cosine is about this share (less $0.58/\ln b$): it falls by a pair for every factor $b^{2/d}$.

    Args:
        distances: $\delta$ in tokens, above 0, shape (n,).
        base: $b > 1$.

    Returns:
        Shape (n,).

    Raises:
        ValueError: if a distance is not positive or ``base`` is not above 1.
    """
    delta = array("distances", distances, ("n",))
    if (delta <= 0).any():
        raise ValueError(f"distances must be above 0, got {delta.min()!r}")
    if positive("base", base) <= 1:
        raise ValueError(f"base must be above 1, got {base!r}")
    return np.clip(1 - np.log(delta) / math.log(base), 0.0, 1.0)


# --8<-- [end:unturned_share]
