"""Query rewriting: rewrite, multi-query, step-back, and fusing the results they bring.

Rewrite-Retrieve-Read (Ma et al. 2023, arXiv:2305.14283), step-back prompting (Zheng et al. 2023,
arXiv:2310.06117), reciprocal rank fusion (Cormack et al. 2009).

--8<-- [start:example]
>>> from lab.rag.query_rewriting import multi_query, reciprocal_rank_fusion, rewrite, step_back
>>> rewrite("Could you please explain how DPO avoids a reward model?")
'DPO avoids a reward model'
>>> rewrite("请问为什么 KTO 不需要成对数据？")
'KTO 不需要成对数据'
>>> step_back("Why does AWQ with 128-wide groups beat GPTQ on Llama-7B (WikiText)?")
'AWQ with groups beat GPTQ on'
>>> multi_query("How does PPO clip the ratio, and why is a value model needed?")[1:]
['PPO clip the ratio', 'a value model needed']
>>> reciprocal_rank_fusion([["a", "b", "c"], ["b", "c", "a"]])  # b: 1/62 + 1/61
['b', 'a', 'c']

--8<-- [end:example]
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from typing import TypeVar

from lab.arguments import integer, positive
from lab.rag.text import HAN, Generate, tokens

T = TypeVar("T", bound=Hashable)

# Every prompt ends with the query on a line of its own.
REWRITE = "Write a web search query that would find the answer to this question.\n\n"
SEVERAL = "Write {n} different search queries for this question, one a line.\n\n"
STEP_BACK = "Write the more general question behind this one: its principle or concept.\n\n"

# Words that ask and do not name what is asked about; a real rewriter would be a language model.
ASKING = re.compile(
    r"\b(?:could|can|would|will|you|please|explain|describe|tell|me|us|i|we|want|to know|wonder|"
    r"what|which|why|how|when|where|who|is|are|was|were|do|does|did|it that|there)\b"
    r"|请问|请|解释一下|解释|说说|讲讲|介绍一下|介绍|谈谈|一下|我想知道|你知道|为什么|为何|什么是|是什么"
    r"|什么|怎么样|怎样|怎么|如何|哪些|哪个|多少|是否|吗|呢|意思",
    re.IGNORECASE,
)
DETAIL = re.compile(rf"[（(][^（）()]*[)）]|[^\s{HAN}，。？,?;；（(]*\d[^\s{HAN}，。？,?;；（(]*")
CLAUSE = re.compile(
    r"[,，;；。.?？!！]\s*(?:and|but|or|以及|并且|而且|还有|那么)?|(?<=\S)\s+and\s+(?=how|why|what)"
)


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" ,，.。?？!！;；:：、")


# --8<-- [start:rewrite]
def rewrite(query: str, generate: Generate | None = None) -> str:
    """Turn a question as people ask it into a query as an index answers it.

    Source: Ma et al. 2023 (arXiv:2305.14283), where a frozen or a small trained model rewrites.

    Args:
        query: the question.
        generate: prompt → rewritten query; without it, the words that only ask are removed.

    Returns:
        The rewritten query; the query itself where nothing would be left of it.
    """
    if generate:
        return generate(REWRITE + query).strip() or query
    return _tidy(ASKING.sub(" ", query)) or query


# --8<-- [end:rewrite]


# --8<-- [start:multi_query]
def multi_query(query: str, generate: Generate | None = None, n: int = 3) -> list[str]:
    """The query and up to n further ones that ask for the same or for parts of it.

    Args:
        query: the question.
        generate: prompt → queries, one a line; without it, each clause, rewritten.
        n: how many queries to ask for, at least 1.

    Returns:
        The original query first, then at most n others, without repetition.
    """
    n = integer("n", n, 1)
    if generate:
        lines = generate(SEVERAL.format(n=n) + query).splitlines()
        others = [re.sub(r"^\s*(?:[-*•]|\d+[.)、:：])\s*", "", line).strip() for line in lines]
    else:
        others = [rewrite(clause) for clause in CLAUSE.split(query) if tokens(clause)]
    return list(dict.fromkeys([query, *(other for other in others if other)]))[: n + 1]


# --8<-- [end:multi_query]


# --8<-- [start:step_back]
def step_back(query: str, generate: Generate | None = None) -> str:
    """Ask for the principle behind a question instead of its particulars.

    Source: Zheng et al. 2023 (arXiv:2310.06117).

    Args:
        query: the question.
        generate: prompt → more general question; without it, numbers and asides are removed.

    Returns:
        The more general query; the rewritten query where nothing would be left of it.
    """
    if generate:
        return generate(STEP_BACK + query).strip() or query
    return _tidy(rewrite(DETAIL.sub(" ", query))) or rewrite(query)


# --8<-- [end:step_back]


# --8<-- [start:reciprocal_rank_fusion]
def reciprocal_rank_fusion(rankings: Sequence[Sequence[T]], k: float = 60) -> list[T]:
    """Merge rankings by score(d) = Σ_rankings 1 / (k + rank of d), ranks from 1.

    Only ranks count, so that scores on different scales (BM25, cosine) need no calibration.

    Source: Cormack, Clarke & Büttcher 2009, "Reciprocal rank fusion outperforms Condorcet and
    individual rank learning methods", with k = 60.

    Args:
        rankings: lists of items, each best first and without repetition; not every list need
            hold every item.
        k: above 0; the greater, the less the first ranks stand out.

    Returns:
        All items by falling score, ties in order of first appearance.

    Raises:
        ValueError: if ``rankings`` is empty, one repeats an item, or k is not positive.
    """
    k = positive("k", k)
    if not rankings:
        raise ValueError("rankings is empty: at least one ranking was expected")
    scores: dict[T, float] = {}
    for number, ranked in enumerate(rankings):
        if len(set(ranked)) < len(ranked):
            raise ValueError(f"rankings[{number}] of {len(ranked)} items holds one more than once")
        for rank, item in enumerate(ranked, start=1):
            scores[item] = scores.get(item, 0.0) + 1 / (k + rank)
    return sorted(scores, key=lambda item: -scores[item])


# --8<-- [end:reciprocal_rank_fusion]
