"""Entropy of attention as the text grows, with and without YaRN's temperature."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREY, ORANGE, figure
from lab.context import yarn

LENGTH, SPREAD = 4096, 2.0  # training length; standard deviation of the logits


def entropy(logits: np.ndarray) -> float:
    """Mean entropy of softmax over the last axis, in nats."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    weights = np.exp(shifted)
    total = weights.sum(axis=-1, keepdims=True)
    return float((np.log(total[..., 0]) - (weights * shifted).sum(-1) / total[..., 0]).mean())


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (ax,) = figure(height=3.0)
    scales = 2.0 ** np.arange(6)
    logits = SPREAD * np.random.default_rng(0).standard_normal((16, int(LENGTH * scales[-1])))
    plain, sharp = [], []
    for scale in scales:
        row = logits[:, : int(LENGTH * scale)]
        plain.append(entropy(row))
        sharp.append(entropy(yarn.attention_factor(scale) ** 2 * row))
    ax.axhline(plain[0], color=GREY, linestyle="--", linewidth=1)
    ax.plot(scales, plain, color=BLUE, marker="o", label=t("不加温度", "no temperature"))
    ax.plot(scales, sharp, color=ORANGE, marker="s", label="YaRN")
    ax.set_xscale("log", base=2)
    ax.set_xticks(scales, [f"{int(scale)}" for scale in scales])
    ax.minorticks_off()
    ax.set_xlabel(t("序列是训练长度的几倍（s）", "length over training length, s"))
    ax.set_ylabel(t("注意力的熵（nat）", "entropy of attention (nats)"))
    ax.legend()
    return drawing
