"""Attention as the text grows, with and without YaRN's temperature: entropy, and one needle."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREY, ORANGE, figure
from lab.context import yarn

LENGTH, SPREAD, NEEDLE = 4096, 2.0, 13.0  # training length; spread of the logits; one high logit


def entropy(logits: np.ndarray) -> float:
    """Mean entropy of softmax over the last axis, in nats."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    weights = np.exp(shifted)
    total = weights.sum(axis=-1, keepdims=True)
    return float((np.log(total[..., 0]) - (weights * shifted).sum(-1) / total[..., 0]).mean())


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (above, below) = figure(rows=2, height=4.8, sharex=True)
    scales = 2.0 ** np.arange(6)
    logits = SPREAD * np.random.default_rng(0).standard_normal((16, int(LENGTH * scales[-1])))
    curves: dict[str, list[tuple[float, float]]] = {"plain": [], "yarn": []}
    for scale in scales:
        row = logits[:, : int(LENGTH * scale)]
        for name, factor in (("plain", 1.0), ("yarn", yarn.attention_factor(scale) ** 2)):
            others = np.exp(factor * (row - NEEDLE)).sum(axis=-1)
            curves[name].append((entropy(factor * row), float((1 / (1 + others)).mean())))
    for name, label, colour, marker in (
        ("plain", t("不加温度", "no temperature"), BLUE, "o"),
        ("yarn", "YaRN", ORANGE, "s"),
    ):
        for ax, values in zip((above, below), np.transpose(curves[name]), strict=True):
            ax.plot(scales, values, color=colour, marker=marker, label=label)
    above.axhline(curves["plain"][0][0], color=GREY, linestyle="--", linewidth=1)
    above.set_ylabel(t("注意力的熵（nat）", "entropy (nats)"))
    above.legend()
    below.set_ylim(0, 1.05)
    below.set_ylabel(t("针得到的注意力", "attention on the needle"))
    below.set_xscale("log", base=2)
    below.set_xticks(scales, [f"{int(scale)}" for scale in scales])
    below.minorticks_off()
    below.set_xlabel(t("序列是训练长度的几倍（s）", "length over training length, s"))
    return drawing
