from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.scaling.isoflop import (
    bootstrap,
    cheapest_in_service,
    chinchilla_loss,
    chinchilla_optimum,
    fit_parabola,
    fit_power_law,
    isoflop_runs,
    optimal_parameters,
    optimal_tokens,
)

BUDGETS = np.array([6e18, 1e19, 3e19, 6e19, 1e20, 3e20, 6e20, 1e21, 3e21, 1e22])
FLAGSHIP = 3.8e25


def test_llama_3_prints_numbers_that_do_not_fit_together():
    # section 3.2.1 prints all of these: (α, A), the budget, and what follows
    printed = optimal_tokens(FLAGSHIP, a=0.29, alpha=0.53)
    assert printed == pytest.approx(10.46e12, rel=1e-3)
    assert optimal_parameters(FLAGSHIP, printed) == pytest.approx(605e9, rel=1e-3)
    # no (α, A) that rounds to them reaches 16.55T …
    assert optimal_tokens(FLAGSHIP, a=0.295, alpha=0.535) < 14.3e12
    # … the legend of figure 3, which they cut off, does within 2 %
    legend = optimal_tokens(FLAGSHIP, a=0.299, alpha=0.537)
    assert legend == pytest.approx(16.55e12, rel=0.02)
    # with A = 0.29 it takes this exponent
    assert np.log(16.55e12 / 0.29) / np.log(FLAGSHIP) == pytest.approx(0.5378, abs=1e-4)


def test_chinchilla_loss_by_hand():
    assert chinchilla_loss(1.0, 1.0) == pytest.approx(1.69 + 406.4 + 410.7)
    assert chinchilla_loss(1e300, 1e300) == pytest.approx(1.69)
    assert chinchilla_loss(2.0, 4.0, e=1, a=8, b=16, alpha=2, beta=0.5) == pytest.approx(11)
    n, d = np.array([[1e9], [2e9]]), np.array([1e10, 2e10, 4e10])
    assert chinchilla_loss(n, d).shape == (2, 3)


def test_rounding_moves_chinchillas_own_optimum():
    # Hoffmann et al., figure 4: 40B parameters at Gopher's budget; their TeX source has more
    # digits of α and β than the paper prints
    printed, _ = chinchilla_optimum(5.76e23)
    unrounded, _ = chinchilla_optimum(5.76e23, alpha=0.3392, beta=0.2849)
    assert printed == pytest.approx(32.2e9, rel=0.01)
    assert unrounded == pytest.approx(40e9, rel=0.02)


@given(st.floats(1e15, 1e27), st.floats(0.2, 0.5), st.floats(0.2, 0.5))
def test_the_optimum_spends_the_budget_and_is_one(compute, alpha, beta):
    n, d = chinchilla_optimum(compute, alpha=alpha, beta=beta)
    assert 6 * n * d == pytest.approx(compute)
    least = chinchilla_loss(n, d, alpha=alpha, beta=beta)
    for factor in 0.9, 1.1:
        assert chinchilla_loss(n * factor, d / factor, alpha=alpha, beta=beta) > least


@given(st.floats(1e18, 1e26), st.floats(0, 1e15))
def test_the_cheapest_model_in_service_reaches_the_loss_and_is_cheapest(compute, served):
    least, data = chinchilla_optimum(compute)
    target = float(chinchilla_loss(least, data))
    n, d = cheapest_in_service(target, served)
    assert chinchilla_loss(n, d) == pytest.approx(target)

    def cost(n, d):
        return 6 * n * d + 2 * n * served

    assert cost(n, d) <= cost(least, data) * (1 + 1e-9)
    for factor in 0.9, 1.1:  # other sizes on the same curve of equal loss
        rest = target - 1.69 - 406.4 * (n * factor) ** -0.34
        if rest > 0:
            assert cost(n * factor, (410.7 / rest) ** (1 / 0.28)) > cost(n, d)
    if served == 0:
        assert (n, d) == pytest.approx((float(least), float(data)), rel=1e-6)


