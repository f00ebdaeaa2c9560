"""Hypothetical document embeddings, HyDE (Gao et al. 2022, arXiv:2212.10496).

A question does not look like its answer. HyDE lets a model write an answer, true or not, and
searches with the mean of the embeddings of that text and of the query.

--8<-- [start:example]
>>> import numpy as np
>>> from lab.rag.hyde import hyde_embedding
>>> query = [1.0, 0.0]  # one axis for the words of questions, one for those of answers
>>> written = [[0.0, 1.0], [0.2, 0.8]]  # two hypothetical documents
>>> hyde_embedding(query, written)  # (1 + 0 + .2)/3, (0 + 1 + .8)/3
array([0.4, 0.6])
>>> documents = np.array([[0.9, 0.1], [0.1, 0.9]])  # another question, and the answer
>>> (documents @ query).argmax(), (documents @ hyde_embedding(query, written)).argmax()
(np.int64(0), np.int64(1))

--8<-- [end:example]
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from lab.arguments import Array, array, integer
from lab.rag.query_rewriting import rewrite
from lab.rag.text import Generate

PROMPT = "Write a passage that answers this question.\n\n"


# --8<-- [start:hypothetical_documents]
def hypothetical_documents(query: str, generate: Generate | None = None, n: int = 1) -> list[str]:
    """Let a model write n passages that would answer the query.

    Source: Gao et al. 2022 (arXiv:2212.10496); the instruction differs by task there.

    Args:
        query: the question.
        generate: prompt → passage, called n times (sampling makes them differ); without it, the
            query restated without its question words.
        n: how many passages, at least 1.

    Returns:
        n passages.
    """
    n = integer("n", n, 1)
    return [generate(PROMPT + query) if generate else rewrite(query) for _ in range(n)]


# --8<-- [end:hypothetical_documents]


# --8<-- [start:hyde_embedding]
def hyde_embedding(query_vec: ArrayLike, doc_vecs: ArrayLike) -> Array:
    """The vector HyDE searches with: v̂ = (Σ_k f(d̂_k) + f(q)) / (N + 1).

    Source: Gao et al. 2022 (arXiv:2212.10496), where the query counts as one more
    hypothesis. It is not normalised to length 1: the ranking of an inner-product search does not
    depend on its length.

    Args:
        query_vec: (d,), the query's embedding f(q).
        doc_vecs: (N, d), the embeddings f(d̂_k) of N ≥ 1 hypothetical documents.

    Returns:
        (d,).

    Raises:
        ValueError: if a shape is wrong, or an array is empty or not finite.
    """
    query = array("query_vec", query_vec, ("d",))
    documents = array("doc_vecs", doc_vecs, ("N", len(query)))
    mean: Array = (documents.sum(axis=0) + query) / (len(documents) + 1)
    return mean


# --8<-- [end:hyde_embedding]
