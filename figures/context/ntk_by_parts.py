"""The three ramps between "keep" and "interpolate", against turns made in training."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, ORANGE, figure
from lab.context import ntk_by_parts, rope


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (ax,) = figure(height=3.1)
    llama2 = {"dim": 128, "base": 10_000.0, "original_length": 4096}
    llama3 = {"dim": 128, "base": 500_000.0, "original_length": 8192}
    curves = (
        (
            t("论文（Llama 2）", "paper (Llama 2)"),
            llama2,
            ntk_by_parts.paper_ramp(**llama2),
            BLUE,
            "o",
        ),
        (
            t("代码（Llama 2）", "code (Llama 2)"),
            llama2,
            ntk_by_parts.code_ramp(**llama2),
            ORANGE,
            "s",
        ),
        ("Llama 3.1", llama3, ntk_by_parts.paper_ramp(**llama3, beta=4), GREEN, "^"),
    )
    for label, model, gamma, colour, marker in curves:
        turns = (
            model["original_length"] * rope.frequencies(model["dim"], model["base"]) / (2 * np.pi)
        )
        shown = (turns > 0.3) & (turns < 100)
        ax.plot(turns[shown], gamma[shown], color=colour, marker=marker, ms=4, label=label)
    ax.set_xscale("log")
    ax.set_xticks([0.3, 1, 4, 32, 100], ["0.3", "1", "4", "32", "100"])
    ax.minorticks_off()
    ax.set_xlabel(t("训练长度内转几圈", "turns within the training length"))
    ax.set_ylabel(t("γ（1 保留，0 内插）", "γ (1 kept, 0 interpolated)"))
    ax.legend(loc="upper left")
    return drawing
