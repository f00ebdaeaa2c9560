"""Reranking by a cross-encoder (arXiv:1901.04085) or listwise (RankGPT, arXiv:2304.09542).

A cross-encoder (Nogueira & Cho 2019) scores each pair of query and passage; RankGPT (Sun et al.
2023) lets a language model order a window of passages at a time.

--8<-- [start:example]
>>> from lab.rag.reranking import sliding_window
>>> worst_first = list(range(12))  # item 11 is the most relevant
>>> calls = []
>>> def perfect(window):  # the order a flawless model would answer with
...     calls.append(window)
...     return sorted(range(len(window)), key=lambda i: -window[i])
>>> sliding_window(worst_first, perfect, window=6, step=3)  # the best window − step are in place
[11, 10, 9, 2, 1, 0, 5, 4, 3, 8, 7, 6]
>>> calls
[[6, 7, 8, 9, 10, 11], [3, 4, 5, 11, 10, 9], [0, 1, 2, 11, 10, 9]]

--8<-- [end:example]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np

from lab.arguments import Array, array, integer
from lab.rag.bm25 import ranking
from lab.rag.text import Generate, texts, tokens

T = TypeVar("T")
CrossScore = Callable[[str, Sequence[str]], Array]  # a query and n passages → (n,)


def term_coverage(query: str, passages: Sequence[str]) -> Array:
    """Stand-in for a cross-encoder: which share of the query's terms the passage's opening holds.

    It reads the pair together, as a cross-encoder does, and only so far: the first 128 terms.
    Neighbouring terms of the query that are neighbours in the passage too count as terms of their
    own. A term weighs ln(1 + n / n_t), where n_t of the n passages hold it, so that what all
    candidates share does not decide. It knows no synonyms: do not expect a neural model's gain.
    """

    def units(text: str) -> set[str]:
        terms = tokens(text)[:128]
        return {*terms, *map(" ".join, pairwise(terms))}

    wanted = sorted(units(query))
    held = np.array(
        [[unit in have for unit in wanted] for have in map(units, passages)], dtype=float
    )
    weight = np.log1p(len(held) / np.maximum(held.sum(axis=0), 1))
    coverage: Array = held @ weight / max(weight.sum(), 1e-12)
    return coverage


# --8<-- [start:cross_encoder_rerank]
def cross_encoder_rerank(
    query: str, passages: Sequence[str], score: CrossScore = term_coverage
) -> list[int]:
    """Order passages by a model that reads the query and a passage together.

    It costs one pass of the model a pair and cannot be precomputed: hence only for the first
    candidates of a cheaper search.

    Source: Nogueira & Cho 2019 (arXiv:1901.04085).

    Args:
        query: the question.
        passages: n candidates, best first as far as the search before knows.
        score: (query, passages) → (n,), greater is more relevant.

    Returns:
        Indices of the passages, best first; equal scores keep the order they came in.

    Raises:
        ValueError: if ``passages`` is empty or ``score`` returns another shape.
    """
    scores = score(query, texts("passages", passages))
    return ranking(array("score(query, passages)", scores, (len(passages),)))


# --8<-- [end:cross_encoder_rerank]


# --8<-- [start:parse_permutation]
def parse_permutation(answer: str, n: int) -> list[int]:
    """Read "[2] > [1] > [3]" as [1, 0, 2]: always a permutation, whatever the model wrote.

    Numbers out of range and repetitions are dropped; passages not named follow in their old order.

    Source: Sun et al. 2023 (arXiv:2304.09542); the released code repairs answers in this way.
    """
    named = [int(number) - 1 for number in re.findall(r"\d+", answer) if len(number) < 10]
    return list(dict.fromkeys([*(i for i in named if 0 <= i < n), *range(n)]))


# --8<-- [end:parse_permutation]


# --8<-- [start:sliding_window]
def sliding_window(
    items: Sequence[T], order: Callable[[list[T]], list[int]], window: int = 20, step: int = 10
) -> list[T]:
    """Reorder a list one window at a time from its end to its front, like one pass of bubble sort.

    Consecutive windows share window − step items, so as many of the best travel to the front: with
    a flawless ``order`` the first window − step places are right after one pass of
    1 + ⌈(n − window) / step⌉ calls. The places after them are not sorted.

    Source: Sun et al. 2023 (arXiv:2304.09542), "sliding window strategy", with window 20
    and step 10 for 100 passages. Their released loop stops before a first window that would begin
    before the list; here that window is moved to the front, so that no item is left out.

    Args:
        items: n items, best first as far as known.
        order: at most ``window`` items → a permutation of their indices, best first.
        window: how many items ``order`` can read, at least 2.
        step: how far the window moves, from 1 to window − 1.

    Returns:
        The n items in their new order.

    Raises:
        ValueError: if a parameter is out of range or ``order`` returns no permutation.
    """
    window = integer("window", window, 2)
    step = integer("step", step, 1, window - 1)
    result = list(items)
    start = len(result)
    while start > 0:
        start = max(len(result) - window if start == len(result) else start - step, 0)
        chunk = result[start : start + window]
        permutation = order(list(chunk))
        if sorted(permutation) != list(range(len(chunk))):
            raise ValueError(f"order returned {permutation}: no permutation of {len(chunk)} items")
        result[start : start + window] = [chunk[i] for i in permutation]
    return result


# --8<-- [end:sliding_window]


# --8<-- [start:listwise_rerank]
def listwise_rerank(
    query: str,
    passages: Sequence[str],
    generate: Generate | None = None,
    window: int = 20,
    step: int = 10,
) -> list[int]:
    """Let a language model order the passages, a window at a time.

    Source: Sun et al. 2023 (arXiv:2304.09542), "permutation generation".

    Args:
        query: the question.
        passages: n candidates, best first as far as the search before knows.
        generate: prompt → an order such as "[2] > [1]"; without it, :func:`term_coverage`.
        window: passages a prompt, at least 2.
        step: how far the window moves, from 1 to window − 1.

    Returns:
        Indices of the passages, best first.

    Raises:
        ValueError: if ``passages`` is empty or a parameter out of range.
    """
    pool = texts("passages", passages)

    def order(indices: list[int]) -> list[int]:
        shown = [pool[i] for i in indices]
        if generate is None:
            return cross_encoder_rerank(query, shown)
        lines = "\n".join(f"[{i}] {passage}" for i, passage in enumerate(shown, start=1))
        ask = "Order the passages by relevance to the query, best first, as in [2] > [1].\n\n"
        return parse_permutation(generate(f"{ask}{lines}\n\n{query}"), len(indices))

    return sliding_window(range(len(pool)), order, window, step)


# --8<-- [end:listwise_rerank]
