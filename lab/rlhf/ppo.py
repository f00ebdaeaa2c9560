"""PPO for language models (Schulman et al. 2017, arXiv:1707.06347; Ouyang et al. 2022).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.rlhf.ppo import clipped_surrogate, gae, kl_estimates, shaped_rewards
>>> logp = np.log([[0.5, 0.4, 0.9]])  # one answer of three tokens, under the policy ...
>>> ref_logp = np.log([[0.5, 0.2, 0.9]])  # ... and under the reference
>>> rewards = shaped_rewards(logp, ref_logp, score=[1.0], beta=0.1)
>>> rewards.round(3).tolist()  # the KL penalty falls on token 2, the score on the last one
[[0.0, -0.069, 1.0]]
>>> advantages, returns = gae(rewards, values=[[0.5, 0.5, 0.5]], gamma=1.0, lam=0.95)
>>> advantages.round(3).tolist()
[[0.385, 0.406, 0.5]]
>>> round(clipped_surrogate(logp, logp - np.log(1.1), advantages, epsilon=0.2), 4)
0.4734
>>> round(clipped_surrogate(logp, logp - np.log(1.5), advantages, epsilon=0.2), 4)  # 1.2 x mean
0.5164
>>> [k.round(3).tolist() for k in kl_estimates([np.log(0.4)], [np.log(0.2)])]  # k1, k2, k3
[[0.693], [0.24], [0.193]]

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, between, positive
from lab.rlhf.common import alike, log_probabilities, ratio


# --8<-- [start:shaped_rewards]
def shaped_rewards(logp: ArrayLike, ref_logp: ArrayLike, score: ArrayLike, beta: float) -> Array:
    """Per-token reward: −β log(π_θ/π_ref) on every token, the score r_φ(x, y) on the last one.

    Source: Ouyang et al. 2022 (arXiv:2203.02155), eq. 2, written token by token.

    Args:
        logp: log π_θ(a_t|s_t) of the sampled tokens, shape (batch, tokens), each ≤ 0.
        ref_logp: log π_ref(a_t|s_t) of the same tokens, shape (batch, tokens).
        score: r_φ(x, y), one for an answer, shape (batch,).
        beta: KL strength β > 0.

    Returns:
        r_t, shape (batch, tokens).

    Raises:
        ValueError: if a shape, a log-probability or ``beta`` is out of range.
    """
    pi, ref = log_probabilities(("batch", "tokens"), logp=logp, ref_logp=ref_logp)
    rewards = positive("beta", beta) * (ref - pi)
    rewards[:, -1] += array("score", score, (len(pi),))
    return rewards


# --8<-- [end:shaped_rewards]


# --8<-- [start:gae]
def gae(rewards: ArrayLike, values: ArrayLike, gamma: float, lam: float) -> tuple[Array, Array]:
    """Generalised advantage estimation Â_t = Σ_l (γλ)^l δ_{t+l}, δ_t = r_t + γV_{t+1} − V_t.

    The answer ends with its last token, so the value after it is 0.

    Source: Schulman et al. 2015 (arXiv:1506.02438), eq. 16; Schulman et al. 2017
    (arXiv:1707.06347), eq. 11.

    Args:
        rewards: r_t, shape (batch, tokens).
        values: the critic's V(s_t), shape (batch, tokens).
        gamma: discount γ in [0, 1]; 1 is usual for answers.
        lam: λ in [0, 1]: 0 is the one-step error δ_t, 1 the return minus the baseline.

    Returns:
        Advantages Â_t, and returns Â_t + V(s_t) for the critic; both of shape (batch, tokens).

    Raises:
        ValueError: if the shapes differ, or γ or λ lies outside [0, 1].
    """
    r, v = alike(("batch", "tokens"), rewards=rewards, values=values)
    gamma, lam = between("gamma", gamma, 0, 1), between("lam", lam, 0, 1)
    next_v = np.pad(v[:, 1:], ((0, 0), (0, 1)))
    advantages = r + gamma * next_v - v  # δ_t, then the sum from the back
    for t in range(r.shape[1] - 2, -1, -1):
        advantages[:, t] += gamma * lam * advantages[:, t + 1]
    return advantages, advantages + v


# --8<-- [end:gae]


# --8<-- [start:clipped_surrogate]
def clipped_surrogate(
    logp: ArrayLike, old_logp: ArrayLike, advantages: ArrayLike, epsilon: float
) -> float:
    """Mean of min(ρÂ, clip(ρ, 1−ε, 1+ε) Â), ρ = π_θ/π_old: an objective, to be maximised.

    Source: Schulman et al. 2017 (arXiv:1707.06347), eq. 7.

    Args:
        logp: log π_θ(a_t|s_t), any shape, each ≤ 0.
        old_logp: log-probabilities under the policy that sampled the tokens, same shape.
        advantages: Â_t, same shape.
        epsilon: clip range, 0 < ε < 1.

    Returns:
        L^CLIP. ρ above e^600 counts as e^600.

    Raises:
        ValueError: if the shapes differ, or a log-probability or ``epsilon`` is out of range.
    """
    new, old = log_probabilities(None, logp=logp, old_logp=old_logp)
    a = array("advantages", advantages, new.shape)
    epsilon = between("epsilon", positive("epsilon", epsilon), 0, 1)
    rho = ratio(new - old)
    return float(np.minimum(rho * a, np.clip(rho, 1 - epsilon, 1 + epsilon) * a).mean())


# --8<-- [end:clipped_surrogate]


# --8<-- [start:clipped_value_loss]
def clipped_value_loss(
    values: ArrayLike, old_values: ArrayLike, returns: ArrayLike, epsilon: float
) -> float:
    """Mean of ½ max((V − R)², (clip(V, V_old − ε, V_old + ε) − R)²): to be minimised.

    Not in the PPO paper: its first public code (OpenAI baselines, ppo2) clips the critic like this.

    Source: Engstrom et al. 2020 (arXiv:2005.12729), who list it among the code-level changes.

    Args:
        values: V(s_t) now, any shape.
        old_values: V(s_t) when the tokens were sampled, same shape.
        returns: targets R_t = Â_t + V_old(s_t), same shape.
        epsilon: how far V may usefully move in one update, > 0, in units of the reward.

    Returns:
        The mean loss.

    Raises:
        ValueError: if the shapes differ or ``epsilon`` is not positive.
    """
    v, v_old, r = alike(None, values=values, old_values=old_values, returns=returns)
    epsilon = positive("epsilon", epsilon)
    clipped = np.clip(v, v_old - epsilon, v_old + epsilon)
    return float(0.5 * np.maximum((v - r) ** 2, (clipped - r) ** 2).mean())


# --8<-- [end:clipped_value_loss]


# --8<-- [start:kl_estimates]
def kl_estimates(logp: ArrayLike, ref_logp: ArrayLike) -> tuple[Array, Array, Array]:
    """Single-sample estimates of KL(π_θ‖π_ref) from samples of π_θ, with r = π_ref/π_θ.

    k1 = −log r is unbiased and may be negative; k2 = ½(log r)² is biased, never negative;
    k3 = (r − 1) − log r is unbiased and never negative, but its tail is e^(−log r).

    Source: Schulman 2020, "Approximating KL divergence" (joschu.net/blog/kl-approx.html); k3 is
    the penalty of Shao et al. 2024 (arXiv:2402.03300), eq. 4.

    Args:
        logp: log π_θ of what π_θ sampled, any shape, each ≤ 0.
        ref_logp: log π_ref of the same, same shape.

    Returns:
        k1, k2 and k3, each of the shape of ``logp``: average them to estimate the KL.

    Raises:
        ValueError: if the shapes differ or a log-probability is above 0.
    """
    pi, ref = log_probabilities(None, logp=logp, ref_logp=ref_logp)
    log_r = ref - pi
    # Where the policies nearly agree k3 is about ½(log r)²: e^x − 1 − x would round that away
    return -log_r, 0.5 * log_r**2, np.expm1(np.minimum(log_r, 600.0)) - log_r


# --8<-- [end:kl_estimates]
