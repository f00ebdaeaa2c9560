"""SimHash's bits against the angle, and what a growing number of edits does to other facts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, INK, ORANGE, figure
from lab.hallucination.rome_edit import key_covariance, rome_edit
from lab.hallucination.simhash import simhash

EDITS = (1, 2, 4, 8, 16, 32)


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.4)
    drawing.get_layout_engine().set(hspace=0.1)
    rng = np.random.default_rng(0)

    angles = rng.uniform(0, np.pi / 2, size=120)
    a = rng.normal(size=(120, 64))
    b = rng.normal(size=(120, 64))
    a /= np.linalg.norm(a, axis=1, keepdims=True)
    b -= (b * a).sum(axis=1, keepdims=True) * a
    b /= np.linalg.norm(b, axis=1, keepdims=True)
    b = np.cos(angles)[:, None] * a + np.sin(angles)[:, None] * b
    planes = rng.normal(size=(64, 64))
    differ = (simhash(a, planes) != simhash(b, planes)).sum(axis=1)
    top.plot(np.degrees(angles), differ, ".", color=BLUE, ms=4)
    top.plot([0, 90], [0, 32], color=ORANGE, label="64 θ / π")
    top.axhline(3, color=GREY, lw=1, ls=":", label="k = 3")
    top.set_xticks([0, 30, 60, 90])
    top.set_title(t("SimHash：64 位里不同的位数", "SimHash: differing bits of 64"))
    top.set_xlabel(t("两个向量的夹角（度）", "angle between two vectors (degrees)"))
    top.legend(loc="upper left")

    keys = rng.normal(size=(2000, 64)) * np.linspace(0.2, 2, 64)
    w = rng.normal(size=(32, 64)) / 8
    c = key_covariance(keys)
    subjects = keys[: EDITS[-1]]
    values = subjects @ w.T + rng.normal(size=(EDITS[-1], 32))
    others = keys[EDITS[-1] :]
    scale = ((others @ w.T) ** 2).sum(axis=1).mean()

    def damage(new: np.ndarray) -> float:
        return float(((others @ (new - w).T) ** 2).sum(axis=1).mean() / scale)

    blind, rome, paths = w, w, []
    before = ((subjects @ w.T - values) ** 2).sum(axis=1)
    for i in range(EDITS[-1]):
        blind = rome_edit(blind, np.eye(64), subjects[i], values[i])
        rome = rome_edit(rome, c, subjects[i], values[i])
        if i + 1 in EDITS:
            n = i + 1
            error = ((subjects[:n] @ rome.T - values[:n]) ** 2).sum(axis=1)
            paths.append([damage(blind), damage(rome), error.sum() / before[:n].sum()])
    labels = (
        t("其他值，不看 C", "other values, blind to C"),
        t("其他值，ROME", "other values, ROME"),
        t("先前的编辑被冲掉，ROME", "earlier edits undone, ROME"),
    )
    for line, label, colour in zip(np.transpose(paths), labels, (GREY, BLUE, GREEN), strict=True):
        bottom.plot(np.log2(EDITS), 100 * line, "o-", ms=4, color=colour, label=label)
    bottom.set_xticks(np.log2(EDITS), [str(n) for n in EDITS])
    bottom.axhline(0, color=INK, lw=0.5)
    bottom.set_title(t("逐条编辑 n 条之后的误差（%）", "error after n edits one by one (%)"))
    bottom.set_xlabel(t("编辑的事实数 n", "edited facts n"))
    bottom.legend(loc="upper left")
    return drawing
