"""Good–Turing against the truth, and what guessing earns under four gradings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, INK, ORANGE, RED, figure
from lab.hallucination.guessing import expected_score, missing_mass, singleton_rate


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.6)
    drawing.get_layout_engine().set(hspace=0.1)

    sizes = np.geomspace(300, 100_000, 14).astype(int)
    for power, colour in ((1.0, BLUE), (1.5, ORANGE)):
        p = 1 / np.arange(1, 10_001) ** power
        p /= p.sum()
        facts = np.random.default_rng(0).choice(len(p), size=sizes[-1], p=p)
        seen = [facts[:n] for n in sizes]
        label = t(f"长尾指数 {power}", f"tail exponent {power}")
        top.plot(np.log10(sizes), [missing_mass(x, p) for x in seen], color=colour, label=label)
        top.plot(np.log10(sizes), [singleton_rate(x) for x in seen], "o", color=colour, ms=4)
    top.set_xticks([3, 4, 5], ["1,000", "10,000", "100,000"])
    top.set_title(
        t("线：没见过的事实的概率　点：只见过一次的占比", "lines: unseen mass · dots: seen once")
    )
    top.set_xlabel(t("训练语料里提到事实的次数", "mentions of facts in training"))
    top.legend()

    confidence = np.array([0.0, 1.0])
    for threshold, colour in ((0.0, GREEN), (0.5, BLUE), (0.75, ORANGE), (0.9, RED)):
        scores = [expected_score(p, threshold) for p in confidence]
        bottom.plot(confidence, scores, color=colour, label=f"t = {threshold:g}")
        bottom.plot(threshold, 0, "o", color=colour, ms=5, clip_on=False)
    bottom.axhline(0, color=INK, lw=1)
    bottom.axvline(1, color=GREY, lw=0.5)
    bottom.set_ylim(-3, 1.1)
    bottom.set_title(
        t("作答的期望得分（0 = 说“不知道”）", "expected score of answering (0: “I don't know”)")
    )
    bottom.set_xlabel(t("答对的概率 p", "probability p of being right"))
    bottom.legend(loc="lower right")
    return drawing
