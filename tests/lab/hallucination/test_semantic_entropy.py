import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.hallucination.semantic_entropy import (
    discrete_semantic_entropy,
    monte_carlo_semantic_entropy,
    predictive_entropy,
    semantic_clusters,
    semantic_entropy,
)

labelled = st.lists(st.tuples(st.floats(-1e4, 0), st.integers(0, 4)), min_size=1, max_size=10)


def test_clusters_need_both_directions():
    # "at least b" entails "at least a" for a <= b: one direction only, so nothing merges.
    assert semantic_clusters(["1", "2", "3"], lambda a, b: int(b) <= int(a)) == [0, 1, 2]
    assert semantic_clusters(["3", "2", "1"], lambda a, b: int(b) <= int(a)) == [0, 1, 2]
    assert semantic_clusters(["a", "B", "A", "c", "b"], lambda a, b: a.lower() == b.lower()) == [
        *(0, 1, 0, 2, 1)
    ]


def test_clusters_compare_with_the_first_of_each_group():
    asked = []

    def near(a, b):
        asked.append((a, b))
        return abs(int(a) - int(b)) <= 1

    assert semantic_clusters(["0", "1", "2"], near) == [0, 0, 1]  # 1 and 2 are never compared
    assert ("1", "2") not in asked and ("2", "1") not in asked


def test_entropies_by_hand():
    lp, clusters = np.log([0.3, 0.1, 0.1]), [7, 2, 2]
    p = np.array([0.6, 0.4])
    assert semantic_entropy(lp, clusters) == pytest.approx(-(p * np.log(p)).sum())
    mean = -(math.log(0.3) + math.log(0.2)) / 2
    assert monte_carlo_semantic_entropy(lp, clusters) == pytest.approx(mean)
    shares = np.array([1, 2]) / 3
    assert discrete_semantic_entropy(clusters) == pytest.approx(-(shares * np.log(shares)).sum())
    assert predictive_entropy(lp) == pytest.approx(-lp.mean())


@given(labelled)
def test_bounds_and_merging(samples):
    lp, clusters = map(np.array, zip(*samples, strict=True))
    entropy = semantic_entropy(lp, clusters)
    assert 0 <= entropy <= math.log(len(set(clusters))) + 1e-9
    # Telling fewer meanings apart cannot raise the entropy; one meaning has none.
    assert semantic_entropy(lp, clusters // 2) <= entropy + 1e-9
    assert semantic_entropy(lp, np.zeros(len(lp))) == 0
    # A common factor of all probabilities cancels.
    assert semantic_entropy(lp - 5000, clusters) == pytest.approx(entropy, abs=1e-6)
    assert 0 <= discrete_semantic_entropy(clusters) <= math.log(len(set(clusters))) + 1e-9


def test_equal_probabilities_make_both_forms_agree():
    clusters = [0, 1, 1, 2, 2, 2]
    uniform = semantic_entropy(np.full(6, -1e4), clusters)
    assert uniform == pytest.approx(discrete_semantic_entropy(clusters))


def test_one_sample():
    assert semantic_entropy([-3.0], [0]) == 0
    assert math.copysign(1, semantic_entropy([-3.0], [0])) == 1
    assert math.copysign(1, discrete_semantic_entropy([5])) == 1
    assert predictive_entropy([-3.0]) == 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: semantic_clusters([], lambda a, b: True), "answers is empty"),
        (lambda: semantic_entropy([[-1.0]], [[0]]), r"log_probs has shape \(1, 1\), expected"),
        (lambda: semantic_entropy([-1.0], [0, 1]), r"clusters has shape \(2,\), expected \(1,\)"),
        (lambda: semantic_entropy([0.1], [0]), "log_probs must not be above 0"),
        (lambda: semantic_entropy([-np.inf], [0]), "log_probs, of shape .* holds NaN or infinity"),
        (lambda: discrete_semantic_entropy([]), "clusters is empty"),
        (lambda: predictive_entropy([]), "log_probs is empty"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
