"""One DPO loss, pairs from three sources: does it matter who wrote the answers?

The policies are log π = log π_ref + θx + const: one parameter for the twelve answers of
``lab.rlhf.playground``, so that no policy fits every comparison, as no real model does.

--8<-- [start:example]
>>> from lab.questions.dpo_on_policy import offline_dpo, online_dpo, other_model, rlhf_objective
>>> from lab.rlhf.playground import problem
>>> task = problem()  # π_ref writes answers near x = 3; people like x = 6 best
>>> thetas = [
...     offline_dpo(task, task.ref, beta=0.25),  # fixed pairs, written by the reference
...     offline_dpo(task, other_model(), beta=0.25),  # fixed pairs of a model that is too long
...     online_dpo(task, beta=0.25),  # the same loss on pairs of the policy itself
... ]
>>> [round(theta, 2) for theta in thetas]
[2.43, -2.3, 0.85]
>>> rlhf_objective(thetas, task, beta=0.25).round(2)  # E[r] - beta KL, above the reference's
array([-1.27, -2.97,  0.63])
>>> best = max(rlhf_objective([i / 1000 for i in range(2000)], task, beta=0.25))
>>> round(float(best), 2)  # of all these policies
0.63

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, integer, positive
from lab.rlhf.common import sigmoid
from lab.rlhf.dpo import optimal_policy
from lab.rlhf.playground import Problem, measure, preferences


def other_model() -> Array:
    """A stronger model's answers, near x = 9: what a downloaded preference set may hold."""
    x = np.arange(12.0)
    return optimal_policy(np.full(12, 1 / 12), -((x - 9) ** 2), 2 * 1.5**2)


def policy(theta: float, task: Problem) -> Array:
    """π ∝ π_ref e^(θx), shape (answers,)."""
    return optimal_policy(task.ref, theta * np.arange(len(task.ref)), 1.0)


# --8<-- [start:dpo]
def _derivatives(theta: float, task: Problem, often: Array, beta: float) -> tuple[float, float]:
    """First and second derivative of the expected DPO loss; h(y, y') = θ(x − x')."""
    x = np.arange(len(task.ref))
    gap = np.asarray(beta * (x[:, None] - x), dtype=np.float64)
    p = sigmoid(theta * gap)
    first = often * (p - preferences(task.gold)) * gap
    return float(first.sum()), float((often * p * (1 - p) * gap**2).sum())


def offline_dpo(task: Problem, sampler: ArrayLike, beta: float) -> float:
    """Minimise DPO's loss on fixed pairs y, y' ~ sampler, labelled by the gold reward.

    Args:
        task: see ``lab.rlhf.playground.problem``.
        sampler: who wrote the answers, probabilities, shape (answers,).
        beta: KL strength β > 0.

    Returns:
        θ.

    Raises:
        ValueError: if a shape or ``beta`` is wrong.
    """
    mu = array("sampler", sampler, task.ref.shape)
    theta, beta = 0.0, positive("beta", beta)
    for _ in range(100):  # Newton's method; the loss is convex in θ
        first, second = _derivatives(theta, task, np.outer(mu, mu), beta)
        theta -= first / second
    return theta


def online_dpo(task: Problem, beta: float, steps: int = 4000, rate: float = 0.5) -> float:
    """Gradient descent on the same loss, but each step's pairs are drawn from the policy.

    Args:
        task: see ``lab.rlhf.playground.problem``.
        beta: KL strength β > 0.
        steps: gradient steps, ≥ 1.
        rate: step size > 0.

    Returns:
        θ.

    Raises:
        ValueError: if an argument is out of range.
    """
    theta, beta, rate = 0.0, positive("beta", beta), positive("rate", rate)
    for _ in range(integer("steps", steps, 1)):
        pi = policy(theta, task)  # sampled from, not differentiated
        theta -= rate * _derivatives(theta, task, np.outer(pi, pi), beta)[0]
    return theta


# --8<-- [end:dpo]


def rlhf_objective(thetas: ArrayLike, task: Problem, beta: float) -> Array:
    """E[gold] − β KL(π‖π_ref), less the reference's; shape of ``thetas``."""
    values = array("thetas", thetas, ("policies",))
    measured = measure([policy(theta, task) for theta in values], task)
    return measured["gold"] - positive("beta", beta) * measured["kl"]
