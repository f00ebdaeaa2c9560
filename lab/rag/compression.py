"""Extractive compression of retrieved passages (RECOMP, Xu et al. 2023, arXiv:2310.04408).

--8<-- [start:example]
>>> from lab.rag.compression import compress
>>> passages = ["DPO needs no reward model. It was published in 2023. Its loss is logistic.",
...             "KTO reads unpaired labels. The DPO loss compares a pair of answers."]
>>> compress("What does the DPO loss compare?", passages, budget=12)
'Its loss is logistic. The DPO loss compares a pair of answers.'
>>> compress("什么是检索增强生成？", passages, budget=100)  # nothing bears on it: nothing is kept
''

--8<-- [end:example]
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab.arguments import array, integer
from lab.rag.bm25 import bm25, ranking
from lab.rag.embedding import normalise
from lab.rag.text import Embed, length, sentences, texts


# --8<-- [start:compress]
def compress(query: str, passages: Sequence[str], budget: int, embed: Embed | None = None) -> str:
    """Keep the sentences that bear most on the query, up to a token budget, in reading order.

    Sentences are taken by falling score, and one that no longer fits is passed over. A sentence
    whose score is not above 0 is never taken: like RECOMP's compressors, this one may return an
    empty text when nothing retrieved is of use.

    Source: Xu et al. 2023 (arXiv:2310.04408), the extractive compressor: inner products
    of the embeddings of query and sentence.

    Args:
        query: the question.
        passages: n retrieved texts, best first.
        budget: most tokens to keep (Latin words plus Chinese characters), at least 1.
        embed: m texts → (m, d); without it, BM25 among the sentences.

    Returns:
        The kept sentences, joined by spaces.

    Raises:
        ValueError: if ``passages`` is empty, ``budget < 1`` or ``embed`` returns another shape.
    """
    left = integer("budget", budget, 1)
    pool = list(dict.fromkeys(s for p in texts("passages", passages) for s in sentences(p)))
    if not pool:
        return ""
    if embed:
        vectors = normalise(array("embed(texts)", embed([query, *pool]), (len(pool) + 1, "d")))
        scores = vectors[1:] @ vectors[0]
    else:
        scores = bm25(pool)(query)
    kept: list[int] = []
    for i in ranking(scores)[: int(np.count_nonzero(scores > 0))]:
        if length(pool[i]) <= left:
            kept.append(i)
            left -= length(pool[i])
    return " ".join(pool[i] for i in sorted(kept))


# --8<-- [end:compress]
