"""How far one pass of a sliding window puts a list right, and what a loop that stops early loses."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, ORANGE, figure
from lab.arguments import Array
from lab.rag.metrics import recall
from lab.rag.reranking import sliding_window

LISTS, LENGTH, PLACES = 120, 100, 40
WINDOW, STEP, TOP = 20, 10, 10


def best_first(window: list[int]) -> list[int]:
    """A flawless model: item 0 is the most relevant of all, then 1, 2 …"""
    return sorted(range(len(window)), key=window.__getitem__)


def right(window: int, step: int) -> Array:
    """(PLACES,): share of random lists in which a place holds the right item after one pass."""
    rng = np.random.default_rng(0)
    lists = [rng.permutation(LENGTH).tolist() for _ in range(LISTS)]
    places = [sliding_window(items, best_first, window, step)[:PLACES] for items in lists]
    share: Array = (np.array(places) == np.arange(PLACES)).mean(axis=0)
    return share


def stops_early(items: list[int]) -> list[int]:
    """The released loop: no window that would begin before the list."""
    result = list(items)
    start = len(result) - WINDOW
    while start >= 0:
        chunk = result[start : start + WINDOW]
        result[start : start + WINDOW] = [chunk[i] for i in best_first(chunk)]
        start -= STEP
    return result


def recalls(rerank: Callable[[list[int]], list[int]], sizes: Array) -> list[float]:
    rng = np.random.default_rng(1)
    return [
        float(
            np.mean(
                [
                    recall(rerank(rng.permutation(size).tolist()), set(range(TOP)), TOP)
                    for _ in range(40)
                ]
            )
        )
        for size in sizes.astype(int)
    ]


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.4)
    drawing.get_layout_engine().set(hspace=0.1)
    places = np.arange(1, PLACES + 1)
    for (window, step), colour in (((20, 5), GREEN), ((20, 10), BLUE), ((10, 5), ORANGE)):
        top.step(
            places,
            right(window, step),
            where="mid",
            color=colour,
            label=t(f"窗口 {window}，步长 {step}", f"window {window}, step {step}"),
        )
    top.set_ylim(0, 1.05)
    top.set_xlabel(t("名次（共 100 段）", "place, of 100"))
    top.set_title(t("排对的比例，一遍，模型无误", "Share right after one pass, flawless model"))
    top.legend(loc="upper right")
    sizes = np.arange(20, 61)
    bottom.plot(
        sizes,
        recalls(lambda items: sliding_window(items, best_first, WINDOW, STEP), sizes),
        color=BLUE,
        label=t("补上最前的窗口", "with a window at the head"),
    )
    bottom.plot(
        sizes,
        recalls(stops_early, sizes),
        color=GREY,
        label=t("公开代码的循环", "the released loop"),
    )
    bottom.set_ylim(0, 1.05)
    bottom.set_xlabel(t("候选数 n", "candidates n"))
    bottom.set_title(t("前 10 名的召回，窗口 20，步长 10", "recall@10, window 20, step 10"))
    bottom.legend(loc="lower left")
    return drawing
