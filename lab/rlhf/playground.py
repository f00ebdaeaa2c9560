"""A preference problem small enough to solve exactly, on which every method can be compared.

One prompt, twelve answers that differ in how much they are padded: x = 0 … 11. People's true
("gold") reward is a parabola in x, best at x = 6; the reference answers near x = 3. A reward
model that is linear in x, fitted to comparisons of the reference's own answers, is right about
those and wrong about long ones: the proxy. Each method then minimises its *expected* loss over
all comparisons by gradient descent, so that no sampling noise hides what its loss asks for.

--8<-- [start:example]
>>> from lab.rlhf.dpo import optimal_policy
>>> from lab.rlhf.playground import overoptimisation, problem, train
>>> task = problem()
>>> pi = train("dpo", task, task.gold, strength=0.5)[-1]  # labels: Bradley-Terry on gold
>>> target = optimal_policy(task.ref, task.gold, beta=0.5)  # where RLHF on gold would end
>>> bool(abs(pi - target).max() < 1e-6)
True
>>> curve = overoptimisation(task)["tilted"]  # RLHF on the proxy, from a large beta to a small one
>>> best = int(curve["gold"].argmax())
>>> for i in (0, best, -1):
...     print([round(float(curve[name][i]), 2) for name in ("distance", "proxy", "gold")])
[0.01, 0.01, 0.01]
[1.41, 1.8, 0.96]
[3.94, 4.84, -1.57]

--8<-- [end:example]

--8<-- [start:compare_example]
>>> from lab.rlhf.playground import compare, problem
>>> task = problem()
>>> for labels in (task.gold, task.proxy):  # two tables: labels from gold, then from the proxy
...     print("method  best gold  last gold  last distance")
...     for name, run in compare(task, labels).items():
...         best, last, far = run["gold"].max(), run["gold"][-1], run["distance"][-1]
...         print(f"{name:6} {best:10.2f} {last:10.2f} {far:14.2f}")
method  best gold  last gold  last distance
ppo          1.14       1.14           1.36
grpo         1.20       1.20           1.77
dpo          1.14       1.14           1.36
ipo          1.13       1.13           1.32
kto          1.07       1.01           1.42
simpo        1.19       1.19           1.63
orpo         0.62       0.62           0.90
method  best gold  last gold  last distance
ppo          1.21       1.10           2.19
grpo         1.20       1.09           2.18
dpo          0.97      -1.50           3.88
ipo          0.97      -0.40           3.18
kto          0.97      -0.41           3.14
simpo        0.77      -1.57           3.94
orpo         0.26      -0.38           2.93

--8<-- [end:compare_example]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, integer, positive
from lab.rlhf.common import log_odds, sigmoid
from lab.rlhf.dpo import dpo_gradient, dpo_loss, optimal_policy


class Problem(NamedTuple):
    """One prompt's answers: π_ref, gold and proxy reward, length in tokens; each (answers,)."""

    ref: Array
    gold: Array
    proxy: Array
    length: Array


class Labels(NamedTuple):
    """What a loss may see: π_ref, lengths, the reward (policy gradients) or the comparisons."""

    ref: Array
    length: Array
    reward: Array
    wins: Array  # wins[i, j]: the share of all comparisons that i won against j; sums to 1


# --8<-- [start:preferences]
def preferences(reward: ArrayLike) -> Array:
    """Bradley–Terry: p(i ≻ j) = σ(r_i − r_j), shape (answers, answers), ½ on the diagonal.

    Source: Rafailov et al. 2023 (arXiv:2305.18290), eq. 1.

    Args:
        reward: r of each answer, shape (answers,).

    Returns:
        Probabilities that the row's answer is preferred to the column's.

    Raises:
        ValueError: if ``reward`` is not a finite (answers,) array.
    """
    r = array("reward", reward, ("answers",))
    return sigmoid(r[:, None] - r)


# --8<-- [end:preferences]


