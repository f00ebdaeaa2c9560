"""BM25 (Robertson et al. 1994) through the bm25s package, for Chinese and English.

--8<-- [start:example]
>>> from lab.rag.bm25 import bm25
>>> score = bm25(["量化把权重变成低比特整数", "LoRA trains low-rank adapters", "检索增强生成"])
>>> [round(float(s), 2) for s in score("什么是低比特量化")]
[0.91, 0.0, 0.0]
>>> [round(float(s), 2) for s in score("low-rank LoRA")]
[0.0, 0.96, 0.0]

--8<-- [end:example]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import bm25s  # type: ignore[import-untyped]
import numpy as np

from lab.arguments import Array, between, positive
from lab.rag.text import texts, tokens

Score = Callable[[str], Array]  # query → (n,)


# --8<-- [start:bm25]
def bm25(documents: Sequence[str], k1: float = 1.5, b: float = 0.75) -> Score:
    """Index documents and return a function from a query to its BM25 score with each of them.

    score(q, d) = Σ_{t∈q} ln(1 + (N − n_t + ½)/(n_t + ½)) · f_td / (f_td + k₁(1 − b + b|d|/avg|d|)),
    the variant of Lucene, which leaves out the constant factor k₁ + 1.

    Source: Robertson & Zaragoza 2009, "The probabilistic relevance framework: BM25 and beyond";
    the variants are compared in Lù 2024 (arXiv:2407.03618), whose package computes them.

    Args:
        documents: n texts.
        k1: how slowly a repeated term saturates, above 0.
        b: how much long documents are discounted, 0–1.

    Returns:
        A function from a query to an array of shape (n,); documents that share no term get 0.

    Raises:
        ValueError: if ``documents`` is empty or a parameter out of range.
    """
    corpus = [tokens(document) for document in texts("documents", documents)]
    index = bm25s.BM25(k1=positive("k1", k1), b=between("b", b, 0, 1), method="lucene")
    vocabulary = {term for document in corpus for term in document}
    if vocabulary:
        index.index(corpus, show_progress=False)

    def score(query: str) -> Array:
        known = [term for term in tokens(query) if term in vocabulary]
        scores = index.get_scores(known) if known else np.zeros(len(corpus))
        return np.asarray(scores, dtype=np.float64)

    return score


# --8<-- [end:bm25]


def ranking(scores: Array) -> list[int]:
    """Indices by falling score; equal scores keep their order, so that the result is repeatable."""
    return [int(i) for i in np.argsort(-scores, kind="stable")]
