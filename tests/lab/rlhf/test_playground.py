"""The phenomena that the pages claim, each asserted on the exact problem."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest

from lab.arguments import Array
from lab.rlhf import playground as pg
from lab.rlhf.common import log_sigmoid
from lab.rlhf.dpo import dpo_loss, ipo_loss, optimal_policy
from lab.rlhf.grpo import grpo_loss
from lab.rlhf.kto import kto_loss
from lab.rlhf.orpo import orpo_loss
from lab.rlhf.ppo import kl_estimates
from lab.rlhf.reward_model import bradley_terry_loss
from lab.rlhf.simpo import simpo_loss
from tests.lab.rlhf.strategies import finite_difference

TASK = pg.problem()
ANSWERS = len(TASK.ref)
OFFLINE = ("dpo", "ipo", "kto", "simpo", "orpo")


def log_softmax(logits: Array) -> Array:
    return logits - np.logaddexp.reduce(logits)


def labels(reward: Array) -> pg.Labels:
    wins = pg.preferences(reward) * (1 - np.eye(ANSWERS))
    return pg.Labels(TASK.ref, TASK.length, reward, wins / wins.sum())


def over_pairs(loss: Callable[[int, int], float], wins: Array) -> float:
    return sum(wins[i, j] * loss(i, j) for i in range(ANSWERS) for j in range(ANSWERS) if i != j)


def expected_loss(method: str, logp: Array, z0: float) -> float:
    """The expectation over all comparisons of lab's own loss of one pair, or of one answer."""
    given, ref, size = labels(TASK.gold), np.log(TASK.ref), TASK.length
    one = lambda x, i: x[i : i + 1]  # noqa: E731
    pair: dict[str, Callable[[int, int], float]] = {
        "dpo": lambda i, j: dpo_loss(one(logp, i), one(logp, j), one(ref, i), one(ref, j), 0.3),
        "ipo": lambda i, j: ipo_loss(one(logp, i), one(logp, j), one(ref, i), one(ref, j), 0.3),
        "kto": lambda i, j: kto_loss(logp[[i, j]], ref[[i, j]], [True, False], z0, 0.3),
        "simpo": lambda i, j: simpo_loss(
            one(logp, i), one(logp, j), one(size, i), one(size, j), 0.3, 0.5
        ),
        "orpo": lambda i, j: orpo_loss(one(logp, i), one(logp, j), one(size, i), one(size, j), 0.3),
    }
    if method in pair:
        return over_pairs(pair[method], given.wins)
    pi = np.exp(logp)
    return float(-(pi @ given.reward) + 0.3 * (pi @ (logp - ref)))  # "ppo"


@pytest.mark.parametrize("method", [*OFFLINE, "ppo"])
def test_gradients_are_those_of_the_losses(method: str) -> None:
    logits = np.log(TASK.ref) + np.sin(np.arange(12.0))
    logp = log_softmax(logits)
    z0 = float(pg.kl(np.exp(logp), TASK.ref))  # a constant: no gradient through it
    numeric = finite_difference(lambda x: expected_loss(method, log_softmax(x), z0), logits)
    d = pg.METHODS[method].gradient(logp, labels(TASK.gold), 0.3)
    np.testing.assert_allclose(d - np.exp(logp) * d.sum(), numeric, atol=1e-8)


def test_grpo_gradient_is_that_of_the_loss_on_an_infinite_group() -> None:
    """The sample of answers is fixed while π moves, as in GRPO; each answer is one token."""
    logits = np.log(TASK.ref) + 0.3 * np.sin(np.arange(12.0))
    old = log_softmax(logits)
    pi, ref = np.exp(old), np.log(TASK.ref)
    mean = pi @ TASK.gold
    advantages = (TASK.gold - mean) / np.sqrt(pi @ (TASK.gold - mean) ** 2)

    def loss(x: Array) -> float:
        new = log_softmax(x)
        cell = lambda values, y: values[y].reshape(1, 1)  # noqa: E731
        return sum(
            pi[y]
            * grpo_loss(
                cell(new, y),
                cell(old, y),
                advantages[y : y + 1],
                [[1]],
                0.2,
                None,
                cell(ref, y),
                0.3,
            )
            for y in range(ANSWERS)
        )

    d = pg.METHODS["grpo"].gradient(old, labels(TASK.gold), 0.3)
    np.testing.assert_allclose(d - pi * d.sum(), finite_difference(loss, logits), atol=1e-8)


