"""What three retrieval metrics see of one relevant passage's rank, and what a judge makes of a share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, ORANGE, figure
from lab.rag.metrics import ndcg, recall, reciprocal_rank

RANKS = range(1, 16)
K = 10
TRUE_POSITIVE, TRUE_NEGATIVE = 0.9, 0.7  # of a judge: what it passes rightly, rejects rightly


def ranking_with(rank: int) -> list[str]:
    """A ranking of 20 passages whose only relevant one stands at ``rank``."""
    return ["relevant" if place == rank else f"other {place}" for place in range(1, 21)]


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.4)
    drawing.get_layout_engine().set(hspace=0.1)
    lists = [ranking_with(rank) for rank in RANKS]
    for values, colour, marker, label in (
        ([recall(one, {"relevant"}, K) for one in lists], BLUE, "o", "recall@10"),
        ([ndcg(one, {"relevant"}, K) for one in lists], GREEN, "^", "nDCG@10"),
        ([reciprocal_rank(one, {"relevant"}) for one in lists], ORANGE, "s", "RR"),
    ):
        top.plot(list(RANKS), values, color=colour, marker=marker, ms=5, label=label)
    top.set_ylim(0, 1.05)
    top.set_xlabel(t("唯一相关段落的名次", "rank of the only relevant passage"))
    top.set_title(t("同一个名次，三种指标", "One rank, three metrics"))
    top.legend(loc="upper right", bbox_to_anchor=(0.98, 0.85))
    truth = np.linspace(0, 1, 41)
    judged = TRUE_POSITIVE * truth + (1 - TRUE_NEGATIVE) * (1 - truth)
    bottom.plot(
        truth, truth, color=GREY, linestyle="--", label=t("没有错的裁判", "a judge without error")
    )
    bottom.plot(truth, judged, color=BLUE, label=t("放行 90%，拦下 70%", "passes 90%, rejects 70%"))
    bottom.set_xlim(0, 1)
    bottom.set_ylim(0, 1)
    bottom.set_xlabel(t("真正有依据的比例", "share that is truly faithful"))
    bottom.set_title(t("裁判报告的比例", "Share that the judge reports"))
    bottom.legend(loc="upper left")
    return drawing
