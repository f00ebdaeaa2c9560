"""One outlier feature against int8: what it costs, and what taking it out saves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, FAINT, ORANGE, RED, figure
from lab.quantization.comparison import output_error
from lab.quantization.llm_int8 import int8_matmul, outlier_columns

D_IN, D_OUT, TOKENS = 512, 64, 64


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.4)
    rng = np.random.default_rng(0)
    w = rng.normal(size=(D_OUT, D_IN))
    plain = rng.normal(size=(TOKENS, D_IN))

    magnitudes = np.geomspace(1, 200, 18)
    errors: list[list[float]] = [[], []]
    for magnitude in magnitudes:
        x = plain.copy()
        x[:, :2] *= magnitude
        for values, threshold in zip(errors, (np.inf, 6.0), strict=True):
            values.append(100 * output_error(int8_matmul(x, w, threshold), x @ w.T))
    top.plot(magnitudes, errors[0], color=RED, label=t("逐向量 int8", "vector-wise int8"))
    top.plot(magnitudes, errors[1], color=BLUE, label=t("阈值 6 拆分", "split at 6"))
    top.set_xscale("log")
    top.set_xticks([1, 3, 10, 30, 100], ["1", "3", "10", "30", "100"])
    top.minorticks_off()
    top.set_ylim(0)
    top.set_xlabel(t("离群特征 ÷ 普通特征", "outlier feature ÷ ordinary ones"))
    top.set_ylabel(t("输出误差（%）", "output error (%)"))
    top.legend()

    x = plain.copy()
    x[:, :16] *= np.geomspace(1.5, 60, 16)  # from nearly ordinary to extreme
    thresholds = np.geomspace(2.5, 250, 40)
    bottom.plot(
        thresholds,
        [100 * output_error(int8_matmul(x, w, a), x @ w.T) for a in thresholds],
        color=BLUE,
        label=t("输出误差（%）", "output error (%)"),
    )
    bottom.plot(
        thresholds,
        [100 * outlier_columns(x, a).size / D_IN for a in thresholds],
        color=ORANGE,
        label=t("留在 16 位的特征（%）", "features in 16 bits (%)"),
    )
    bottom.axvline(6, color=FAINT)
    bottom.set_xscale("log")
    bottom.set_xticks([3, 6, 12, 30, 100], ["3", "6", "12", "30", "100"])
    bottom.minorticks_off()
    bottom.set_ylim(0, 12)
    bottom.set_xlabel(t("阈值 α", "threshold α"))
    bottom.legend()
    return drawing
