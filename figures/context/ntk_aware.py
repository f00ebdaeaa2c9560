"""Slow-down of every pair under NTK-aware, and which pairs stay inside their trained arc."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, FAINT, GREY, INK, ORANGE, figure
from lab.context import ntk_aware, rope

DIM, BASE, LENGTH, TARGET = 128, 10_000.0, 4096, 8


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (ax,) = figure(height=3.2)
    plain = rope.frequencies(DIM, BASE)
    slow = np.flatnonzero(2 * np.pi / plain > LENGTH)
    raised = TARGET ** ((DIM - 2) / (2 * slow[0]))  # pair slow[0] is then slowed TARGET times
    ax.axvspan(slow[0] - 0.5, 63.5, color=FAINT, alpha=0.5, linewidth=0)
    ax.axhline(TARGET, color=GREY, linestyle="--", label="PI, s = 8")
    for scale, colour in ((TARGET, BLUE), (raised, ORANGE)):
        freqs, _ = ntk_aware.frequencies(DIM, BASE, scale, LENGTH)
        ax.plot(plain / freqs, color=colour, label=f"NTK-aware, s = {scale:.3g}")
    ax.text(
        62.5, 1.15, t("训练时转不满一圈", "less than one\nturn in training"), color=INK, ha="right"
    )
    ax.set_xlabel(t("第几对（快 → 慢）", "pair, fast to slow"))
    ax.set_ylabel(t("放慢的倍数", "slowed by a factor of"))
    ax.set_yscale("log")
    ax.set_yticks([1, 2, 4, 8, 16], ["1", "2", "4", "8", "16"])
    ax.minorticks_off()
    ax.set_xlim(-1, 64)
    ax.legend(loc="upper left")
    return drawing
