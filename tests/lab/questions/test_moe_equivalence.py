import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.questions.moe_equivalence import (
    _law,
    dense_equivalent,
    equal_loss_dense,
    implied_weight,
    joint_loss,
    moe_parameters,
)
from tests import recorded

sizes = st.floats(1e-3, 1e13)


@given(sizes, sizes)
def test_geometric_mean(a, b):
    active, total = sorted((a, b))
    dense = dense_equivalent(active, total)
    assert active * (1 - 1e-12) <= dense <= total * (1 + 1e-12)
    assert dense / active == pytest.approx(total / dense)


@given(sizes, st.floats(1.1, 1000), st.floats(-1, 2))
def test_weight_inverts_the_weighted_mean(active, ratio, weight):
    dense = active ** (1 - weight) * (active * ratio) ** weight
    assert implied_weight(active, active * ratio, dense) == pytest.approx(weight, abs=1e-9)


def test_the_rule_has_weight_one_half():
    assert implied_weight(21, 236, dense_equivalent(21, 236)) == pytest.approx(0.5)


def test_the_notes_claims_do_not_follow_from_the_rule():
    assert dense_equivalent(21, 236) == pytest.approx((21 * 236) ** 0.5)
    assert 90 / dense_equivalent(21, 236) == pytest.approx(1.28, abs=0.005)
    assert 7 / dense_equivalent(2.4, 16) == pytest.approx(1.13, abs=0.005)
    # One weight for both claims does not exist either.
    weight = implied_weight(21, 236, 90)
    assert 2.4 ** (1 - weight) * 16**weight == pytest.approx(7.5, abs=0.05)


def test_deepseek_v2_lite_agrees_with_transformers():
    kept = recorded.load("questions/moe_equivalence")
    active, total = moe_parameters(kept["expert"], 64, 2, 6, 26, kept["rest"])
    assert total == kept["total"]
    assert total - active == 26 * (64 - 6) * kept["expert"]
    assert round(total / 1e9, 1) == 15.7


@given(st.integers(1, 64), st.integers(0, 4), st.integers(1, 50), st.integers(0, 10**9))
def test_all_experts_active_is_dense(routed, shared, layers, rest):
    active, total = moe_parameters(1000, routed, shared, routed, layers, rest)
    assert active == total == rest + layers * (routed + shared) * 1000


# Ludziejewski et al. 2025, table 4: the same law written out for each number of experts.
TABLE_4 = {
    1: (30.3640, -0.1817, 53.9838, -0.1965),
    2: (27.7982, -0.1780, 66.8401, -0.2065),
    4: (24.8462, -0.1731, 87.7022, -0.2192),
    8: (21.8330, -0.1676, 119.9126, -0.2338),
    16: (19.0159, -0.1617, 167.5073, -0.2494),
    32: (16.5424, -0.1557, 234.6726, -0.2652),
}


@pytest.mark.parametrize(("experts", "printed"), TABLE_4.items())
def test_law_agrees_with_the_papers_table_of_reduced_coefficients(experts, printed):
    assert _law(experts) == pytest.approx(printed, rel=3e-3)


@pytest.mark.parametrize(
    ("flops", "experts", "active", "tokens"),
    [(1e20, 1, 1.7e9, 9.7e9), (1e21, 8, 3.8e9, 44.3e9), (1e22, 32, 12.2e9, 136.9e9)],
)
def test_law_agrees_with_the_papers_compute_optimal_models(flops, experts, active, tokens):
    sizes = np.geomspace(1e8, 1e11, 4001)
    best = sizes[np.argmin([joint_loss(n, flops / 6 / n, experts) for n in sizes])]
    assert best == pytest.approx(active, rel=0.03)
    assert flops / 6 / best == pytest.approx(tokens, rel=0.03)


def test_mixture_beats_dense_of_equal_size_as_the_paper_says():
    # "a compute-optimal 1.1B model trained for 8B tokens will have worse loss than either ..."
    dense = joint_loss(1.1e9, 8e9, 1)
    assert joint_loss(709e6, 16e9, 2) < dense
    assert joint_loss(426e6, 32e9, 4) < dense


@given(st.floats(1e8, 5e9), st.floats(1e9, 1e12), st.sampled_from([2, 4, 8, 16, 32]))
def test_equal_loss_dense_has_the_mixtures_loss(active, tokens, experts):
    dense = equal_loss_dense(active, tokens, experts)
    if np.isfinite(dense):
        assert joint_loss(dense, tokens, 1) == pytest.approx(joint_loss(active, tokens, experts))
    assert equal_loss_dense(active, tokens, 1) == pytest.approx(active, rel=1e-6)


def test_no_dense_model_reaches_a_mixture_that_is_below_the_limit_of_the_tokens():
    assert equal_loss_dense(1e15, 1e12, 32) == float("inf")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dense_equivalent(0, 1), "active must be a finite number above 0"),
        (lambda: dense_equivalent(3, 2), "active must not exceed total = 2, got 3"),
        (lambda: implied_weight(2, 2, 2), "total must exceed active = 2"),
        (lambda: implied_weight(1, 2, -1), "dense must be a finite number above 0"),
        (lambda: joint_loss(1e9, 0, 1), "tokens must be a finite number above 0"),
        (lambda: joint_loss(1e9, 1e9, 0), "experts must be an integer of at least 1"),
        (lambda: equal_loss_dense(-1, 1e9, 2), "active must be a finite number above 0"),
        (lambda: moe_parameters(1, 4, 0, 5, 1, 0), "top_k must be an integer from 1 to 4, got 5"),
        (lambda: moe_parameters(1, 4, -1, 2, 1, 0), "shared must be an integer of at least 0"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
