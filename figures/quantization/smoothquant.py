"""What the migration strength trades, and what smoothing does to a layer's channels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, ORANGE, figure
from lab.quantization.affine import fake_quantize, per_channel, per_tensor, per_token
from lab.quantization.comparison import correlated_layer, output_error
from lab.quantization.smoothquant import smooth


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.4)
    w, x, x_test = correlated_layer(seed=0, outliers=3, magnitude=60.0)
    x_absmax = np.abs(x).max(axis=0)
    y = x_test @ w.T

    def error(alpha: float | None, x_grid: Callable, w_grid: Callable) -> float:
        scales, w_smooth = (1.0, w) if alpha is None else smooth(x_absmax, w, alpha)
        x_hat, w_hat = (
            fake_quantize(matrix, *grid(matrix, 8, symmetric=True), 8, symmetric=True)
            for matrix, grid in ((x_test / scales, x_grid), (w_smooth, w_grid))
        )
        return 100 * output_error(x_hat @ w_hat.T, y)

    alphas = np.linspace(0, 1, 21)
    for grids, colour, label in (
        ((per_tensor, per_tensor), BLUE, t("逐张量", "per tensor")),
        ((per_token, per_channel), GREEN, t("逐 token × 逐通道", "per token × per channel")),
    ):
        top.axhline(error(None, *grids), color=colour, linestyle=":", linewidth=1.2)
        top.plot(alphas, [error(alpha, *grids) for alpha in alphas], color=colour, label=label)
    top.set_ylim(0, 8)
    top.set_xlabel(t("迁移强度 α（点线：不平滑）", "migration strength α (dotted: none)"))
    top.set_ylabel(t("输出误差（%）", "output error (%)"))
    top.legend(loc="upper center")

    w_smooth = smooth(x_absmax, w, 0.5)[1]
    shown = np.arange(12)
    w_absmax = np.abs(w).max(axis=0)
    bottom.plot(shown, x_absmax[shown], "o", color=ORANGE, label=t("激活", "activations"))
    bottom.plot(shown, w_absmax[shown], "o", color=BLUE, label=t("权重", "weights"))
    bottom.plot(
        shown,
        np.abs(w_smooth).max(axis=0)[shown],
        "s",
        color=GREY,
        label=t("平滑后两者相同", "both, smoothed"),
    )
    bottom.set_yscale("log")
    bottom.set_yticks([1, 10, 100], ["1", "10", "100"])
    bottom.minorticks_off()
    bottom.set_xlabel(
        t("输入通道（前三个是离群通道）", "input channel (the first three are outliers)")
    )
    bottom.set_ylabel(t("最大绝对值", "largest magnitude"))
    bottom.legend()
    return drawing
