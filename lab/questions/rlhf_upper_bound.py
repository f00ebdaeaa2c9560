"""What an imperfect reward model costs: not its accuracy, but its error where the policy goes.

--8<-- [start:example]
>>> from lab.questions.rlhf_upper_bound import bound, pair_accuracy, regret
>>> from lab.rlhf.playground import problem
>>> task = problem()  # gold is best at x = 6, the reference writes near x = 3
>>> longer = task.proxy  # "longer is better": right about most of the reference's pairs
>>> blurred = task.gold.copy()
>>> blurred[2:5] = task.gold[2:5].mean()  # cannot tell the reference's usual answers apart
>>> for learnt in (longer, blurred, task.gold + 5):
...     accuracy = pair_accuracy(task.ref, task.gold, learnt)
...     cost = [f(task.ref, task.gold, learnt, beta=0.1) for f in (regret, bound)]
...     print(round(accuracy, 3), [round(c, 2) for c in cost])
0.999 [3.97, 5.95]
0.8 [0.0, 0.02]
1.0 [0.0, 0.0]

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array
from lab.rlhf.dpo import optimal_policy
from lab.rlhf.playground import kl


def _three(ref: ArrayLike, reward: ArrayLike, learnt: ArrayLike) -> tuple[Array, Array, Array]:
    p = array("ref", ref, ("answers",))
    return p, array("reward", reward, p.shape), array("learnt", learnt, p.shape)


# --8<-- [start:regret]
def regret(ref: ArrayLike, reward: ArrayLike, learnt: ArrayLike, beta: float) -> float:
    r"""What optimising ``learnt`` loses of $J(\pi)=\E_\pi[r]-\beta\,KL(\pi\Vert\pi_{ref})$.

    Exactly $\beta\,KL(\pi_{\hat r}\Vert\pi_r)$, with $\pi_r\propto\pi_{ref}e^{r/\beta}$.

    Args:
        ref: probabilities above 0, shape (answers,).
        reward: the true reward r, shape (answers,).
        learnt: the reward model's, shape (answers,).
        beta: KL strength β > 0.

    Returns:
        The loss, ≥ 0; 0 if the two differ by a constant.

    Raises:
        ValueError: if a shape or ``beta`` is wrong.
    """
    p, r, r_hat = _three(ref, reward, learnt)
    best, reached = optimal_policy(p, r, beta), optimal_policy(p, r_hat, beta)
    return float(beta * kl(reached, best))


def bound(ref: ArrayLike, reward: ArrayLike, learnt: ArrayLike, beta: float) -> float:
    r"""The bound $\E_{\pi_{\hat r}}[\hat r-r]-\E_{\pi_r}[\hat r-r]$ on the regret.

    The reward model's error counts only where one of the two policies goes.

    Args:
        ref: probabilities above 0, shape (answers,).
        reward: the true reward r, shape (answers,).
        learnt: the reward model's, shape (answers,).
        beta: KL strength β > 0.

    Returns:
        The bound.

    Raises:
        ValueError: if a shape or ``beta`` is wrong.
    """
    p, r, r_hat = _three(ref, reward, learnt)
    best, reached = optimal_policy(p, r, beta), optimal_policy(p, r_hat, beta)
    return float((reached - best) @ (r_hat - r))


# --8<-- [end:regret]


# --8<-- [start:pair_accuracy]
def pair_accuracy(sampler: ArrayLike, reward: ArrayLike, learnt: ArrayLike) -> float:
    """How often the reward model prefers the truly better of two answers drawn from sampler.

    Pairs whose true rewards are equal are left out; a tie of the model counts one half.

    Args:
        sampler: who writes the answers, probabilities, shape (answers,).
        reward: the true reward, shape (answers,).
        learnt: the reward model's, shape (answers,).

    Returns:
        From 0 to 1.

    Raises:
        ValueError: if the shapes differ or all true rewards are equal.
    """
    p, r, r_hat = _three(sampler, reward, learnt)
    truth = np.sign(np.round(r[:, None] - r, 12))
    weight = np.outer(p, p) * (truth != 0)
    if not weight.any():
        raise ValueError("reward must tell some of the sampler's answers apart")
    agree = (1 + truth * np.sign(np.round(r_hat[:, None] - r_hat, 12))) / 2
    return float((weight * agree).sum() / weight.sum())


# --8<-- [end:pair_accuracy]
