"""IsoFLOP analysis: the tokens a compute budget wants (Chinchilla, Hoffmann et al. 2022,
arXiv:2203.15556; Llama 3, Grattafiori et al. 2024, arXiv:2407.21783).

--8<-- [start:example]
>>> from lab.scaling.isoflop import cheapest_in_service, optimal_parameters, optimal_tokens
>>> flops, tokens, parameters = 3.8e25, 16.55e12, 402e9      # what the Llama 3 paper arrives at
>>> for a, alpha in (0.29, 0.53), (0.299, 0.537):            # its text; the legend of its figure 3
...     d = optimal_tokens(flops, a, alpha)
...     print(f"{d / 1e12:.1f}T tokens, {optimal_parameters(flops, d) / 1e9:.0f}B parameters")
10.5T tokens, 605B parameters
16.3T tokens, 389B parameters
>>> highest = optimal_tokens(flops, a=0.295, alpha=0.535)    # the most that could be rounded so
>>> f"{highest / 1e12:.1f}T tokens"                          # so 0.53 and 0.29 are cut off
'14.3T tokens'
>>> f"{6 * parameters * tokens / flops:.2f}"                 # C = 6ND is 5% over the budget
'1.05'
>>> refit = dict(e=1.8172, a=482.01, b=2085.43, alpha=0.3478, beta=0.3658)  # Besiroglu et al.
>>> for served in 0, 1e12, 1e13, 1e14:                       # tokens of inference; loss 1.9744
...     n, d = cheapest_in_service(1.97444, served, **refit)
...     print(f"{n / 1e9:.0f}B, {d / 1e12:.1f}T, {d / n:.0f} tokens a parameter")
72B, 1.3T, 18 tokens a parameter
57B, 1.7T, 30 tokens a parameter
34B, 3.7T, 109 tokens a parameter
21B, 13.1T, 624 tokens a parameter

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, between, integer, positive


def _above_zero(name: str, value: ArrayLike, shape: tuple[int | str, ...] | None = None) -> Array:
    result = array(name, value, shape)
    if result.min() <= 0:
        raise ValueError(f"{name} must be above 0 everywhere, its smallest value is {result.min()}")
    return result


# --8<-- [start:chinchilla_loss]
def chinchilla_loss(
    n: ArrayLike,
    d: ArrayLike,
    e: float = 1.69,
    a: float = 406.4,
    b: float = 410.7,
    alpha: float = 0.34,
    beta: float = 0.28,
) -> Array:
    """Loss ``L(N, D) = E + A / N^α + B / D^β`` of a model after one pass over its data.

    The defaults are the values printed in the paper, for its data and tokenizer. Besiroglu et
    al. 2024 (arXiv:2404.10102) find that they fit the paper's own runs badly, in part because
    of rounding, and give E = 1.8172, A = 482.01, B = 2085.43, α = 0.3478, β = 0.3658.

    Source: Hoffmann et al. 2022 (arXiv:2203.15556), eq. 2; values from eq. 10.

    Args:
        n: parameters, above 0.
        d: training tokens, above 0, broadcastable with ``n``.
        e: loss of a perfect model, in nats a token.
        a, alpha: what finite size costs, above 0.
        b, beta: what finite data costs, above 0.

    Returns:
        Loss in nats a token, of the broadcast shape.

    Raises:
        ValueError: on a bad argument.
    """
    n, d = _above_zero("n", n), _above_zero("d", d)
    size = positive("a", a) * n ** -positive("alpha", alpha)
    data = positive("b", b) * d ** -positive("beta", beta)
    return np.asarray(e + size + data)


# --8<-- [end:chinchilla_loss]


def chinchilla_optimum(
    compute: ArrayLike,
    a: float = 406.4,
    b: float = 410.7,
    alpha: float = 0.34,
    beta: float = 0.28,
) -> tuple[Array, Array]:
    """Parameters and tokens that minimise ``chinchilla_loss`` subject to ``6 N D = C``.

    ``N = G (C/6)^(β/(α+β))``, ``D = G^-1 (C/6)^(α/(α+β))``, ``G = (αA / βB)^(1/(α+β))``.

    Source: Hoffmann et al. 2022 (arXiv:2203.15556), eq. 4.

    Args:
        compute: C in FLOPs, above 0.
        a, b, alpha, beta: as for ``chinchilla_loss``.

    Returns:
        Parameters and tokens, of the shape of ``compute``.

    Raises:
        ValueError: on a bad argument.
    """
    c = _above_zero("compute", compute) / 6
    exponents = positive("alpha", alpha) + positive("beta", beta)
    g = (alpha * positive("a", a) / (beta * positive("b", b))) ** (1 / exponents)
    return np.asarray(g * c ** (beta / exponents)), np.asarray(c ** (alpha / exponents) / g)


# --8<-- [start:cheapest_in_service]
def cheapest_in_service(
    loss: float,
    inference_tokens: float,
    e: float = 1.69,
    a: float = 406.4,
    b: float = 410.7,
    alpha: float = 0.34,
    beta: float = 0.28,
) -> tuple[float, float]:
    """``N`` and ``D`` of least ``6 N D + 2 N D_inf`` among those that reach a loss.

    Of what is left above ``E``, a share ``p`` is due to the model's size and the rest to the
    data; the optimum has ``α p = β (1 - p) (1 + D_inf / 3D)``, and the difference of its sides
    rises with ``p``, so bisection finds it.

    Source: Sardana et al. 2023 (arXiv:2401.00448), section 2, where it is solved numerically.

    Args:
        loss: target, above ``e``.
        inference_tokens: D_inf, at least 0.
        e, a, b, alpha, beta: as for ``chinchilla_loss``.

    Returns:
        Parameters and training tokens.

    Raises:
        ValueError: on a bad argument.
    """
    left = positive("loss - e", loss - e)
    between("inference_tokens", inference_tokens, 0, np.inf)
    for name, value in ("a", a), ("b", b), ("alpha", alpha), ("beta", beta):
        positive(name, value)
    low, high = 0.0, 1.0
    for _ in range(60):
        p = (low + high) / 2
        n, d = (a / (p * left)) ** (1 / alpha), (b / ((1 - p) * left)) ** (1 / beta)
        if alpha * p < beta * (1 - p) * (1 + inference_tokens / (3 * d)):
            low = p
        else:
            high = p
    return n, d


# --8<-- [end:cheapest_in_service]


# --8<-- [start:fit_parabola]
def fit_parabola(tokens: ArrayLike, losses: ArrayLike) -> tuple[Array, Array, Array]:
    """Least-squares parabola in ``log10 D`` through the runs of each budget, and its minimum.

    Source: Llama 3 (arXiv:2407.21783), section 3.2.1 and figure 2; Hoffmann et al. 2022
    (arXiv:2203.15556), section 3.2, with parameters on the axis instead of tokens.

    Args:
        tokens: D of each run, above 0, shape (budgets, runs), at least three different a budget.
        losses: loss of each run, of the same shape.

    Returns:
        Coefficients of ``c0 t² + c1 t + c2`` with ``t = log10 D``, shape (budgets, 3); D at the
        minimum and the loss there, each of shape (budgets,).

    Raises:
        ValueError: on a bad argument, or if a parabola does not open upwards.
    """
    t = np.log10(_above_zero("tokens", tokens, ("budgets", "runs")))
    losses = array("losses", losses, t.shape)
    if any(len(np.unique(row)) < 3 for row in t):
        raise ValueError("tokens must hold at least three different values for each budget")
    center = t.mean(axis=1, keepdims=True)  # centred, the normal equations are well conditioned
    design = np.stack([(t - center) ** 2, t - center, np.ones_like(t)], axis=-1)
    c2, c1, c0 = (np.linalg.pinv(design) @ losses[..., None])[..., 0].T
    if c2.min() <= 0:
        raise ValueError(
            f"losses of budget {int(c2.argmin())} fit a parabola without a minimum: "
            f"too few runs on one side of it, or too much noise"
        )
    m = center[:, 0]
    coefficients = np.stack([c2, c1 - 2 * c2 * m, c0 - c1 * m + c2 * m**2], axis=1)
    return coefficients, 10 ** (m - c1 / (2 * c2)), c0 - c1**2 / (4 * c2)


# --8<-- [end:fit_parabola]


# --8<-- [start:fit_power_law]
def fit_power_law(compute: ArrayLike, tokens: ArrayLike) -> tuple[float, float]:
    """``(A, α)`` of ``N*(C) = A C^α``: a straight line through the logarithms.

    Source: Llama 3 (arXiv:2407.21783), section 3.2.1, where N* counts tokens.

    Args:
        compute: budgets C in FLOPs, above 0, shape (budgets,), at least two different.
        tokens: best number of tokens of each, above 0, of the same shape.

    Returns:
        A and α.

    Raises:
        ValueError: on a bad argument.
    """
    log_c = np.log(_above_zero("compute", compute, ("budgets",)))
    log_d = np.log(_above_zero("tokens", tokens, log_c.shape))
    deviation = log_c - log_c.mean()
    if not deviation.any():
        raise ValueError(f"compute must hold two different budgets, got {log_c.size} equal ones")
    alpha = float(deviation @ log_d / (deviation @ deviation))
    return float(np.exp(log_d.mean() - alpha * log_c.mean())), alpha


# --8<-- [end:fit_power_law]


# --8<-- [start:optimal_tokens]
def optimal_tokens(compute: float, a: float, alpha: float) -> float:
    """Training tokens ``N*(C) = A C^α`` that a budget wants.

    Source: Llama 3 (arXiv:2407.21783), section 3.2.1. Its printed (0.53, 0.29) for (α, A) does
    not give the 16.55T tokens that it prints for 3.8e25 FLOPs; see the example above.

    Args:
        compute: C in FLOPs, above 0.
        a: A, above 0.
        alpha: α.

    Returns:
        Tokens.

    Raises:
        ValueError: on a bad argument.
    """
    return float(positive("a", a) * positive("compute", compute) ** between("alpha", alpha, 0, 1))


def optimal_parameters(compute: float, tokens: float) -> float:
    """Parameters ``C / (6 D)`` that spend the budget on that many tokens.

    Source: Kaplan et al. 2020 (arXiv:2001.08361), C ≈ 6ND.

    Args:
        compute: C in FLOPs, above 0.
        tokens: D, above 0.

    Returns:
        Parameters.

    Raises:
        ValueError: on a bad argument.
    """
    return positive("compute", compute) / (6 * positive("tokens", tokens))


# --8<-- [end:optimal_tokens]


def isoflop_runs(
    compute: ArrayLike, runs: int = 9, width: float = 4.0, noise: float = 0.002, seed: int = 0
) -> tuple[Array, Array]:
    """Synthetic training runs: for each budget, sizes around the best one, and noisy losses.

    Args:
        compute: budgets in FLOPs, above 0, shape (budgets,).
        runs: models a budget, evenly spaced in the logarithm of their tokens, at least 3.
        width: the outermost runs have ``width`` times more and fewer tokens than the best, > 1.
        noise: standard deviation of a run's loss, in nats, at least 0.
        seed: of the noise.

    Returns:
        Tokens and losses (``chinchilla_loss`` with the paper's values), shape (budgets, runs).

    Raises:
        ValueError: on a bad argument.
    """
    compute = _above_zero("compute", compute, ("budgets",))
    integer("runs", runs, 3)
    spread = np.log(between("width", width, 1 + 1e-9, 1e6))
    _, best = chinchilla_optimum(compute)
    tokens = best[:, None] * np.exp(np.linspace(-spread, spread, runs))
    losses = chinchilla_loss(compute[:, None] / (6 * tokens), tokens)
    rng = np.random.default_rng(seed)
    return tokens, losses + between("noise", noise, 0, 1) * rng.normal(size=losses.shape)


def bootstrap(
    compute: ArrayLike, tokens: ArrayLike, losses: ArrayLike, resamples: int = 500, seed: int = 0
) -> Array:
    """``(A, α)`` refitted to resampled noise: what the noise of the runs leaves open.

    Residuals from the parabolas are drawn with replacement, put back on them, and everything is
    fitted again. Three coefficients a budget make the residuals too small; they are scaled by
    ``√(runs / (runs - 3))``. What a parabola gets wrong about the true curve is taken for noise
    too, but pulls every resample the same way: the interval grows, and stays around a wrong A.

    Source: Efron 1979, "Bootstrap methods: another look at the jackknife" (resampled residuals).

    Args:
        compute: budgets in FLOPs, above 0, shape (budgets,).
        tokens: D of each run, shape (budgets, runs), at least four runs a budget.
        losses: loss of each run, of the same shape.
        resamples: how many fits, at least 1.
        seed: of the resampling.

    Returns:
        A and α of each resample, shape (resamples, 2).

    Raises:
        ValueError: on a bad argument, or if the noise hides the minimum of a parabola.
    """
    tokens = _above_zero("tokens", tokens, ("budgets", "runs"))
    losses = array("losses", losses, tokens.shape)
    compute = _above_zero("compute", compute, (len(tokens),))
    integer("resamples", resamples, 1)
    runs = tokens.shape[1]
    integer("the number of runs a budget", runs, 4)
    t = np.log10(tokens)
    c = fit_parabola(tokens, losses)[0].T[..., None]
    fitted = c[0] * t**2 + c[1] * t + c[2]
    residuals = ((losses - fitted) * np.sqrt(runs / (runs - 3))).ravel()
    noise = np.random.default_rng(seed).choice(residuals, size=(resamples, *losses.shape))
    again = (fitted + noise).reshape(-1, runs)
    best = fit_parabola(np.tile(tokens, (resamples, 1)), again)[1].reshape(resamples, -1)
    return np.array([fit_power_law(compute, row) for row in best])
