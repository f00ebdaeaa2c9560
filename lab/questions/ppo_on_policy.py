"""Old samples, a new policy: what importance sampling corrects, and at what price. Exactly.

Answers are T independent coin flips, "good" tokens with probability p under the new policy and
q under the one that sampled; the reward depends on their number. Everything is a sum over it.

--8<-- [start:example]
>>> import numpy as np
>>> from lab.questions.ppo_on_policy import bernoulli_gradients, ratio_variance
>>> reward = -((np.arange(65) / 64 - 0.56) ** 2)  # 64 tokens; best when 56% are good
>>> for p in (0.50, 0.53, 0.60):  # sampled at 0.50: the first step, and later ones
...     g = bernoulli_gradients(p, 0.50, reward)
...     print(p, [round(float(g[name][0]), 3) for name in ("true", "none", "token", "sequence")])
0.5 [0.03, 0.03, 0.03, 0.03]
0.53 [0.015, 0.03, 0.03, 0.015]
0.6 [-0.018, 0.03, 0.029, -0.018]
>>> far = bernoulli_gradients(0.7, 0.5, reward)
>>> [round(far[name][1], 2) for name in ("true", "token", "sequence")]  # standard deviations
[0.11, 0.05, 104.39]
>>> [round(ratio_variance(0.1, tokens), 2) for tokens in (10, 100, 1000)]  # of a whole answer
[0.11, 1.72, 22025.47]

--8<-- [end:example]
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, between, integer, positive


# --8<-- [start:bernoulli_gradients]
def bernoulli_gradients(p: float, q: float, reward: ArrayLike) -> dict[str, tuple[float, float]]:
    """Mean and standard deviation of one sample's gradient of E[r], for four estimators.

    With logit θ of p and score s = Σ_t (a_t − p), an answer of c good tokens contributes
    "none": (r − b) s, as if nothing had changed; "token": (r − b) Σ_t ρ_t (a_t − p), as PPO
    without its clip; "sequence": (r − b) s Π_t ρ_t, the unbiased one; all sampled at q, with
    b = E_q[r]. "true" is the first, sampled at p.

    Args:
        p: probability of a good token now, 0 < p < 1.
        q: probability when the answers were sampled, 0 < q < 1.
        reward: reward of c = 0 … T good tokens, shape (T + 1,).

    Returns:
        (mean, standard deviation) for each name.

    Raises:
        ValueError: if a probability or a shape is out of range.
    """
    r = array("reward", reward, ("tokens + 1",))
    for name, value in (("p", p), ("q", q)):
        between(name, positive(name, value), 0, 1 - 1e-12)
    c, t = np.arange(len(r)), len(r) - 1
    log_p, log_q = (c * math.log(x) + (t - c) * math.log1p(-x) for x in (p, q))
    ways = np.array([math.lgamma(t + 1) - math.lgamma(k + 1) - math.lgamma(t - k + 1) for k in c])
    at_p, at_q = np.exp(ways + log_p), np.exp(ways + log_q)
    advantage, score = r - at_q @ r, c - t * p
    token = c * (p / q) * (1 - p) - (t - c) * ((1 - p) / (1 - q)) * p
    estimates = {
        "true": (at_p, advantage * score),
        "none": (at_q, advantage * score),
        "token": (at_q, advantage * token),
        "sequence": (at_q, advantage * score * np.exp(log_p - log_q)),
    }
    return {name: _moments(weight, value) for name, (weight, value) in estimates.items()}


# --8<-- [end:bernoulli_gradients]


def _moments(weight: Array, value: Array) -> tuple[float, float]:
    mean = float(weight @ value)
    return mean, math.sqrt(float(weight @ (value - mean) ** 2))


# --8<-- [start:ratio_variance]
def ratio_variance(spread: float, tokens: int) -> float:
    r"""Variance of a whole answer's ratio, $e^{T\sigma^2}-1$, if each log ratio is normal.

    Independent $\log\rho_t\sim N(-\sigma^2/2,\sigma^2)$ give $\E[\rho]=1$ and
    $\E[\prod_t\rho_t^2]=e^{T\sigma^2}$.

    Args:
        spread: standard deviation σ > 0 of a token's log ratio.
        tokens: length T ≥ 1.

    Returns:
        The variance; ``inf`` beyond the largest float.

    Raises:
        ValueError: if an argument is out of range.
    """
    exponent = integer("tokens", tokens, 1) * positive("spread", spread) ** 2
    return math.expm1(exponent) if exponent < 709 else math.inf


# --8<-- [end:ratio_variance]