def test_k3_as_a_loss_pulls_with_the_gradient_of_the_other_kl() -> None:
    """E_π[∇k3] = ∇KL(π_ref‖π): a known trap of the penalty in the loss."""
    logits = np.log(TASK.ref) + np.sin(np.arange(12.0))
    logp, ref = log_softmax(logits), np.log(TASK.ref)
    pi = np.exp(logp)
    k3 = finite_difference(lambda x: float(pi @ kl_estimates(log_softmax(x), ref)[2]), logits)
    forward = finite_difference(lambda x: float(TASK.ref @ (ref - log_softmax(x))), logits)
    reverse = finite_difference(lambda x: float(pg.kl(np.exp(log_softmax(x)), TASK.ref)), logits)
    np.testing.assert_allclose(k3, forward, atol=1e-8)
    assert np.abs(k3 - reverse).max() > 0.01


def test_the_proxy_is_the_best_linear_reward_model_and_is_right_where_the_reference_is() -> None:
    x = np.arange(12.0)
    slope = TASK.proxy[1]
    np.testing.assert_allclose(TASK.proxy, slope * x)
    pairs = np.outer(TASK.ref, TASK.ref) * pg.preferences(TASK.gold)

    def loss(a: Array) -> float:
        return sum(
            pairs[i, j] * bradley_terry_loss([a[0] * x[i]], [a[0] * x[j]])
            for i in range(12)
            for j in range(12)
        )

    np.testing.assert_allclose(finite_difference(loss, np.array([slope])), [0], atol=1e-9)
    assert (np.diff(TASK.gold[:7]) > 0).all() and (np.diff(TASK.gold[6:]) < 0).all()


@pytest.mark.parametrize("reward", [TASK.gold, TASK.proxy], ids=["gold", "proxy"])
@pytest.mark.parametrize("beta", [1.0, 0.5, 0.1])
def test_dpo_ends_at_the_optimal_policy(reward: Array, beta: float) -> None:
    pi = pg.train("dpo", TASK, reward, beta, steps=6000)[-1]
    np.testing.assert_allclose(pi, optimal_policy(TASK.ref, reward, beta), atol=1e-12)


@pytest.mark.parametrize("tau", [0.5, 0.1, 0.05])
def test_ipo_ends_at_the_optimal_policy_for_the_win_rate(tau: float) -> None:
    """Azar et al.: IPO's reward is the probability of beating an average answer."""
    pi = pg.train("ipo", TASK, TASK.gold, tau)[-1]
    win_rate = pg.preferences(TASK.gold).mean(axis=1)
    np.testing.assert_allclose(pi, optimal_policy(TASK.ref, win_rate, tau), atol=1e-9)


def test_ppo_stands_still_at_the_optimal_policy_and_heads_for_it() -> None:
    target = optimal_policy(TASK.ref, TASK.gold, 1.0)
    d = pg.METHODS["ppo"].gradient(np.log(target), labels(TASK.gold), 1.0)
    np.testing.assert_allclose(d - target * d.sum(), 0, atol=1e-12)
    pi = pg.train("ppo", TASK, TASK.gold, 1.0)[-1]
    np.testing.assert_allclose(pi, target, atol=1e-4)


def test_grpo_stands_still_where_the_tilt_is_rational_not_exponential() -> None:
    """π (1 − Â/β) = π_ref at its fixed point: k3's penalty is not the KL of the derivation."""
    pi = optimal_policy(TASK.ref, TASK.gold, 1.0)
    centred = TASK.gold - pi @ TASK.gold
    a = centred / np.sqrt(pi @ centred**2)
    beta = 2 * a.max()
    ref = pi * (1 - a / beta)
    d = pg.METHODS["grpo"].gradient(np.log(pi), labels(TASK.gold)._replace(ref=ref), beta)
    np.testing.assert_allclose(d - pi * d.sum(), 0, atol=1e-12)
    assert np.abs(optimal_policy(ref, TASK.gold, beta) - pi).max() > 0.01


def test_simpo_ends_at_a_softmax_that_forgot_the_reference() -> None:
    """γ = 0 and equal lengths L: π ∝ e^(L r/β), whatever π_ref was."""
    equal = TASK._replace(length=np.full(ANSWERS, 3.0))
    given = labels(TASK.gold)._replace(length=equal.length)
    target = optimal_policy(np.full(ANSWERS, 1 / ANSWERS), TASK.gold, beta=2.0 / 3)
    d = pg._simpo(np.log(target), given, 2.0, gamma=0.0)
    np.testing.assert_allclose(d - target * d.sum(), 0, atol=1e-12)
    shifted = pg._simpo(np.log(target), given, 2.0)  # a margin makes it sharper
    assert np.abs(shifted - target * shifted.sum()).max() > 1e-3


