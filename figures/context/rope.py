"""What falls with distance under RoPE: the paper's bound, and the lead of similar tokens."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, FAINT, GREY, ORANGE, figure
from lab.context import rope

DIM = 128


def lead(base: float, distances: np.ndarray) -> np.ndarray:
    """Mean of cos(m θ_i) over the pairs: how much similar keys are ahead of random ones."""
    theta = rope.frequencies(DIM, base)
    ones = np.ones((distances.size, DIM))
    return (rope.rotate(ones, distances, theta) @ np.ones(DIM)) / DIM


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (ax,) = figure(height=3.1)
    distances = np.unique(np.geomspace(1, 32768, 140).round())
    bound = rope.attention_decay(rope.frequencies(DIM), [0, *distances])
    ax.axhline(0, color=FAINT)
    ax.plot(
        distances, bound[1:] / bound[0], color=GREY, linestyle="--", label=t("上界", "upper bound")
    )
    ax.plot(distances, lead(1e4, distances), color=BLUE, label="b = 10,000")
    ax.plot(distances, lead(5e5, distances), color=ORANGE, label="b = 500,000")
    ax.set_xscale("log")
    ax.set_xticks([1, 10, 100, 1000, 10_000], ["1", "10", "100", "1,000", "10,000"])
    ax.minorticks_off()
    ax.set_xlabel(t("相对距离（token）", "distance in tokens"))
    ax.set_ylabel(t("相对距离 0 的比例", "relative to distance 0"))
    ax.legend()
    return drawing
