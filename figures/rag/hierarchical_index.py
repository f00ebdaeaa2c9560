"""What a tree finds for a token budget: details and themes, by three ways of searching it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, ORANGE, figure
from lab.arguments import Array
from lab.rag.embedding import normalise
from lab.rag.hierarchical_index import Tree, collapsed_search, leaves, tree_traversal

DIM, BRANCH, QUERIES = 64, 6, 100  # 6 × 6 × 6 chunks under two layers of summaries
LEAF, SUMMARY = "字" * 86, "字" * 131  # one token each; the mean lengths in the RAPTOR paper
DETAIL, NOISE = 1.0, 2.0  # length of a chunk's own content, and of a query's error


def tree(rng: np.random.Generator) -> Tree:
    """Chunks = theme + subtheme + detail; a summary is the mean of its children."""
    themes = rng.normal(size=(BRANCH, 1, 1, DIM))
    subthemes = rng.normal(size=(BRANCH, BRANCH, 1, DIM))
    details = rng.normal(size=(BRANCH, BRANCH, BRANCH, DIM))
    chunks = sum(map(normalise, (themes, subthemes))) + DETAIL * normalise(details)
    middle = chunks.mean(2)
    layers = [x.reshape(-1, DIM) for x in (chunks, middle, middle.mean(1))]
    sizes = [len(x) for x in layers]
    children: list[tuple[int, ...]] = [()] * sizes[0]
    for start, size in ((0, sizes[1]), (sizes[0], sizes[2])):
        children += [
            tuple(range(start + BRANCH * i, start + BRANCH * (i + 1))) for i in range(size)
        ]
    return Tree(
        [LEAF] * sizes[0] + [SUMMARY] * (sizes[1] + sizes[2]),
        [depth for depth, size in enumerate(sizes) for _ in range(size)],
        children,
        normalise(np.vstack(layers)),
    )


def tokens(nodes: list[int], whole: Tree) -> int:
    return sum(131 if whole.layers[i] else 86 for i in nodes)


def searches(detail: bool) -> dict[str, tuple[Array, Array]]:
    """Tokens read and share found: of one chunk, or of a subtheme's chunks and their summary."""
    rng = np.random.default_rng(0)
    found: dict[str, list[tuple[int, float]]] = {}
    for _ in range(QUERIES):
        whole = tree(rng)
        flat = Tree(*(part[: BRANCH**3] for part in whole))
        target = int(rng.integers(BRANCH**3))
        parent = BRANCH**3 + target // BRANCH
        wanted = {target} if detail else set(leaves(whole, parent))
        centre = whole.vectors[target if detail else parent]
        query = normalise(centre + NOISE * normalise(rng.normal(size=DIM)))

        def share(nodes: list[int], wanted: set[int] = wanted, whole: Tree = whole) -> float:
            # A subtheme's own summary stands for its chunks; for a detail only the chunk counts.
            covered = {
                j for i in nodes for j in (leaves(whole, i) if not detail and i < 252 else [i])
            }
            return len(wanted & covered) / len(wanted)

        for budget in (200, 400, 600, 800, 1200, 1600, 2000):
            for name, where in (("flat", flat), ("collapsed", whole)):
                nodes = collapsed_search(where, query, budget)
                found.setdefault(f"{name} {budget}", []).append(
                    (tokens(nodes, whole), share(nodes))
                )
        for k in (1, 2, 3, 4, 5):
            nodes = tree_traversal(whole, query, k)
            found.setdefault(f"traversal {k}", []).append((tokens(nodes, whole), share(nodes)))
    points = {name: np.mean(values, axis=0) for name, values in found.items()}
    return {
        way: tuple(np.transpose([p for name, p in points.items() if name.startswith(way)]))
        for way in ("flat", "collapsed", "traversal")
    }


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, axes = figure(rows=2, height=5.2)
    titles = (
        t("细节题：找到那一块的比例", "A detail: share of searches that find its chunk"),
        t("主题题：覆盖该主题的比例", "A theme: share of its chunks covered"),
    )
    for ax, title, detail in zip(axes, titles, (True, False), strict=True):
        curves = searches(detail)
        for way, colour, marker, label in (
            ("flat", BLUE, "o", t("只搜叶子", "leaves only")),
            ("collapsed", ORANGE, "s", t("摊平整棵树", "collapsed tree")),
            ("traversal", GREEN, "^", t("逐层下行", "traversal")),
        ):
            ax.plot(*curves[way], color=colour, marker=marker, ms=5, label=label)
        ax.set_title(title)
        ax.set_ylim(0, 1.05)
        ax.set_xlim(0, 2050)
        ax.legend(loc="lower right")
    axes[1].set_xlabel(t("读入上下文的 token 数", "tokens put into the context"))
    return drawing
