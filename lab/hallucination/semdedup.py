"""SemDeDup: near-duplicates by embedding (Abbas et al. 2023, arXiv:2303.09540).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.hallucination.semdedup import kmeans, semdedup
>>> rng = np.random.default_rng(0)
>>> topics = rng.normal(size=(2, 16))
>>> texts = np.repeat(topics, 50, axis=0) + 0.5 * rng.normal(size=(100, 16))
>>> copies = texts[:20] + 0.02 * rng.normal(size=(20, 16))  # 20 paraphrases
>>> data = np.concatenate([texts, copies])
>>> clusters = kmeans(data, k=2, rng=rng)
>>> np.bincount(clusters)
array([50, 70])
>>> [int(semdedup(data, clusters, epsilon).sum()) for epsilon in (1e-6, 0.01, 0.2, 1.0)]  # kept
[120, 100, 39, 2]

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.arguments import Array, array, between, integer


def _unit(name: str, x: ArrayLike) -> Array:
    rows = array(name, x, ("n", "dim"))
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    if (norms == 0).any():
        raise ValueError(f"{name}, of shape {rows.shape}, has a row of zeros")
    unit: Array = rows / norms
    return unit


# --8<-- [start:kmeans]
def kmeans(
    embeddings: ArrayLike, k: int, rng: np.random.Generator, iterations: int = 20
) -> NDArray[np.intp]:
    """Spherical k-means: assign by cosine similarity, centroids are normalised means.

    Comparing within clusters costs n^2 / k instead of n^2.

    Source: Abbas et al. 2023 (arXiv:2303.09540), section 3.

    Args:
        embeddings: shape (n, dim), no row zero.
        k: number of clusters, at most n. A cluster that loses all members stays empty.
        rng: chooses the first centroids among the rows.
        iterations: at most so many rounds.

    Returns:
        Cluster of each row, shape (n,).

    Raises:
        ValueError: if a row is zero or ``k`` is out of range.
    """
    x = _unit("embeddings", embeddings)
    integer("k", k, 1, len(x))
    centroids = x[rng.choice(len(x), size=k, replace=False)]
    labels: NDArray[np.intp] = (x @ centroids.T).argmax(axis=1)
    for _ in range(integer("iterations", iterations, 1)):
        for c in range(k):
            total = x[labels == c].sum(axis=0)
            if total.any():
                centroids[c] = total / np.linalg.norm(total)
        updated = (x @ centroids.T).argmax(axis=1)
        if (updated == labels).all():
            break
        labels = updated
    return labels


# --8<-- [end:kmeans]


# --8<-- [start:semdedup]
def semdedup(embeddings: ArrayLike, clusters: ArrayLike, epsilon: float) -> NDArray[np.bool_]:
    r"""Which rows to keep, so that no kept pair of a cluster has cosine above $1-\epsilon$.

    In each cluster rows are taken from the farthest from the centroid to the nearest; a row
    goes if *any* row before it, kept or not, is too similar. So the least typical of a group
    of duplicates stays, and a chain of similar rows collapses to its first.

    Source: Abbas et al. 2023 (arXiv:2303.09540), section 3; github.com/facebookresearch/SemDeDup,
    semdedup.py, keeping hard examples.

    Args:
        embeddings: shape (n, dim), no row zero.
        clusters: cluster of each row, shape (n,); pairs in different clusters are not compared.
        epsilon: 0 to 2; larger removes more.

    Returns:
        True for the rows to keep, shape (n,).

    Raises:
        ValueError: if a shape does not fit, a row is zero or ``epsilon`` is out of range.
    """
    x = _unit("embeddings", embeddings)
    labels = array("clusters", clusters, (len(x),))
    between("epsilon", epsilon, 0.0, 2.0)
    keep = np.ones(len(x), dtype=np.bool_)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        centroid = x[members].mean(axis=0)
        members = members[np.argsort(x[members] @ centroid, kind="stable")]
        similarity = np.triu(x[members] @ x[members].T, k=1)
        similarity[np.tri(len(members), dtype=bool)] = -np.inf
        keep[members] = similarity.max(axis=0) <= 1 - epsilon
    return keep


# --8<-- [end:semdedup]
