"""SimHash: near-duplicates by fingerprint (Charikar 2002; Manku et al. 2007).

--8<-- [start:example]
>>> from lab.hallucination.simhash import fingerprint, hamming, near_duplicates, shingles
>>> texts = ["大模型的幻觉来自训练数据中的错误、偏见和过时的知识，因此去重和清洗很重要。",
...          "大模型的幻觉来自训练数据中的错误、偏见与过时的知识，因此去重和清洗很重要。",
...          "位置插值把位置编码压缩到训练长度以内，再用少量长文本微调模型。"]
>>> prints = [fingerprint(shingles(text, n=2)) for text in texts]
>>> [hamming(prints[0], other) for other in prints]  # of 64 bits
[0, 5, 26]
>>> near_duplicates(prints, k=6)  # pairs that differ in at most 6 bits
[(0, 1)]

--8<-- [end:example]
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.arguments import array, between, integer


# --8<-- [start:simhash]
def simhash(vectors: ArrayLike, planes: ArrayLike) -> NDArray[np.bool_]:
    r"""One bit a random hyperplane: on which side of it a vector lies.

    Two vectors at angle $\theta$ differ in a bit with probability $\theta/\pi$, so the number
    of differing bits estimates the angle.

    Source: Charikar 2002, "Similarity estimation techniques from rounding algorithms", section 3.

    Args:
        vectors: shape (batch, dim).
        planes: normals drawn from a standard normal distribution, shape (bits, dim).

    Returns:
        Shape (batch, bits).

    Raises:
        ValueError: if the dimensions differ.
    """
    v = array("vectors", vectors, ("batch", "dim"))
    bits: NDArray[np.bool_] = v @ array("planes", planes, ("bits", v.shape[1])).T >= 0
    return bits


# --8<-- [end:simhash]


# --8<-- [start:shingles]
def shingles(text: str, n: int) -> Counter[str]:
    """The runs of n characters of a text with their counts; they need no word boundaries.

    Args:
        text: at least one character long.
        n: length of a run; a shorter text counts as one run.

    Returns:
        Counts by run.

    Raises:
        ValueError: if the text is empty or ``n`` is below 1.
    """
    integer("n", n, 1)
    if not text:
        raise ValueError("text is empty")
    return Counter(text[i : i + n] for i in range(max(len(text) - n + 1, 1)))


# --8<-- [end:shingles]


# --8<-- [start:fingerprint]
def fingerprint(features: Mapping[str, float], bits: int = 64) -> int:
    r"""SimHash of weighted features, each feature's hash playing the hyperplanes.

    Bit $b$ is the sign of $\sum_f w_f\,(\pm1)$, plus where bit $b$ of the hash of $f$ is 1.

    Source: Manku et al. 2007, "Detecting near-duplicates for web crawling", section 2.

    Args:
        features: weight by feature, such as the counts of ``shingles``.
        bits: length of the fingerprint, 1 to 64.

    Returns:
        A number of so many bits.

    Raises:
        ValueError: if there is no feature, a weight is not finite or ``bits`` is out of range.
    """
    integer("bits", bits, 1, 64)
    if not features:
        raise ValueError("features is empty")
    total = np.zeros(bits)
    for feature, weight in features.items():
        between(f"weight of {feature!r}", weight, -1e300, 1e300)
        digest = hashlib.blake2b(feature.encode(), digest_size=8).digest()
        ones = np.unpackbits(np.frombuffer(digest, dtype=np.uint8))[:bits]
        total += np.where(ones, weight, -weight)
    return int("".join("1" if t >= 0 else "0" for t in total), 2)


# --8<-- [end:fingerprint]


# --8<-- [start:hamming]
def hamming(a: int, b: int) -> int:
    """The number of bits in which two fingerprints differ.

    Args:
        a, b: fingerprints, not negative.

    Returns:
        The Hamming distance.

    Raises:
        ValueError: if one is not an integer or negative.
    """
    return (integer("a", a, 0) ^ integer("b", b, 0)).bit_count()


# --8<-- [end:hamming]


# --8<-- [start:near_duplicates]
def near_duplicates(
    fingerprints: Sequence[int], k: int = 3, bits: int = 64
) -> list[tuple[int, int]]:
    r"""All pairs within $k$ bits, without comparing all pairs.

    Cut a fingerprint into $k+1$ blocks: $k$ flipped bits leave at least one block intact, so
    it is enough to compare fingerprints that share a block.

    Source: Manku et al. 2007, "Detecting near-duplicates for web crawling", section 3; 64 bits
    and k = 3 are what they found for 8 billion pages.

    Args:
        fingerprints: numbers of at most ``bits`` bits.
        k: largest distance, below ``bits``.
        bits: length of a fingerprint.

    Returns:
        Pairs (i, j) of indices with i < j, sorted.

    Raises:
        ValueError: if ``k`` or a fingerprint is out of range.
    """
    integer("k", k, 0, integer("bits", bits, 1, 64) - 1)
    edges = np.linspace(0, bits, k + 2).astype(int)
    buckets: dict[tuple[int, int], list[int]] = defaultdict(list)
    for i, x in enumerate(fingerprints):
        integer(f"fingerprints[{i}]", x, 0, 2**bits - 1)
        for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            buckets[start, (x >> start) % (1 << (stop - start))].append(i)
    candidates = {pair for bucket in buckets.values() for pair in combinations(bucket, 2)}
    return sorted((i, j) for i, j in candidates if hamming(fingerprints[i], fingerprints[j]) <= k)


# --8<-- [end:near_duplicates]
