import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.hallucination.semdedup import kmeans, semdedup


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


@given(st.integers(1, 25), st.integers(1, 4), st.floats(0, 2), st.integers(0, 999))
def test_kept_rows_are_apart_and_removed_rows_have_a_reason(n, k, epsilon, seed):
    rng = np.random.default_rng(seed)
    x, clusters = rng.normal(size=(n, 3)), rng.integers(k, size=n)
    keep = semdedup(x, clusters, epsilon)
    similarity = unit(x) @ unit(x).T
    np.fill_diagonal(similarity, -np.inf)
    similarity[clusters[:, None] != clusters] = -np.inf
    close = similarity > 1 - epsilon
    assert not close[np.ix_(keep, keep)].any()
    assert close[~keep].any(axis=1).all()
    assert set(clusters[keep]) == set(clusters)  # no cluster is emptied


def test_the_row_farthest_from_the_centroid_stays():
    angles = np.array([0.0, 0.1, 0.2, 0.9])  # the mean direction is near 0.3
    x = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    # cos 0.1 > 0.99 > cos 0.2: 0.0 removes 0.1, and 0.1, itself removed, removes 0.2.
    np.testing.assert_array_equal(semdedup(x, [0] * 4, 0.01), [True, False, False, True])
    np.testing.assert_array_equal(semdedup(x, [0, 1, 0, 1], 0.01), [True] * 4)
    np.testing.assert_array_equal(semdedup(x, [0] * 4, 0.001), [True] * 4)


def test_exact_copies_leave_one_each():
    x = np.repeat(np.random.default_rng(0).normal(size=(5, 8)), 4, axis=0)
    keep = semdedup(x * np.arange(1, 21)[:, None], np.zeros(20), 1e-9)
    np.testing.assert_array_equal(keep.reshape(5, 4).sum(axis=1), 1)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 99))
def test_a_larger_epsilon_removes_more(a, b, seed):
    x = np.random.default_rng(seed).normal(size=(15, 2))
    low, high = (semdedup(x, np.zeros(15), epsilon) for epsilon in sorted((a, b)))
    assert (high <= low).all()


def test_kmeans_finds_separate_directions():
    rng = np.random.default_rng(0)
    centers = np.repeat(np.eye(3), 20, axis=0)
    x = (centers + 0.1 * rng.normal(size=(60, 3))) * rng.uniform(0.1, 10, size=(60, 1))
    best = min(
        (kmeans(x, 3, np.random.default_rng(seed)) for seed in range(5)),
        key=lambda labels: sum(len(set(labels[i : i + 20])) for i in (0, 20, 40)),
    )
    assert [len(set(best[i : i + 20])) for i in (0, 20, 40)] == [1, 1, 1]
    assert len(set(best)) == 3


@given(st.integers(1, 20), st.integers(1, 20), st.integers(0, 999))
def test_kmeans_ends_at_a_fixed_point(n, k, seed):
    rng = np.random.default_rng(seed)
    x, k = rng.normal(size=(n, 2)), min(n, k)
    labels = kmeans(x, k, rng, iterations=200)
    used = np.unique(labels)
    centroids = unit(np.array([unit(x)[labels == c].sum(axis=0) for c in used]))
    own = (unit(x) * centroids[np.searchsorted(used, labels)]).sum(axis=1)
    np.testing.assert_allclose(own, (unit(x) @ centroids.T).max(axis=1))


def test_kmeans_leaves_a_cluster_of_no_rows_empty():
    labels = kmeans(np.ones((4, 3)), 2, np.random.default_rng(0))
    np.testing.assert_array_equal(labels, np.zeros(4))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: semdedup([1.0, 2.0], [0, 0], 0.1), r"embeddings has shape \(2,\), expected"),
        (lambda: semdedup(np.zeros((2, 3)), [0, 0], 0.1), "embeddings, of shape .* row of zeros"),
        (lambda: semdedup(np.ones((2, 3)), [0], 0.1), r"clusters has shape \(1,\), expected \(2,"),
        (lambda: semdedup(np.ones((2, 3)), [0, 0], 2.1), "epsilon must be a number from 0.0 to 2"),
        (
            lambda: kmeans(np.ones((2, 3)), 3, np.random.default_rng()),
            "k must be an integer from 1",
        ),
        (
            lambda: kmeans(np.ones((2, 3)), 1, np.random.default_rng(), 0),
            "iterations must be an integer of at least 1",
        ),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
