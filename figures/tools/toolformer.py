"""Three losses of each candidate call in the worked example: which result helps, and by how much."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, ORANGE, figure
from lab.tools.toolformer import annotate, calculator, calendar, count_lm

TAU = 1.0
TEXT = "The shop sold 18 boxes of 24 eggs, which makes 432 eggs."
CORPUS = (
    "The farm sold 30 boxes of eggs, which makes a lot of eggs.",
    "We meet on Friday. It was a day in May.",
)
PROMPT = (
    "5 bags of 6 pens, which makes [Calculator(5 * 6) -> 30] 30 pens."
    "The talk is on [Calendar() -> Today is Sunday, May 1, 2022.] Sunday, May 1."
)


def draw(t: Callable[[str, str], str]) -> Figure:
    tools = {"Calculator": calculator, "Calendar": partial(calendar, today=date(2023, 1, 30))}
    calls = annotate(TEXT, count_lm(CORPUS), tools, PROMPT).calls
    losses = np.array([call.losses for call in calls])
    places = np.arange(len(calls))[::-1]
    drawing, (ax,) = figure(height=3.0)
    bar = np.minimum(losses[:, 0], losses[:, 1]) - TAU
    ax.vlines(bar, places - 0.32, places + 0.32, color=GREY, linestyle="--", linewidth=1)
    for column, colour, marker, label in (
        (0, BLUE, "o", t("不调用", "no call")),
        (1, ORANGE, "s", t("只有调用", "call only")),
        (2, GREEN, "D", t("调用和结果", "call and result")),
    ):
        ax.plot(losses[:, column], places, marker, color=colour, ms=6, label=label)
    names = [
        t("日历", "calendar") if call.name == "Calendar" else f"{call.argument} → {call.result}"
        for call in calls
    ]
    ax.set_yticks(places, names)
    ax.set_ylim(-0.6, len(calls) - 0.4)
    ax.set_xlim(2.5, 5.9)
    ax.grid(axis="y", visible=False)
    ax.set_xlabel(
        t("加权损失（nat）；虚线：要低于它才留下", "weighted loss (nats); dashed: kept below")
    )
    ax.legend(loc="center left", bbox_to_anchor=(0.0, 0.3))
    return drawing
