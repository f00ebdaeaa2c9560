from math import lgamma

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lab.rlhf.grpo import group_advantages, grpo_loss, token_weights
from lab.rlhf.ppo import clipped_surrogate, kl_estimates
from tests.lab.rlhf.strategies import LOG_P, finite_difference
from tests.recorded import load

VARIANTS = ("grpo", "dr_grpo", "dapo", "gspo")
REWARDS = arrays(np.float64, (3, 4), elements=st.floats(-1e3, 1e3))


@given(REWARDS)
def test_a_group_is_centred_and_scaled_to_one(rewards: np.ndarray) -> None:
    a = group_advantages(rewards)
    spread = np.ptp(rewards, axis=1)
    np.testing.assert_allclose(a[spread == 0], 0)
    wide = spread > 1e-3
    np.testing.assert_allclose(a[wide].mean(1), 0, atol=1e-9)
    np.testing.assert_allclose((a[wide] ** 2).mean(1), 1)
    centred = group_advantages(rewards, "dr_grpo")
    np.testing.assert_allclose(centred, rewards - rewards.mean(1, keepdims=True), atol=1e-9)


@pytest.mark.parametrize("right", [1, 2, 7])
def test_one_right_answer_among_many_weighs_most(right: int) -> None:
    """√((1−p)/p) for a right answer: the fewer there are, the larger (question-level bias)."""
    p = right / 8
    a = group_advantages([[1.0] * right + [0.0] * (8 - right)])[0]
    assert a[0] == pytest.approx(np.sqrt((1 - p) / p))
    assert a[-1] == pytest.approx(-np.sqrt(p / (1 - p)))


def test_dividing_by_the_std_maximises_the_arcsine_of_the_accuracy() -> None:
    """E[Â ∇log π] = ∇q/√(q(1−q)) for a large group, by exact summation over how many are right."""
    size = 400
    for q in (0.1, 0.5, 0.8):
        right = np.arange(size + 1)
        log_choose = [lgamma(size + 1) - lgamma(k + 1) - lgamma(size - k + 1) for k in right]
        chance = np.exp(log_choose + right * np.log(q) + (size - right) * np.log(1 - q))
        rewards = (np.arange(size) < right[:, None]).astype(float)
        score = np.where(rewards == 1, 1 / q, -1 / (1 - q))  # the derivative of log π in q
        slope = chance @ (group_advantages(rewards) * score).mean(1)
        assert slope == pytest.approx(1 / np.sqrt(q * (1 - q)), rel=0.01)


def test_constant_groups_and_single_answers_teach_nothing() -> None:
    for variant in VARIANTS:
        # three times 0.1 has a mean that is not 0.1 in floating point
        np.testing.assert_array_equal(group_advantages([[0.1, 0.1, 0.1]], variant), [[0, 0, 0]])
        np.testing.assert_array_equal(group_advantages([[5.0]], variant), [[0]])


def example() -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(0)
    old = -rng.uniform(0.1, 3, (4, 6))
    new = np.minimum(old + rng.normal(scale=0.2, size=old.shape), 0)
    mask = (np.arange(6) < np.array([6, 1, 3, 4])[:, None]).astype(float)
    return new, old, rng.normal(size=4), mask


def test_on_policy_loss_is_minus_the_weighted_advantage() -> None:
    _, old, a, mask = example()
    lengths = mask.sum(1)
    expected = {
        "grpo": -a.mean(),
        "gspo": -a.mean(),
        "dapo": -(lengths * a).sum() / lengths.sum(),
        "dr_grpo": -(lengths * a).sum() / 4,
    }
    for variant in VARIANTS:
        assert grpo_loss(old, old, a, mask, variant=variant) == pytest.approx(expected[variant])


def test_answers_of_equal_length_make_grpo_dapo_and_ppo_one() -> None:
    new, old, a, mask = example()
    mask[:] = 1
    ppo = -clipped_surrogate(new, old, np.repeat(a[:, None], 6, axis=1), 0.2)
    assert grpo_loss(new, old, a, mask) == pytest.approx(ppo)
    assert grpo_loss(new, old, a, mask, variant="dapo") == pytest.approx(ppo)
    assert grpo_loss(new, old, a, mask, variant="dr_grpo") == pytest.approx(6 * ppo)


def test_gspo_uses_the_geometric_mean_of_the_ratios() -> None:
    new, old, a, mask = example()
    s = [np.prod(np.exp(n - o)[m == 1]) ** (1 / m.sum()) for n, o, m in zip(new, old, mask)]  # noqa: B905
    expected = -np.minimum(s * a, np.clip(s, 1 - 0.03, 1 + 0.04) * a).mean()
    ours = grpo_loss(new, old, a, mask, 0.03, 0.04, variant="gspo")
    assert ours == pytest.approx(expected)
    # one wild token is averaged over the answer, where GRPO would clip that token alone
    new = old.copy()
    new[0, 0] -= 0.6
    assert grpo_loss(new, old, [-1, 0, 0, 0], mask, variant="gspo") == pytest.approx(
        np.exp(-0.1) / 4
    )


def test_clip_higher_lets_rare_tokens_rise() -> None:
    old, mask = np.full((1, 2), -3.0), np.ones((1, 2))
    up, down = old + np.log(1.25), old - np.log(1.25)
    assert grpo_loss(up, old, [1.0], mask) == pytest.approx(-1.2)
    assert grpo_loss(up, old, [1.0], mask, 0.2, 0.28, variant="dapo") == pytest.approx(-1.25)
    assert grpo_loss(down, old, [-1.0], mask, 0.1, 0.28) == pytest.approx(0.9)


