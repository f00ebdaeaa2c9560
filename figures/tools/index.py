"""pass^k of τ-bench's leaderboard against equally hard tasks and against tasks of mixed difficulty."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREY, ORANGE, figure
from lab.arguments import Array

MEASURED = (0.604, 0.491, 0.430, 0.383)  # gpt-4o, retail, k = 1 … 4: the repository's README
MOST = 8


def beta_moments(first: float, second: float, most: int) -> Array:
    """E[p^k], k = 1 … most, of the Beta distribution with E[p] = first and E[p²] = second."""
    total = (first - second) / (second - first**2)  # a + b
    a = first * total
    k = np.arange(most)
    moments: Array = np.cumprod((a + k) / (total + k))
    return moments


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (ax,) = figure(height=3.2)
    k = np.arange(1, MOST + 1)
    p = MEASURED[0]
    ax.plot(
        k,
        1 - (1 - p) ** k,
        color=GREY,
        linestyle="--",
        label=t("pass@k，同样难", "pass@k, equally hard"),
    )
    ax.plot(
        k,
        beta_moments(*MEASURED[:2], MOST),
        color=BLUE,
        label=t("pass^k，难易不一", "pass^k, mixed"),
    )
    ax.plot(k, p**k, color=ORANGE, label=t("pass^k，同样难", "pass^k, equally hard"))
    ax.plot(
        k[: len(MEASURED)],
        MEASURED,
        "o",
        color=BLUE,
        ms=7,
        label=t("实测 gpt-4o", "measured, gpt-4o"),
    )
    ax.set_ylim(0, 1.05)
    ax.set_xlabel(t("试验次数 k", "trials k"))
    ax.set_ylabel(t("比例", "share of tasks"))
    ax.legend(loc="center right", bbox_to_anchor=(1, 0.68), fontsize=9)
    return drawing
