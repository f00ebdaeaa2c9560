from __future__ import annotations

from math import log

import numpy as np
import pytest

from lab.rag.bm25 import bm25, ranking
from lab.rag.text import tokens

DOCUMENTS = ["the cat sat", "the dog and the cat", "低秩适配训练低秩矩阵", "检索增强生成"]


def by_hand(query: str, k1: float, b: float) -> list[float]:
    corpus = [tokens(document) for document in DOCUMENTS]
    average = sum(map(len, corpus)) / len(corpus)
    scores = []
    for document in corpus:
        score = 0.0
        for term in tokens(query):
            n = sum(term in other for other in corpus)
            f = document.count(term)
            idf = log(1 + (len(corpus) - n + 0.5) / (n + 0.5))
            score += idf * f / (f + k1 * (1 - b + b * len(document) / average))
        scores.append(score)
    return scores


@pytest.mark.parametrize("query", ["the cat", "什么是低秩适配", "dog 检索", "cat cat zebra"])
@pytest.mark.parametrize(("k1", "b"), [(1.5, 0.75), (0.9, 0.4), (2.0, 0.0), (1.2, 1.0)])
def test_the_formula(query: str, k1: float, b: float) -> None:
    np.testing.assert_allclose(bm25(DOCUMENTS, k1, b)(query), by_hand(query, k1, b), rtol=1e-5)


def test_nothing_in_common_scores_0() -> None:
    assert bm25(DOCUMENTS)("zebra 斑马 !").tolist() == [0, 0, 0, 0]
    assert bm25(["!!", "…"])("cat").tolist() == [0, 0]


def test_ranking_keeps_the_order_of_equals() -> None:
    assert ranking(np.array([1.0, 3.0, 1.0, 3.0])) == [1, 3, 0, 2]
    alternating = np.tile([0.0, 1.0], 50)
    assert ranking(alternating) == [*range(1, 100, 2), *range(0, 100, 2)]


@pytest.mark.parametrize(
    ("documents", "k1", "b", "message"),
    [
        ([], 1.5, 0.75, "documents is empty"),
        (["a"], 0.0, 0.75, "k1 must be a finite number above 0"),
        (["a"], 1.5, 1.5, "b must be a number from 0 to 1"),
    ],
)
def test_refused(documents: list[str], k1: float, b: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        bm25(documents, k1, b)
