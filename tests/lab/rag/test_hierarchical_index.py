from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.arguments import Array
from lab.rag.embedding import fit_embedder, normalise
from lab.rag.hierarchical_index import (
    build_tree,
    collapsed_search,
    fit_mixture,
    leaves,
    soft_clusters,
    summarise,
    tree_traversal,
)
from lab.rag.text import length

rng = np.random.default_rng(0)
WORDS = ["cat", "dog", "owl", "ant", "bee"]
CHUNKS = [f"The {w} number {i} eats. A {w} sleeps." for w in WORDS for i in range(6)]


def embed(batch: Sequence[str]) -> Array:
    return np.array([[text.lower().count(word) for word in WORDS] for text in batch], dtype=float)


def test_em_never_lowers_the_likelihood() -> None:
    x = np.vstack([rng.normal(m, 0.5, (20, 2)) for m in (0, 3)])
    bics = [fit_mixture(x, [0, 20], iterations)[1] for iterations in range(1, 30)]
    assert np.all(np.diff(bics) <= 1e-9)


def test_one_component_is_the_gaussian_in_closed_form() -> None:
    x = rng.normal(2, 3, (50, 4))
    r, bic = fit_mixture(x, [0])
    variance = ((x - x.mean(0)) ** 2).mean()
    log_likelihood = -0.5 * 50 * 4 * (np.log(2 * np.pi * variance) + 1)
    assert np.all(r == 1)
    assert bic == pytest.approx(5 * np.log(50) - 2 * log_likelihood)


def test_bic_finds_the_number_of_groups() -> None:
    for groups in (1, 2, 4, 7):
        centres = 10 * np.eye(8)[:groups]
        x = np.vstack([c + rng.normal(0, 0.3, (12, 8)) for c in centres])
        expected = [tuple(range(12 * g, 12 * g + 12)) for g in range(groups)]
        assert sorted(soft_clusters(x)) == expected


def test_a_point_between_two_groups_belongs_to_both() -> None:
    x = np.array([[-2.0], [-1.9], [-2.1], [-1.0], [0.0], [1.0], [2.0], [1.9], [2.1]])
    r, _ = fit_mixture(x, [0, 6])
    assert r[4] == pytest.approx([0.5, 0.5], abs=1e-4)
    groups = np.vstack([rng.normal(m, 0.3, (20, 1)) for m in (-1, 1)])
    x = np.vstack([groups, [[groups.mean()]]])
    one, other = soft_clusters(x)
    assert set(one) & set(other) >= {40} and len(one) + len(other) < 2 * 41
    # No responsibility of the point between is above 0.99: it goes where it is greatest.
    one, other = soft_clusters(x, threshold=0.99)
    assert not set(one) & set(other) and set(one) | set(other) == set(range(41))


