"""Gold reward against √KL along training, labels from gold (left) or from the proxy (right)."""

import numpy as np

from figures.style import CYCLE, GREY, figure
from lab.rlhf.playground import compare, problem

NAMES = {"ppo": "PPO", "dpo": "DPO", "ipo": "IPO", "kto": "KTO", "simpo": "SimPO", "orpo": "ORPO"}
STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))


def draw(t):
    task = problem()
    drawing, axes = figure(1, 2, height=3.3, sharey=True)
    for axis, labels in zip(axes, (task.gold, task.proxy), strict=True):
        runs = compare(task, labels)
        for (name, label), colour, style in zip(NAMES.items(), CYCLE, STYLES, strict=True):
            d, gold = runs[name]["distance"], runs[name]["gold"]
            path = np.concatenate([[0], np.cumsum(np.hypot(np.diff(d), np.diff(gold)))])
            keep = np.unique(np.searchsorted(path, np.linspace(0, path[-1], 60)))
            axis.plot(d[keep], gold[keep], color=colour, ls=style, label=label)
            axis.plot(d[-1], gold[-1], "o", color=colour, ms=4)
        axis.axhline(0, color=GREY, lw=0.6)
        axis.set_xlabel("√KL")
    axes[0].set_title(t("标签来自真奖励", "labels from gold"))
    axes[1].set_title(t("标签来自代理奖励", "labels from the proxy"))
    axes[0].set_ylabel(t("真奖励（减去参考策略的）", "gold less the reference's"))
    lines, labels = axes[0].get_legend_handles_labels()
    drawing.legend(lines, labels, loc="outside lower center", ncols=3, fontsize=9)
    return drawing
