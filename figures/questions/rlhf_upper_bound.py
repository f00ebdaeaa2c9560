"""Random reward models: their accuracy, and their bound, against what optimising them brings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, FAINT, GREEN, GREY, RED, figure
from lab.questions.rlhf_upper_bound import bound, pair_accuracy, regret
from lab.rlhf.playground import problem

BETA, MODELS = 0.1, 110


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (left, right) = figure(1, 2, height=3.3, sharey=True)
    task, rng = problem(), np.random.default_rng(0)
    learnt = []
    for size in np.linspace(0.05, 1.0, MODELS):  # errors that grow away from the reference
        walk = np.cumsum(rng.normal(size=12))
        learnt.append(task.gold + size * (walk - walk[3]))
    blurred = task.gold.copy()
    blurred[2:5] = blurred[2:5].mean()
    named = (
        (task.proxy, RED, "s", t("“越长越好”", "longer is better")),
        (blurred, GREEN, "D", t("近处分不清", "blurred nearby")),
    )
    for axis, measure in (
        (left, lambda r: pair_accuracy(task.ref, task.gold, r)),
        (right, lambda r: bound(task.ref, task.gold, r, BETA)),
    ):
        cost = [regret(task.ref, task.gold, r, BETA) for r in learnt]
        axis.plot([measure(r) for r in learnt], cost, ".", color=BLUE, ms=4)
        for r, colour, mark, label in named:
            value = regret(task.ref, task.gold, r, BETA)
            axis.plot([measure(r)], [value], mark, color=colour, ms=7, label=label)
    right.plot([0, 6.5], [0, 6.5], color=GREY, lw=1, ls="--")
    left.axhline(0, color=FAINT)
    left.set_ylim(-0.2, 5)
    right.set_xlim(-0.2, 6.5)
    left.set_xlabel(t("参考对上的准确率", "accuracy on the\nreference's pairs"))
    right.set_xlabel(t("上界：策略所到之处的误差", "bound: error where\nthe policies go"))
    left.set_ylabel(t("优化它的损失", "what optimising it loses"))
    drawing.legend(
        *left.get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=9
    )
    return drawing
