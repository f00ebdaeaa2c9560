"""Success against the budget of queries, when a mistake shows at once and when only at the end."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, figure
from lab.tools.toolllm import sweep

BUDGETS = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, axes = figure(rows=2, height=5.4, sharex=True)
    drawing.get_layout_engine().set(hspace=0.08)
    cases = (
        ({"error": 0.5}, t("一半的 API 立刻报错", "Half of the APIs fail at once")),
        (
            {"misleading": 0.25},
            t("四分之一误导，最后才暴露", "A quarter mislead until the end"),
        ),
    )
    for ax, (world, title) in zip(axes, cases, strict=True):
        rates = sweep(BUDGETS, **world)
        for name, colour, marker, label in (
            ("dfsdt", BLUE, "o", "DFSDT"),
            ("react@n", GREEN, "s", "ReAct@N"),
            ("react", GREY, "^", "ReAct"),
        ):
            ax.plot(BUDGETS, rates[name], color=colour, marker=marker, ms=4, label=label)
        ax.set_xscale("log", base=2)
        ax.set_xticks([4, 8, 16, 32, 64, 128], ["4", "8", "16", "32", "64", "128"])
        ax.set_ylim(0, 1.03)
        ax.set_ylabel(t("成功率", "success rate"))
        ax.set_title(title)
    axes[0].legend(loc="lower right", bbox_to_anchor=(1, 0.06))
    axes[1].set_xlabel(t("预算：问模型的次数", "budget: queries of the model"))
    return drawing
