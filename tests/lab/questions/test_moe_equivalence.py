import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.questions.moe_equivalence import dense_equivalent, implied_weight, moe_parameters
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


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dense_equivalent(0, 1), "active must be a finite number above 0"),
        (lambda: dense_equivalent(3, 2), "active must not exceed total = 2, got 3"),
        (lambda: implied_weight(2, 2, 2), "total must exceed active = 2"),
        (lambda: implied_weight(1, 2, -1), "dense must be a finite number above 0"),
        (lambda: moe_parameters(1, 4, 0, 5, 1, 0), "top_k must be an integer from 1 to 4, got 5"),
        (lambda: moe_parameters(1, 4, -1, 2, 1, 0), "shared must be an integer of at least 0"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
