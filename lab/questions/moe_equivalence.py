"""What dense model does a mixture of experts equal? The rule of thumb and a measured law.

--8<-- [start:example]
>>> from lab.questions.moe_equivalence import dense_equivalent, implied_weight, moe_parameters
>>> round(dense_equivalent(21, 236), 1)  # DeepSeek-V2; the note claims 90
70.4
>>> round(dense_equivalent(2.4, 16), 1)  # DeepSeek-Coder-V2-Lite; the note claims 7
6.2
>>> round(implied_weight(21, 236, 90), 2), round(implied_weight(2.4, 16, 7), 2)  # rule: 0.5
(0.6, 0.56)
>>> # DeepSeek-V2-Lite from its configuration: 26 layers of 64 + 2 experts, 6 routed ones used
>>> expert, attention = 3 * 2048 * 1408, 2048 * (16 * 192 + 576 + 16 * 128) + 512 * 16 * 256
>>> embedding = 102_400 * 2048
>>> rest = 27 * attention + 3 * 2048 * 10_944 + 26 * 64 * 2048 + 2 * embedding
>>> active, total = moe_parameters(expert, routed=64, shared=2, top_k=6, layers=26, rest=rest)
>>> [round(n / 1e9, 2) for n in (total, active, active - embedding)]  # "16B", "2.4B" active
[15.71, 2.66, 2.45]

--8<-- [end:example]

--8<-- [start:law_example]
>>> from lab.questions.moe_equivalence import equal_loss_dense, implied_weight, joint_loss
>>> mixture = joint_loss(709e6, 16e9, experts=2)  # 1.1e9 parameters in all, 709e6 of them active
>>> dense = joint_loss(1.1e9, 8e9, experts=1)  # as many parameters, half the tokens
>>> round(mixture, 3), round(dense, 3)  # equal size, and the mixture is better
(2.626, 2.666)
>>> for tokens in (5e9, 20e9, 100e9):  # 8 experts, 1e9 active and 5.06e9 total parameters
...     size = equal_loss_dense(1e9, tokens, experts=8)
...     print(round(size / 1e9, 2), round(implied_weight(1, 5.06, size / 1e9), 2))
1.5 0.25
1.76 0.35
1.89 0.39
>>> round(dense_equivalent(1, 5.06), 2)  # the rule knows neither tokens nor granularity
2.25

--8<-- [end:law_example]
"""

from __future__ import annotations

import math

from lab.arguments import integer, positive


def _check(active: float, total: float) -> None:
    if positive("active", active) > positive("total", total):
        raise ValueError(f"active must not exceed total = {total!r}, got {active!r}")


# --8<-- [start:dense_equivalent]
def dense_equivalent(active: float, total: float) -> float:
    r"""The rule of thumb $N_{dense}=\sqrt{N_{active}\,N_{total}}$.

    No paper derives it: it is folklore that fitted some benchmarks of 2024. Measured laws
    (arXiv:2402.07871, arXiv:2502.05172) make the answer depend on tokens, number of experts
    and granularity too.

    Args:
        active: parameters used for a token.
        total: all parameters, in the same unit.

    Returns:
        The dense size in that unit.

    Raises:
        ValueError: if a size is not positive or ``active`` exceeds ``total``.
    """
    _check(active, total)
    return math.sqrt(active) * math.sqrt(total)


# --8<-- [end:dense_equivalent]


# --8<-- [start:implied_weight]
def implied_weight(active: float, total: float, dense: float) -> float:
    r"""The $w$ for which a claimed $N_{dense}=N_{active}^{1-w}N_{total}^{w}$ holds.

    The rule of thumb has $w=1/2$; two claims with different $w$ follow no such rule.

    Args:
        active: parameters used for a token.
        total: all parameters, more than ``active``.
        dense: the claimed dense size, in the same unit.

    Returns:
        $w=\ln(N_{dense}/N_{active})\,/\,\ln(N_{total}/N_{active})$; 0 to 1 if ``dense`` is
        between the two.

    Raises:
        ValueError: if a size is not positive or ``total`` does not exceed ``active``.
    """
    _check(active, total)
    if active == total:
        raise ValueError(
            f"total must exceed active = {active!r}, or any weight fits; got {total!r}"
        )
    return math.log(positive("dense", dense) / active) / math.log(total / active)


