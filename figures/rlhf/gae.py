"""Bias and spread of GAE at the first token, for critics that know more or less.

An answer is 20 steps of ±1, its score their sum. The true value of a state is the sum so far and
the true advantage of a step the step itself; a critic of quality c says c times the true value.
"""

import numpy as np

from figures.style import BLUE, GREEN, ORANGE, figure
from lab.rlhf.ppo import gae

TOKENS, ANSWERS = 20, 20_000


def draw(t):
    steps = np.random.default_rng(0).choice([-1.0, 1.0], (ANSWERS, TOKENS))
    steps[: ANSWERS // 2, 0], steps[ANSWERS // 2 :, 0] = 1, -1  # as many good as bad first steps
    rewards = np.zeros_like(steps)
    rewards[:, -1] = steps.sum(axis=1)
    values = np.cumsum(steps, axis=1) - steps
    lambdas = np.append(np.linspace(0, 0.9, 10), [0.93, 0.95, 0.97, 0.985, 1])
    drawing, (left, right) = figure(1, 2, height=2.7)
    critics = ((0.0, BLUE, "-"), (0.5, ORANGE, "--"), (0.9, GREEN, "-."))
    for quality, colour, style in critics:
        runs = [gae(rewards, quality * values, 1.0, lam)[0][:, 0] * steps[:, 0] for lam in lambdas]
        label = f"c = {quality:g}"
        left.plot(lambdas, [run.mean() - 1 for run in runs], style, color=colour, label=label)
        right.plot(lambdas, [run.std() for run in runs], style, color=colour)
    left.set_title(t("偏差 ÷ 真优势", "bias ÷ true advantage"))
    right.set_title(t("标准差 ÷ 真优势", "deviation ÷ true advantage"))
    left.legend(loc="lower left", bbox_to_anchor=(0, 0.06), fontsize=9)
    for axis in (left, right):
        axis.set_xlabel("λ")
        axis.set_xticks([0, 0.5, 0.95], ["0", "0.5", "0.95"])
    return drawing
