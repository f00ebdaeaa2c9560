import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.rlhf.kto import kto_loss, reference_point
from tests.lab.rlhf.strategies import BETA, finite_difference, log_probs
from tests.recorded import load


def test_half_of_each_weight_at_the_reference() -> None:
    loss = kto_loss([-3.0, -4.0], [-3.0, -4.0], [True, False], 0.0, 0.1, lambda_d=1.2, lambda_u=0.8)
    assert loss == pytest.approx((0.6 + 0.4) / 2)


@given(log_probs(2), st.floats(0, 50), BETA, st.floats(0.1, 5), st.floats(0.1, 5))
def test_the_value_function(lp, z0: float, beta: float, lambda_d: float, lambda_u: float) -> None:
    """λ − v as the paper writes it; and an answer liked and the same disliked add up to λ."""
    liked = np.ones(lp.shape[1], dtype=bool)
    gain = np.clip(beta * (lp[0] - lp[1] - z0), -700, 700)
    loss_d = kto_loss(lp[0], lp[1], liked, z0, beta, lambda_d, lambda_u)
    loss_u = kto_loss(lp[0], lp[1], ~liked, z0, beta, lambda_d, lambda_u)
    expected = (lambda_d - lambda_d / (1 + np.exp(-gain))).mean()
    assert loss_d == pytest.approx(expected, abs=1e-12)
    assert loss_d / lambda_d + loss_u / lambda_u == pytest.approx(1)


def test_the_gradient_fades_on_both_sides_of_the_reference_point() -> None:
    ref, z0, beta = -50.0, 2.0, 0.3
    logp = ref + z0 + np.array([-40.0, 0.0, 40.0])

    def loss(x: np.ndarray) -> float:
        return 3 * kto_loss(x, np.full(3, ref), [1, 1, 1], z0, beta)

    gradient = finite_difference(loss, logp)
    assert gradient[1] == pytest.approx(-beta / 4, rel=1e-6)
    assert abs(gradient[0]) < 1e-4 and abs(gradient[2]) < 1e-4


def test_a_settled_answer_keeps_its_digits() -> None:
    assert kto_loss([-1.0], [-1001.0], [1], 0.0, 0.1) == pytest.approx(
        np.exp(-100), rel=1e-9, abs=0
    )
    assert kto_loss([-1e4], [-1.0], [1], 0.0, 1.0) == 1.0


@given(log_probs(2))
def test_reference_point_is_the_clamped_mean(lp: np.ndarray) -> None:
    z0 = reference_point(lp[0], lp[1])
    assert z0 >= 0
    assert z0 == pytest.approx(max(0, np.mean(lp[0] - lp[1])))


def test_against_trl() -> None:
    kept = load("rlhf/kto")
    for name in ("above", "below"):
        z0 = reference_point(kept[f"mismatched_{name}"], kept["mismatched_ref"])
        assert z0 == pytest.approx(kept[f"z0_{name}"], rel=1e-6)
        settings = [kept[key] for key in ("beta", "lambda_d", "lambda_u")]
        loss = kto_loss(kept["logp"], kept["ref"], kept["desirable"], z0, *settings)
        assert loss == pytest.approx(kept[f"loss_{name}"], rel=1e-6)


def test_bad_input() -> None:
    ok = [-1.0, -2.0]
    with pytest.raises(ValueError, match=r"desirable has shape \(1,\), expected \(2,\)"):
        kto_loss(ok, ok, [True], 0, 0.1)
    with pytest.raises(ValueError, match=r"desirable must hold True or False only"):
        kto_loss(ok, ok, [1, -1], 0, 0.1)
    with pytest.raises(ValueError, match=r"z0 must be a finite number of at least 0, got -1"):
        kto_loss(ok, ok, [1, 0], -1, 0.1)
    with pytest.raises(ValueError, match=r"z0 must be .* got nan"):
        kto_loss(ok, ok, [1, 0], float("nan"), 0.1)
    for name in ("beta", "lambda_d", "lambda_u"):
        with pytest.raises(ValueError, match=rf"{name} must be a finite number above 0, got 0"):
            kto_loss(ok, ok, [1, 0], 0, **{"beta": 0.1, name: 0})
    with pytest.raises(ValueError, match=r"mismatched_ref_logp has shape \(1,\)"):
        reference_point(ok, [-1.0])
    with pytest.raises(ValueError, match=r"mismatched_logp is empty"):
        reference_point([], [])
