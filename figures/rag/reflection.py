"""Two decisions by reflection tokens: when to retrieve, and which segment goes on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, ORANGE, figure
from lab.rag.reflection import critique_scores, segment_score, should_retrieve

DELTA = 0.2
P = np.linspace(0.01, 0.99, 99)  # probability of Retrieve = yes, and 1 − p of no
WEIGHTS = np.linspace(0, 2.5, 26)  # weight of IsSup


def log_ratio(p: float) -> float:
    """What a ratio of logarithms makes of it, as in the released short-form script."""
    yes, no = np.log([p, 1 - p])
    return float(yes / (yes + no))


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.4)
    drawing.get_layout_engine().set(hspace=0.1)
    scripts = np.array([log_ratio(p) for p in P])
    top.plot(P, P, color=BLUE, label=t("概率之比", "ratio of probabilities"))
    top.plot(P, scripts, color=ORANGE, label=t("对数概率之比", "ratio of log-probabilities"))
    top.axhline(DELTA, color=GREY, linestyle="--")
    paper = np.array([should_retrieve([p, 1 - p, 0], DELTA) for p in P])
    differ = paper != (scripts > DELTA)
    top.fill_between(P, 0, 1, where=differ, color=GREY, alpha=0.2, linewidth=0)
    top.set_xlim(0, 1)
    top.set_ylim(0, 1)
    top.set_xlabel(t("“要检索”的概率", "probability of “retrieve”"))
    top.set_title(t("与阈值 0.2 比较的数", "What is compared with the threshold 0.2"))
    top.legend(loc="upper center")
    scores = critique_scores(
        [[0.9, 0.1], [0.6, 0.4]],
        [[0.1, 0.2, 0.7], [0.7, 0.2, 0.1]],
        [[0, 0, 0, 0, 1], [0, 0, 0.2, 0.8, 0]],
    )
    f = np.array([segment_score([0.5, 0.4], scores, (1, w, 0.5)) for w in WEIGHTS])
    bottom.plot(WEIGHTS, f[:, 0], color=BLUE, label=t("顺口、少依据", "fluent, little support"))
    bottom.plot(WEIGHTS, f[:, 1], color=GREEN, label=t("有依据", "supported"))
    bottom.set_ylim(1, 3.6)
    bottom.set_xlabel(t("IsSup 的权重", "weight of IsSup"))
    bottom.set_title(t("例子里两段的总分", "Scores of the example's two segments"))
    bottom.legend(loc="upper left")
    return drawing
