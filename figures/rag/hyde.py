"""What averaging hypothetical documents cures: independent errors, and not a shared one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, ORANGE, figure
from lab.arguments import Array
from lab.rag.bm25 import ranking
from lab.rag.embedding import normalise
from lab.rag.hyde import hyde_embedding
from lab.rag.metrics import recall

DIM, TOPICS, QUERIES = 48, 200, 300
ASKED = 120  # topics on which the corpus also holds a question, beside the answer
COUNTS = (1, 2, 4, 8, 16, 32)
MANNER, ERROR = (
    0.7,
    2.0,
)  # lengths of a manner of writing and of one document's own error; a topic: 1


def collection(rng: np.random.Generator) -> tuple[Array, Array, Array, Array]:
    """Topics, two manners of writing, and a corpus: the answers, and questions on some topics."""
    topics = normalise(rng.normal(size=(TOPICS, DIM)))
    question, answer = MANNER * normalise(rng.normal(size=(2, DIM)))
    corpus = normalise(np.vstack([topics + answer, topics[:ASKED] + question]))
    return topics, question, answer, corpus


def top_1(shared: float) -> tuple[float, list[float]]:
    """Recall@1 of the query alone, and of HyDE for each of COUNTS.

    ``shared`` is how far all documents of a query lean towards one wrong topic.
    """
    rng = np.random.default_rng(0)
    topics, question, answer, corpus = collection(rng)
    alone, with_documents = [], []
    for _ in range(QUERIES):
        right, wrong = rng.choice(TOPICS, 2, replace=False)
        query = normalise(topics[right] + question + 0.5 * normalise(rng.normal(size=DIM)))
        errors = ERROR * normalise(rng.normal(size=(COUNTS[-1], DIM)))
        written = normalise(topics[right] + answer + shared * topics[wrong] + errors)
        alone.append(recall(ranking(corpus @ query), {right}, 1))
        with_documents.append(
            [
                recall(ranking(corpus @ hyde_embedding(query, written[:n])), {right}, 1)
                for n in COUNTS
            ]
        )
    return float(np.mean(alone)), list(np.mean(with_documents, axis=0))


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (ax,) = figure(height=3.4)
    for shared, colour, marker, label in (
        (0.0, BLUE, "o", t("各错各的", "each errs on its own")),
        (0.9, ORANGE, "s", t("外加共同的错：0.9", "and all share an error of 0.9")),
        (1.2, GREEN, "^", t("外加共同的错：1.2", "and all share an error of 1.2")),
    ):
        alone, curve = top_1(shared)
        ax.plot(COUNTS, curve, color=colour, marker=marker, ms=5, label=label)
    ax.axhline(alone, color=GREY, linestyle="--", label=t("只用查询", "the query alone"))
    ax.set_xscale("log", base=2)
    ax.set_xticks(COUNTS, [str(n) for n in COUNTS])
    ax.set_ylim(0, 1.02)
    ax.set_xlabel(t("假设文档的份数 N", "hypothetical documents N"))
    ax.set_ylabel(t("第一名就对的比例", "recall@1"))
    ax.legend(loc="lower left", fontsize=9, labelspacing=0.25)
    return drawing
