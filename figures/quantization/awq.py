"""AWQ's trade: scaling salient channels up lowers their error and coarsens everybody's grid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, FAINT, GREEN, GREY, ORANGE, figure
from lab.quantization.affine import round_to_nearest
from lab.quantization.awq import keep_in_full_precision
from lab.quantization.comparison import correlated_layer, output_error

BITS, GROUP, SALIENT = 3, 64, 3


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.2, sharex=True)
    w, x, x_test = correlated_layer(seed=0, outliers=SALIENT, magnitude=20.0)
    s_x = np.abs(x).mean(axis=0)
    alphas = np.linspace(0, 1, 41)
    total, salient, others = [], [], []
    for alpha in alphas:
        s = s_x**alpha
        w_hat = round_to_nearest(w * s, BITS, GROUP) / s
        total.append(100 * output_error(x_test @ w_hat.T, x_test @ w.T))
        error = np.sqrt(((w_hat - w) ** 2).mean(axis=0))
        salient.append(error[:SALIENT].mean())
        others.append(error[SALIENT:].mean())
    kept = keep_in_full_precision(w, range(SALIENT), BITS, GROUP)
    kept_error = 100 * output_error(x_test @ kept.T, x_test @ w.T)
    best = int(np.argmin(total))

    bottom.plot(
        alphas,
        np.array(salient) / salient[0],
        color=ORANGE,
        label=t("重要通道", "salient channels"),
    )
    bottom.plot(
        alphas, np.array(others) / others[0], color=BLUE, label=t("其余通道", "other channels")
    )
    bottom.axvline(alphas[best], color=FAINT)
    bottom.set_yscale("log", base=2)
    bottom.set_yticks([0.25, 0.5, 1, 2, 4], ["¼", "½", "1", "2", "4"])
    bottom.set_ylabel(t("权重误差（α=0 为 1）", "weight error (1 at α = 0)"))
    bottom.set_xlabel(t("缩放指数 α，s = s_X 的 α 次方", "exponent α of s = s_X to the α"))
    bottom.legend()

    top.plot(alphas, total, color=GREEN, label=t("AWQ：全部量化", "AWQ, all quantized"))
    top.axhline(total[0], color=GREY, linestyle="--", label="RTN")
    top.axhline(
        kept_error, color=GREY, linestyle=":", label=t("重要通道留 FP16", "salient kept in FP16")
    )
    top.plot(alphas[best], total[best], "o", color=GREEN)
    top.axvline(alphas[best], color=FAINT)
    top.set_ylim(0, 2 * total[0])
    top.set_ylabel(t("输出误差（%）", "output error (%)"))
    top.legend(fontsize=9, loc="upper left")
    return drawing