def test_inference_wants_a_loss_above_the_datas_entropy():
    with pytest.raises(ValueError, match="loss - e"):
        cheapest_in_service(1.69, 1e12)
    with pytest.raises(ValueError, match="inference_tokens"):
        cheapest_in_service(2.0, -1.0)


@given(
    st.floats(0.01, 10),
    st.floats(8, 14),
    st.floats(0.5, 5),
    st.floats(0.1, 1),
)
def test_a_parabola_is_recovered(curvature, log_best, lowest, step):
    t = log_best + step * np.array([-2.0, -0.7, 0.4, 1.0, 1.8])
    losses = curvature * (t - log_best) ** 2 + lowest
    coefficients, best, loss = fit_parabola(10 ** t[None], losses[None])
    assert best == pytest.approx(10**log_best, rel=1e-6)
    assert loss == pytest.approx(lowest, rel=1e-9)
    np.testing.assert_allclose(np.polyval(coefficients[0], t), losses, rtol=1e-6)


def test_a_parabola_is_least_squares():
    rng = np.random.default_rng(0)
    t = np.linspace(9, 11, 7)
    losses = (t - 10) ** 2 + 0.1 * rng.normal(size=7)
    coefficients, *_ = fit_parabola(10 ** t[None], losses[None])
    np.testing.assert_allclose(coefficients[0], np.polyfit(t, losses, 2), rtol=1e-8)


@given(st.floats(1e-3, 1e3), st.floats(0.1, 0.9))
def test_a_power_law_is_recovered(a, alpha):
    fitted = fit_power_law(BUDGETS, a * BUDGETS**alpha)
    np.testing.assert_allclose(fitted, (a, alpha), rtol=1e-8)
    assert optimal_tokens(FLAGSHIP, *fitted) == pytest.approx(a * FLAGSHIP**alpha, rel=1e-6)


def test_a_power_law_is_least_squares_in_the_logarithms():
    rng = np.random.default_rng(0)
    tokens = BUDGETS**0.5 * np.exp(rng.normal(size=10))
    a, alpha = fit_power_law(BUDGETS, tokens)
    slope, intercept = np.polyfit(np.log(BUDGETS), np.log(tokens), 1)
    np.testing.assert_allclose([alpha, np.log(a)], [slope, intercept])


def test_the_whole_analysis_finds_the_exponent_it_was_made_with():
    tokens, losses = isoflop_runs(BUDGETS, noise=0.0)
    _, best, _ = fit_parabola(tokens, losses)
    _, alpha = fit_power_law(BUDGETS, best)
    assert alpha == pytest.approx(0.34 / 0.62, abs=1e-9)
    # the loss is no parabola, so the minimum is off, by the same few per cent at each budget
    offset = best / chinchilla_optimum(BUDGETS)[1]
    np.testing.assert_allclose(offset, offset[0], rtol=1e-6)
    assert 0.98 < offset[0] < 0.99
    wide = fit_parabola(*isoflop_runs(BUDGETS, width=8.0, noise=0.0))[1]
    assert wide[0] / best[0] < 0.99


def test_runs_spend_their_budgets_around_the_optimum():
    tokens, losses = isoflop_runs(BUDGETS, runs=5, width=4.0, noise=0.0)
    assert tokens.shape == losses.shape == (10, 5)
    _, best = chinchilla_optimum(BUDGETS)
    np.testing.assert_allclose(tokens / best[:, None], np.tile([1 / 4, 1 / 2, 1, 2, 4], (10, 1)))
    np.testing.assert_allclose(losses[:, 2], chinchilla_loss(*chinchilla_optimum(BUDGETS)))
    noisy = isoflop_runs(BUDGETS, runs=500, noise=0.003)[1]
    clean = isoflop_runs(BUDGETS, runs=500, noise=0.0)[1]
    assert np.std(noisy - clean) == pytest.approx(0.003, rel=0.05)


