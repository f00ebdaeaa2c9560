import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.questions.attention_rank import (
    attention_matrix,
    causal_log_determinant,
    effective_rank,
    numerical_rank,
    singular_values,
)


@given(st.integers(1, 12), st.integers(1, 5), st.integers(0, 999), st.booleans())
def test_rows_are_distributions_and_the_mask_holds(n, d, seed, causal):
    q, k = 100 * np.random.default_rng(seed).normal(size=(2, n, d))
    a = attention_matrix(q, k, causal)
    np.testing.assert_allclose(a.sum(axis=1), 1)
    assert (a >= 0).all()
    if causal:
        np.testing.assert_array_equal(a, np.tril(a))


def test_matrix_by_hand():
    q, k = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[0.0, 1.0], [2.0, 1.0]])
    e = np.exp(np.array([[2.0, 4.0], [-1.0, 0.0]]) / math.sqrt(2))
    np.testing.assert_allclose(attention_matrix(q, k, False), e / e.sum(axis=1, keepdims=True))
    np.testing.assert_allclose(attention_matrix(q, k, True)[0], [1, 0])


@given(st.integers(1, 10), st.integers(1, 4), st.integers(0, 999))
def test_determinant_and_singular_values(n, d, seed):
    q, k = np.random.default_rng(seed).normal(size=(2, n, d))
    sigma = singular_values(q, k, causal=True)
    assert (np.diff(sigma) <= 0).all()
    log_det = causal_log_determinant(q, k)
    assert log_det == pytest.approx(np.linalg.slogdet(attention_matrix(q, k, True))[1])
    assert log_det == pytest.approx(np.log(sigma).sum(), abs=1e-6)
    for causal in (True, False):
        sigma = singular_values(q, k, causal)
        np.testing.assert_allclose((sigma**2).sum(), (attention_matrix(q, k, causal) ** 2).sum())


def test_equal_logits():
    # Bidirectional: every entry 1/n, rank 1. Causal: 1/i on the diagonal, det = 1/n!.
    q = np.zeros((6, 2))
    assert numerical_rank(singular_values(q, q, causal=False)) == 1
    assert effective_rank(singular_values(q, q, causal=False)) == pytest.approx(1)
    assert numerical_rank(singular_values(q, q, causal=True)) == 6
    assert causal_log_determinant(q, q) == pytest.approx(-math.lgamma(7))


def test_rank_one_logits_give_full_rank_attention_without_a_mask():
    # exp(q_i k_j) with distinct q and distinct k is a generalised Vandermonde matrix: its
    # determinant is not 0, and scaling rows to sum to 1 cannot change that.
    q = k = np.linspace(-2, 2, 5)[:, None]
    assert np.linalg.matrix_rank(q @ k.T) == 1
    assert numerical_rank(singular_values(q, k, causal=False)) == 5


def test_the_causal_matrix_is_nearer_to_singular():
    q, k = np.random.default_rng(1).normal(size=(2, 128, 16))
    both, causal = singular_values(q, k, False), singular_values(q, k, True)
    assert numerical_rank(both) == 128
    assert causal[-1] < both[-1]
    assert math.isfinite(causal_log_determinant(q, k))


def test_determinant_far_below_the_smallest_float():
    q, k = 300 * np.random.default_rng(0).normal(size=(2, 64, 4))
    a = attention_matrix(q, k, True)
    assert np.linalg.det(a) == 0  # underflow
    assert -1e9 < causal_log_determinant(q, k) < -1000


def test_ranks_of_known_spectra():
    assert effective_rank(np.ones(7)) == pytest.approx(7)
    assert effective_rank([5.0, 0.0, 0.0]) == 1
    assert effective_rank([3.0, 1.0]) == pytest.approx(4 / 3**0.75)
    assert numerical_rank([1.0, 1e-8, 1e-17]) == 2
    assert numerical_rank([0.0, 0.0]) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: singular_values(np.ones((3, 2)), np.ones((2, 2)), True), r"k has shape \(2, 2\)"),
        (lambda: attention_matrix(np.ones(3), np.ones(3), True), r"q has shape \(3,\), expected"),
        (lambda: attention_matrix([[np.nan]], [[1.0]], True), "q, of shape .* holds NaN"),
        (lambda: numerical_rank([-1.0]), "sigma must not be negative"),
        (lambda: effective_rank([0.0, 0.0]), r"sigma, of shape \(2,\), holds only zeros"),
        (lambda: effective_rank([]), "sigma is empty"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
