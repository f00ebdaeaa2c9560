import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.questions.rlhf_upper_bound import bound, pair_accuracy, regret
from lab.rlhf.dpo import optimal_policy
from lab.rlhf.playground import kl, problem


def random_case(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 9))
    return rng.dirichlet(np.ones(n)) + 1e-9, rng.normal(size=n), rng.normal(size=n)


@given(st.integers(0, 999), st.floats(0.05, 5))
def test_regret_is_the_difference_of_objectives_and_within_the_bound(seed, beta):
    ref, reward, learnt = random_case(seed)
    ref = ref / ref.sum()

    def objective(policy):
        return policy @ reward - beta * float(kl(policy, ref))

    best, reached = optimal_policy(ref, reward, beta), optimal_policy(ref, learnt, beta)
    cost = regret(ref, reward, learnt, beta)
    assert cost == pytest.approx(objective(best) - objective(reached), abs=1e-9)
    error = learnt - reward
    assert -1e-9 <= cost <= bound(ref, reward, learnt, beta) + 1e-9
    assert bound(ref, reward, learnt, beta) <= error.max() - error.min() + 1e-9


@given(st.integers(0, 999), st.floats(-5, 5))
def test_a_constant_costs_nothing(seed, shift):
    ref, reward, _ = random_case(seed)
    ref = ref / ref.sum()
    assert regret(ref, reward, reward + shift, 0.3) == pytest.approx(0, abs=1e-9)
    assert pair_accuracy(ref, reward, reward + shift) == 1


def test_accuracy_of_known_models():
    sampler, reward = np.array([0.5, 0.3, 0.2]), np.array([0.0, 1.0, 2.0])
    assert pair_accuracy(sampler, reward, -reward) == 0
    assert pair_accuracy(sampler, reward, np.zeros(3)) == 0.5
    # Wrong on the pair (0, 1) only: weight .15 of .15 + .10 + .06.
    assert pair_accuracy(sampler, reward, [1.0, 0.0, 2.0]) == pytest.approx(0.16 / 0.31)


def test_better_accuracy_can_be_far_worse_to_optimise():
    task = problem()
    blurred = task.gold.copy()
    blurred[2:5] = blurred[2:5].mean()
    accuracies = [pair_accuracy(task.ref, task.gold, r) for r in (task.proxy, blurred)]
    costs = [regret(task.ref, task.gold, r, 0.1) for r in (task.proxy, blurred)]
    assert accuracies[0] > accuracies[1] + 0.15
    assert costs[0] > 100 * costs[1]


def test_bad_input():
    with pytest.raises(ValueError, match="learnt has shape"):
        regret([0.5, 0.5], [0.0, 1.0], [0.0], 0.1)
    with pytest.raises(ValueError, match="beta must be"):
        bound([0.5, 0.5], [0.0, 1.0], [0.0, 1.0], 0.0)
    with pytest.raises(ValueError, match="reward must tell some"):
        pair_accuracy([0.5, 0.5], [1.0, 1.0], [0.0, 1.0])
