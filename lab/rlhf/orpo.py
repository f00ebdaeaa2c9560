"""ORPO: odds-ratio preference optimisation (Hong et al. 2024, arXiv:2403.07691).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.rlhf.orpo import orpo_loss
>>> # P(y_w) = 0.4 and P(y_l) = 0.2 a token: odds 2/3 against 1/4, log odds ratio 0.981
>>> pi_w, pi_l = [10 * np.log(0.4)], [5 * np.log(0.2)]
>>> round(orpo_loss(pi_w, pi_l, [10], [5], lam=0.1), 4)  # 0.9163 of SFT + 0.1 x 0.3185
0.9481
>>> round(float(-np.log(0.4)), 4)
0.9163
>>> round(orpo_loss(pi_l, pi_w, [5], [10], lam=0.1), 4)  # the wrong way round
1.7394

--8<-- [end:example]
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from lab.arguments import positive
from lab.rlhf.common import lengths, log_odds, log_probabilities, log_sigmoid


# --8<-- [start:orpo_loss]
def orpo_loss(
    pi_w: ArrayLike, pi_l: ArrayLike, len_w: ArrayLike, len_l: ArrayLike, lam: float
) -> float:
    """Mean of L_SFT + λ L_OR, L_OR = −log σ(log odds(y_w) − log odds(y_l)), odds = P/(1 − P).

    P(y|x) is the geometric mean of the token probabilities, and L_SFT = −log P(y_w|x).

    Source: Hong et al. 2024 (arXiv:2403.07691), eq. 4 (odds) and 7 (L_OR).

    Args:
        pi_w: log-probability of the chosen answers, summed over tokens, shape (batch,), each < 0.
        pi_l: log-probability of the rejected answers, shape (batch,), each < 0.
        len_w: |y_w| in tokens, whole numbers ≥ 1, shape (batch,).
        len_l: |y_l| in tokens, shape (batch,).
        lam: weight λ > 0 of the odds ratio; 0.1 to 0.25 is usual.

    Returns:
        The mean loss in nats.

    Raises:
        ValueError: if the shapes differ, a log-probability is 0 (odds would be infinite) or
            above, or another argument is out of range.
    """
    pi_w, pi_l = log_probabilities(("batch",), pi_w=pi_w, pi_l=pi_l)
    if max(pi_w.max(), pi_l.max()) == 0:
        raise ValueError("pi_w and pi_l must be below 0: an answer of probability 1 has no odds")
    log_p_w = pi_w / lengths("len_w", len_w, pi_w.shape)
    log_p_l = pi_l / lengths("len_l", len_l, pi_l.shape)
    l_or = -log_sigmoid(log_odds(log_p_w) - log_odds(log_p_l))
    return float((-log_p_w + positive("lam", lam) * l_or).mean())


# --8<-- [end:orpo_loss]
