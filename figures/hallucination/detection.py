"""Entropy over wordings and over meanings, and how well each finds the questions a model guesses."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, ORANGE, figure
from lab.hallucination.semantic_entropy import (
    discrete_semantic_entropy,
    predictive_entropy,
    semantic_entropy,
)

SAMPLES = (2, 3, 5, 8, 12, 20)
MEASURES = 3


def scores(p: np.ndarray, wordings: int, samples: int, rng: np.random.Generator) -> list[float]:
    """The three entropies of answers drawn from meanings ``p``, each put in equally many ways."""
    meanings = rng.choice(len(p), size=samples, p=p)
    texts = meanings * wordings + rng.integers(wordings, size=samples)
    log_probs = np.log(p[meanings] / wordings)
    _, distinct = np.unique(texts, return_index=True)
    return [
        predictive_entropy(log_probs),
        semantic_entropy(log_probs[distinct], meanings[distinct]),
        discrete_semantic_entropy(meanings),
    ]


def auroc(known: np.ndarray, guessed: np.ndarray) -> float:
    """The probability that a guessed question scores above a known one, ties counted half."""
    above = (guessed[:, None] > known).mean()
    return float(above + (guessed[:, None] == known).mean() / 2)


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.4)
    drawing.get_layout_engine().set(hspace=0.1)
    names = (
        t("预测熵", "predictive"),
        t("语义熵", "semantic"),
        t("离散语义熵", "discrete semantic"),
    )
    colours, marks = (GREY, BLUE, ORANGE), ("o", "s", "^")

    ways = np.arange(1, 17)
    same = [np.log(np.full(k, 0.9 / k)) for k in ways]  # one meaning, k wordings
    top.plot(ways, [predictive_entropy(lp) for lp in same], color=GREY, label=names[0])
    top.plot(
        ways, [semantic_entropy(lp, np.zeros(len(lp))) for lp in same], color=BLUE, label=names[1]
    )
    top.set_title(t("同一个答案，换 k 种说法（nat）", "one answer in k wordings (nats)"))
    top.set_xlabel(t("说法数 k", "wordings k"))
    top.legend()

    rng = np.random.default_rng(0)
    known = np.array([0.9, 0.025, 0.025, 0.025, 0.025])
    for_known = [rng.integers(1, 9) for _ in range(200)]
    for_guessed = [(rng.dirichlet(np.full(5, 2.0)), rng.integers(1, 9)) for _ in range(200)]
    areas = []
    for m in SAMPLES:
        a = np.array([scores(known, w, m, rng) for w in for_known])
        b = np.array([scores(p, w, m, rng) for p, w in for_guessed])
        areas.append([auroc(a[:, i], b[:, i]) for i in range(MEASURES)])
    for line, name, colour, mark in zip(np.transpose(areas), names, colours, marks, strict=True):
        bottom.plot(SAMPLES, line, marker=mark, ms=4, color=colour, label=name)
    bottom.axhline(0.5, color=GREEN, lw=1, ls=":")
    bottom.set_ylim(0.45, 1.02)
    bottom.set_xticks([2, 5, 8, 12, 20])
    bottom.set_title(t("找出“在猜”的问题：AUROC", "finding questions that are guessed: AUROC"))
    bottom.set_xlabel(t("每题抽样次数", "samples a question"))
    bottom.legend(loc="lower right")
    return drawing
