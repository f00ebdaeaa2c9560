"""How hard GRPO and its variants push on a prompt, and on a token of a long answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, ORANGE, PURPLE, figure
from lab.rlhf.grpo import Variant, group_advantages, grpo_loss

G = 16
LENGTHS = np.array([4, 8, 16, 32, 64])


def token_weight(variant: Variant) -> np.ndarray:
    """|∂L/∂log π| of one token in answers of each of LENGTHS, relative to the 16-token answer."""
    mask = (np.arange(LENGTHS[-1]) < LENGTHS[:, None]).astype(float)
    old = np.full(mask.shape, -1.0)
    advantages = -np.ones(len(LENGTHS))
    base, weights = grpo_loss(old, old, advantages, mask, variant=variant), []
    for row in range(len(LENGTHS)):
        new = old.copy()
        new[row, 0] -= 1e-6
        weights.append((base - grpo_loss(new, old, advantages, mask, variant=variant)) / 1e-6)
    return np.array(weights) / weights[2]


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.4)
    drawing.get_layout_engine().set(hspace=0.12)

    right = np.arange(G + 1)
    rewards = (np.arange(G) < right[:, None]).astype(float)
    grpo = np.abs(group_advantages(rewards)).mean(axis=1)
    dr = np.abs(group_advantages(rewards, variant="dr_grpo")).mean(axis=1)
    top.plot(right / G, grpo / grpo.max(), "o-", markersize=3, color=ORANGE, label="GRPO")
    top.plot(right / G, dr / dr.max(), "o-", markersize=3, color=BLUE, label="Dr. GRPO")
    top.set_title(
        t("一道题的推力：组内 |Â| 的平均（最大为 1）", "A prompt's push: mean |Â| (peak = 1)")
    )
    top.set_xlabel(t("16 个回答里答对的比例", "share of 16 answers that are right"))
    top.legend(loc="lower center")

    styles = {
        "grpo": (ORANGE, "-", "GRPO"),
        "gspo": (PURPLE, ":", "GSPO"),
        "dapo": (GREEN, "-", "DAPO"),
        "dr_grpo": (BLUE, ":", "Dr. GRPO"),
    }
    for variant in get_args(Variant):
        colour, line, label = styles[variant]
        width = 3 if line == ":" else 1.6
        bottom.plot(LENGTHS, token_weight(variant), line, lw=width, color=colour, label=label)
    bottom.set_xscale("log", base=2)
    bottom.set_yscale("log", base=2)
    bottom.set_xticks(LENGTHS, [str(n) for n in LENGTHS])
    bottom.set_yticks([0.25, 0.5, 1, 2, 4], ["¼", "½", "1", "2", "4"])
    bottom.minorticks_off()
    bottom.set_title(
        t("一个 token 的份量（16 个 token 的回答为 1）", "A token's weight (16-token answer = 1)")
    )
    bottom.set_xlabel(t("所在回答的 token 数", "tokens in its answer"))
    bottom.legend(loc="lower left")
    return drawing
