"""How good a ranking is: recall@k, reciprocal rank, nDCG (Järvelin & Kekäläinen 2002).

--8<-- [start:example]
>>> from lab.rag.metrics import ndcg, recall, reciprocal_rank
>>> ranking, relevant = ["a", "b", "c", "d"], {"b", "d", "z"}
>>> round(recall(ranking, relevant, k=3), 3)  # b of b, d, z
0.333
>>> reciprocal_rank(ranking, relevant)  # the first hit is second
0.5
>>> round(ndcg(ranking, relevant, k=4), 3)  # (1/log₂3 + 1/log₂5) / (1/log₂2 + 1/log₂3 + 1/log₂4)
0.498

--8<-- [end:example]
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence

import numpy as np

from lab.arguments import Array, integer


def _hits(ranking: Sequence[Hashable], relevant: Collection[Hashable], k: int) -> Array:
    """1 at each of the first k ranks that holds a relevant item, else 0."""
    k = integer("k", k, 1)
    if not relevant:
        raise ValueError("relevant is empty: without a relevant item no metric is defined")
    if len(set(ranking)) < len(ranking):
        raise ValueError(f"ranking of {len(ranking)} items holds one more than once")
    return np.array([item in relevant for item in ranking[:k]], dtype=np.float64)


# --8<-- [start:recall]
def recall(ranking: Sequence[Hashable], relevant: Collection[Hashable], k: int) -> float:
    """Share of the relevant items that are among the first k.

    Args:
        ranking: items, best first, each at most once.
        relevant: the set of relevant items, not empty.
        k: how many ranks count, at least 1.

    Raises:
        ValueError: if ``relevant`` is empty, ``ranking`` repeats an item or ``k < 1``.
    """
    return float(_hits(ranking, relevant, k).sum() / len(set(relevant)))


# --8<-- [end:recall]


# --8<-- [start:reciprocal_rank]
def reciprocal_rank(ranking: Sequence[Hashable], relevant: Collection[Hashable]) -> float:
    """1 / rank of the first relevant item, 0 if there is none; its mean over queries is MRR.

    Args and errors as for :func:`recall`.
    """
    hits = _hits(ranking, relevant, max(len(ranking), 1))
    return float(1 / (1 + hits.argmax())) if hits.any() else 0.0


# --8<-- [end:reciprocal_rank]


# --8<-- [start:ndcg]
def ndcg(ranking: Sequence[Hashable], relevant: Collection[Hashable], k: int) -> float:
    """Normalised discounted cumulative gain at k with binary relevance.

    DCG = Σᵢ relᵢ / log₂(i + 1) over ranks i = 1…k, divided by the DCG of an ideal ranking, which
    puts all the relevant items first.

    Source: Järvelin & Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques", in the
    log₂(i + 1) form that trec_eval and ToolBench's API evaluator use.

    Args and errors as for :func:`recall`.
    """
    hits = _hits(ranking, relevant, k)
    discount = 1 / np.log2(np.arange(k) + 2)
    return float(hits @ discount[: len(hits)] / discount[: len(set(relevant))].sum())


# --8<-- [end:ndcg]
