"""The mean cosine of all, fast and slow pairs, and single pairs until their first half turn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, FAINT, GREEN, GREY, ORANGE, PURPLE, RED, figure
from lab.context.rope import frequencies
from lab.questions.rope_decay import mean_cosine, unturned_share

BASE = 10_000.0


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.4, sharex=True)
    theta = frequencies(128, BASE)
    distances = np.unique(np.geomspace(1, 20_000, 110).round())

    top.axhline(0, color=FAINT)
    for freqs, colour, style, label in (
        (theta[:32], ORANGE, "-", t("快的一半", "fast half")),
        (theta[32:], BLUE, "-", t("慢的一半", "slow half")),
        (theta, GREY, "--", t("全部 64 对", "all 64 pairs")),
    ):
        top.plot(distances, mean_cosine(freqs, distances), style, color=colour, label=label)
    share = unturned_share(distances, BASE) - np.euler_gamma / np.log(BASE)
    top.plot(distances[5:], share[5:], ":", color=RED, label=t("对数近似", "log law"))
    top.set_ylim(-0.35, 1.05)
    top.set_title(t("余弦的平均：相似键的领先", "mean cosine: the lead of similar keys"))
    top.legend(fontsize=9)

    bottom.axhline(0, color=FAINT)
    for i, colour in ((8, ORANGE), (24, PURPLE), (40, GREEN), (56, BLUE)):
        reach = np.geomspace(1, np.pi / theta[i], 40)
        bottom.plot(reach, np.cos(reach * theta[i]), color=colour, label=f"i = {i}")
    bottom.set_title(t("单独一对，画到转半圈为止", "single pairs, up to half a turn"))
    bottom.set_xscale("log")
    bottom.set_xticks([1, 10, 100, 1000, 10_000], ["1", "10", "100", "1,000", "10,000"])
    bottom.minorticks_off()
    bottom.set_xlabel(t("相对距离（token）", "distance in tokens"))
    bottom.legend(fontsize=9)
    return drawing
