import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lab.rlhf.dpo import dpo_gradient, dpo_loss, implicit_reward, ipo_loss, optimal_policy
from tests.lab.rlhf.strategies import BETA, finite_difference, log_probs
from tests.recorded import load

REWARD = st.floats(-1e3, 1e3)


def distributions(n: int = 5) -> st.SearchStrategy[np.ndarray]:
    return arrays(np.float64, n, elements=st.floats(1e-6, 1)).map(lambda w: w / w.sum())


@given(log_probs(2), BETA)
def test_log_2_at_the_reference(lp: np.ndarray, beta: float) -> None:
    assert dpo_loss(lp[0], lp[1], lp[0], lp[1], beta) == pytest.approx(np.log(2))


@given(log_probs(4), BETA)
def test_the_loss_is_bradley_terry_on_the_implicit_rewards(lp: np.ndarray, beta: float) -> None:
    margin = implicit_reward(lp[0], lp[2], beta) - implicit_reward(lp[1], lp[3], beta)
    expected = np.where(margin > 0, np.log1p(np.exp(-abs(margin))), 0)
    expected = np.where(margin <= 0, -margin + np.log1p(np.exp(-abs(margin))), expected)
    loss = dpo_loss(*lp, beta)
    assert np.isfinite(loss)
    assert loss == pytest.approx(expected.mean(), rel=1e-9, abs=1e-12)


@given(log_probs(4), st.floats(0.01, 1))
def test_gradient_by_finite_difference(lp: np.ndarray, beta: float) -> None:
    lp = lp / 1e3 - 0.01  # where a difference of the loss still has digits

    def loss(x: np.ndarray) -> float:
        return dpo_loss(x[0], x[1], lp[2], lp[3], beta)

    numeric = finite_difference(loss, lp[:2])
    np.testing.assert_allclose(np.stack(dpo_gradient(*lp, beta)), numeric, atol=1e-8)


def test_gradient_of_settled_and_of_hopeless_pairs() -> None:
    settled, _ = dpo_gradient([-1.0], [-1e4], [-5e3], [-5e3], 0.1)
    hopeless, _ = dpo_gradient([-1e4], [-1.0], [-5e3], [-5e3], 0.1)
    assert settled[0] == pytest.approx(0, abs=1e-200)
    assert hopeless[0] == pytest.approx(-0.1)


@given(log_probs(4), BETA)
def test_ipo_and_its_zero(lp: np.ndarray, tau: float) -> None:
    h = (lp[0] - lp[2]) - (lp[1] - lp[3])
    assert ipo_loss(*lp, tau) == pytest.approx(np.mean((h - 0.5 / tau) ** 2))


def test_ipo_wants_a_gap_of_half_over_tau_and_no_more() -> None:
    assert ipo_loss([-5.0], [-10.0], [-6.0], [-6.0], tau=0.1) == pytest.approx(0)
    assert ipo_loss([-1.0], [-10.0], [-6.0], [-6.0], tau=0.1) == pytest.approx(16)


@given(distributions(), arrays(np.float64, 5, elements=REWARD), st.floats(0.05, 100))
def test_optimal_policy_maximises_reward_less_kl(ref, reward, beta: float) -> None:
    """At π* the objective is β log Z, and no other policy gets more."""
    best = optimal_policy(ref, reward, beta)

    def objective(pi: np.ndarray) -> float:
        seen = pi > 0
        kl = (pi[seen] * np.log(pi[seen] / ref[seen])).sum()
        return float(pi @ reward - beta * kl)

    top = reward.max()
    log_z = top / beta + np.log((ref * np.exp((reward - top) / beta)).sum())
    assert best.sum() == pytest.approx(1)
    assert objective(best) == pytest.approx(beta * log_z, rel=1e-9, abs=1e-9)
    for other in (ref, np.eye(5)[reward.argmax()], 0.9 * best + 0.1 * ref):
        assert objective(other) <= objective(best) + 1e-9 * (1 + abs(top))