def test_penalty_is_k3_with_each_variants_weights() -> None:
    new, old, a, mask = example()
    ref = np.minimum(new + 0.3 * np.sin(np.arange(24.0).reshape(4, 6)), 0)
    k3 = kl_estimates(new, ref)[2] * mask
    extra = {"grpo": (k3.sum(1) / mask.sum(1)).mean(), "dapo": k3.sum() / mask.sum()}
    extra |= {"dr_grpo": k3.sum() / 4, "gspo": extra["grpo"]}
    for variant in VARIANTS:
        plain = grpo_loss(new, old, a, mask, variant=variant)
        full = grpo_loss(new, old, a, mask, ref_logp=ref, beta=0.04, variant=variant)
        assert full - plain == pytest.approx(0.04 * extra[variant])


@given(
    arrays(np.float64, (3, 2, 3), elements=LOG_P),
    arrays(np.float64, 2, elements=st.floats(-10, 10)),
    st.sampled_from(VARIANTS),
)
def test_padding_does_not_count_and_extremes_are_finite(lp, a, variant) -> None:
    mask = np.array([[1, 1, 0], [1, 0, 0]])
    moved = np.where(mask == 1, lp, 0)
    losses = [
        grpo_loss(x[0], x[1], a, mask, ref_logp=x[2], beta=0.1, variant=variant)
        for x in (lp, moved)
    ]
    assert np.isfinite(losses[0]) and losses[0] == losses[1]


def test_clipping_the_objective_gives_its_own_slope() -> None:
    """Against the finite difference of PPO's surrogate, token by token."""
    new, old, a, _ = example()
    a, new = np.repeat(a[:, None], 6, axis=1), np.minimum(new, -0.01)
    slopes = finite_difference(lambda x: new.size * clipped_surrogate(x, old, a, 0.2), new)
    np.testing.assert_allclose(token_weights(new, old, a), slopes, atol=1e-6)


def test_clipping_the_weight_drops_no_token() -> None:
    new, old, a, _ = example()
    a = np.repeat(a[:, None], 6, axis=1)
    rho = np.exp(new - old)
    cut, held = token_weights(new, old, a, 0.2), token_weights(new, old, a, 0.2, clip="weight")
    inside = (rho > 0.8) & (rho < 1.2)
    assert (cut == 0).any() and (held != 0).all()
    np.testing.assert_allclose(cut[inside], held[inside])
    assert (np.sign(held) == np.sign(a)).all() and (np.abs(held) <= 1.2 * np.abs(a) + 1e-12).all()


def test_against_trl() -> None:
    kept = load("rlhf/grpo")
    a = group_advantages(kept["rewards"]).ravel()
    for variant in VARIANTS:
        low, high, beta = kept[f"{variant}_setting"]
        ours = grpo_loss(
            kept["logp"], kept["old"], a, kept["mask"], low, high, kept["ref"], beta, variant
        )
        assert ours == pytest.approx(kept[variant], rel=1e-6)


def test_bad_input() -> None:
    lp, mask, a = [[-1.0, -2.0]], [[1, 1]], [1.0]
    with pytest.raises(ValueError, match=r"variant must be one of .* got 'ppo'"):
        grpo_loss(lp, lp, a, mask, variant="ppo")
    with pytest.raises(ValueError, match=r"clip must be 'objective' or 'weight', got 'ratio'"):
        token_weights([-1.0], [-1.0], [1.0], clip="ratio")
    with pytest.raises(ValueError, match=r"advantages has shape \(1,\), expected \(2,\)"):
        token_weights([-1.0, -2.0], [-1.0, -2.0], [1.0])
    with pytest.raises(ValueError, match=r"epsilon must be a number from 0 to 1, got 1.5"):
        token_weights([-1.0], [-1.0], [1.0], epsilon=1.5)
    with pytest.raises(ValueError, match=r"variant must be one of"):
        group_advantages([[1.0]], variant="ppo")
    with pytest.raises(ValueError, match=r"rewards has shape \(2,\), expected \(prompts, G\)"):
        group_advantages([1.0, 2.0])
    with pytest.raises(ValueError, match=r"rewards, of shape .* NaN"):
        group_advantages([[1.0, np.nan]])
    with pytest.raises(ValueError, match=r"advantages has shape \(2,\), expected \(1,\)"):
        grpo_loss(lp, lp, [1.0, 2.0], mask)
    with pytest.raises(ValueError, match=r"mask must hold 0 and 1 only, and a 1 in every row"):
        grpo_loss(lp, lp, a, [[0, 0]])
    with pytest.raises(ValueError, match=r"mask must hold 0 and 1 only"):
        grpo_loss(lp, lp, a, [[2, 1]])
    with pytest.raises(ValueError, match=r"epsilon must be .* got 0"):
        grpo_loss(lp, lp, a, mask, epsilon=0)
    with pytest.raises(ValueError, match=r"epsilon_high must be .* got -1"):
        grpo_loss(lp, lp, a, mask, epsilon_high=-1)
    with pytest.raises(ValueError, match=r"ref_logp is needed for the KL penalty"):
        grpo_loss(lp, lp, a, mask, beta=0.04)
    with pytest.raises(ValueError, match=r"beta must be .* got -0.1"):
        grpo_loss(lp, lp, a, mask, ref_logp=lp, beta=-0.1)
    with pytest.raises(ValueError, match=r"ref_logp has shape \(1, 1\), expected \(1, 2\)"):
        grpo_loss(lp, lp, a, mask, ref_logp=[[-1.0]], beta=0.1)
    with pytest.raises(ValueError, match=r"old_logp, of shape .* holds 0.3"):
        grpo_loss(lp, [[0.3, -1.0]], a, mask)
