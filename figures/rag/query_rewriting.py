"""Reciprocal rank fusion: what a rank is worth, and when fusing beats the better list."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, ORANGE, figure
from lab.arguments import Array
from lab.rag.bm25 import ranking
from lab.rag.metrics import reciprocal_rank
from lab.rag.query_rewriting import reciprocal_rank_fusion

DOCUMENTS, QUERIES, SIGNAL = 200, 300, 2.5
KS = (1, 3, 10, 30, 60, 100, 300, 1000)


def lists(noise: tuple[float, float], rng: np.random.Generator) -> list[list[int]]:
    """Two rankings of the documents, of which number 0 is relevant, by noisy scores."""
    truth = np.zeros(DOCUMENTS)
    truth[0] = SIGNAL
    return [ranking(truth + scale * rng.normal(size=DOCUMENTS)) for scale in noise]


def mean_reciprocal_rank(noise: tuple[float, float]) -> tuple[Array, list[float]]:
    """MRR of the two lists on their own, and of their fusion for each of KS."""
    rng = np.random.default_rng(0)
    pairs = [lists(noise, rng) for _ in range(QUERIES)]
    alone = np.mean([[reciprocal_rank(one, {0}) for one in pair] for pair in pairs], axis=0)
    fused = [
        float(np.mean([reciprocal_rank(reciprocal_rank_fusion(pair, k), {0}) for pair in pairs]))
        for k in KS
    ]
    return alone, fused


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.2)
    drawing.get_layout_engine().set(hspace=0.1)
    ranks = np.arange(1, 101)
    for k, colour in ((1, GREY), (10, GREEN), (60, BLUE), (500, ORANGE)):
        top.plot(ranks, (k + 1) / (k + ranks), color=colour, label=f"k = {k}")
    top.set_ylim(0, 1.02)
    top.set_xlabel(t("名次", "rank"))
    top.set_title(t("相对第一名的分值 (k+1)/(k+名次)", "Worth against rank 1: (k+1)/(k+rank)"))
    top.legend(loc="upper right", ncols=2, bbox_to_anchor=(1, 0.4))
    for noise, colour, marker, label in (
        ((1.0, 1.0), BLUE, "o", t("两路一样好", "two equal lists")),
        ((1.0, 2.5), ORANGE, "s", t("一好一差", "one good, one poor")),
    ):
        alone, fused = mean_reciprocal_rank(noise)
        bottom.plot(KS, fused, color=colour, marker=marker, ms=5, label=label)
        best = float(alone.max())
        bottom.axhline(best, color=colour, linestyle="--", linewidth=1)
    bottom.set_xscale("log")
    bottom.set_xticks(KS, [str(k) for k in KS])
    bottom.minorticks_off()
    bottom.set_ylim(0, 1)
    bottom.set_xlabel("k")
    bottom.set_title(
        t("融合后的 MRR（虚线：较好的一路单用）", "MRR fused (dashed: the better list alone)")
    )
    bottom.legend(loc="lower right")
    return drawing
