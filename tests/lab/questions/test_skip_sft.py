import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.questions.skip_sft import learning_time, signal_probability

SPEED = {
    "sft": lambda p: 1 - p,
    "rl": lambda p: p * (1 - p),
    "grpo": lambda p: math.sqrt(p * (1 - p)),
}


@pytest.mark.parametrize("way", SPEED)
@pytest.mark.parametrize("start", [0.02, 0.2, 0.5])
def test_against_stepping_the_gradient_flow(way, start):
    theta, time, step = math.log(start / (1 - start)), 0.0, 1e-3
    while (p := 1 / (1 + math.exp(-theta))) < 0.8:
        middle = 1 / (1 + math.exp(-(theta + step / 2 * SPEED[way](p))))
        theta, time = theta + step * SPEED[way](middle), time + step
    assert learning_time(start, 0.8, way) == pytest.approx(time, abs=2 * step)


def test_speeds_are_gradients():
    for p in (0.1, 0.6):
        theta, h = math.log(p / (1 - p)), 1e-6
        up, down = (1 / (1 + math.exp(-(theta + k * h))) for k in (1, -1))
        assert (math.log(up) - math.log(down)) / (2 * h) == pytest.approx(SPEED["sft"](p))
        assert (up - down) / (2 * h) == pytest.approx(SPEED["rl"](p))


@given(st.floats(1e-9, 1e-4))
def test_rare_answers_take_log_root_and_reciprocal_time(start):
    assert learning_time(start, 0.5, "sft") == pytest.approx(math.log(1 / start) + 1, rel=0.01)
    assert learning_time(start, 0.5, "grpo") == pytest.approx(2 / math.sqrt(start), rel=0.01)
    assert learning_time(start, 0.5, "rl") == pytest.approx(1 / start, rel=0.01)


def test_signal_by_simulation():
    good = np.random.default_rng(0).random((100_000, 4)) < 0.3
    mixed = (good.any(axis=1) & ~good.all(axis=1)).mean()
    assert signal_probability(0.3, 4) == pytest.approx(mixed, abs=0.005)
    assert signal_probability(1e-12, 16) == pytest.approx(16e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: learning_time(0.5, 0.5, "rl"), "start must be below end = 0.5"),
        (lambda: learning_time(0.0, 0.5, "rl"), "start must be a finite number above 0"),
        (lambda: learning_time(0.1, 1.0, "rl"), "end must be a number from 0"),
        (lambda: learning_time(0.1, 0.5, "dpo"), "way must be one of"),
        (lambda: signal_probability(0.1, 1), "group must be an integer of at least 2"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
