import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.hallucination.simhash import fingerprint, hamming, near_duplicates, shingles, simhash

word = st.integers(0, 2**64 - 1)


@pytest.mark.parametrize("theta", [0.0, 0.3, 1.0, math.pi / 2, 3.0, math.pi])
def test_bits_differ_with_probability_theta_over_pi(theta):
    planes = np.random.default_rng(0).normal(size=(40_000, 2))
    a, b = simhash([[1.0, 0.0], [math.cos(theta), math.sin(theta)]], planes)
    # Four standard errors of a share of 40,000 coin flips are at most 0.01.
    assert (a != b).mean() == pytest.approx(theta / math.pi, abs=0.01)


def test_simhash_by_hand():
    bits = simhash([[1.0, 2.0], [-3.0, 0.0]], [[1.0, 0.0], [0.0, -1.0], [1.0, 1.0]])
    np.testing.assert_array_equal(bits, [[True, False, True], [False, True, False]])


def test_fingerprint_of_one_feature_is_its_hash():
    import hashlib

    digest = hashlib.blake2b(b"token", digest_size=8).hexdigest()
    assert fingerprint({"token": 1.0}) == int(digest, 16)
    assert fingerprint({"token": 3.0}, bits=8) == int(digest[:2], 16)
    # A negative weight turns every bit round.
    assert fingerprint({"token": -1.0}) == int(digest, 16) ^ (2**64 - 1)


def test_the_heavier_feature_wins():
    assert fingerprint({"a": 2.0, "b": 1.0}) == fingerprint({"a": 1.0})
    both = fingerprint({"a": 1.0, "b": 1.0, "c": 1.0})
    ones = [fingerprint({name: 1.0}) for name in "abc"]
    majority = ones[0] & ones[1] | ones[0] & ones[2] | ones[1] & ones[2]
    assert both == majority


@given(st.text(min_size=1, max_size=60), st.integers(1, 4))
def test_fingerprint_ignores_order_and_common_scale(text, n):
    features = shingles(text, n)
    reverse = dict(reversed(features.items()))
    assert fingerprint(features) == fingerprint(reverse)
    assert fingerprint({f: 0.5 * w for f, w in features.items()}) == fingerprint(features)
    assert 0 <= fingerprint(features, bits=10) < 1024


def test_shingles():
    assert shingles("ababa", 2) == {"ab": 2, "ba": 2}
    assert shingles("a", 3) == {"a": 1}


@given(word, word, word)
def test_hamming_is_a_metric(a, b, c):
    assert hamming(a, a) == 0
    assert hamming(a, b) == hamming(b, a) == f"{a ^ b:b}".count("1")
    assert hamming(a, c) <= hamming(a, b) + hamming(b, c)


@given(st.lists(st.integers(0, 255), max_size=12), st.integers(0, 7))
def test_near_duplicates_finds_what_all_pairs_find(prints, k):
    expected = [
        (i, j) for i, j in combinations(range(len(prints)), 2) if hamming(prints[i], prints[j]) <= k
    ]
    assert near_duplicates(prints, k, bits=8) == expected


def test_near_duplicates_of_64_bits():
    rng = np.random.default_rng(0)
    one = int(rng.integers(2**63))
    flipped = one ^ (1 << 63) ^ (1 << 20) ^ 1
    assert near_duplicates([one, int(rng.integers(2**63)), flipped]) == [(0, 2)]
    assert near_duplicates([one, flipped], k=2) == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: simhash(np.ones((2, 3)), np.ones((4, 2))), r"planes has shape \(4, 2\), expected"),
        (lambda: fingerprint({}), "features is empty"),
        (lambda: fingerprint({"a": math.nan}), "weight of 'a' must be a number"),
        (lambda: fingerprint({"a": 1}, bits=65), "bits must be an integer from 1 to 64, got 65"),
        (lambda: shingles("", 2), "text is empty"),
        (lambda: shingles("a", 0), "n must be an integer of at least 1"),
        (lambda: hamming(-1, 0), "a must be an integer of at least 0, got -1"),
        (lambda: near_duplicates([256], bits=8), r"fingerprints\[0\] must be an integer from 0"),
        (lambda: near_duplicates([1], k=8, bits=8), "k must be an integer from 0 to 7, got 8"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