@given(distributions(), arrays(np.float64, 5, elements=REWARD), st.floats(1, 100))
def test_implicit_reward_of_the_optimal_policy_is_the_reward_up_to_a_constant(
    ref, reward, beta: float
) -> None:
    best = optimal_policy(ref, reward, beta)
    assume(best.min() > 1e-290)  # below that, underflow has eaten the digits
    recovered = implicit_reward(np.log(best), np.log(ref), beta)
    np.testing.assert_allclose(recovered - recovered[0], reward - reward[0], atol=1e-8 * beta)


def test_optimal_policy_at_the_edges() -> None:
    np.testing.assert_allclose(optimal_policy([0.5, 0.5], [1e4, -1e4], 1e-3), [1, 0])
    np.testing.assert_allclose(optimal_policy([0.3, 0.7], [5, 5], 0.1), [0.3, 0.7])
    np.testing.assert_allclose(optimal_policy([0.5, 0.5, 0], [0, 0, 1e4], 1e-3), [0.5, 0.5, 0])
    batch = optimal_policy([[0.5, 0.5], [0.2, 0.8]], [[0, np.log(3)], [0, 0]], 1.0)
    np.testing.assert_allclose(batch, [[0.25, 0.75], [0.2, 0.8]])
    far_apart = optimal_policy([[0.5, 0.5], [0.2, 0.8]], [[1e4, 1e4], [-1e4, -1e4]], 1.0)
    np.testing.assert_allclose(far_apart, [[0.5, 0.5], [0.2, 0.8]])


def test_against_trl() -> None:
    kept = load("rlhf/dpo")
    pairs = [kept[name] for name in ("pi_w", "pi_l", "ref_w", "ref_l")]
    assert dpo_loss(*pairs, kept["beta"]) == pytest.approx(kept["dpo"])
    gradient = np.concatenate(dpo_gradient(*pairs, kept["beta"]))
    np.testing.assert_allclose(gradient, kept["gradient"], rtol=1e-6)
    # TRL averages over the tokens before IPO's square
    averages = [pair / kept["tokens"] for pair in pairs]
    assert ipo_loss(*averages, kept["tau"]) == pytest.approx(kept["ipo"])


@pytest.mark.parametrize("function", [dpo_loss, dpo_gradient, ipo_loss])
def test_bad_pairs(function) -> None:
    ok = [-1.0, -2.0]
    with pytest.raises(ValueError, match=r"pi_l has shape \(1,\), expected \(2,\)"):
        function(ok, [-1.0], ok, ok, 0.1)
    with pytest.raises(ValueError, match=r"ref_l, of shape .* NaN"):
        function(ok, ok, ok, [np.nan, -1.0], 0.1)
    with pytest.raises(ValueError, match=r"ref_w, of shape .* holds 0.9: a log-probability"):
        function(ok, ok, [0.9, -1.0], ok, 0.1)
    with pytest.raises(ValueError, match=r"pi_w has shape \(1, 2\), expected \(batch,\)"):
        function([ok], [ok], [ok], [ok], 0.1)
    with pytest.raises(ValueError, match=r"pi_w is empty"):
        function([], [], [], [], 0.1)
    with pytest.raises(ValueError, match=r"(beta|tau) must be a finite number above 0, got -0.1"):
        function(ok, ok, ok, ok, -0.1)


def test_bad_policies() -> None:
    with pytest.raises(ValueError, match=r"ref, of shape \(2,\), must hold probabilities"):
        optimal_policy([0.5, 0.6], [0, 1], 1)
    with pytest.raises(ValueError, match=r"must hold probabilities"):
        optimal_policy([1.5, -0.5], [0, 1], 1)
    with pytest.raises(ValueError, match=r"must hold probabilities"):
        optimal_policy(1.0, 0.0, 1)
    with pytest.raises(ValueError, match=r"reward has shape \(3,\), expected \(2,\)"):
        optimal_policy([0.5, 0.5], [0, 1, 2], 1)
    with pytest.raises(ValueError, match=r"beta must be .* got 0"):
        optimal_policy([0.5, 0.5], [0, 1], 0)
    with pytest.raises(ValueError, match=r"beta must be .* got 0"):
        implicit_reward([-1.0], [-1.0], 0)
