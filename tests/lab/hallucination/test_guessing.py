from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.hallucination.guessing import (
    expected_score,
    generative_error,
    missing_mass,
    singleton_rate,
)


@given(st.floats(0, 1), st.floats(0, 0.99))
def test_answering_pays_exactly_above_the_threshold(p, t):
    score = expected_score(p, t)
    assert score == pytest.approx(p * 1 - (1 - p) * t / (1 - t), abs=1e-9)
    if abs(p - t) > 1e-9:
        assert (score > 0) == (p > t)


def test_usual_grading_makes_every_guess_pay():
    assert [expected_score(p, 0.0) for p in (0.0, 0.01, 1.0)] == [0.0, 0.01, 1.0]


def test_singletons_by_hand():
    assert singleton_rate([3, 3, 5, 7, 7, 7, 9]) == 2 / 7
    assert missing_mass([0, 0, 2], [0.5, 0.2, 0.2, 0.1]) == pytest.approx(0.3)


def test_singletons_estimate_the_missing_mass():
    # Good 1953: E[N1 / N] is the expected missing mass of N - 1 mentions
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.full(300, 0.3))
    samples = [rng.choice(300, size=400, p=p) for _ in range(300)]
    estimate = np.mean([singleton_rate(x) for x in samples])
    assert estimate == pytest.approx(np.mean([missing_mass(x[1:], p) for x in samples]), rel=0.03)


@st.composite
def models(draw):
    valid = np.array(draw(st.lists(st.booleans(), min_size=2, max_size=12)))
    valid[0], valid[-1] = True, False
    weights = st.lists(st.floats(0.01, 1), min_size=len(valid), max_size=len(valid))
    truth = np.where(valid, draw(weights), 0)
    model = np.array(draw(weights)) ** draw(st.sampled_from([0.1, 1, 8]))
    return truth / truth.sum(), model / model.sum(), valid


@given(models())
def test_the_bound_holds(case):
    error, bound = generative_error(*case)
    assert error >= bound - 1e-9


def test_a_model_that_cannot_tell_must_err():
    # two valid facts among a thousand invalid ones, all alike to the model
    valid = np.arange(1002) < 2
    model = np.full(1002, 1 / 1002)
    error, bound = generative_error(np.where(valid, 0.5, 0), model, valid)
    assert error == pytest.approx(1000 / 1002)
    assert bound == pytest.approx(1 - 2 / 1000)  # everything rejected: half of the test is wrong


def test_a_confident_liar_by_hand():
    valid = np.array([True, True, False, False, False])
    truth = np.array([0.5, 0.5, 0, 0, 0])
    error, bound = generative_error(truth, [0.1, 0.1, 0.4, 0.4, 0], valid)
    assert error == pytest.approx(0.8)
    # both facts are rejected, 2 of the 3 invalid outputs accepted; delta is 0.8
    assert bound == pytest.approx(2 * (1 / 2 + 2 / 3 / 2) - 2 / 3 - 0.8)
    # what is exactly at the threshold of 1/3 is rejected
    error, bound = generative_error(truth, [1 / 3, 0, 2 / 3, 0, 0], valid)
    assert bound == pytest.approx(2 * (1 / 2 + 1 / 3 / 2) - 2 / 3 - 2 / 3)


def test_a_perfect_model_has_no_error_and_no_bound():
    valid = np.array([True, True, False, False, False])
    truth = np.array([0.6, 0.4, 0, 0, 0])
    error, bound = generative_error(truth, truth, valid)
    assert error == 0 and bound <= 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: expected_score(1.1, 0.5),
        lambda: expected_score(0.5, 1.0),
        lambda: expected_score(float("nan"), 0.5),
        lambda: singleton_rate([]),
        lambda: missing_mass([0, 4], [0.5, 0.5]),
        lambda: missing_mass([0.5], [0.5, 0.5]),
        lambda: missing_mass([0], [0.5, 0.4]),
        lambda: generative_error([1.0], [1.0], [True]),
        lambda: generative_error([0.5, 0.5], [0.5, 0.5], [True, False]),
        lambda: generative_error([1.0, 0.0], [1.0, 0.0, 0.0], [True, False]),
    ],
)
def test_bad_input_is_refused(call):
    with pytest.raises(ValueError):
        call()