def test_the_bootstrap_spreads_as_repeated_experiments_do():
    repeated = []
    for seed in range(200):
        tokens, losses = isoflop_runs(BUDGETS, seed=seed)
        repeated.append(fit_power_law(BUDGETS, fit_parabola(tokens, losses)[1])[1])
    widths = [
        bootstrap(BUDGETS, *isoflop_runs(BUDGETS, seed=seed), resamples=200)[:, 1].std()
        for seed in range(20)
    ]
    assert np.mean(widths) == pytest.approx(np.std(repeated), rel=0.1)


def test_the_bootstrap_covers_noise_but_not_the_parabolas_bias():
    covered = {"alpha": 0, "tokens": 0}
    truth = float(chinchilla_optimum(FLAGSHIP)[1])
    for seed in range(40):
        runs = isoflop_runs(BUDGETS, width=8.0, seed=seed)
        fits = bootstrap(BUDGETS, *runs, resamples=100, seed=seed)
        tokens = [optimal_tokens(FLAGSHIP, a, alpha) for a, alpha in fits]
        for name, draws, true in (("alpha", fits[:, 1], 0.34 / 0.62), ("tokens", tokens, truth)):
            low, high = np.quantile(draws, [0.05, 0.95])
            covered[name] += low <= true <= high
    assert covered["alpha"] >= 36 and covered["tokens"] <= 28


def test_the_bootstrap_is_repeatable():
    tokens, losses = isoflop_runs(BUDGETS)
    fits = bootstrap(BUDGETS, tokens, losses, resamples=50)
    assert fits.shape == (50, 2)
    np.testing.assert_array_equal(fits, bootstrap(BUDGETS, tokens, losses, resamples=50))


T = np.array([[1e9, 2e9, 4e9, 8e9]])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: chinchilla_loss(0.0, 1e9), "n must be above 0 everywhere"),
        (lambda: chinchilla_loss(1e9, [-1.0]), "d must be above 0 everywhere"),
        (lambda: chinchilla_loss(1e9, 1e9, alpha=0.0), "alpha must be a finite number above 0"),
        (lambda: chinchilla_optimum(1e20, b=-1.0), "b must be a finite number above 0"),
        (lambda: chinchilla_optimum(np.nan), "compute, of shape .* holds NaN"),
        (lambda: fit_parabola(T[0], T[0]), r"tokens has shape \(4,\), expected \(budgets, runs\)"),
        (lambda: fit_parabola(T, T[:, :3]), r"losses has shape \(1, 3\), expected \(1, 4\)"),
        (lambda: fit_parabola(T[:, [0, 0, 1]], T[:, :3]), "tokens must hold at least three"),
        (lambda: fit_parabola(T, [[1.0, 2.0, 2.0, 1.0]]), "losses of budget 0 fit a parabola"),
        (lambda: fit_power_law([1e20], [1e9]), "compute must hold two different budgets"),
        (lambda: fit_power_law([], []), "compute is empty"),
        (lambda: fit_power_law([1e20, 1e21], [1e9]), r"tokens has shape \(1,\), expected \(2,\)"),
        (lambda: optimal_tokens(-1.0, 0.3, 0.5), "compute must be a finite number above 0"),
        (lambda: optimal_tokens(1e20, 0.3, 1.5), "alpha must be a number from 0 to 1"),
        (lambda: optimal_parameters(1e20, 0.0), "tokens must be a finite number above 0"),
        (lambda: isoflop_runs([1e20], runs=2), "runs must be an integer of at least 3"),
        (lambda: isoflop_runs([1e20], width=1.0), "width must be a number from"),
        (lambda: isoflop_runs([1e20], noise=-1.0), "noise must be a number from 0"),
        (lambda: bootstrap([1e20], T[:, :3], T[:, :3]), "number of runs a budget must be"),
        (lambda: bootstrap([1e20, 1e21], T, T), r"compute has shape \(2,\), expected \(1,\)"),
        (lambda: bootstrap([1e20], T, T, resamples=0), "resamples must be an integer"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