# --8<-- [start:kl]
def kl(policy: ArrayLike, ref: ArrayLike) -> Array:
    """KL(π‖π_ref) = Σ_y π(y) log(π(y)/π_ref(y)) in nats, over the last axis.

    Args:
        policy: probabilities, shape (…, answers); 0 is allowed.
        ref: probabilities above 0, shape (answers,).

    Returns:
        One number for each policy, ≥ 0.

    Raises:
        ValueError: if the number of answers differs or ``ref`` is not positive.
    """
    q = array("ref", ref, ("answers",))
    p = array("policy", policy)
    if (q <= 0).any() or p.shape[-1:] != q.shape:
        raise ValueError(f"policy {p.shape} must end in ref's {q.shape}, and ref be above 0")
    log_ratio = np.log(np.where(p > 0, p, 1)) - np.log(q)
    return np.asarray(np.maximum(np.sum(p * log_ratio, axis=-1), 0))


# --8<-- [end:kl]


# --8<-- [start:problem]
def problem() -> Problem:
    """Twelve answers, x = 0 … 11: π_ref normal around 3, gold 1 − ((x−6)/3)², proxy linear in x.

    The proxy's slope minimises the exact Bradley–Terry loss on comparisons of answers drawn from
    π_ref and labelled by gold: in that sense it is the best reward model of its kind.

    Returns:
        The problem; its lengths are 5, 10, … 60 tokens.
    """
    x = np.arange(12.0)
    ref = optimal_policy(np.full(12, 1 / 12), -((x - 3) ** 2), 2 * 1.5**2)
    gold = 1 - ((x - 6) / 3) ** 2
    gap, often, slope = x[:, None] - x, np.outer(ref, ref), 0.0
    for _ in range(20):  # Newton's method; the loss is convex in the slope
        p = sigmoid(slope * gap)
        error = often * (p - preferences(gold))
        slope -= float((error * gap).sum() / (often * p * (1 - p) * gap**2).sum())
    return Problem(ref, gold, slope * x, 5 * (x + 1))


# --8<-- [end:problem]


# --8<-- [start:best_of_n]
def best_of_n(ref: ArrayLike, reward: ArrayLike, n: int) -> Array:
    """The exact distribution of the best, by ``reward``, of n independent draws from π_ref.

    P(best = y) = F(y)^n − F(y⁻)^n, with F the reference's distribution function in order of
    reward. Its KL from π_ref is at most log n − (n−1)/n (Beirami et al. 2024, arXiv:2401.01879).

    Args:
        ref: probabilities, shape (answers,).
        reward: what the draws are ranked by, shape (answers,), no two equal.
        n: number of draws, ≥ 1.

    Returns:
        Probabilities, shape (answers,).

    Raises:
        ValueError: if a shape or ``n`` is wrong, or two rewards are equal.
    """
    p = array("ref", ref, ("answers",))
    r = array("reward", reward, p.shape)
    order = np.argsort(r)
    if (np.diff(r[order]) == 0).any():
        raise ValueError(f"reward must rank the answers without ties, got {r}")
    cumulative = np.append(0.0, np.minimum(np.cumsum(p[order]), 1.0))
    policy = np.empty_like(p)
    policy[order] = np.diff(cumulative ** integer("n", n, 1))
    return policy


# --8<-- [end:best_of_n]

# The derivatives of each expected loss with respect to log π_θ(y), y = each of the answers.
# For the pairwise losses, row i of a matrix is the winner and column j the loser.


def _pairwise(c: Array) -> Array:
    """Σ_ij c_ij (e_i − e_j): each answer's derivative as a winner less that as a loser."""
    return np.asarray(c.sum(axis=1) - c.sum(axis=0))


def _ppo(logp: Array, labels: Labels, beta: float) -> Array:
    """−(E[r] − β KL(π‖π_ref)): the KL is part of the reward, as in PPO for language models."""
    return -np.exp(logp) * (labels.reward - beta * (logp - np.log(labels.ref)))


