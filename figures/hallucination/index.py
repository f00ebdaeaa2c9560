"""Three models on SimpleQA, graded with a growing penalty for wrong answers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, INK, ORANGE, figure
from lab.hallucination.guessing import expected_score

# Per cent right and wrong of SimpleQA's questions (arXiv:2411.04368); the rest not tried.
RESULTS = {
    "GPT-4o": (38.2, 60.8, BLUE),
    "o1-preview": (42.7, 48.1, GREEN),
    "Claude 3.5 Sonnet": (28.9, 36.1, ORANGE),
}


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (axes,) = figure(height=3.4)
    thresholds = np.linspace(0, 0.75, 40)
    for model, (right, wrong, colour) in RESULTS.items():
        tried = right + wrong
        scores = [tried * expected_score(right / tried, x) for x in thresholds]
        axes.plot(thresholds, scores, color=colour, label=model)
    axes.axhline(0, color=INK, lw=1)
    axes.set_ylim(-130, 50)
    axes.set_xticks([0, 0.25, 0.5, 0.75])
    axes.set_title(
        t("SimpleQA：答错扣 t/(1−t) 分时的总分", "SimpleQA if a wrong answer costs t/(1−t)")
    )
    axes.set_xlabel(t("作答所要求的把握 t", "confidence t asked for"))
    axes.legend(loc="lower left")
    return drawing
