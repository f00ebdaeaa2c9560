"""What comparisons teach beyond imitating their winners: reward gained against diversity lost.

--8<-- [start:example]
>>> from lab.questions.why_rlhf import chosen_distribution, effective_answers
>>> from lab.rlhf.dpo import optimal_policy
>>> from lab.rlhf.playground import best_of_n, measure, problem
>>> task = problem()  # twelve answers; gold is the people's own reward
>>> policies = [
...     task.ref,
...     chosen_distribution(task.ref, task.gold),  # SFT on the winners of pairs
...     best_of_n(task.ref, task.gold + 1e-6 * task.length, 16),  # on the best of 16 (no ties)
...     optimal_policy(task.ref, task.gold, beta=0.5),  # RLHF on the same preferences
... ]
>>> measure(policies, task)["gold"].round(2)  # gold reward above the reference's
array([0.  , 0.34, 1.13, 0.84])
>>> effective_answers(policies).round(1)  # and how many answers are still given
array([6. , 5.4, 3. , 4.4])

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array
from lab.rlhf.playground import preferences


# --8<-- [start:chosen_distribution]
def chosen_distribution(ref: ArrayLike, reward: ArrayLike) -> Array:
    r"""Where SFT on chosen answers ends: $p_w(y)=2\,\pi_{ref}(y)\sum_{y'}\pi_{ref}(y')\,
    \sigma(r(y)-r(y'))$, the winners of pairs drawn from the reference.

    Args:
        ref: probabilities, shape (answers,).
        reward: Bradley-Terry reward that decides the pairs, shape (answers,).

    Returns:
        Probabilities, shape (answers,).

    Raises:
        ValueError: if the shapes differ or ``ref`` is not a distribution.
    """
    p = array("ref", ref, ("answers",))
    r = array("reward", reward, p.shape)
    if (p < 0).any() or abs(p.sum() - 1) > 1e-9:
        raise ValueError(f"ref must be probabilities, got a sum of {p.sum()!r}")
    result: Array = 2 * p * (preferences(r) @ p)
    return result


# --8<-- [end:chosen_distribution]


# --8<-- [start:effective_answers]
def effective_answers(policies: ArrayLike) -> Array:
    r"""$e^{H(\pi)}$, the number of equally likely answers with the same entropy.

    Args:
        policies: probabilities, shape (policies, answers).

    Returns:
        From 1 (always the same answer) to the number of answers, shape (policies,).

    Raises:
        ValueError: if a probability is negative.
    """
    p = array("policies", policies, ("policies", "answers"))
    if (p < 0).any():
        raise ValueError(f"policies must not be negative, got {p.min()!r}")
    entropy = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=1)
    return np.asarray(np.exp(entropy))


# --8<-- [end:effective_answers]
