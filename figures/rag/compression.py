"""What share of answers survives extraction to a budget, when one sentence is needed and when two."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREY, ORANGE, figure
from lab.arguments import Array
from lab.rag.compression import compress
from lab.rag.embedding import normalise
from lab.rag.text import length

PASSAGES, EACH, DIM, QUESTIONS = 10, 6, 32, 120
SHARES = (0.02, 0.04, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)


def draw_question(rng: np.random.Generator) -> tuple[list[list[str]], dict[str, Array], list[str]]:
    """Passages of sentences, their vectors, and the two needed: first alike, second a bridge."""
    topic = normalise(rng.normal(size=DIM))
    bridge = normalise(rng.normal(size=DIM))
    pull = np.zeros((PASSAGES * EACH, 1))
    pull[rng.random(len(pull)) < 0.3] = 0.35  # sentences on the topic that do not answer
    vectors = normalise(pull * topic + normalise(rng.normal(size=(len(pull), DIM))))
    first, second = rng.choice(len(pull), 2, replace=False)
    vectors[first] = normalise(0.7 * topic + 0.3 * bridge + 0.5 * normalise(rng.normal(size=DIM)))
    vectors[second] = normalise(0.35 * topic + bridge + 0.5 * normalise(rng.normal(size=DIM)))
    words = [f"S{i} " + " ".join(["w"] * int(rng.integers(8, 24))) + "." for i in range(len(pull))]
    known = dict(zip(words, vectors, strict=True)) | {"question": topic}
    passages = [words[i : i + EACH] for i in range(0, len(words), EACH)]
    return passages, known, [words[first], words[second]]


def survival() -> dict[str, Array]:
    """For each share of the tokens: how often the needed sentences are still there."""
    rng = np.random.default_rng(0)
    kept: dict[str, list[list[bool]]] = {"cut": [], "one": [], "two": []}
    for _ in range(QUESTIONS):
        passages, known, needed = draw_question(rng)
        texts = [" ".join(passage) for passage in passages]
        total = sum(map(length, texts))

        def embed(items: Sequence[str], known: dict[str, Array] = known) -> Array:
            return np.array([known[item] for item in items])

        everything = [sentence for passage in passages for sentence in passage]
        ends = np.cumsum([length(sentence) for sentence in everything])
        rows: dict[str, list[bool]] = {name: [] for name in kept}
        for share in SHARES:
            budget = max(round(share * total), 1)
            text = compress("question", texts, budget, embed)
            rows["cut"].append(bool(ends[everything.index(needed[0])] <= budget))
            rows["one"].append(needed[0] in text)
            rows["two"].append(needed[0] in text and needed[1] in text)
        for name, row in rows.items():
            kept[name].append(row)
    return {name: np.mean(rows, axis=0) for name, rows in kept.items()}


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (ax,) = figure(height=3.2)
    rates = survival()
    percent = 100 * np.array(SHARES)
    for name, colour, marker, label in (
        ("one", BLUE, "o", t("抽取，需要一句", "extracted, one sentence needed")),
        ("two", ORANGE, "s", t("抽取，需要两句（两跳）", "extracted, two needed (two hops)")),
        ("cut", GREY, "^", t("从头截断，需要一句", "cut off, one needed")),
    ):
        ax.plot(percent, rates[name], color=colour, marker=marker, ms=5, label=label)
    ax.set_xscale("log")
    ax.set_xticks([2, 5, 10, 20, 50, 100], ["2", "5", "10", "20", "50", "100"])
    ax.minorticks_off()
    ax.set_ylim(0, 1.5)
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1])
    ax.set_xlabel(t("留下的 token（%）", "tokens kept (%)"))
    ax.set_ylabel(t("答案还在的比例", "answer still there"))
    ax.legend(loc="upper left", fontsize=9)
    return drawing
