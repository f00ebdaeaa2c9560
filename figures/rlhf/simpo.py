"""Why SimPO divides by the length, and what its margin asks for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREY, ORANGE, figure
from lab.rlhf.simpo import simpo_loss

REJECTED, MEAN = 100, -1.0  # the rejected answer: tokens, and mean log-probability of a token


def needed(length: int, per_token: bool, beta: float, gamma: float) -> float:
    """The mean log π a token at which the chosen answer's loss is log 2, by bisection."""
    low, high = -20.0, 0.0
    for _ in range(50):
        middle = (low + high) / 2
        lengths = ([length], [REJECTED]) if per_token else ([1], [1])
        loss = simpo_loss([middle * length], [MEAN * REJECTED], *lengths, beta, gamma)
        low, high = (middle, high) if loss > np.log(2) else (low, middle)
    return high


def weight(gap: float, beta: float, gamma: float) -> float:
    """−∂L/∂gap for a gap between the two means, by central difference.

    Gap and margin are both moved by 4 nats, which changes nothing and keeps log π below 0.
    """
    ends = [
        simpo_loss([-1.0], [-1.0 - g - 4], [1], [1], beta, gamma + 4 * beta)
        for g in (gap - 1e-5, gap + 1e-5)
    ]
    return (ends[0] - ends[1]) / 2e-5


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.4)
    drawing.get_layout_engine().set(hspace=0.12)

    length = np.arange(40, 401, 10)
    for per_token, gamma, colour, label in (
        (False, 0.0, ORANGE, t("求和，不归一化", "sum, not normalised")),
        (True, 0.0, GREY, t("按长度平均，γ = 0", "mean, γ = 0")),
        (True, 1.0, BLUE, t("按长度平均，γ/β = 0.5", "mean, γ/β = 0.5")),
    ):
        means = [needed(int(n), per_token, 2.0, gamma) for n in length]
        top.plot(length, means, color=colour, label=label)
    top.set_title(
        t(
            "选中的回答要多“像”才算赢（每 token 平均 log π）",
            "Mean log π the chosen answer needs to win",
        )
    )
    top.set_xlabel(
        t("选中回答的 token 数（被拒绝的 100 个）", "tokens of the chosen answer (rejected: 100)")
    )
    top.legend(loc="lower right")

    gap = np.linspace(-2, 3, 101)
    for beta, gamma, colour in ((2.0, 0.0, GREY), (2.0, 1.0, BLUE), (10.0, 3.0, ORANGE)):
        weights = [weight(float(g), beta, gamma) / beta for g in gap]
        bottom.plot(gap, weights, color=colour, label=f"β = {beta:g}, γ = {gamma:g}")
        bottom.plot([gamma / beta], [0.5], "o", color=colour)
    bottom.set_title(t("梯度权重（除以 β）：半程点在 γ/β", "Gradient weight (over β): half at γ/β"))
    bottom.set_xlabel(t("每 token 平均 log π 之差（nat）", "gap between the means of log π (nats)"))
    bottom.legend()
    return drawing
