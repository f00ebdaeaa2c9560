import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.questions.why_rlhf import chosen_distribution, effective_answers
from lab.rlhf.playground import best_of_n, problem


@given(st.integers(1, 8), st.integers(0, 999))
def test_winners_are_a_distribution_that_favours_reward(answers, seed):
    rng = np.random.default_rng(seed)
    ref, reward = rng.dirichlet(np.ones(answers)), rng.normal(size=answers)
    chosen = chosen_distribution(ref, reward)
    assert chosen.sum() == pytest.approx(1)
    assert chosen @ reward >= ref @ reward - 1e-12
    np.testing.assert_allclose(chosen_distribution(ref, np.full(answers, 3.0)), ref)


def test_certain_labels_give_the_best_of_two():
    task = problem()
    certain = 1e4 * np.argsort(np.argsort(task.proxy))
    expected = best_of_n(task.ref, task.proxy, 2)
    np.testing.assert_allclose(chosen_distribution(task.ref, certain), expected, atol=1e-12)


def test_winners_by_simulation():
    rng, ref, reward = np.random.default_rng(0), np.array([0.5, 0.3, 0.2]), np.array([0.0, 1, -1])
    first, second = rng.choice(3, size=(2, 200_000), p=ref)
    first_wins = rng.random(200_000) < 1 / (1 + np.exp(reward[second] - reward[first]))
    winners = np.bincount(np.where(first_wins, first, second), minlength=3) / 200_000
    np.testing.assert_allclose(chosen_distribution(ref, reward), winners, atol=0.005)


def test_effective_answers_of_known_policies():
    policies = [[1, 0, 0, 0], [0.5, 0.5, 0, 0], [0.25] * 4]
    np.testing.assert_allclose(effective_answers(policies), [1, 2, 4])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: chosen_distribution([0.5, 0.5], [1.0]), "reward has shape"),
        (lambda: chosen_distribution([0.5, 0.6], [1.0, 2.0]), "ref must be probabilities"),
        (lambda: effective_answers([0.5, 0.5]), "policies has shape"),
        (lambda: effective_answers([[1.5, -0.5]]), "policies must not be negative"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
