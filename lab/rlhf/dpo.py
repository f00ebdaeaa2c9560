"""Direct preference optimisation (Rafailov et al. 2023, arXiv:2305.18290), and IPO beside it.

--8<-- [start:example]
>>> from lab.rlhf.dpo import dpo_gradient, dpo_loss, implicit_reward, ipo_loss, optimal_policy
>>> round(dpo_loss([-13.0], [-13.5], [-13.0], [-13.5], beta=0.1), 4)  # at the start: log 2
0.6931
>>> pair = ([-12.0], [-14.0], [-13.0], [-13.5])  # log-probs: policy y_w, y_l; reference y_w, y_l
>>> r_w, r_l = implicit_reward([-12.0], [-13.0], 0.1), implicit_reward([-14.0], [-13.5], 0.1)
>>> round(float(r_w[0] - r_l[0]), 4)  # the margin between the implicit rewards
0.15
>>> round(dpo_loss(*pair, beta=0.1), 4)  # log(1 + e^-0.15)
0.621
>>> [g.round(4).tolist() for g in dpo_gradient(*pair, beta=0.1)]  # raise y_w, lower y_l, equally
[[-0.0463], [0.0463]]
>>> round(ipo_loss(*pair, tau=0.1), 4)  # (1.5 - 5)^2: IPO wants a log-ratio gap of 1/(2 tau) = 5
12.25
>>> optimal_policy([0.7, 0.2, 0.1], [0.0, 1.0, 2.0], beta=1.0).round(3).tolist()
[0.353, 0.274, 0.373]

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, positive
from lab.rlhf.common import log_probabilities, log_sigmoid, sigmoid


# --8<-- [start:implicit_reward]
def implicit_reward(pi: ArrayLike, ref: ArrayLike, beta: float) -> Array:
    """r̂(x, y) = β log(π_θ(y|x)/π_ref(y|x)): the reward whose optimal policy is π_θ.

    It equals r(x, y) − β log Z(x), so that only differences between answers to one prompt have
    a meaning.

    Source: Rafailov et al. 2023 (arXiv:2305.18290), eq. 5 without β log Z(x).

    Args:
        pi: log π_θ(y|x) summed over the answer's tokens, any shape, each ≤ 0.
        ref: log π_ref(y|x), same shape.
        beta: KL strength β > 0.

    Returns:
        r̂, of the shape of ``pi``.

    Raises:
        ValueError: if the shapes differ, or a log-probability or ``beta`` is out of range.
    """
    log_pi, log_ref = log_probabilities(None, pi=pi, ref=ref)
    return positive("beta", beta) * (log_pi - log_ref)


# --8<-- [end:implicit_reward]


def _log_ratio_gap(pi_w: ArrayLike, pi_l: ArrayLike, ref_w: ArrayLike, ref_l: ArrayLike) -> Array:
    """h = log(π_θ(y_w)/π_ref(y_w)) − log(π_θ(y_l)/π_ref(y_l)), shape (batch,)."""
    pi_w, pi_l, ref_w, ref_l = log_probabilities(
        ("batch",), pi_w=pi_w, pi_l=pi_l, ref_w=ref_w, ref_l=ref_l
    )
    return (pi_w - ref_w) - (pi_l - ref_l)


# --8<-- [start:dpo_loss]
def dpo_loss(
    pi_w: ArrayLike, pi_l: ArrayLike, ref_w: ArrayLike, ref_l: ArrayLike, beta: float
) -> float:
    """Mean of −log σ(β[log π_θ(y_w)/π_ref(y_w) − log π_θ(y_l)/π_ref(y_l)]).

    Source: Rafailov et al. 2023 (arXiv:2305.18290), eq. 7.

    Args:
        pi_w: log π_θ(y_w|x) of the chosen answers, summed over tokens, shape (batch,), each ≤ 0.
        pi_l: log π_θ(y_l|x) of the rejected answers, shape (batch,).
        ref_w: log π_ref(y_w|x), shape (batch,).
        ref_l: log π_ref(y_l|x), shape (batch,).
        beta: KL strength β > 0.

    Returns:
        The mean loss in nats; log 2 where π_θ = π_ref.

    Raises:
        ValueError: if the shapes differ, or a log-probability or ``beta`` is out of range.
    """
    h = _log_ratio_gap(pi_w, pi_l, ref_w, ref_l)
    return float(-log_sigmoid(positive("beta", beta) * h).mean())


# --8<-- [end:dpo_loss]


# --8<-- [start:dpo_gradient]
def dpo_gradient(
    pi_w: ArrayLike, pi_l: ArrayLike, ref_w: ArrayLike, ref_l: ArrayLike, beta: float
) -> tuple[Array, Array]:
    """∂L/∂log π_θ(y_w) and ∂L/∂log π_θ(y_l) of the mean DPO loss.

    −β σ(r̂_l − r̂_w)/batch and its negative: a pair that the implicit reward ranks wrongly has
    a weight near β, one that it ranks rightly by a wide margin a weight near 0.

    Source: Rafailov et al. 2023 (arXiv:2305.18290), section 4, the gradient after eq. 7.

    Args:
        pi_w, pi_l, ref_w, ref_l, beta: as for ``dpo_loss``.

    Returns:
        The two derivatives, each of shape (batch,).

    Raises:
        ValueError: as ``dpo_loss``.
    """
    h = _log_ratio_gap(pi_w, pi_l, ref_w, ref_l)
    beta = positive("beta", beta)
    weight = beta * sigmoid(-beta * h) / h.size
    return -weight, weight


# --8<-- [end:dpo_gradient]


# --8<-- [start:ipo_loss]
def ipo_loss(
    pi_w: ArrayLike, pi_l: ArrayLike, ref_w: ArrayLike, ref_l: ArrayLike, tau: float
) -> float:
    """Mean of (h − 1/(2τ))², h the gap of the two log-ratios: a target, not "the more the better".

    Source: Azar et al. 2023 (arXiv:2310.12036), eq. 17.

    Args:
        pi_w, pi_l, ref_w, ref_l: as for ``dpo_loss``. (TRL divides each log-ratio by the
            answer's length first: pass such averages to get its number.)
        tau: regularisation τ > 0; the loss is 0 at a gap of 1/(2τ).

    Returns:
        The mean loss.

    Raises:
        ValueError: if the shapes differ, or a log-probability or ``tau`` is out of range.
    """
    h = _log_ratio_gap(pi_w, pi_l, ref_w, ref_l)
    return float(np.square(h - 1 / (2 * positive("tau", tau))).mean())


# --8<-- [end:ipo_loss]


# --8<-- [start:optimal_policy]
def optimal_policy(ref: ArrayLike, reward: ArrayLike, beta: float) -> Array:
    """π*(y|x) = π_ref(y|x) e^(r(x,y)/β) / Z(x): the maximiser of E[r] − β KL(π‖π_ref).

    Source: Rafailov et al. 2023 (arXiv:2305.18290), eq. 4.

    Args:
        ref: probabilities π_ref over a finite set of answers, last axis summing to 1.
        reward: r(x, y) of each answer, same shape.
        beta: KL strength β > 0.

    Returns:
        π*, probabilities of the shape of ``ref``; an answer that π_ref excludes stays excluded.

    Raises:
        ValueError: if ``ref`` is no distribution, the shapes differ or ``beta`` is not positive.
    """
    p = array("ref", ref)
    if p.ndim == 0 or (p < 0).any() or not np.allclose(p.sum(-1), 1, rtol=0, atol=1e-8):
        raise ValueError(f"ref, of shape {p.shape}, must hold probabilities that sum to 1")
    r = array("reward", reward, p.shape)
    # From the best answer that can occur, every exponent is ≤ 0: Z(x) cannot overflow or vanish
    best = np.where(p > 0, r, -np.inf).max(-1, keepdims=True)
    weight = p * np.exp(np.minimum(r - best, 0) / positive("beta", beta))
    return np.asarray(weight / weight.sum(-1, keepdims=True), dtype=np.float64)


# --8<-- [end:optimal_policy]
