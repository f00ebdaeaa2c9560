"""Semantic entropy: uncertainty over meanings, not wordings (Kuhn et al. 2023, arXiv:2302.09664).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.hallucination.semantic_entropy import (
...     discrete_semantic_entropy, predictive_entropy, semantic_clusters, semantic_entropy)
>>> answers = ["Paris", "It's Paris", "The capital is Paris", "Lyon"]
>>> def entails(a, b):  # a natural-language-inference model in practice
...     return ("Paris" in a) == ("Paris" in b)
>>> clusters = semantic_clusters(answers, entails)
>>> clusters
[0, 0, 0, 1]
>>> log_probs = np.log([0.4, 0.2, 0.2, 0.1])  # of each sampled answer
>>> round(semantic_entropy(log_probs, clusters), 3)  # meanings: 8/9 and 1/9
0.349
>>> round(semantic_entropy(log_probs, range(4)), 3)  # had every wording a meaning of its own
1.273
>>> round(discrete_semantic_entropy(clusters), 3)  # without probabilities: 3/4 and 1/4
0.562
>>> round(predictive_entropy(log_probs), 3)
1.609

--8<-- [end:example]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array


# --8<-- [start:semantic_clusters]
def semantic_clusters(answers: Sequence[str], entails: Callable[[str, str], bool]) -> list[int]:
    """Group answers that entail each other, each compared with the first of every group.

    Entailment of a model is not transitive, so the order of the answers can matter.

    Source: Kuhn et al. 2023 (arXiv:2302.09664), section 3 and algorithm 1.

    Args:
        answers: sampled answers, at least one; put the question in front, as the paper does.
        entails: ``entails(a, b)`` says whether b follows from a.

    Returns:
        Group of each answer, numbered from 0 in order of appearance.

    Raises:
        ValueError: if there is no answer.
    """
    if not answers:
        raise ValueError("answers is empty")
    first: list[str] = []
    clusters = []
    for answer in answers:
        same = (c for c, other in enumerate(first) if entails(other, answer))
        cluster = next((c for c in same if entails(answer, first[c])), len(first))
        if cluster == len(first):
            first.append(answer)
        clusters.append(cluster)
    return clusters


# --8<-- [end:semantic_clusters]


def _log_sum_exp(x: Array) -> float:
    return float(x.max() + np.log(np.exp(x - x.max()).sum()))


def _cluster_log_probs(log_probs: ArrayLike, clusters: ArrayLike) -> Array:
    """ln p(c|x) of each cluster, the sum of its answers' probabilities."""
    lp = array("log_probs", log_probs, ("n",))
    if (lp > 0).any():
        raise ValueError(f"log_probs must not be above 0, got {lp.max()!r}")
    labels = array("clusters", clusters, (len(lp),))
    return np.array([_log_sum_exp(lp[labels == c]) for c in np.unique(labels)])


# --8<-- [start:semantic_entropy]
def semantic_entropy(log_probs: ArrayLike, clusters: ArrayLike) -> float:
    r"""$-\sum_c p(c|x)\ln p(c|x)$, $p(c|x)\propto\sum_{s\in c}p(s|x)$ over the sampled answers.

    Source: Kuhn et al. 2023 (arXiv:2302.09664), section 3; normalised over the samples as in
    Farquhar et al. 2024 (Nature 630) and its released code.

    Args:
        log_probs: log-probability of each sampled answer, at most 0, shape (n,); divide by its
            length first for the length-normalised variant. Probabilities add up, so pass each
            distinct answer once.
        clusters: group of each answer, shape (n,).

    Returns:
        Nats, from 0 (one meaning) to the logarithm of the number of clusters.

    Raises:
        ValueError: if the shapes differ or a log-probability is above 0.
    """
    cluster_log_probs = _cluster_log_probs(log_probs, clusters)
    ln_p = cluster_log_probs - _log_sum_exp(cluster_log_probs)
    return float(-(np.exp(ln_p) * ln_p).sum()) + 0.0  # not -0.0


# --8<-- [end:semantic_entropy]


# --8<-- [start:monte_carlo_semantic_entropy]
def monte_carlo_semantic_entropy(log_probs: ArrayLike, clusters: ArrayLike) -> float:
    r"""$-|C|^{-1}\sum_{c\in C}\ln p(c|x)$, the estimate of the first paper.

    The probabilities are not normalised over the samples, so what was not sampled counts as
    uncertainty, and every cluster weighs the same.

    Source: Kuhn et al. 2023 (arXiv:2302.09664), section 3.

    Args:
        log_probs: log-probability of each sampled answer, at most 0, shape (n,).
        clusters: group of each answer, shape (n,).

    Returns:
        Nats.

    Raises:
        ValueError: if the shapes differ or a log-probability is above 0.
    """
    return float(-_cluster_log_probs(log_probs, clusters).mean())


# --8<-- [end:monte_carlo_semantic_entropy]


# --8<-- [start:discrete_semantic_entropy]
def discrete_semantic_entropy(clusters: ArrayLike) -> float:
    r"""The entropy of the shares of samples in each cluster; needs no probabilities.

    Source: Farquhar et al. 2024 (Nature 630), for models behind an interface. With few samples
    it is biased low: it cannot exceed the logarithm of their number.

    Args:
        clusters: group of each sample, shape (n,), repeated answers included.

    Returns:
        Nats.

    Raises:
        ValueError: if there is no sample.
    """
    labels = array("clusters", clusters, ("n",))
    p = np.unique(labels, return_counts=True)[1] / len(labels)
    return float(-(p * np.log(p)).sum()) + 0.0


# --8<-- [end:discrete_semantic_entropy]


# --8<-- [start:predictive_entropy]
def predictive_entropy(log_probs: ArrayLike) -> float:
    r"""The baseline $-\frac1n\sum_s\ln p(s|x)$, which takes two wordings for two answers.

    Source: Kuhn et al. 2023 (arXiv:2302.09664), section 2.

    Args:
        log_probs: log-probability of each sampled answer, at most 0, shape (n,).

    Returns:
        Nats.

    Raises:
        ValueError: if there is no sample or a log-probability is above 0.
    """
    lp = array("log_probs", log_probs, ("n",))
    return monte_carlo_semantic_entropy(lp, np.arange(len(lp)))


# --8<-- [end:predictive_entropy]