# --8<-- [end:implied_weight]


# The fit of Ludziejewski et al. 2025, table 3: 280 runs, Switch layers (one expert a token).
_A, _ALPHA, _DELTA, _GAMMA = 35.91, -0.1889, -0.2285, 0.0098
_B, _BETA, _OMEGA, _ZETA = 35.98, -0.1775, 0.5529, -0.0259
_FEW, _MANY, _FLOOR = 2.0732, 290.4521, 1.3637


# --8<-- [start:joint_law]
def _law(experts: int) -> tuple[float, float, float, float]:
    """m, μ, n, ν of L = m N^μ + n D^ν + c for a number of experts: their table 4."""
    few = 1 / (1 / _FEW - 1 / _MANY)
    e = 1 / (1 / (integer("experts", experts, 1) - 1 + few) + 1 / _MANY)
    log_e = math.log(e)
    return _A * e**_DELTA, _ALPHA + _GAMMA * log_e, _B * e**_OMEGA, _BETA + _ZETA * log_e


def joint_loss(active: float, tokens: float, experts: int) -> float:
    r"""The measured law $L=a\hat E^\delta N^{\alpha+\gamma\ln\hat E}
    +b\hat E^\omega D^{\beta+\zeta\ln\hat E}+c$ for dense and mixture models alike.

    Fitted to models of up to 2.7e9 active and 5e9 total parameters, so larger ones extrapolate.

    Source: Ludziejewski et al. 2025 (arXiv:2502.05172), eq. 4 and 6, table 3.

    Args:
        active: parameters $N$ used for a token, embeddings included.
        tokens: training tokens $D$.
        experts: experts $E$ in a layer, of which a token visits one; 1 is a dense model.

    Returns:
        The loss in nats a token.

    Raises:
        ValueError: if a size is not positive or ``experts`` is below 1.
    """
    m, mu, n, nu = _law(experts)
    size, data = positive("active", active), positive("tokens", tokens)
    return float(m * size**mu + n * data**nu + _FLOOR)


def equal_loss_dense(active: float, tokens: float, experts: int) -> float:
    """The dense size that reaches a mixture's loss on as many tokens, by the measured law.

    Args:
        active: the mixture's parameters used for a token.
        tokens: training tokens of both.
        experts: the mixture's experts in a layer.

    Returns:
        Parameters; ``inf`` if no dense model gets there on that many tokens.

    Raises:
        ValueError: as ``joint_loss``.
    """
    m, mu, n, nu = _law(1)
    rest = joint_loss(active, tokens, experts) - n * tokens**nu - _FLOOR
    return math.inf if rest <= 0 else float((rest / m) ** (1 / mu))


# --8<-- [end:joint_law]


# --8<-- [start:moe_parameters]
def moe_parameters(
    expert: int, routed: int, shared: int, top_k: int, layers: int, rest: int
) -> tuple[int, int]:
    r"""Active and total parameters of a mixture of experts.

    $N_{active}=N_{rest}+L(K_s+K)E$ and $N_{total}=N_{rest}+L(K_s+N_r)E$: the gap is in the
    experts that a token does not visit. Whether embeddings count as active is a convention.

    Source: Dai et al. 2024 (arXiv:2401.06066), section 3, for shared and routed experts.

    Args:
        expert: parameters $E$ of one expert, $3 d m$ for a gated MLP.
        routed: routed experts $N_r$ in a layer.
        shared: experts $K_s$ in a layer that every token visits.
        top_k: routed experts $K$ that a token visits.
        layers: layers $L$ with experts.
        rest: all other parameters: attention, embeddings, dense layers, routers.

    Returns:
        Active and total parameters.

    Raises:
        ValueError: if a number is negative or ``top_k`` exceeds ``routed``.
    """
    integer("expert", expert, 1)
    integer("routed", routed, 1)
    integer("shared", shared, 0)
    integer("top_k", top_k, 1, routed)
    integer("layers", layers, 1)
    integer("rest", rest, 0)
    return rest + layers * (shared + top_k) * expert, rest + layers * (shared + routed) * expert


# --8<-- [end:moe_parameters]
