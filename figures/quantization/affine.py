"""Signal-to-noise ratio by bits and granularity, and where 4-bit grids put their levels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, FAINT, GREEN, GREY, ORANGE, RED, figure
from lab.quantization.affine import fake_quantize, per_channel, per_group, per_tensor, snr_db
from lab.quantization.nf4 import nf4_levels

BITS = range(2, 9)


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.6, height_ratios=[1.6, 1])
    rng = np.random.default_rng(0)
    w = rng.normal(size=(128, 1024))
    outlier = w.copy()
    outlier[0, 0] = 40.0
    uniform = np.linspace(-1, 1, 100_001)[None]

    def snr(x: np.ndarray, grid: Callable) -> list[float]:
        return [snr_db(x, fake_quantize(x, *grid(x, b), b)) for b in BITS]

    def group(x: np.ndarray, bits: int) -> tuple:
        return per_group(x, bits, 64)

    for values, colour, marker, label in (
        (snr(uniform, per_tensor), GREY, "", t("均匀分布", "uniform values")),
        (
            snr(outlier, group),
            GREEN,
            "s",
            t("正态＋离群，每组 64", "normal + outlier, groups of 64"),
        ),
        (snr(outlier, per_channel), BLUE, "o", t("同上，逐通道", "same, per channel")),
        (snr(outlier, per_tensor), RED, "v", t("同上，逐张量", "same, per tensor")),
    ):
        top.plot(BITS, values, color=colour, marker=marker, markersize=4, label=label)
    top.set_xlabel(t("位宽 b", "bits b"))
    top.set_ylabel(t("信噪比（dB）", "SNR (dB)"))
    top.legend(fontsize=9)

    x = np.linspace(-3.2, 3.2, 121)
    bottom.fill_between(x, 0.45 * np.exp(-x * x / 2), color=FAINT, alpha=0.6, linewidth=0)
    reach = 2.6  # the typical largest magnitude of a block of 64
    for levels, height, colour, label in (
        (np.arange(-7, 8) / 7, 0.62, ORANGE, t("INT4 对称", "INT4, symmetric")),
        (nf4_levels(), 0.92, BLUE, "NF4"),
    ):
        bottom.plot(reach * levels, np.full(levels.size, height), "|", color=colour, markersize=11)
        bottom.text(-3.2, height + 0.09, label, color=colour, fontsize=9)
    bottom.set_ylim(0, 1.2)
    bottom.set_yticks([])
    bottom.set_xlabel(t("权重 ÷ 标准差（灰：正态密度）", "weight ÷ std (grey: normal density)"))
    return drawing
