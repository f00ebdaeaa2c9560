"""A deterministic text embedder: hashed character n-grams, TF-IDF, latent semantic analysis.

It stands in where no neural encoder is at hand. Latent semantic analysis (Deerwester et al. 1990)
is the truncated SVD of the term–document matrix. Fitted on texts that hold a passage in two
languages, it maps both into one space (Dumais et al. 1997), as the example shows: the query and
the document nearest to it share no character.

--8<-- [start:example]
>>> from lab.rag.embedding import fit_embedder
>>> pairs = ["量化 quantization", "检索 retrieval", "对齐 alignment", "幻觉 hallucination"]
>>> embed = fit_embedder(pairs, dim=4)
>>> query, documents = embed(["检索"]), embed(["quantization", "retrieval", "alignment"])
>>> (documents @ query[0]).round(2) + 0.0
array([0., 1., 0.])

--8<-- [end:example]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from lab.arguments import Array, integer
from lab.rag.text import WORD_OR_HAN, Embed, texts

BUCKETS = 2**13


@lru_cache(maxsize=2**18)
def _run_buckets(run: str) -> list[int]:
    """Hashed n-grams of a word (itself, and its runs of 3–5 letters) or of Chinese text (1–3)."""
    latin = run[0].isascii()
    word, sizes = (f"<{run}>", range(3, 6)) if latin else (run, range(1, 4))
    ngrams = [word[i : i + n] for n in sizes for i in range(len(word) - n + 1)]
    if latin and len(word) > 5:
        ngrams.append(word)
    # Not hash(): Python salts it anew in every process.
    return [crc32(ngram.encode()) % BUCKETS for ngram in ngrams]


def _buckets(document: str) -> tuple[NDArray[np.intp], Array]:
    """The buckets a text fills, and 1 + ln of how often it fills each."""
    runs = WORD_OR_HAN.findall(document.lower())
    counts = Counter(chain.from_iterable(map(_run_buckets, runs)))
    filled = np.fromiter(counts, dtype=np.intp, count=len(counts))
    return filled, 1 + np.log(np.fromiter(counts.values(), dtype=np.float64, count=len(counts)))


def normalise(x: Array) -> Array:
    """Rows divided by their length; a row of zeros stays zero."""
    norms = np.linalg.norm(x, axis=-1, keepdims=True)
    unit: Array = np.divide(x, norms, out=np.zeros_like(x), where=norms > 1e-12)
    return unit


# --8<-- [start:fit_embedder]
def fit_embedder(corpus: Sequence[str], dim: int = 256) -> Embed:
    """Fit hashed TF-IDF with latent semantic analysis on a corpus; return the embedder.

    With X the n × buckets matrix of unit TF-IDF rows and X = UΣVᵀ, a text with row x is embedded
    as xV_k / ‖xV_k‖, where V_k holds the k = ``dim`` right singular vectors with the greatest
    singular values.

    Source: Deerwester et al. 1990, "Indexing by latent semantic analysis"; two languages in one
    space by fitting on merged translations: Dumais et al. 1997, "Automatic cross-language
    retrieval using latent semantic indexing".

    Args:
        corpus: n texts to learn the space from.
        dim: dimensions to keep; fewer are kept if the corpus has a lower rank.

    Returns:
        A function from m texts to an array (m, dim) of unit rows. A text that shares nothing with
        the corpus is a row of zeros.

    Raises:
        ValueError: if ``corpus`` is empty or holds no word, or ``dim < 1``.
    """
    dim = integer("dim", dim, 1)
    counts = np.zeros((len(texts("corpus", corpus)), BUCKETS))
    for row, document in zip(counts, corpus, strict=True):
        filled, values = _buckets(document)
        row[filled] = values
    seen = (counts > 0).sum(axis=0)
    # A bucket that the corpus never fills tells nothing: weight 0.
    idf = np.where(seen > 0, np.log((1 + len(counts)) / (1 + seen)) + 1, 0.0)
    x = normalise(counts * idf)
    # XXᵀ = UΣ²Uᵀ is n × n: cheaper than the SVD of X, whose V is then XᵀU/Σ.
    squares, u = np.linalg.eigh(x @ x.T)
    if squares[-1] <= 0:
        raise ValueError(f"corpus of {len(counts)} texts holds no word to learn from")
    keep = [i for i in range(len(squares))[::-1][:dim] if squares[i] > 1e-9 * squares[-1]]
    v = x.T @ (u[:, keep] / np.sqrt(squares[keep]))

    def embed(batch: Sequence[str]) -> Array:
        # xV without the zeros of x; its length is divided out afterwards.
        sparse = [_buckets(text) for text in texts("texts", batch)]
        return normalise(np.stack([(values * idf[i]) @ v[i] for i, values in sparse]))

    return embed


# --8<-- [end:fit_embedder]
