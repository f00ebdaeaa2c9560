import numpy as np
import pytest

from lab.rlhf.common import alike, lengths, log_odds, log_probabilities, log_sigmoid, ratio, sigmoid


def test_log_sigmoid_at_both_ends() -> None:
    x = np.array([-1e4, -40.0, 0.0, 40.0, 1e4])
    expected = [-1e4, -40.0, -np.log(2), -np.exp(-40.0), 0.0]
    np.testing.assert_allclose(log_sigmoid(x), expected, rtol=1e-12)
    np.testing.assert_allclose(sigmoid(x) + sigmoid(-x), 1, rtol=1e-15)


def test_log_odds_at_both_ends() -> None:
    np.testing.assert_allclose(log_odds(np.log([0.5, 0.8])), [0, np.log(4)], atol=1e-15)
    assert log_odds(np.array([-1e4])) == -1e4
    np.testing.assert_allclose(log_odds(np.array([-1e-12])), np.log(1e12), rtol=1e-12)


def test_ratio_stays_finite() -> None:
    assert np.isfinite(ratio(np.array([1e4]))).all()
    np.testing.assert_allclose(ratio(np.array([0.5, -2.0])), np.exp([0.5, -2.0]))


def test_alike_names_the_argument_that_differs() -> None:
    with pytest.raises(ValueError, match=r"b has shape \(3,\), expected \(2,\)"):
        alike(("batch",), a=[1, 2], b=[1, 2, 3])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([0.4, -1.0], r"pi, of shape \(2,\), holds 0.4: a log-probability is at most 0"),
        ([np.nan, -1.0], r"pi, of shape \(2,\), holds NaN"),
        ([-np.inf, -1.0], "pi, of shape .* infinity"),
        ([], "pi is empty"),
        ([[-1.0]], r"pi has shape \(1, 1\), expected \(batch,\)"),
    ],
)
def test_log_probabilities_refuse(value: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        log_probabilities(("batch",), pi=value)


@pytest.mark.parametrize("value", [[0, 1], [1.5, 1], [-1, 1]])
def test_lengths_refuse(value: list[float]) -> None:
    with pytest.raises(ValueError, match=r"len_w must hold whole numbers of at least 1"):
        lengths("len_w", value, (2,))