@given(st.integers(1, 12), st.integers(1, 4), st.sampled_from([0.0, 1.0, 1e4, 1e-6]))
def test_every_point_is_in_a_cluster(n: int, d: int, scale: float) -> None:
    x = scale * np.random.default_rng(n).normal(size=(n, d))
    clusters = soft_clusters(x)
    assert {i for cluster in clusters for i in cluster} == set(range(n))
    assert len(clusters) <= max(n // 2, 1)


def test_the_tree_groups_chunks_by_subject() -> None:
    tree = build_tree(CHUNKS, embed)
    assert tree.texts[:30] == CHUNKS and tree.layers[:30] == [0] * 30
    below = sorted(leaves(tree, node) for node in range(30, 35))
    assert below == [list(range(6 * g, 6 * g + 6)) for g in range(5)]
    np.testing.assert_allclose(np.linalg.norm(tree.vectors, axis=1), 1)
    assert all(tree.layers[child] == tree.layers[node] - 1 for node, child in edges(tree.children))


def edges(children: list[tuple[int, ...]]) -> list[tuple[int, int]]:
    return [(node, child) for node, below in enumerate(children) for child in below]


def test_the_model_is_given_the_passages_of_a_cluster() -> None:
    prompts: list[str] = []

    def generate(prompt: str) -> str:
        prompts.append(prompt)
        return "cat" if "cat" in prompt else "other"

    tree = build_tree(CHUNKS, embed, generate)
    first = next(prompt for prompt in prompts if "cat" in prompt)
    assert all(chunk in first for chunk in CHUNKS[:6]) and CHUNKS[6] not in first
    assert "cat" in tree.texts[30:]


def test_clusters_too_long_for_the_model_are_split() -> None:
    """64 pairs: one clustering makes at most 50 clusters, a second one inside them finds all."""
    vectors = np.repeat(rng.normal(0, 10, (64, 8)), 2, axis=0) + rng.normal(0, 0.01, (128, 8))
    chunks = [f"chunk {i}" for i in range(128)]

    def position(batch: Sequence[str]) -> Array:
        return vectors[[int(text.split()[1]) for text in batch]]

    whole = build_tree(chunks, position, lambda prompt: "chunk 0", max_tokens=1000)
    split = build_tree(chunks, position, lambda prompt: "chunk 0", max_tokens=4)
    assert whole.layers.count(1) <= 50
    assert sorted(split.children[128:192]) == [(i, i + 1) for i in range(0, 128, 2)]


def test_few_chunks_need_no_summary() -> None:
    tree = build_tree(["cat", "dog", "owl"], embed)
    assert tree.layers == [0, 0, 0] and leaves(tree, 1) == [1]


def test_collapsed_search_stops_at_the_budget() -> None:
    tree = build_tree(CHUNKS, embed)
    query = embed(["dog"])[0]
    for budget in (1, 9, 20, 100):
        found = collapsed_search(tree, query, budget)
        assert sum(length(tree.texts[i]) for i in found) <= budget
        similarity = tree.vectors[found] @ query
        assert np.all(np.diff(similarity) <= 1e-12)
    assert all("dog" in tree.texts[i] for i in collapsed_search(tree, query, 40))
    assert len(collapsed_search(tree, query, 10**6)) == len(tree.texts)
    first = collapsed_search(tree, query, 10**6)[0]
    assert collapsed_search(tree, query, length(tree.texts[first])) == [first]


def test_traversal_takes_k_nodes_a_layer_and_only_children() -> None:
    tree = build_tree(CHUNKS, embed)
    found = tree_traversal(tree, embed(["bee"])[0], k=2)
    for layer in range(max(tree.layers) + 1):
        assert 1 <= sum(tree.layers[i] == layer for i in found) <= 2
    top = max(tree.layers)
    for node in found:
        parents = [other for other in found if node in tree.children[other]]
        assert tree.layers[node] == top or parents
    for word in WORDS:
        *_, chunk = tree_traversal(tree, embed([word])[0], k=1)
        assert word in tree.texts[chunk] and tree.layers[chunk] == 0


def test_a_summary_is_in_reading_order() -> None:
    passages = ["A cat is here. A dog is not. A dog and a cat."]  # the last is closest to the mean
    assert summarise(passages, embed) == passages[0]
    assert (
        summarise(["Zebras. Cats, a dog. Cats and dogs."], embed, 6)
        == "Cats, a dog. Cats and dogs."
    )


@settings(max_examples=20)
@given(st.integers(1, 60))
def test_a_summary_is_made_of_sentences_and_fits(budget: int) -> None:
    passages = ["One red cat. Two red cats sat. Blue sky.", "Red cats purr. 红猫。"]
    summary = summarise(passages, fit_embedder(passages), budget)
    assert summary and (length(summary) <= budget or ". " not in summary)
    assert all(part.strip(" .") in " ".join(passages) for part in summary.split("."))


def test_refused() -> None:
    with pytest.raises(ValueError, match="chunks is empty"):
        build_tree([], embed)
    with pytest.raises(ValueError, match=r"embed\(chunks\) has shape \(3,\), expected \(2, d\)"):
        build_tree(["a", "b"], lambda batch: np.zeros(3))
    tree = build_tree(["cat", "dog"], embed)
    with pytest.raises(ValueError, match=r"query_vec has shape \(2,\), expected \(5,\)"):
        collapsed_search(tree, np.zeros(2))
    with pytest.raises(ValueError, match="k must be an integer of at least 1"):
        tree_traversal(tree, np.zeros(5), 0)
    with pytest.raises(ValueError, match=r"vectors has shape \(3,\)"):
        soft_clusters(normalise(np.ones(3)))
