"""Dense size of equal loss against the rule of thumb, and loss at equal size and compute."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, ORANGE, PURPLE, figure
from lab.questions.moe_equivalence import dense_equivalent, equal_loss_dense, joint_loss

FLOPS, VOCABULARY = 1e21, 50_257


def sizes(width: np.ndarray | float, experts: int) -> tuple[np.ndarray, np.ndarray]:
    """Active and total parameters of a width (Ludziejewski et al. 2025, eq. 9 and 10)."""
    embeddings, blocks = 2 * width * VOCABULARY, width / 64
    return embeddings + 13 * blocks * width**2, embeddings + (4 + 9 * experts) * blocks * width**2


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.6)
    drawing.get_layout_engine().set(hspace=0.1)

    experts = np.array([1, 2, 3, 4, 6, 8, 12, 16, 24, 32])
    width = 1536.0
    rule = [dense_equivalent(*(n / 1e9 for n in sizes(width, int(e)))) for e in experts]
    top.plot(experts, rule, "--", color=GREY, label=t("几何平均", "geometric mean"))
    active = float(sizes(width, 1)[0])
    for per_parameter, colour in ((5, PURPLE), (20, BLUE), (100, ORANGE)):
        dense = [equal_loss_dense(active, per_parameter * active, int(e)) / 1e9 for e in experts]
        label = t(f"定律，{per_parameter} token/参数", f"law, {per_parameter} tokens/parameter")
        top.plot(experts, dense, color=colour, label=label)
    top.set_xscale("log", base=2)
    top.set_xticks([1, 2, 4, 8, 16, 32], ["1", "2", "4", "8", "16", "32"])
    top.set_xlabel(t("每层专家数（每个 token 只用一个）", "experts a layer (a token visits one)"))
    top.set_title(
        t(
            f"等损失的稠密参数（十亿），激活 {active / 1e9:.1f}",
            f"dense size of equal loss (1e9), active {active / 1e9:.1f}",
        )
    )
    top.legend(fontsize=9)

    widths = np.geomspace(512, 6144, 60)
    for count, colour, style in (
        (1, GREY, "--"),
        (2, GREEN, "-"),
        (4, BLUE, "-"),
        (8, ORANGE, "-"),
    ):
        active_sizes, total = sizes(widths, count)
        loss = [joint_loss(n, FLOPS / 6 / n, count) for n in active_sizes]
        label = t("稠密", "dense") if count == 1 else t(f"{count} 个专家", f"{count} experts")
        bottom.plot(total / 1e9, loss, style, color=colour, label=label)
    bottom.set_xscale("log")
    bottom.set_xlim(0.5, 30)
    bottom.set_ylim(2.28, 2.6)
    bottom.set_xticks([0.5, 1, 2, 5, 10, 20], ["0.5", "1", "2", "5", "10", "20"])
    bottom.minorticks_off()
    bottom.set_xlabel(t("总参数（十亿）", "total parameters (1e9)"))
    bottom.set_title(t("损失：训练算力都是 1e21 FLOPs", "loss, all trained with 1e21 FLOPs"))
    bottom.legend(fontsize=9)
    return drawing
