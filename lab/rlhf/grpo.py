"""GRPO (Shao et al. 2024, arXiv:2402.03300), with Dr. GRPO, DAPO and GSPO as variants.

--8<-- [start:example]
>>> import numpy as np
>>> from lab.rlhf.grpo import group_advantages, grpo_loss, token_weights
>>> rewards = [[1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0]]  # two prompts, four answers each
>>> group_advantages(rewards).round(3).tolist()  # the second prompt teaches nothing
[[1.732, -0.577, -0.577, -0.577], [0.0, 0.0, 0.0, 0.0]]
>>> group_advantages(rewards, variant="dr_grpo")[0].tolist()  # not divided by the deviation
[0.75, -0.25, -0.25, -0.25]
>>> # Two wrong answers of 1 and 4 tokens, both with advantage -1: how much does a token weigh?
>>> mask = np.array([[1, 0, 0, 0], [1, 1, 1, 1]])
>>> old = np.full((2, 4), -1.0)
>>> for variant in ("grpo", "dapo", "dr_grpo"):  # push down the last token of the long answer
...     new = old.copy()
...     new[1, 3] -= 0.1
...     losses = [grpo_loss(lp, old, [-1.0, -1.0], mask, variant=variant) for lp in (old, new)]
...     print(variant, round(losses[0] - losses[1], 4))
grpo 0.0119
dapo 0.019
dr_grpo 0.0476
>>> # Good tokens at ratios of 0.5, 1.1 and 1.5: what multiplies the gradient of log π_θ?
>>> lp, old = np.log([0.1, 0.22, 0.3]), np.log([0.2, 0.2, 0.2])
>>> token_weights(lp, old, [1.0, 1.0, 1.0]).round(2).tolist()  # PPO and GRPO: 1.5 is cut to 0
[0.5, 1.1, 0.0]
>>> token_weights(lp, old, [1.0, 1.0, 1.0], clip="weight").round(2).tolist()  # CISPO: held at 1.2
[0.8, 1.1, 1.2]

--8<-- [end:example]
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, between, positive
from lab.rlhf.common import log_probabilities, ratio
from lab.rlhf.ppo import kl_estimates

Variant = Literal["grpo", "dr_grpo", "dapo", "gspo"]


def _known(variant: str) -> None:
    if variant not in get_args(Variant):
        raise ValueError(f"variant must be one of {get_args(Variant)}, got {variant!r}")


# --8<-- [start:group_advantages]
def group_advantages(rewards: ArrayLike, variant: Variant = "grpo") -> Array:
    """Â_i = (r_i − mean(r)) / std(r) within each prompt's group; Dr. GRPO leaves std out.

    The std is the group's own (divisor G), so that with a share p of answers right, a right one
    gets √((1−p)/p). TRL and verl use the sample's (divisor G − 1) plus a small constant, which
    makes every advantage √((G−1)/G) of this. A group whose rewards are all equal (to 1e-12) gets 0.

    Source: Shao et al. 2024 (arXiv:2402.03300), section 4.1; Liu et al. 2025 (arXiv:2503.20783)
    for Dr. GRPO.

    Args:
        rewards: one reward for each of G answers to each prompt, shape (prompts, G).
        variant: "dr_grpo" for r_i − mean(r); the others divide by the std.

    Returns:
        Advantages, shape (prompts, G); every token of answer i gets Â_i.

    Raises:
        ValueError: if ``rewards`` is not a finite (prompts, G) array or the variant is unknown.
    """
    _known(variant)
    r = array("rewards", rewards, ("prompts", "G"))
    # Rounding leaves a constant row at 1e-17, which dividing by its own std would blow up to 1
    equal = np.isclose(r.min(axis=1), r.max(axis=1), rtol=1e-12, atol=1e-12)[:, None]
    centred = np.where(equal, 0.0, r - r.mean(axis=1, keepdims=True))
    if variant == "dr_grpo":
        return centred
    return centred / np.where(equal, 1.0, r.std(axis=1, keepdims=True))


# --8<-- [end:group_advantages]


# --8<-- [start:grpo_loss]
def grpo_loss(
    logp: ArrayLike,
    old_logp: ArrayLike,
    advantages: ArrayLike,
    mask: ArrayLike,
    epsilon: float = 0.2,
    epsilon_high: float | None = None,
    ref_logp: ArrayLike | None = None,
    beta: float = 0.0,
    variant: Variant = "grpo",
) -> float:
    """−Σ_t w_t [min(ρ_t Â, clip(ρ_t, 1−ε, 1+ε_high) Â) − β k3_t] over the answers' tokens.

    A token of answer i weighs w_t = 1/(G|o_i|) in "grpo" and "gspo", 1/Σ_j|o_j| in "dapo",
    1/G in "dr_grpo" (whose code also divides by a constant, the longest length allowed).
    ρ_t = π_θ/π_old of the token; in "gspo" it is the answer's geometric mean for every token.

    Source: Shao et al. 2024 (arXiv:2402.03300), eq. 3 and 4; Liu et al. 2025 (arXiv:2503.20783)
    for Dr. GRPO; Yu et al. 2025 (arXiv:2503.14476), eq. 8, for DAPO; Zheng et al. 2025
    (arXiv:2507.18071) for GSPO.

    Args:
        logp: log π_θ of each token, shape (answers, tokens), each ≤ 0 (0 will do for padding).
        old_logp: log-probabilities under the policy that sampled the answers, same shape.
        advantages: Â_i, shape (answers,): ``group_advantages`` of all prompts, flattened.
        mask: 1 for a token of the answer, 0 for padding; same shape, a 1 in every row.
        epsilon: clip range ε in (0, 1); GSPO's own is about 3e-4.
        epsilon_high: upper clip range, ε if None; DAPO's clip-higher is 0.28 beside ε = 0.2.
        ref_logp: log π_ref of each token, same shape; needed if β > 0.
        beta: weight β ≥ 0 of the k3 penalty; the three variants leave it out.
        variant: "grpo", "dr_grpo", "dapo" or "gspo".

    Returns:
        The loss, to be minimised.

    Raises:
        ValueError: if a shape, a value or the variant is not as above.
    """
    _known(variant)
    new, old = log_probabilities(("answers", "tokens"), logp=logp, old_logp=old_logp)
    a = array("advantages", advantages, (len(new),))[:, None]
    m = array("mask", mask, new.shape)
    if not np.isin(m, (0, 1)).all() or (m.sum(axis=1) == 0).any():
        raise ValueError(f"mask must hold 0 and 1 only, and a 1 in every row, got {m}")
    low = positive("epsilon", epsilon)
    high = low if epsilon_high is None else positive("epsilon_high", epsilon_high)
    size = m.sum(axis=1, keepdims=True)

    log_rho = m * (new - old)
    if variant == "gspo":
        log_rho = np.repeat(log_rho.sum(axis=1, keepdims=True) / size, m.shape[1], axis=1)
    rho = ratio(log_rho)
    objective = np.minimum(rho * a, np.clip(rho, 1 - low, 1 + high) * a)
    if beta != 0:
        objective -= _penalty(new, ref_logp, beta)
    weight = {"dapo": m / m.sum(), "dr_grpo": m / len(m)}.get(variant, m / size / len(m))
    return float(-(weight * objective).sum())


# --8<-- [end:grpo_loss]


# --8<-- [start:token_weights]
def token_weights(
    logp: ArrayLike,
    old_logp: ArrayLike,
    advantages: ArrayLike,
    epsilon: float = 0.2,
    epsilon_high: float | None = None,
    clip: Literal["objective", "weight"] = "objective",
) -> Array:
    """What multiplies ∇log π_θ of each token when the clip cuts the objective, or the weight.

    Clipping the objective, min(ρÂ, clip(ρ)Â), gives ρÂ, and 0 for a token that has moved past
    the border in its advantage's direction. CISPO clips the weight instead, clip(ρ)Â with the
    ratio held constant, so that no token loses its gradient.

    Source: Schulman et al. 2017 (arXiv:1707.06347), eq. 7; MiniMax 2025 (arXiv:2506.13585) for
    CISPO.

    Args:
        logp: log π_θ of each token, any shape, each ≤ 0.
        old_logp: log-probabilities under the policy that sampled the tokens, same shape.
        advantages: Â of each token, same shape.
        epsilon: clip range ε in (0, 1).
        epsilon_high: upper clip range, ε if None.
        clip: "objective" for PPO, GRPO and DAPO; "weight" for CISPO.

    Returns:
        The weights, of the shape of ``logp``, before any averaging over tokens.

    Raises:
        ValueError: if the shapes differ, or a value or ``clip`` is not as above.
    """
    if clip not in ("objective", "weight"):
        raise ValueError(f"clip must be 'objective' or 'weight', got {clip!r}")
    new, old = log_probabilities(None, logp=logp, old_logp=old_logp)
    a = array("advantages", advantages, new.shape)
    low = between("epsilon", positive("epsilon", epsilon), 0, 1)
    high = low if epsilon_high is None else positive("epsilon_high", epsilon_high)
    rho = ratio(new - old)
    if clip == "weight":
        return np.asarray(np.clip(rho, 1 - low, 1 + high) * a)
    gone_far_enough = np.where(a > 0, rho > 1 + high, rho < 1 - low)
    return np.where(gone_far_enough, 0.0, rho * a)


# --8<-- [end:token_weights]


def _penalty(logp: Array, ref_logp: ArrayLike | None, beta: float) -> Array:
    """β k3 of each token."""
    if ref_logp is None:
        raise ValueError(f"ref_logp is needed for the KL penalty when beta is {beta!r}")
    ref = array("ref_logp", ref_logp, logp.shape)
    return positive("beta", beta) * kl_estimates(logp, ref)[2]
