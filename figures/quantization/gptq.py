"""What GPTQ's compensation lives on: correlated inputs, and enough of them to calibrate on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREY, ORANGE, figure
from lab.quantization.affine import round_to_nearest
from lab.quantization.comparison import output_error
from lab.quantization.gptq import gptq

D, FACTORS, BITS = 128, 16, 3
SHARES = np.array([0.0, 0.3, 0.6, 0.8, 0.95])
SAMPLES = [16, 32, 64, 128, 256, 512, 1024]


def inputs(rng: np.random.Generator, samples: int, mixing: np.ndarray, share: float) -> np.ndarray:
    """Inputs of which common factors carry ``share`` of the variance, noise of their own the rest."""
    common = rng.normal(size=(samples, FACTORS)) @ mixing
    return np.sqrt(share) * common + np.sqrt(1 - share) * rng.normal(size=(samples, D))


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.4)
    rng = np.random.default_rng(0)
    mixing = rng.normal(size=(FACTORS, D)) / np.sqrt(FACTORS)
    w = rng.normal(size=(D, D))
    rounded = round_to_nearest(w, BITS)

    def error(w_hat: np.ndarray, x: np.ndarray) -> float:
        return 100 * output_error(x @ w_hat.T, x @ w.T)

    errors = []
    for share in SHARES:
        x, x_test = (inputs(rng, 1024, mixing, share) for _ in range(2))
        errors.append((error(rounded, x_test), error(gptq(w, x, BITS), x_test)))
    for values, colour, label in zip(
        np.transpose(errors), (GREY, BLUE), ("RTN", "GPTQ"), strict=True
    ):
        top.plot(100 * SHARES, values, "o-", color=colour, markersize=4, label=label)
    top.set_ylim(0)
    top.set_xlabel(
        t("输入方差中公共因子的份额（%）", "share of input variance in common factors (%)")
    )
    top.set_ylabel(t("输出误差（%）", "output error (%)"))
    top.legend()

    x_test = inputs(rng, 1024, mixing, 0.9)
    x_all = inputs(rng, SAMPLES[-1], mixing, 0.9)
    seen, unseen = [], []
    for n in SAMPLES:
        w_hat = gptq(w, x_all[:n], BITS)
        seen.append(error(w_hat, x_all[:n]))
        unseen.append(error(w_hat, x_test))
    bottom.axhline(error(rounded, x_test), color=GREY, linestyle="--", label="RTN")
    bottom.plot(SAMPLES, unseen, "o-", color=ORANGE, markersize=4, label=t("新数据", "new inputs"))
    bottom.plot(
        SAMPLES, seen, "o-", color=BLUE, markersize=4, label=t("校准数据", "calibration inputs")
    )
    bottom.set_xscale("log", base=2)
    bottom.set_xticks(SAMPLES, [str(n) for n in SAMPLES])
    bottom.set_ylim(0)
    bottom.set_xlabel(t("校准样本数（输入 128 维）", "calibration samples (128 inputs)"))
    bottom.set_ylabel(t("输出误差（%）", "output error (%)"))
    bottom.legend()
    return drawing
