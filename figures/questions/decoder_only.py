"""Effective rank of attention against the spread of its logits, and the two spectra."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREY, ORANGE, figure
from lab.questions.attention_rank import effective_rank, singular_values


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.2)
    drawing.get_layout_engine().set(hspace=0.1)
    q, k = np.random.default_rng(0).normal(size=(2, 128, 16))
    kinds = (
        (False, t("双向", "bidirectional"), BLUE, "-"),
        (True, t("因果", "causal"), ORANGE, "--"),
    )

    spread = np.append(0, np.geomspace(0.01, 16, 32))  # standard deviation of q·k/√d
    for causal, label, colour, style in kinds:
        rank = [
            effective_rank(singular_values(q * s**0.5, k * s**0.5, causal=causal)) for s in spread
        ]
        top.plot(np.maximum(spread, 0.005), rank, style, color=colour, label=label)
    top.set_xscale("log")
    top.set_xticks([0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"])
    top.minorticks_off()
    top.set_xlabel(t("logits 的标准差", "standard deviation of the logits"))
    top.set_title(t("有效秩（n = 128，d = 16）", "effective rank (n = 128, d = 16)"))
    top.legend()

    for causal, label, colour, style in kinds:
        sigma = singular_values(q, k, causal=causal)
        index = np.arange(1, 129)
        bottom.plot(index, np.maximum(sigma, 1e-18), style, color=colour, label=label)
    bottom.axhline(128 * np.finfo(float).eps * sigma[0], color=GREY, lw=1, ls=":")
    bottom.text(2, 1e-13, t("舍入误差", "rounding"), color=GREY, va="bottom")
    bottom.set_yscale("log")
    bottom.set_yticks([1, 1e-5, 1e-10, 1e-15], ["1", "10⁻⁵", "10⁻¹⁰", "10⁻¹⁵"])
    bottom.minorticks_off()
    bottom.set_ylim(1e-18, 10)
    bottom.set_xlabel(t("第几个奇异值", "index of the singular value"))
    bottom.set_title(t("标准差为 1 时的奇异值", "singular values at standard deviation 1"))
    return drawing
