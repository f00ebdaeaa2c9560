"""IsoFLOP curves with their parabolas, and what the width of the runs does to the extrapolation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, CYCLE, GREY, INK, ORANGE, figure
from lab.scaling.isoflop import (
    chinchilla_optimum,
    fit_parabola,
    fit_power_law,
    isoflop_runs,
)

BUDGETS = np.array([6e18, 1e19, 3e19, 6e19, 1e20, 3e20, 6e20, 1e21, 3e21, 1e22])
SHOWN = (0, 2, 4, 6, 9)
NAMES = ("6e18", "3e19", "1e20", "6e20", "1e22")


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=6.0)
    drawing.get_layout_engine().set(hspace=0.1)

    tokens, losses = isoflop_runs(BUDGETS, width=8.0)
    coefficients, best, lowest = fit_parabola(tokens, losses)
    for k, name, colour in zip(SHOWN, NAMES, CYCLE, strict=False):
        x = np.linspace(*np.log10(tokens[k, [0, -1]]), 20)
        top.plot(x, np.polyval(coefficients[k], x), color=colour)
        top.plot(np.log10(tokens[k]), losses[k], "o", color=colour, ms=3)
        top.annotate(name, (x[-1], losses[k, -1]), (4, 0), textcoords="offset points")
    top.plot(np.log10(best[list(SHOWN)]), lowest[list(SHOWN)], "*", color=INK, ms=8)
    top.set_xticks([9, 10, 11, 12], ["1e9", "1e10", "1e11", "1e12"])
    top.set_xlim(right=12.7)
    top.set_title(
        t("等算力曲线：算力越大，谷底越平", "IsoFLOP curves: larger budgets, flatter bottoms")
    )
    top.set_xlabel(t("训练 token 数", "training tokens"))
    top.set_ylabel(t("损失（nat/token）", "loss (nats a token)"))

    compute = np.geomspace(BUDGETS[0], 3.8e25, 14)
    truth = chinchilla_optimum(compute)[1]
    for width, colour in ((2.0, ORANGE), (8.0, BLUE)):
        minima = [fit_parabola(*isoflop_runs(BUDGETS, width=width, seed=i))[1] for i in range(200)]
        fits = np.array([fit_power_law(BUDGETS, row) for row in minima])
        ratios = fits[:, :1] * compute ** fits[:, 1:] / truth
        low, middle, high = np.quantile(ratios, [0.05, 0.5, 0.95], axis=0)
        bottom.fill_between(np.log10(compute), low, high, color=colour, alpha=0.25, lw=0)
        label = t(f"两侧各 {width:.0f} 倍", f"runs up to {width:.0f}× off")
        bottom.plot(np.log10(compute), middle, color=colour, label=label)
    bottom.axhline(1, color=INK, lw=1)
    bottom.axvline(np.log10(BUDGETS[-1]), color=GREY, lw=1, ls=":")
    bottom.set_yticks([0.92, 0.96, 1.0, 1.04])
    bottom.set_xticks([19, 20, 21, 22, 23, 24, 25], [f"1e{k}" for k in range(19, 26)])
    bottom.set_title(
        t("200 次模拟：拟合值 ÷ 真值，90% 区间", "200 simulated studies: fitted ÷ true tokens, 90%")
    )
    bottom.set_xlabel(
        t("算力 C（FLOPs），虚线以右是外推", "compute C (FLOPs), extrapolated right of the dots")
    )
    bottom.legend(loc="lower left")
    return drawing
