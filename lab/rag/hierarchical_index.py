"""RAPTOR: a tree of summaries over the chunks (Sarthi et al. 2024, arXiv:2401.18059).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.rag.hierarchical_index import build_tree, collapsed_search, tree_traversal
>>> chunks = ["cats purr", "cats sleep", "dogs bark", "dogs dig", "owls hoot", "owls fly"]
>>> animals = {"cats": [1, 0, 0], "dogs": [0, 1, 0], "owls": [0, 0, 1]}
>>> def embed(texts):  # which animals a text names
...     return np.array([np.sum([animals[w] for w in t.split() if w in animals], 0) for t in texts])
>>> tree = build_tree(chunks, embed, generate=lambda prompt: "all on " + prompt.split()[-2])
>>> tree.layers  # six chunks, and a summary for each animal
[0, 0, 0, 0, 0, 0, 1, 1, 1]
>>> sorted(tree.children[6:])
[(0, 1), (2, 3), (4, 5)]
>>> [tree.texts[i] for i in collapsed_search(tree, embed(["dogs"])[0], max_tokens=6)]
['dogs bark', 'dogs dig']
>>> [tree.texts[i] for i in tree_traversal(tree, embed(["owls"])[0], k=1)]  # summary, then chunk
['all on owls', 'owls hoot']

--8<-- [end:example]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lab.arguments import Array, array, between, integer
from lab.rag.bm25 import ranking
from lab.rag.embedding import normalise
from lab.rag.text import Embed, Generate, length, sentences, texts

PROMPT = "Summarise these passages and keep as many of their details as you can.\n\n"
DIMENSIONS = 10  # what the released code reduces the embeddings to before it clusters


class Tree(NamedTuple):
    """Node i has ``texts[i]``, stands in ``layers[i]`` (0: chunks) and sums up ``children[i]``."""

    texts: list[str]
    layers: list[int]
    children: list[tuple[int, ...]]
    vectors: Array  # (nodes, d), unit rows


def _farthest_first(x: Array, k: int) -> list[int]:
    """The point nearest to the mean, then k − 1 times the point farthest from those chosen."""
    chosen = [int(((x - x.mean(0)) ** 2).sum(1).argmin())]
    nearest = np.full(len(x), np.inf)
    while len(chosen) < k:
        nearest = np.minimum(nearest, ((x - x[chosen[-1]]) ** 2).sum(1))
        chosen.append(int(nearest.argmax()))
    return chosen


def fit_mixture(x: Array, centres: Sequence[int], iterations: int = 50) -> tuple[Array, float]:
    """Fit Gaussians of one common radius by EM; return responsibilities (n, k) and the BIC.

    EM starts from the points ``centres``. With a radius each, a component could shrink onto one
    point and its likelihood would grow without bound: the BIC would then prefer to split points off.
    """
    (n, d), k = x.shape, len(centres)
    floor = 1e-9 * x.var() + 1e-12
    mu, variance, weight = x[list(centres)], x.var() + floor, np.full(k, 1 / k)
    x_squares, log_likelihood = (x**2).sum(1)[:, None], -np.inf

    def squares() -> Array:
        result: Array = x_squares - 2 * x @ mu.T + (mu**2).sum(1)
        return result.clip(0)

    for _ in range(iterations):
        log_joint = np.log(weight) - 0.5 * squares() / variance
        top = log_joint.max(1)
        log_sum = top + np.log(np.exp(log_joint - top[:, None]).sum(1))
        r = np.exp(log_joint - log_sum[:, None])
        before = log_likelihood
        log_likelihood = log_sum.sum() - 0.5 * n * d * np.log(2 * np.pi * variance)
        if log_likelihood - before < 1e-6 * n:
            break
        mass = r.sum(0) + 1e-12
        mu, weight = r.T @ x / mass[:, None], mass / mass.sum()
        variance = (r * squares()).sum() / (n * d) + floor
    parameters = k * d + (k - 1) + 1
    return r, float(parameters * np.log(n) - 2 * log_likelihood)


# --8<-- [start:soft_clusters]
def soft_clusters(
    vectors: Array, threshold: float = 0.1, max_clusters: int = 50
) -> list[tuple[int, ...]]:
    """Cluster vectors with a Gaussian mixture whose size the BIC chooses; clusters may overlap.

    A vector belongs to every cluster whose responsibility for it is above ``threshold``.

    Source: Sarthi et al. 2024 (arXiv:2401.18059), section 3, "Clustering algorithm"; the threshold
    and the bound of 50 are the released code's. The paper reduces dimensions with UMAP and fits
    full covariances; here it is PCA to at most ten dimensions, and one radius for all clusters.

    Args:
        vectors: (n, d).
        threshold: least responsibility for membership, 0–1.
        max_clusters: most clusters to try; never more than n / 2, so that a layer shrinks.

    Returns:
        The clusters, each as the sorted indices of its members.

    Raises:
        ValueError: if ``vectors`` is no (n, d) array or a parameter is out of range.
    """
    x = array("vectors", vectors, ("n", "d"))
    threshold = between("threshold", threshold, 0, 1)
    most = min(integer("max_clusters", max_clusters, 1), max(len(x) // 2, 1))
    x = x - x.mean(0)
    _, _, v = np.linalg.svd(x, full_matrices=False)
    x = x @ v[:DIMENSIONS].T
    centres = _farthest_first(x, most)
    fits = [fit_mixture(x, centres[:k]) for k in range(1, most + 1)]
    r, _ = min(fits, key=lambda fit: fit[1])
    member = (r > threshold) | (r == r.max(1, keepdims=True))
    clusters = [tuple(int(i) for i in np.flatnonzero(column)) for column in member.T]
    return list(dict.fromkeys(cluster for cluster in clusters if cluster))


# --8<-- [end:soft_clusters]


def _split(vectors: Array, sizes: Array, max_tokens: int) -> list[tuple[int, ...]]:
    """Cluster, and cluster again inside each cluster too long for the summariser to read."""
    result: list[tuple[int, ...]] = []
    for cluster in soft_clusters(vectors):
        inside = np.array(cluster)
        if sizes[inside].sum() > max_tokens and 2 < len(inside) < len(vectors):
            parts = _split(vectors[inside], sizes[inside], max_tokens)
            result += [tuple(int(i) for i in inside[list(part)]) for part in parts]
        else:
            result.append(cluster)
    return result


def summarise(passages: Sequence[str], embed: Embed, max_tokens: int = 100) -> str:
    """Extractive summary: the sentences nearest to the mean of all, up to a token budget, in order.

    The stand-in for the language model of RAPTOR, whose summaries are 131 tokens long on average.
    """
    pool = list(dict.fromkeys(s for passage in passages for s in sentences(passage)))
    vectors = normalise(array("embed(sentences)", embed(pool), (len(pool), "d")))
    kept: list[int] = []
    for i in ranking(vectors @ vectors.mean(0)):
        if sum(length(pool[j]) for j in kept) + length(pool[i]) <= max_tokens or not kept:
            kept.append(i)
    return " ".join(pool[i] for i in sorted(kept))


# --8<-- [start:build_tree]
def build_tree(
    chunks: Sequence[str], embed: Embed, generate: Generate | None = None, max_tokens: int = 3500
) -> Tree:
    """Cluster, summarise, embed the summaries, and repeat until a layer no longer shrinks.

    A layer of three nodes or fewer is not clustered again.

    Source: Sarthi et al. 2024 (arXiv:2401.18059), section 3.

    Args:
        chunks: n leaf texts.
        embed: m texts → (m, d).
        generate: prompt → summary; without it, :func:`summarise`.
        max_tokens: a cluster longer than this is clustered again before it is summarised.

    Returns:
        The tree: the chunks in their order first, then each layer of summaries above the last.

    Raises:
        ValueError: if ``chunks`` is empty or ``embed`` returns another shape.
    """
    nodes = texts("chunks", chunks)
    layers = [0] * len(nodes)
    children: list[tuple[int, ...]] = [()] * len(nodes)
    vectors = normalise(array("embed(chunks)", embed(nodes), (len(nodes), "d")))
    layer = np.arange(len(nodes))
    while len(layer) > 3:
        sizes = np.array([length(nodes[i]) for i in layer], dtype=np.float64)
        clusters = _split(vectors[layer], sizes, integer("max_tokens", max_tokens, 1))
        if len(clusters) >= len(layer):
            break
        groups = [tuple(int(i) for i in layer[list(cluster)]) for cluster in clusters]
        summaries = [
            generate(PROMPT + "\n\n".join(nodes[i] for i in group))
            if generate
            else summarise([nodes[i] for i in group], embed)
            for group in groups
        ]
        added = array("embed(summaries)", embed(summaries), (len(groups), vectors.shape[1]))
        layer = np.arange(len(nodes), len(nodes) + len(groups))
        nodes, children = nodes + summaries, children + groups
        layers += [layers[-1] + 1] * len(groups)
        vectors = np.vstack([vectors, normalise(added)])
    return Tree(nodes, layers, children, vectors)


# --8<-- [end:build_tree]


# --8<-- [start:collapsed_search]
def collapsed_search(tree: Tree, query_vec: Array, max_tokens: int = 2000) -> list[int]:
    """Search all layers at once: nodes by cosine similarity until the token budget is full.

    Source: Sarthi et al. 2024 (arXiv:2401.18059), section 3, "Querying", where it beat traversal
    on 20 stories of QASPER; 2,000 tokens, about 20 nodes, are the paper's choice.

    Args:
        tree: from :func:`build_tree`.
        query_vec: (d,).
        max_tokens: the budget; the first node that would exceed it ends the search.

    Returns:
        Indices of nodes, the most similar first.
    """
    query = array("query_vec", query_vec, (tree.vectors.shape[1],))
    order = ranking(tree.vectors @ query)
    used = np.cumsum([length(tree.texts[i]) for i in order])
    return order[: int((used <= integer("max_tokens", max_tokens, 1)).sum())]


# --8<-- [end:collapsed_search]


# --8<-- [start:tree_traversal]
def tree_traversal(tree: Tree, query_vec: Array, k: int) -> list[int]:
    """Walk down from the top: keep the k nodes most similar to the query, go to their children.

    Source: Sarthi et al. 2024 (arXiv:2401.18059), section 3, "Querying".

    Args:
        tree: from :func:`build_tree`.
        query_vec: (d,).
        k: nodes kept in each layer, at least 1.

    Returns:
        Indices of the nodes kept, the top layer first.
    """
    query = array("query_vec", query_vec, (tree.vectors.shape[1],))
    layer = [i for i, depth in enumerate(tree.layers) if depth == tree.layers[-1]]
    found: list[int] = []
    while layer:
        best = ranking(tree.vectors[layer] @ query)[: integer("k", k, 1)]
        found += [layer[i] for i in best]
        layer = sorted({child for i in best for child in tree.children[layer[i]]})
    return found


# --8<-- [end:tree_traversal]


def leaves(tree: Tree, node: int) -> list[int]:
    """The chunks under a node, by index; a chunk is its own only leaf."""
    below = {leaf for child in tree.children[node] for leaf in leaves(tree, child)}
    return sorted(below) or [node]
