"""The two steps on made-up models, and forecasts from 60 repetitions, by which models each step uses."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREY, INK, ORANGE, figure
from lab.scaling.benchmark_prediction import (
    accuracy_from_nll,
    fit_accuracy,
    fit_nll,
    predict_accuracy,
    synthetic_models,
)

TARGET, CHANCE = 3.8e25, 0.25


def forecasts(seed: int) -> list[float]:
    """Accuracy at the target: one step, both steps, and with older models in 2, in 1 and 2."""
    small, older, _ = synthetic_models(seed)
    both = {key: np.append(small[key], older[key]) for key in small}

    def one_step(models: dict[str, np.ndarray]) -> float:
        fit = fit_accuracy(-np.log10(models["compute"]), models["accuracy"], CHANCE)
        return float(accuracy_from_nll(-np.log10(TARGET), *fit, CHANCE))

    def two_steps(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> float:
        line = fit_nll(first["compute"], first["nll"])
        sigmoid = fit_accuracy(second["nll"], second["accuracy"], CHANCE)
        return float(predict_accuracy(TARGET, line, sigmoid, CHANCE))

    return [
        one_step(small),
        two_steps(small, small),
        two_steps(small, both),
        two_steps(both, both),
        one_step(both),
    ]


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (first, second, third) = figure(rows=3, height=7.6)
    drawing.get_layout_engine().set(hspace=0.1)
    small, older, truth = synthetic_models(0)
    line = fit_nll(small["compute"], small["nll"])
    target = line[0] + line[1] * np.log10(TARGET)
    ours, theirs = t("自己的小模型", "our small models"), t("旧的大模型", "older, larger models")

    x = np.array([18.5, 26])
    first.plot(x, line[0] + line[1] * x, color=GREY)
    second_x = np.linspace(1.2, 1.45, 40)
    both = [np.append(small[key], older[key]) for key in ("nll", "accuracy")]
    for fit, colour in (((small["nll"], small["accuracy"]), BLUE), (both, ORANGE)):
        sigmoid = fit_accuracy(*fit, CHANCE)
        second.plot(second_x, accuracy_from_nll(second_x, *sigmoid, CHANCE), color=colour)
    for models, marker, colour, label in ((small, "o", BLUE, ours), (older, "s", ORANGE, theirs)):
        first.plot(
            np.log10(models["compute"]), models["nll"], marker, color=colour, ms=4, label=label
        )
        second.plot(models["nll"], models["accuracy"], marker, color=colour, ms=4)
    first.plot(np.log10(TARGET), target, "*", color=INK, ms=9)
    second.axvline(target, color=INK, lw=1, ls=":")
    second.axhline(truth, color=INK, lw=1)
    first.set_xticks([19, 21, 23, 25], ["1e19", "1e21", "1e23", "1e25"])
    first.set_title(
        t("第一步：正确答案的 NLL 对算力", "step 1: NLL of the right answer against compute")
    )
    first.set_xlabel(t("算力（FLOPs）", "compute (FLOPs)"))
    first.legend()
    second.invert_xaxis()
    second.set_title(
        t("第二步：准确率对 NLL（横线：旗舰的真值）", "step 2: accuracy against NLL (line: truth)")
    )
    second.set_xlabel(
        t("每字符 NLL（nat），向右变好", "NLL a character (nats), better to the right")
    )

    labels = (
        t("一步，小模型", "one step, small"),
        t("两步，小模型", "two steps, small"),
        t("旧模型只进第二步", "older in step 2"),
        t("旧模型两步都进", "older in both steps"),
        t("一步，加旧模型", "one step, with older"),
    )
    low, middle, high = np.quantile(
        [forecasts(seed) for seed in range(60)], [0.05, 0.5, 0.95], axis=0
    )
    rows = -np.arange(len(labels))
    third.hlines(rows, low, high, color=BLUE, lw=4)
    third.plot(middle, rows, "o", color=INK, ms=4)
    third.axvline(truth, color=ORANGE)
    third.set_xticks([0.8, 0.85, 0.9, 0.95, 1.0])
    third.set_yticks(rows, labels)
    third.set_title(t("预测的准确率，90% 区间（竖线为真值）", "forecasts, 90% (line: truth)"))
    return drawing
