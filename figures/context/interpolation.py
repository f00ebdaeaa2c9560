"""What position interpolation does to neighbours: scores near distance 0 become alike."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, ORANGE, figure
from lab.context import interpolation, rope

DIM = 128


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (ax,) = figure(height=3.0)
    whole, fine = np.arange(13), np.linspace(0, 12, 97)
    for scale, colour, marker in ((1, BLUE, "o"), (4, ORANGE, "s"), (16, GREEN, "^")):
        freqs, _ = interpolation.frequencies(DIM, 10_000.0, scale, 2048)

        def score(distances: np.ndarray, freqs: np.ndarray = freqs) -> np.ndarray:
            ones = np.ones((distances.size, DIM))
            return (rope.rotate(ones, distances, freqs) @ np.ones(DIM)) / DIM

        ax.plot(fine, score(fine), color=colour, linewidth=1)
        label = t("原来的 RoPE", "RoPE") if scale == 1 else f"PI, s = {scale}"
        ax.plot(whole, score(whole), color=colour, linestyle="", marker=marker, ms=5, label=label)
    ax.set_xlabel(t("离目标几个 token", "tokens away from the target"))
    ax.set_ylabel(t("分数（目标处为 1）", "score, 1 at the target"))
    ax.legend(loc="lower left")
    return drawing
