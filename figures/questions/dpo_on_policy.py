"""Where DPO goes with pairs from the reference, from another model, and from itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, ORANGE, RED, figure
from lab.questions.dpo_on_policy import (
    offline_dpo,
    online_dpo,
    other_model,
    policy,
    rlhf_objective,
)
from lab.rlhf.playground import problem

BETA = 0.25


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (axis,) = figure(height=3.4)
    task, x = problem(), np.arange(12)
    gold = (task.gold - task.gold.min()) / (task.gold.max() - task.gold.min())
    axis.bar(
        x, gold * 0.45, color=GREY, alpha=0.2, label=t("真奖励（示意高度）", "gold reward (scaled)")
    )
    axis.plot(x, task.ref, ":", color=GREY, label=t("参考策略", "reference"))
    for theta, colour, style, label in (
        (online_dpo(task, BETA), GREEN, "-", t("在线", "online")),
        (
            offline_dpo(task, task.ref, BETA),
            BLUE,
            "--",
            t("离线，参考写的", "offline, reference's"),
        ),
        (
            offline_dpo(task, other_model(), BETA),
            RED,
            "-.",
            t("离线，别家写的", "offline, another's"),
        ),
    ):
        value = rlhf_objective([theta], task, BETA)[0]
        axis.plot(x, policy(theta, task), style, color=colour, label=f"{label}: {value:.2f}")
    axis.plot(x, other_model(), ":", color=ORANGE, label=t("别家模型", "other model"))
    axis.set_xlabel(t("回答 x（越大越长）", "answer x (longer to the right)"))
    axis.set_ylabel(t("概率", "probability"))
    axis.set_ylim(0, 1.05)
    axis.legend(fontsize=8, ncols=2, loc="upper center")
    return drawing