def _grpo(logp: Array, labels: Labels, beta: float) -> Array:
    """An infinite group, on policy: z-scored reward, and β E[k3] differentiated as a loss.

    E_π[∇k3] = Σ (π − π_ref) ∇log π is the gradient of KL(π_ref‖π), not of KL(π‖π_ref).
    """
    pi = np.exp(logp)
    centred = labels.reward - pi @ labels.reward
    return np.asarray(-pi * centred / np.sqrt(pi @ centred**2) + beta * (pi - labels.ref))


def _dpo(logp: Array, labels: Labels, beta: float) -> Array:
    h = logp - np.log(labels.ref)
    return _pairwise(-beta * sigmoid(-beta * (h[:, None] - h)) * labels.wins)


def _ipo(logp: Array, labels: Labels, tau: float) -> Array:
    h = logp - np.log(labels.ref)
    return _pairwise(2 * (h[:, None] - h - 1 / (2 * tau)) * labels.wins)


def _kto(logp: Array, labels: Labels, beta: float) -> Array:
    """Each comparison gives a desirable and an undesirable answer; λ_D = λ_U = 1, z_0 the KL."""
    h = logp - np.log(labels.ref)
    s = sigmoid(beta * (h - np.exp(logp) @ h))
    return -beta * s * (1 - s) * _pairwise(labels.wins) / 2


def _simpo(logp: Array, labels: Labels, beta: float, gamma: float = 0.5) -> Array:
    r = beta * logp / labels.length
    c = -sigmoid(gamma - (r[:, None] - r)) * labels.wins
    return _pairwise(c) * beta / labels.length


def _orpo(logp: Array, labels: Labels, lam: float) -> Array:
    log_p = logp / labels.length
    odds = log_odds(log_p)
    c = -lam * sigmoid(-(odds[:, None] - odds)) * labels.wins
    d_odds = -1 / np.expm1(log_p)  # d log odds / d log P = 1/(1 − P)
    d_log_p = _pairwise(c) * d_odds - labels.wins.sum(axis=1)
    return np.asarray(d_log_p / labels.length)


class Method(NamedTuple):
    """A loss's gradient, its usual strength, and a step size that is stable for that strength."""

    gradient: Callable[[Array, Labels, float], Array]
    strength: float
    rate: float
    power: int = 0  # losses of β log π have a curvature of β²: their rate goes as β^−2


METHODS: Mapping[str, Method] = {
    "ppo": Method(_ppo, 0.1, 4.0),
    "grpo": Method(_grpo, 0.1, 1.0),
    "dpo": Method(_dpo, 0.1, 100.0, power=2),
    "ipo": Method(_ipo, 0.02, 0.2),
    "kto": Method(_kto, 0.1, 20.0, power=2),
    "simpo": Method(_simpo, 2.0, 100.0, power=2),
    "orpo": Method(_orpo, 1.0, 10.0),
}


def _descend(method: Method, labels: Labels, strength: float, steps: int, rate: float) -> Array:
    """Plain gradient descent on the logits of a tabular softmax, from π_ref."""
    theta = np.log(labels.ref)
    policies = np.empty((steps + 1, len(theta)))
    for policy in policies:
        logp = theta - np.logaddexp.reduce(theta)
        policy[:] = np.exp(logp)
        d = method.gradient(logp, labels, strength)
        theta = logp - rate * (d - policy * d.sum())
    return policies