def test_kto_settles_who_wins_more_often_than_not_and_forgets_by_how_much() -> None:
    path = pg.train("kto", TASK, TASK.gold, steps=8000)
    majority = pg.preferences(TASK.gold).mean(axis=1) > 0.5
    h = np.log(path / TASK.ref)
    assert path[-1, ~majority].sum() < 1e-9
    assert (h[-1, ~majority] < h[4000, ~majority] - 1).all(), "and it does not stop"
    # x = 9 wins 55% of its comparisons, x = 6 73%: yet the rarer gains more over the reference
    assert TASK.gold[9] < TASK.gold[6] and h[-1, 9] > h[-1, 6] + 3


def test_best_of_n_is_a_maximum_of_n_draws() -> None:
    rng = np.random.default_rng(0)
    draws = rng.choice(ANSWERS, p=TASK.ref, size=(40_000, 4))
    counts = np.bincount(draws.max(axis=1), minlength=ANSWERS) / 40_000
    np.testing.assert_allclose(pg.best_of_n(TASK.ref, TASK.proxy, 4), counts, atol=0.01)
    np.testing.assert_allclose(pg.best_of_n(TASK.ref, -TASK.proxy, 1), TASK.ref)
    # two answers: the worse one is the best of n only if it is drawn n times
    np.testing.assert_allclose(pg.best_of_n([0.8, 0.2], [5.0, 1.0], 3), [1 - 0.2**3, 0.2**3])


def test_overoptimisation_gold_rises_then_falls() -> None:
    curves = pg.overoptimisation(TASK)
    for name, curve in curves.items():
        peak = int(curve["gold"].argmax())
        assert 0.9 < curve["gold"][peak] < 1.2
        assert 1.3 < curve["distance"][peak] < 1.7
        assert curve["gold"][-1] < -0.5, "over-optimised below where it started"
        assert (np.diff(curve["distance"]) > 0).all() and (np.diff(curve["proxy"]) >= 0).all(), name
        rising, falling = np.diff(curve["gold"])[:peak], np.diff(curve["gold"])[peak:]
        assert (rising > 0).all() and (falling < 1e-12).all()
    # the bound on best-of-n's KL, tight while n is small
    n, kl = curves["best_of_n"]["n"], curves["best_of_n"]["kl"]
    assert (kl <= np.log(n) - (n - 1) / n + 1e-12).all()


def test_gao_form_fits_and_its_coefficients_follow_from_the_problem() -> None:
    """Tilting a normal (3, 1.5) by √2 σ d on gold 1 − ((x−6)/3)²: α = √2, β = ½."""
    for curve in pg.overoptimisation(TASK).values():
        early = curve["distance"] < 3  # before the last answer stops the shift
        d, gold = curve["distance"][early], curve["gold"][early]
        alpha, beta = pg.fit_gao(d, gold)
        assert alpha == pytest.approx(np.sqrt(2), rel=0.1)
        assert beta == pytest.approx(0.5, rel=0.1)
        residual = gold - d * (alpha - beta * d)
        assert 1 - residual.var() / gold.var() > 0.99


@pytest.mark.parametrize("source", ["gold", "proxy"])
def test_no_method_beats_the_tilted_policy_of_the_same_kl(source: str) -> None:
    reward = getattr(TASK, source)
    tilted = np.array([optimal_policy(TASK.ref, reward, b) for b in np.geomspace(1e3, 1e-2, 4000)])
    frontier = pg.measure(tilted, TASK)
    for name, curve in pg.compare(TASK, reward, steps=300).items():
        limit = np.interp(curve["kl"], frontier["kl"], frontier[source])
        assert (curve[source] <= limit + 1e-3).all(), name


def test_every_loss_gains_gold_from_gold_labels_and_offline_ones_overoptimise_the_proxy() -> None:
    for name, curve in pg.compare(TASK, TASK.gold).items():
        assert curve["gold"][-1] > 0.6, name
    for name, curve in pg.compare(TASK, TASK.proxy).items():
        assert curve["gold"].max() > 0.2 and curve["proxy"][-1] > 1.5, name
        if name in OFFLINE:
            assert curve["gold"][-1] < -0.3, name
        else:  # on policy, long answers must be sampled before they can be reinforced
            assert 0 < curve["gold"].max() - curve["gold"][-1] < 0.2, name


