"""Which format is fast at which batch size, and which 8-bit format stands outliers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, ORANGE, RED, figure
from lab.quantization.affine import bits_per_weight, fake_quantize, per_token, snr_db
from lab.quantization.rotation import hadamard, round_e4m3
from lab.quantization.serving import step_seconds

BANDWIDTH, FP16, INT8 = 2.039e12, 312e12, 624e12  # A100 80GB SXM
PARAMETERS = 8e9


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.6)
    batches = np.unique(np.geomspace(1, 512, 60).round().astype(int))
    w4 = bits_per_weight(4, 128, scale_bits=16, zero_point_bits=4)
    for label, colour, bits, compute in (
        ("BF16", GREY, 16, FP16),
        ("W8A8", ORANGE, 8, INT8),
        ("W4A16", BLUE, w4, FP16),
    ):
        seconds = [step_seconds(PARAMETERS, int(n), bits, compute, BANDWIDTH) for n in batches]
        top.plot(batches, batches / np.array(seconds) / 1e3, color=colour, label=label)
    top.set_xscale("log", base=2)
    top.set_yscale("log")
    top.set_xticks([1, 4, 16, 64, 256], ["1", "4", "16", "64", "256"])
    top.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    top.minorticks_off()
    top.set_xlabel(t("同时解码的序列数", "sequences decoded at once"))
    top.set_ylabel(t("上限（千 token/s）", "bound (1000 tokens/s)"))
    top.legend()

    rng = np.random.default_rng(0)
    d = 512
    plain = rng.normal(size=(64, d))
    rotation = hadamard(d) * rng.choice([-1.0, 1.0], size=d)[:, None]

    def int8(x: np.ndarray) -> np.ndarray:
        return fake_quantize(x, *per_token(x, 8, symmetric=True), 8, symmetric=True)

    def fp8(x: np.ndarray) -> np.ndarray:
        scale = np.abs(x).max(axis=1, keepdims=True) / 448
        return scale * round_e4m3(x / scale)

    factors = np.geomspace(1, 300, 20)
    for label, colour, quantize in (
        (t("INT8＋旋转", "INT8, rotated"), GREEN, lambda x: int8(x @ rotation) @ rotation.T),
        ("FP8 E4M3", ORANGE, fp8),
        ("INT8", RED, int8),
    ):
        values = []
        for factor in factors:
            x = plain.copy()
            x[:, 7] *= factor
            values.append(snr_db(np.delete(x, 7, 1), np.delete(quantize(x), 7, 1)))
        bottom.plot(factors, values, color=colour, label=label)
    bottom.set_xscale("log")
    bottom.set_xticks([1, 3, 10, 30, 100, 300], ["1", "3", "10", "30", "100", "300"])
    bottom.minorticks_off()
    bottom.set_xlabel(t("离群特征 ÷ 普通特征", "outlier feature ÷ ordinary ones"))
    bottom.set_ylabel(t("其余特征的信噪比（dB）", "SNR of the others (dB)"))
    bottom.legend()
    return drawing
