"""Every method as one map: how much a pair of a given wavelength is slowed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, FAINT, GREEN, GREY, INK, ORANGE, PURPLE, RED, figure
from lab.context import dynamic_ntk, interpolation, llama3, ntk_aware, ntk_by_parts, rope

MODEL = {"dim": 128, "base": 10_000.0, "scale": 8, "original_length": 4096}


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (ax,) = figure(height=3.9)
    plain = rope.frequencies(128, 10_000.0)
    wavelengths = 2 * np.pi / plain
    parts = t("分段", "by parts")
    curves = (
        ("PI", interpolation.frequencies(**MODEL)[0], BLUE, "-"),
        ("NTK-aware", ntk_aware.frequencies(**MODEL)[0], ORANGE, "-"),
        (
            t("动态 NTK，长 2L 时", "dynamic NTK at 2L"),
            dynamic_ntk.frequencies(128, 10_000.0, 1, 4096, 2 * 4096)[0],
            ORANGE,
            ":",
        ),
        (f"{parts} / YaRN", ntk_by_parts.frequencies(**MODEL)[0], GREEN, "-"),
        (
            f"YaRN {t('代码', 'code')}",
            ntk_by_parts.frequencies(**MODEL, ramp="code")[0],
            PURPLE,
            "--",
        ),
        (t("Llama 3.1 的规则", "Llama 3.1's rule"), llama3.frequencies(**MODEL)[0], RED, "-."),
    )
    ax.axvspan(4096, wavelengths[-1] * 1.1, color=FAINT, alpha=0.5, linewidth=0)
    ax.axhline(1, color=GREY, linewidth=1)
    for label, freqs, colour, line in curves:
        ax.plot(wavelengths, plain / freqs, color=colour, linestyle=line, label=label)
    ax.text(4600, 1.08, "λ > L", color=INK)
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xticks([10, 100, 1000, 4096, 50_000], ["10", "100", "1,000", "L", "50,000"])
    ax.set_yticks([1, 2, 4, 8], ["1", "2", "4", "8"])
    ax.minorticks_off()
    ax.set_xlim(6, wavelengths[-1] * 1.1)
    ax.set_ylim(0.93, 22)
    ax.set_xlabel(t("原来的波长 λ（token）", "old wavelength λ in tokens"))
    ax.set_ylabel(t("放慢的倍数", "slowed by a factor of"))
    ax.legend(loc="upper left", ncols=2, fontsize=9)
    return drawing
