"""The values that Kahneman–Tversky, DPO and KTO give to gains and losses, and KTO's gradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREY, ORANGE, figure
from lab.rlhf.dpo import dpo_gradient, dpo_loss
from lab.rlhf.kto import kto_loss

BETA = 0.1
BASE = -100.0  # log π_ref of every answer: only differences from it matter


def kto_value(gain: float) -> float:
    """v(x, y) − v(z₀) of a desirable answer ``gain`` nats above the reference point."""
    return 0.5 - kto_loss([BASE + gain], [BASE], [True], z0=0.0, beta=BETA)


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.4)
    drawing.get_layout_engine().set(hspace=0.12)
    gain = np.linspace(-60, 60, 121)

    people = np.where(gain >= 0, np.abs(gain) ** 0.88, -2.25 * np.abs(gain) ** 0.88)
    dpo = [np.log(2) - dpo_loss([BASE + g], [BASE], [BASE], [BASE], BETA) for g in gain]
    kto = np.array([kto_value(g) for g in gain])
    top.plot(gain, people / 75, color=GREY, label=t("人（前景理论，缩小）", "people (scaled down)"))
    top.plot(gain, np.clip(dpo, -1.5, None), color=ORANGE, label="DPO")
    top.plot(gain, kto, color=BLUE, label="KTO")
    top.set_ylim(-1.45, 0.85)
    top.set_title(t("价值：得与失各值多少", "Value of gains and losses"))
    top.set_xlabel(t("相对参考点的对数比（nat）", "log-ratio beyond the reference point (nats)"))
    top.legend()

    step = 1e-4
    slope = [(kto_value(g + step) - kto_value(g - step)) / (2 * step) for g in gain]
    weight = [dpo_gradient([BASE + g], [BASE], [BASE], [BASE], BETA)[1][0] for g in gain]
    bottom.plot(gain, weight, color=ORANGE, label="DPO")
    bottom.plot(gain, slope, color=BLUE, label="KTO")
    bottom.set_title(
        t("梯度权重：KTO 两端都趋于 0", "Gradient weight: KTO's vanishes at both ends")
    )
    bottom.set_xlabel(t("相对参考点的对数比（nat）", "log-ratio beyond the reference point (nats)"))
    bottom.legend()
    return drawing
