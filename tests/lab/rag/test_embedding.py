from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.rag import embedding
from lab.rag.embedding import fit_embedder, normalise

CORPUS = [
    "量化把权重变成整数。 Quantisation turns weights into integers.",
    "整数运算更快。 Integer arithmetic is faster.",
    "检索先找到文档。 Retrieval finds documents first.",
    "文档再交给模型。 The documents then go to the model.",
    "对齐让模型听从人的偏好。 Alignment makes the model follow human preferences.",
]


def test_it_is_the_truncated_svd() -> None:
    """With X the TF-IDF rows, embedding the corpus gives the unit rows of U_k Σ_k."""
    counts = np.zeros((len(CORPUS), embedding.BUCKETS))
    for row, document in zip(counts, CORPUS, strict=True):
        filled, values = embedding._buckets(document)
        row[filled] = values
    seen = (counts > 0).sum(0)
    x = normalise(counts * np.where(seen > 0, np.log((1 + len(CORPUS)) / (1 + seen)) + 1, 0))
    u, s, _ = np.linalg.svd(x, full_matrices=False)
    ours = fit_embedder(CORPUS, dim=3)(CORPUS)
    expected = normalise(u[:, :3] * s[:3])
    np.testing.assert_allclose(ours @ ours.T, expected @ expected.T, atol=1e-9)


def test_a_term_counts_with_its_logarithm() -> None:
    filled, values = embedding._buckets("猫 猫 猫 狗")
    counts = dict(zip(filled.tolist(), values.tolist(), strict=True))
    assert counts[embedding._run_buckets("猫")[0]] == pytest.approx(1 + np.log(3))
    assert counts[embedding._run_buckets("狗")[0]] == 1


def test_all_dimensions_keep_the_cosines_of_tf_idf() -> None:
    full = fit_embedder(CORPUS, dim=1000)(CORPUS)
    assert full.shape == (5, 5)
    assert (full @ full.T)[0, 1] > (full @ full.T)[0, 4] > 0


def test_one_space_for_both_languages() -> None:
    embed = fit_embedder(CORPUS)
    zh = embed([text.split("。")[0] for text in CORPUS])
    en = embed([text.split("。")[1] for text in CORPUS])
    assert (zh @ en.T).argmax(axis=1).tolist() == [0, 1, 2, 3, 4]


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_rows_are_unit_or_zero(batch: list[str]) -> None:
    vectors = fit_embedder(CORPUS)(batch)
    norms = np.linalg.norm(vectors, axis=1)
    assert vectors.shape == (len(batch), 5)
    assert np.all(np.isclose(norms, 1) | (norms == 0))


def test_the_same_in_every_process() -> None:
    code = (
        f"from lab.rag.embedding import *; print(fit_embedder({CORPUS!r})(['整数 model']).tolist())"
    )
    first, second = (
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    )
    assert first == second


@pytest.mark.parametrize(
    ("corpus", "dim", "message"),
    [
        ([], 2, "corpus is empty"),
        (["!!", "…"], 2, "corpus of 2 texts holds no word"),
        (["a"], 0, "dim must be an integer of at least 1"),
    ],
)
def test_refused(corpus: list[str], dim: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit_embedder(corpus, dim)
