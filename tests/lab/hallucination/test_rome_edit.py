import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.hallucination.rome_edit import key_covariance, memit_edit, rome_edit


def memory(seed, d_k=6, d_v=4, n=40):
    rng = np.random.default_rng(seed)
    keys = rng.normal(size=(n, d_k)) @ rng.normal(size=(d_k, d_k))
    return rng, rng.normal(size=(d_v, d_k)), keys, key_covariance(keys)


@given(st.integers(0, 999), st.integers(1, 6), st.integers(1, 4))
def test_the_fact_is_stored_by_a_rank_one_change(seed, d_k, d_v):
    rng, w, _, c = memory(seed, d_k, d_v)
    k, v = rng.normal(size=d_k), rng.normal(size=d_v)
    edited = rome_edit(w, c, k, v)
    np.testing.assert_allclose(edited @ k, v, atol=1e-8)
    sigma = np.linalg.svd(edited - w, compute_uv=False)
    assert (sigma[1:] <= 1e-10 * sigma[0]).all()
    # Keys that C^-1 k is orthogonal to keep their values.
    u = np.linalg.solve(c, k)
    other = rng.normal(size=d_k)
    other -= (other @ u) / (u @ u) * u
    np.testing.assert_allclose(edited @ other, w @ other, atol=1e-8)


def test_it_solves_the_constrained_least_squares_problem():
    # Minimise ||X K - V||^2 subject to X k = v through the KKT system, row by row.
    rng, _, keys, c = memory(0)
    values = rng.normal(size=(40, 4))
    w = np.linalg.lstsq(keys, values, rcond=None)[0].T  # a memory that fits its facts best
    k, v = rng.normal(size=6), rng.normal(size=4)
    kkt = np.block([[keys.T @ keys, k[:, None]], [k[None], np.zeros((1, 1))]])
    right = np.concatenate([keys.T @ values, v[None]])
    expected = np.linalg.solve(kkt, right)[:6].T
    np.testing.assert_allclose(rome_edit(w, c, k, v), expected, atol=1e-9)


def test_other_edits_that_store_the_fact_do_more_damage():
    rng, w, keys, c = memory(1)
    k, v = rng.normal(size=6), rng.normal(size=4)

    def damage(edited):
        return (((edited - w) @ keys.T) ** 2).sum()

    best = damage(rome_edit(w, c, k, v))
    for _ in range(50):
        u = rng.normal(size=6)
        assert damage(w + np.outer(v - w @ k, u) / (u @ k)) > best
    assert damage(rome_edit(w, np.eye(6), k, v)) > best


def test_nothing_to_change_changes_nothing():
    _, w, keys, c = memory(2)
    np.testing.assert_allclose(rome_edit(w, c, keys[0], w @ keys[0]), w, atol=1e-12)


def test_scaling_the_covariance_does_not_matter_to_rome():
    rng, w, _, c = memory(3)
    k, v = rng.normal(size=6), rng.normal(size=4)
    np.testing.assert_allclose(rome_edit(w, 1e6 * c, k, v), rome_edit(w, c, k, v))


def test_memit_tends_to_rome():
    rng, w, _, c = memory(4)
    k, v = rng.normal(size=6), rng.normal(size=4)
    np.testing.assert_allclose(memit_edit(w, c, [k], [v], 1e-6), rome_edit(w, c, k, v), atol=1e-4)
    np.testing.assert_allclose(memit_edit(w, c, [k], [v], 1e12), w, atol=1e-9)


def test_memit_is_a_minimum():
    rng, w, _, c = memory(5)
    keys, values = rng.normal(size=(3, 6)), rng.normal(size=(3, 4))

    def objective(edited):
        delta = edited - w
        return 0.7 * np.trace(delta @ c @ delta.T) + ((edited @ keys.T - values.T) ** 2).sum()

    edited, h = memit_edit(w, c, keys, values, 0.7), 1e-5
    for index in np.ndindex(*w.shape):
        step = np.zeros_like(w)
        step[index] = h
        slope = (objective(edited + step) - objective(edited - step)) / (2 * h)
        assert slope == pytest.approx(0, abs=1e-6)


def test_covariance_is_not_centred():
    np.testing.assert_allclose(key_covariance([[1.0, 2.0], [3.0, 0.0]]), [[5, 1], [1, 2]])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"c": np.diag([1.0, 0.0])}, r"c, of shape \(2, 2\), must be symmetric and positive def"),
        ({"c": [[1.0, 0.5], [0.0, 1.0]]}, "c, of shape .* must be symmetric"),
        ({"c": np.eye(3)}, r"c has shape \(3, 3\), expected \(2, 2\)"),
        ({"k_star": [0.0, 0.0]}, r"k_star, of shape \(2,\), is zero"),
        ({"k_star": [1.0]}, r"k_star has shape \(1,\), expected \(2,\)"),
        ({"v_star": [1.0]}, r"v_star has shape \(1,\), expected \(3,\)"),
        ({"w": np.ones(2)}, r"w has shape \(2,\), expected \(d_v, d_k\)"),
    ],
)
def test_bad_edit(change, message):
    good = {"w": np.ones((3, 2)), "c": np.eye(2), "k_star": np.ones(2), "v_star": np.ones(3)}
    with pytest.raises(ValueError, match=message):
        rome_edit(**{**good, **change})


def test_bad_memit():
    w, c = np.ones((3, 2)), np.eye(2)
    with pytest.raises(ValueError, match="weight must be a finite number above 0"):
        memit_edit(w, c, np.ones((1, 2)), np.ones((1, 3)), 0)
    with pytest.raises(ValueError, match=r"values has shape \(2, 3\), expected \(1, 3\)"):
        memit_edit(w, c, np.ones((1, 2)), np.ones((2, 3)), 1)