# --8<-- [start:train]
def train(
    method: str,
    task: Problem,
    reward: ArrayLike,
    strength: float | None = None,
    steps: int = 2000,
    rate: float | None = None,
) -> Array:
    """Train a tabular softmax policy by exact gradient descent on one method's expected loss.

    Every pair of answers is compared equally often, and i beats j with probability
    σ(r_i − r_j); "ppo" and "grpo" see the reward itself, and weigh answers by how often the
    policy gives them.

    Args:
        method: "ppo", "grpo", "dpo", "ipo", "kto", "simpo" or "orpo".
        task: the answers; see ``problem``.
        reward: where labels come from: ``task.gold`` or ``task.proxy``; shape (answers,).
        strength: β, or τ for "ipo", or λ for "orpo"; > 0, the method's usual one if None.
        steps: number of gradient steps, ≥ 1.
        rate: step size > 0 on the logits, one that suits the method and strength if None.

    Returns:
        The policies before each step and after the last one, shape (steps + 1, answers).

    Raises:
        ValueError: if the method is unknown, or an argument is out of range.
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {tuple(METHODS)}, got {method!r}")
    usual = METHODS[method]
    strength = positive("strength", usual.strength if strength is None else strength)
    if rate is None:
        rate = usual.rate * (usual.strength / strength) ** usual.power
    r = array("reward", reward, task.ref.shape)
    n = len(r)
    wins = preferences(r) * (1 - np.eye(n)) / (n * (n - 1) / 2)
    labels = Labels(task.ref, task.length, r, wins)
    return _descend(usual, labels, strength, integer("steps", steps, 1), positive("rate", rate))


# --8<-- [end:train]


# --8<-- [start:measure]
def measure(policies: ArrayLike, task: Problem) -> dict[str, Array]:
    """What a figure draws: how far each policy went, and what that brought.

    Args:
        policies: probabilities, shape (policies, answers).
        task: the problem they answer.

    Returns:
        Arrays of shape (policies,): "kl" = KL(π‖π_ref) in nats, "distance" = √kl, and "gold" and
        "proxy", the expected rewards less those of π_ref.

    Raises:
        ValueError: if the number of answers differs.
    """
    p = array("policies", policies, ("policies", len(task.ref)))
    divergence = kl(p, task.ref)
    return {
        "kl": divergence,
        "distance": np.sqrt(divergence),
        "gold": (p - task.ref) @ task.gold,
        "proxy": (p - task.ref) @ task.proxy,
    }


# --8<-- [end:measure]


# --8<-- [start:overoptimisation]
def overoptimisation(task: Problem, points: int = 80) -> dict[str, dict[str, Array]]:
    """Optimise the proxy harder and harder, and watch gold rise, then fall, with √KL.

    Source: the experiment is Gao et al. 2022 (arXiv:2210.10760): gold against √KL.

    Args:
        task: see ``problem``.
        points: number of β and of n, ≥ 2.

    Returns:
        "tilted": optimal policies for the proxy as β falls from 100 to 0.05, which no policy of
        the same KL beats on the proxy; and "best_of_n", n from 1 to 10⁶. Each holds ``measure``'s
        arrays and "beta" or "n".

    Raises:
        ValueError: if ``points`` is below 2.
    """
    beta = np.geomspace(100, 0.05, integer("points", points, 2))
    tilted = np.array([optimal_policy(task.ref, task.proxy, b) for b in beta])
    n = np.unique(np.geomspace(1, 1e6, points).round())
    best = np.array([best_of_n(task.ref, task.proxy, int(k)) for k in n])
    return {
        "tilted": {"beta": beta, **measure(tilted, task)},
        "best_of_n": {"n": n, **measure(best, task)},
    }


# --8<-- [end:overoptimisation]


# --8<-- [start:compare]
def compare(task: Problem, reward: ArrayLike, steps: int = 2000) -> dict[str, dict[str, Array]]:
    """Train every method on the same labels, each with its usual strength.

    Args:
        task: see ``problem``.
        reward: where labels come from, shape (answers,).
        steps: gradient steps, ≥ 1.

    Returns:
        For each method ``measure``'s arrays along its training, of shape (steps + 1,).

    Raises:
        ValueError: as ``train``.
    """
    return {name: measure(train(name, task, reward, steps=steps), task) for name in METHODS}


# --8<-- [end:compare]


# --8<-- [start:fit_gao]
def fit_gao(distance: ArrayLike, gold: ArrayLike) -> tuple[float, float]:
    """Least-squares α and β of gold = d(α − βd), d = √KL: it peaks at d = α/2β.

    Source: Gao et al. 2022 (arXiv:2210.10760), their form for best-of-n; for RL they fit
    d(α − β log d). A normal π_ref, a linear proxy and gold = 1 − ((x−m)/w)² give exactly the
    first form for RL as well: tilting moves the mean by √2 σ d.

    Args:
        distance: √KL, shape (points,).
        gold: gold reward less π_ref's, shape (points,).

    Returns:
        α and β.

    Raises:
        ValueError: if the shapes differ.
    """
    d = array("distance", distance, ("points",))
    design = np.stack([d, -(d**2)], axis=1)
    (alpha, beta), *_ = np.linalg.lstsq(design, array("gold", gold, d.shape), rcond=None)
    return float(alpha), float(beta)


# --8<-- [end:fit_gao]


# --8<-- [start:likelihood_displacement]
def likelihood_displacement(steps: int = 400, beta: float = 0.1) -> dict[str, Array]:
    """DPO on "No" ≻ "Never", where the two look alike to the model: "Yes" gains most.

    The logits are log π_ref + Φθ with features Φ of (negation, restraint): "No" = (1, 0),
    "Never" = (1, −1), "Yes" = (−1, 1). The gradient moves θ along Φ_No − Φ_Never = (0, 1), which
    "Yes" has more of than "No".

    Source: Razin et al. 2024 (arXiv:2410.08847) observe this with "No", "Never" and "Yes"; the
    features and numbers are ours.

    Args:
        steps: gradient steps, ≥ 1.
        beta: DPO's β > 0.

    Returns:
        "probability" of No, Never and Yes, shape (steps + 1, 3), and along it "margin", between
        the implicit rewards, and "loss", each of shape (steps + 1,).

    Raises:
        ValueError: if an argument is out of range.
    """
    log_ref = np.log([0.45, 0.15, 0.40])
    features = np.array([[1.0, 0.0], [1.0, -1.0], [-1.0, 1.0]])
    theta = np.zeros(2)
    probability, loss = np.empty((integer("steps", steps, 1) + 1, 3)), np.empty(steps + 1)
    for k in range(steps + 1):
        logits = log_ref + features @ theta
        logp = logits - np.logaddexp.reduce(logits)
        pair = (logp[:1], logp[1:2], log_ref[:1], log_ref[1:2])
        probability[k], loss[k] = np.exp(logp), dpo_loss(*pair, beta)
        # The two derivatives cancel in the normaliser, so that Φᵀ alone carries them to θ
        theta -= features[:2].T @ np.concatenate(dpo_gradient(*pair, beta))
    log_ratio = np.log(probability) - log_ref
    return {
        "probability": probability,
        "margin": beta * (log_ratio[:, 0] - log_ratio[:, 1]),
        "loss": loss,
    }


# --8<-- [end:likelihood_displacement]


# --8<-- [start:certain_preference]
def certain_preference(steps: int = 2000) -> dict[str, Array]:
    """One pair that the first answer always wins: DPO's gap grows for ever, IPO's stops.

    With p(y_w ≻ y_l) = 1 Bradley–Terry asks for an infinite reward gap, so that DPO drives
    π(y_l) to 0 whatever β is; IPO's target is 1/(2τ).

    Source: Azar et al. 2023 (arXiv:2310.12036), on weak regularisation and overfitting.

    Args:
        steps: gradient steps, ≥ 1.

    Returns:
        "dpo" (β = 0.1) and "ipo" (τ = 0.1): the gap of the log-ratios, shape (steps + 1,).

    Raises:
        ValueError: if ``steps`` is below 1.
    """
    ref = np.array([0.4, 0.4, 0.2])
    wins = np.zeros((3, 3))
    wins[0, 1] = 1
    labels = Labels(ref, np.ones(3), np.zeros(3), wins)
    log_ratios = {
        name: np.log(_descend(METHODS[name], labels, 0.1, integer("steps", steps, 1), rate) / ref)
        for name, rate in (("dpo", 5.0), ("ipo", 0.01))
    }
    return {name: h[:, 0] - h[:, 1] for name, h in log_ratios.items()}


# --8<-- [end:certain_preference]
