"""Dynamic NTK: the scale as text grows, and what caching rotated keys does to a score."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, ORANGE, RED, figure
from lab.context import dynamic_ntk, rope

DIM, BASE, LENGTH = 128, 10_000.0, 2048


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (above, below) = figure(rows=2, height=5.0)
    plain = rope.frequencies(DIM, BASE)
    lengths = np.linspace(LENGTH // 4, 4 * LENGTH, 46).astype(int)
    for factor, colour in ((1, BLUE), (2, ORANGE), (4, GREEN)):
        slowest = [dynamic_ntk.frequencies(DIM, BASE, factor, LENGTH, n)[0][-1] for n in lengths]
        label = t("论文：s = l′/L", "paper: s = l′/L") if factor == 1 else f"factor = {factor}"
        above.plot(lengths / LENGTH, plain[-1] / np.array(slowest), color=colour, label=label)
    above.axhline(4, color=GREY, linestyle="--", label=t("静态 s = 4", "static s = 4"))
    above.set_xlabel(t("当前长度 l′ / L", "current length l′ / L"))
    above.set_ylabel(t("s（最慢对放慢的倍数）", "s, slow-down of the slowest pair"))
    above.legend()

    prompt = 2 * LENGTH  # keys of the prompt are rotated when it is 2L long
    cached, _ = dynamic_ntk.frequencies(DIM, BASE, 1, LENGTH, prompt)
    grown = np.linspace(prompt, prompt + 512, 65).astype(int)
    ones = np.ones((1, DIM))
    for position, colour in ((512, BLUE), (prompt - 1, RED)):
        key = rope.rotate(ones, [position], cached)
        scores = []
        for length in grown:
            now, _ = dynamic_ntk.frequencies(DIM, BASE, 1, LENGTH, int(length))
            scores.append((rope.rotate(ones, [position], now) @ key.T).item() / DIM)
        label = t(f"键在位置 {position}", f"key at position {position}")
        below.plot(grown - prompt, scores, color=colour, label=label)
    below.set_xlabel(t("提示之后又生成了几个 token", "tokens generated after the prompt"))
    below.set_ylabel(t("分数（应为 1）", "score, should be 1"))
    below.legend()
    return drawing
