"""The pipeline of RAG: what is done once for the corpus, and what for each question."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from figures.style import BLUE, FAINT, GREEN, INK, ORANGE, figure

TOP, STEP, HEIGHT = 9.35, 1.0, 0.62


def box(ax: Axes, x: float, y: float, width: float, text: str, colour: str) -> None:
    shape = FancyBboxPatch(
        (x, y - HEIGHT / 2),
        width,
        HEIGHT,
        boxstyle="round,pad=0,rounding_size=0.12",
        facecolor="none",
        edgecolor=colour,
        linewidth=1.6,
    )
    ax.add_patch(shape)
    ax.text(x + width / 2, y, text, ha="center", va="center", color=INK, fontsize=10)


def arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], **style: object) -> None:
    ax.annotate(
        "", end, start, arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1, **style}
    )


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (ax,) = figure(height=5.6)
    ax.axis("off")
    ax.set_xlim(0, 10)
    ax.set_ylim(1.9, 10.3)
    ax.text(0.1, 10.05, t("每个语料做一次", "once for the corpus"), fontsize=9)
    ax.text(4.3, 10.05, t("每个问题做一次", "for each question"), fontsize=9)

    once = [
        t("文档", "documents"),
        t("切块", "chunks"),
        t("摘要树（可选）", "summaries?"),
        t("BM25 与向量索引", "indexes"),
    ]
    rows = [TOP, TOP - STEP, TOP - 2 * STEP, TOP - 3 * STEP]
    for y, text in zip(rows, once, strict=True):
        box(ax, 0.1, y, 3.2, text, BLUE if y < TOP else FAINT)
    for above, below in pairwise(rows):
        arrow(ax, (1.7, above - HEIGHT / 2), (1.7, below + HEIGHT / 2))

    each = [
        (t("问题", "question"), "", FAINT),
        (t("路由：要不要检索", "route"), t("0–1 次小调用", "0–1 small call"), ORANGE),
        (t("改写、HyDE", "rewrite, HyDE"), t("0–N 次生成", "0–N generations"), ORANGE),
        (t("检索并融合", "retrieve, fuse"), t("毫秒级", "milliseconds"), BLUE),
        (t("重排", "rerank"), t("每候选一次小模型", "small model each"), GREEN),
        (t("压缩、排序", "compress, order"), t("0–1 次小调用", "0–1 small call"), GREEN),
        (t("作答并引用", "answer, cite"), t("1 次生成", "1 generation"), ORANGE),
        (t("反思、核对", "reflect, check"), t("0–1 次调用", "0–1 call"), ORANGE),
    ]
    ys = [TOP - STEP * i for i in range(len(each))]
    for y, (text, cost, colour) in zip(ys, each, strict=True):
        box(ax, 4.3, y, 2.9, text, colour)
        ax.text(7.75, y, cost, va="center", fontsize=9)
    for above, below in pairwise(ys):
        arrow(ax, (5.75, above - HEIGHT / 2), (5.75, below + HEIGHT / 2))
    arrow(ax, (3.3, ys[3]), (4.3, ys[3]))
    # not good enough: search again
    ax.plot([4.3, 3.75, 3.75], [ys[7], ys[7], ys[2]], color=INK, linewidth=1, linestyle="--")
    arrow(ax, (3.75, ys[2]), (4.3, ys[2]), linestyle="--")
    ax.text(
        3.6,
        ys[5],
        t("证据不足：\n再查一次", "not enough:\nsearch again"),
        ha="right",
        va="center",
        fontsize=9,
    )
    return drawing
