"""Time to learn a rare good answer, by imitation and by reward, against how rare it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, RED, figure
from lab.questions.skip_sft import learning_time


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (axis,) = figure(height=3.2)
    start = np.geomspace(1e-6, 0.4, 60)
    for way, colour, style, label in (
        ("rl", RED, "-", t("期望奖励的梯度", "gradient of expected reward")),
        ("grpo", BLUE, "--", t("除以标准差（GRPO）", "divided by its deviation (GRPO)")),
        ("sft", GREEN, "-.", t("模仿（SFT）", "imitation (SFT)")),
    ):
        axis.plot(
            start, [learning_time(p, 0.5, way) for p in start], style, color=colour, label=label
        )
    axis.axvline(0.156, color=GREY, lw=1, ls=":")
    axis.text(0.13, 0.45, t("R1-Zero 的起点", "R1-Zero's start"), ha="right", fontsize=9)
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xticks([1e-6, 1e-4, 1e-2, 1], ["10⁻⁶", "10⁻⁴", "0.01", "1"])
    axis.set_yticks([1, 100, 1e4, 1e6], ["1", "100", "10⁴", "10⁶"])
    axis.set_ylim(0.3, 5e6)
    axis.minorticks_off()
    axis.set_xlabel(t("起点处写出好回答的概率", "probability of a good answer at the start"))
    axis.set_ylabel(t("学到 0.5 要的时间", "time to reach 0.5"))
    axis.legend(fontsize=9, loc="upper right")
    return drawing
