"""The gradient from old samples as the policy moves away: its mean and its spread."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, FAINT, GREEN, GREY, ORANGE, RED, figure
from lab.questions.ppo_on_policy import bernoulli_gradients


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.2, sharex=True)
    reward = -((np.arange(65) / 64 - 0.56) ** 2)
    now = np.linspace(0.5, 0.68, 46)
    gradients = [bernoulli_gradients(p, 0.5, reward) for p in now]
    for name, colour, style, label in (
        ("true", GREEN, "-", t("真梯度（重新采样）", "true (sampled anew)")),
        ("none", GREY, ":", t("不修正", "not corrected")),
        ("token", BLUE, "--", t("逐 token 比率", "ratio per token")),
        ("sequence", RED, "-.", t("整条比率", "ratio per answer")),
    ):
        mean, spread = np.array([g[name] for g in gradients]).T
        if name != "sequence":
            top.plot(now, mean, style, color=colour, label=label)
        if name != "none":
            bottom.plot(now, spread, style, color=colour, label=label)
    for axis in (top, bottom):
        axis.axvspan(0.6, 0.68, color=ORANGE, alpha=0.15, lw=0)
    top.axhline(0, color=FAINT)
    top.text(0.64, 0.012, t("PPO 已裁剪", "clipped by PPO"), ha="center", fontsize=9)
    top.set_title(t("梯度的均值（样本来自 0.5）", "mean gradient (sampled at 0.5)"))
    top.legend(fontsize=9, loc="lower left")
    bottom.set_xticks([0.5, 0.55, 0.6, 0.65])
    bottom.set_yscale("log")
    bottom.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    bottom.minorticks_off()
    bottom.set_title(t("单个样本的标准差", "standard deviation of a sample"))
    bottom.set_xlabel(t("现在的策略选“好” token 的概率", "probability of a good token now"))
    bottom.legend(fontsize=9, loc="upper left")
    return drawing
