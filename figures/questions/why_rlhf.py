"""Reward gained against diversity lost: imitating winners, best of n, and RLHF."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREY, INK, ORANGE, RED, figure
from lab.questions.why_rlhf import chosen_distribution, effective_answers
from lab.rlhf.dpo import optimal_policy
from lab.rlhf.playground import best_of_n, measure, problem


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (axis,) = figure(height=3.3)
    task = problem()
    untied = task.gold + 1e-6 * task.length
    betas = np.geomspace(100, 0.05, 60)
    rl = np.array([optimal_policy(task.ref, task.gold, beta) for beta in betas])
    best = np.array([best_of_n(task.ref, untied, n) for n in (1, 2, 4, 8, 16, 32, 64, 128)])
    for policies, colour, style, label in (
        (rl, BLUE, "-", t("RLHF，β 从大到小", "RLHF, β from large to small")),
        (best, ORANGE, "o--", t("模仿 n 个里最好的", "imitate the best of n")),
    ):
        gold, kinds = measure(policies, task)["gold"], effective_answers(policies)
        axis.plot(kinds, gold, style, color=colour, ms=4, label=label)
    for policy, colour, label in (
        (task.ref, INK, t("参考策略", "reference")),
        (chosen_distribution(task.ref, task.gold), RED, t("模仿胜者", "imitate winners")),
    ):
        gold, kinds = measure([policy], task)["gold"][0], effective_answers([policy])[0]
        axis.plot(kinds, gold, "s", color=colour, ms=7, label=label)
    axis.axhline(0, color=GREY, lw=0.6)
    axis.invert_xaxis()
    axis.set_xlabel(t("还会给出的回答种数 exp(H)", "answers still given, exp(H)"))
    axis.set_ylabel(t("真奖励（减去参考策略的）", "gold less the reference's"))
    axis.legend(fontsize=9)
    return drawing
