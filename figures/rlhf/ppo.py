"""PPO's clipped objective for one token, for a good and a bad action."""

import numpy as np

from figures.style import BLUE, GREY, INK, ORANGE, figure
from lab.rlhf.ppo import clipped_surrogate

EPSILON, OLD = 0.2, 0.4


def draw(t):
    drawing, axes = figure(1, 2, height=2.7)
    rho = np.linspace(0.4, 1.8, 57)
    for axis, advantage, colour in zip(axes, (1.0, -1.0), (BLUE, ORANGE), strict=True):
        logp = np.log(OLD * rho)
        old = [np.log(OLD)]
        clipped = [clipped_surrogate([new], old, [advantage], EPSILON) for new in logp]
        axis.plot(rho, rho * advantage, color=GREY, ls="--", lw=1, label=t("不裁剪", "unclipped"))
        axis.plot(rho, clipped, color=colour, lw=2.2, label="PPO")
        axis.axvline(1, color=INK, lw=0.6)
        flat = (1 + EPSILON, 1.8) if advantage > 0 else (0.4, 1 - EPSILON)
        axis.axvspan(*flat, color=GREY, alpha=0.15, lw=0)
        height = 0.6 if advantage > 0 else -1.6
        axis.text(
            np.mean(flat),
            height,
            t("梯度\n为 0", "gradient\n= 0"),
            ha="center",
            va="center",
            fontsize=9,
        )
        axis.set_xlabel("ρ")
        axis.set_xticks([0.8, 1, 1.2], ["1−ε", "1", "1+ε"])
    axes[0].set_title(t("好动作（Â = 1）", "good action (Â = 1)"))
    axes[1].set_title(t("坏动作（Â = −1）", "bad action (Â = −1)"))
    axes[0].set_ylabel(t("目标（要最大化）", "objective (maximised)"))
    axes[0].legend(loc="upper left", fontsize=8)
    return drawing