def test_likelihood_displacement() -> None:
    """The loss falls and the margin grows while the chosen answer itself dies out."""
    path = pg.likelihood_displacement()
    no, never, yes = path["probability"].T
    assert (np.diff(path["loss"]) < 0).all() and (np.diff(path["margin"]) > 0).all()
    assert (np.diff(no) < 0).all() and (np.diff(never) < 0).all() and (np.diff(yes) > 0).all()
    assert path["loss"][0] == pytest.approx(np.log(2))
    assert yes[0] == pytest.approx(0.4) and yes[-1] > 0.99
    np.testing.assert_allclose(-log_sigmoid(path["margin"]), path["loss"])


def test_with_features_of_their_own_the_chosen_answer_gains() -> None:
    """A tabular policy shows no displacement for one pair: the cause is what answers share."""
    given = labels(TASK.gold)._replace(wins=np.zeros((12, 12)))
    given.wins[3, 4] = 1
    pi = pg._descend(pg.METHODS["dpo"], given, 0.1, 200, 1.0)
    assert (np.diff(pi[:, 3]) > 0).all() and (np.diff(pi[:, 4]) < 0).all()


def test_certain_preferences_run_away_under_dpo_and_stop_under_ipo() -> None:
    gap = pg.certain_preference(2000)
    assert gap["ipo"][-1] == pytest.approx(5, abs=1e-6)  # 1/(2τ)
    assert gap["dpo"][-1] > 45 and (np.diff(gap["dpo"]) > 0).all()
    assert (gap["ipo"] < 5 + 1e-9).all()


@pytest.mark.parametrize(
    "draw",
    [
        lambda: pg.overoptimisation(TASK),
        lambda: pg.compare(TASK, TASK.proxy),
        pg.likelihood_displacement,
        pg.certain_preference,
    ],
)
def test_a_figure_takes_less_than_a_second(draw: Callable[[], object]) -> None:
    start = time.process_time()
    draw()
    assert time.process_time() - start < 1


def test_bad_input() -> None:
    with pytest.raises(ValueError, match=r"method must be one of .*'dpo'.* got 'rlhf'"):
        pg.train("rlhf", TASK, TASK.gold)
    with pytest.raises(ValueError, match=r"reward has shape \(2,\), expected \(12,\)"):
        pg.train("dpo", TASK, [0, 1])
    with pytest.raises(ValueError, match=r"strength must be .* got 0"):
        pg.train("dpo", TASK, TASK.gold, strength=0)
    with pytest.raises(ValueError, match=r"rate must be .* got -1"):
        pg.train("dpo", TASK, TASK.gold, rate=-1)
    with pytest.raises(ValueError, match=r"steps must be an integer of at least 1, got 0"):
        pg.train("dpo", TASK, TASK.gold, steps=0)
    with pytest.raises(ValueError, match=r"policy \(3,\) must end in ref's \(2,\)"):
        pg.kl([0.2, 0.3, 0.5], [0.5, 0.5])
    with pytest.raises(ValueError, match=r"and ref be above 0"):
        pg.kl([0.5, 0.5], [1.0, 0.0])
    with pytest.raises(ValueError, match=r"reward must rank the answers without ties"):
        pg.best_of_n([0.5, 0.5], [1.0, 1.0], 2)
    with pytest.raises(ValueError, match=r"n must be an integer of at least 1, got 0"):
        pg.best_of_n([0.5, 0.5], [1.0, 2.0], 0)
    with pytest.raises(ValueError, match=r"points must be an integer of at least 2, got 1"):
        pg.overoptimisation(TASK, points=1)
    with pytest.raises(ValueError, match=r"policies has shape \(1, 2\), expected \(policies, 12\)"):
        pg.measure([[0.5, 0.5]], TASK)
    with pytest.raises(ValueError, match=r"gold has shape \(1,\), expected \(2,\)"):
        pg.fit_gao([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match=r"beta must be .* got -1"):
        pg.likelihood_displacement(beta=-1)
    with pytest.raises(ValueError, match=r"steps must be .* got 0"):
        pg.certain_preference(0)
    with pytest.raises(ValueError, match=r"reward has shape \(1, 1\), expected \(answers,\)"):
        pg.preferences([[1.0]])
