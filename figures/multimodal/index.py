"""How many tokens a square image costs the language model, by its size and the model's strategy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, ORANGE, RED, figure
from lab.multimodal.llava import anyres_tokens
from lab.multimodal.vit import token_count

GRIDS = [(336, 672), (672, 336), (672, 672), (1008, 336), (336, 1008)]
SIDES = np.arange(224, 1345, 28)


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (axes,) = figure(height=4.0)
    native = [token_count(side, side, 28) for side in map(int, SIDES)]
    unmerged = [token_count(side, side, 14) for side in map(int, SIDES)]
    anyres = [anyres_tokens(side, side, GRIDS) for side in map(int, SIDES)]
    lines = (
        (unmerged, GREY, t("原分辨率，不合并", "native size, unmerged")),
        (anyres, ORANGE, t("LLaVA-NeXT 切块", "LLaVA-NeXT tiles")),
        (native, GREEN, t("Qwen2-VL：2×2 合并", "Qwen2-VL: 2×2 merged")),
        ([576] * len(SIDES), BLUE, t("LLaVA-1.5：缩到 336", "LLaVA-1.5: resized to 336")),
        ([32] * len(SIDES), RED, t("BLIP-2：32 个查询", "BLIP-2: 32 queries")),
    )
    for tokens, colour, label in lines:
        axes.plot(SIDES, np.log10(tokens), color=colour, label=label)
    axes.set_yticks(
        np.log10([32, 100, 300, 1000, 3000, 10000]), ["32", "100", "300", "1000", "3000", "10000"]
    )
    axes.set_ylim(top=5.15)
    axes.set_xticks([224, 336, 672, 1008, 1344])
    axes.set_xlabel(t("正方形图像的边长（像素）", "side of a square image (pixels)"))
    axes.set_ylabel(t("进语言模型的 token 数", "tokens in the language model"))
    axes.legend(loc="upper left", ncols=2, fontsize=8.5, columnspacing=1)
    return drawing
