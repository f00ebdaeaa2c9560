from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.arguments import Array
from lab.tools.toolllm import (
    ERROR,
    MISLEADS,
    WORKS,
    Search,
    agent,
    dfsdt,
    make_world,
    react_at_n,
    retrieve_apis,
    retriever_ndcg,
    sweep,
)

APIS = [
    "weather_forecast: temperature and rain of a city tomorrow 天气预报",
    "currency_convert: exchange rate between two currencies 汇率换算",
    "flight_search: flights between two airports on a date 航班查询",
    "hotel_search: hotels with free rooms in a city 酒店查询",
]


def in_order(world: Array) -> tuple[object, object]:
    """A model that tries the APIs in their order, and the world's answers."""
    _, call = agent(world.astype(np.intp), np.random.default_rng(0))

    def propose(path: tuple[int, ...], tried: list[int]) -> int | None:
        return len(tried) if len(tried) < world.shape[1] else None

    return propose, call


def test_retrieval() -> None:
    assert retrieve_apis("Will it rain in the city tomorrow?", APIS, k=1) == [0]
    assert retrieve_apis("查一下明天的航班", APIS, k=1) == [2]
    assert sorted(retrieve_apis("rain", APIS, k=9)) == [0, 1, 2, 3]


def test_retrieval_is_by_cosine() -> None:
    vectors = {"q": [1.0, 0.0], "long": [3.0, 3.0], "near": [0.5, 0.1], "zero": [0.0, 0.0]}

    def embed(batch: Sequence[str]) -> Array:
        return np.array([vectors[text] for text in batch])

    assert retrieve_apis("q", ["long", "zero", "near"], embed, k=2) == [2, 0]
    # near, long: the first is relevant and the second not, then the other way round
    found = retriever_ndcg(["q", "q"], [{2}, {0}], ["long", "zero", "near"], embed, k=2)
    assert found == pytest.approx((1 + 1 / np.log2(3)) / 2)
    many = [f"api {n}" for n in range(8)]  # all alike: their order is the list's
    assert retriever_ndcg(["q"], [{7}], many, lambda batch: np.ones((len(batch), 1)), k=8) > 0


def test_ndcg_of_the_default_embedder() -> None:
    asked = ["rain in a city", "exchange rate of currencies", "航班", "free rooms in hotels"]
    assert retriever_ndcg(asked, [{0}, {1}, {2}, {3}], APIS, k=1) == 1


def test_dfsdt_visits_in_pre_order() -> None:
    visited: list[tuple[str, ...]] = []

    def propose(path: tuple[str, ...], tried: list[str]) -> str | None:
        return "ab"[len(tried)] if len(tried) < 2 else None

    def call(path: tuple[str, ...], action: str) -> str:
        visited.append((*path, action))
        return "ok" if len(path) < 2 else "error"

    assert dfsdt(propose, call, budget=100, width=2) == Search(None, 14)
    order = " ".join("".join(path) for path in visited)
    assert order == "a aa aaa aab ab aba abb b ba baa bab bb bba bbb"


def test_giving_up_goes_back_and_costs_a_query() -> None:
    def propose(path: tuple[str, ...], tried: list[str]) -> str | None:
        return None if path == ("a",) else "ab"[len(tried)]

    def call(path: tuple[str, ...], action: str) -> str:
        return "done" if action == "b" else "ok"

    assert dfsdt(propose, call, 9, width=2) == Search(("b",), 3)


def test_depth_and_budget_are_kept() -> None:
    def call(path: tuple[int, ...], action: int) -> str:
        return "ok"

    asked = dfsdt(lambda path, tried: 0, call, budget=10**6, width=1, max_depth=5)
    assert asked == Search(None, 5)
    assert dfsdt(lambda path, tried: len(tried), call, 37, width=3).queries == 37
    assert react_at_n(lambda path, tried: 0, call, 37, max_depth=5).queries == 37


@given(st.integers(0, 200), st.integers(1, 40))
def test_width_1_is_a_chain_that_ends_at_its_first_error(seed: int, budget: int) -> None:
    world = make_world(np.random.default_rng(seed), 4, 3, 0.3, 0.2)
    propose, call = agent(world, np.random.default_rng(seed))
    search = dfsdt(propose, call, budget, width=1)
    again, answer = agent(world, np.random.default_rng(seed))
    path: tuple[int, ...] = ()
    for query in range(1, budget + 1):
        action = again(path, [])
        assert action is not None
        status = answer(path, action)
        if status != "ok" or query == budget:
            assert search == Search((*path, action) if status == "done" else None, query)
            break
        path = (*path, action)


@given(st.integers(0, 500), st.sampled_from([(0.5, 0.0), (0.0, 0.5), (0.3, 0.3)]))
def test_a_full_search_solves_exactly_what_can_be_solved(seed: int, p: tuple[float, float]) -> None:
    world = make_world(np.random.default_rng(seed), 3, 3, *p)
    propose, call = agent(world, np.random.default_rng(1))
    search = dfsdt(propose, call, budget=10**4, width=3)
    # Misleading calls fail at the end, so a solution uses a working API at every step.
    solvable = bool((world == WORKS).any(axis=1).all())
    assert (search.path is not None) == solvable
    if search.path is not None:
        assert [world[i, api] for i, api in enumerate(search.path)] == [WORKS] * 3
    assert search.queries <= 3 + 9 + 27


def test_early_wrong_turns_are_dear_for_a_search_and_cheap_for_a_restart() -> None:
    """One misleading call at the root makes a search look through all that is under it."""
    early = np.array([[MISLEADS, WORKS], [WORKS, WORKS], [WORKS, WORKS]])
    assert dfsdt(*in_order(early), budget=99) == Search((1, 0, 0), 1 + 2 + 4 + 3)
    late = np.array([[WORKS, WORKS], [WORKS, WORKS], [MISLEADS, WORKS]])
    assert dfsdt(*in_order(late), budget=99) == Search((0, 0, 1), 4)
    seen = np.array([[ERROR, WORKS], [WORKS, WORKS], [WORKS, WORKS]])
    assert dfsdt(*in_order(seen), budget=99) == Search((1, 0, 0), 4)


def test_a_timeout_is_an_error_at_any_api() -> None:
    world = np.zeros((1, 1), dtype=np.intp)
    propose, call = agent(world, np.random.default_rng(0), flaky=1.0)
    assert call((), 0) == "error"
    propose, call = agent(world, np.random.default_rng(0), flaky=0.5)
    # Trying again helps where an API is only flaky; showing what was tried rules that out.
    assert react_at_n(propose, call, 50).path == (0,)
    propose, call = agent(world, np.random.default_rng(0), flaky=1.0)
    assert dfsdt(propose, call, 50, width=5) == Search(None, 2)


def test_a_world_has_the_wanted_shares() -> None:
    world = make_world(np.random.default_rng(0), 300, 100, error=0.3, misleading=0.1)
    shares = np.bincount(world.ravel()) / world.size
    np.testing.assert_allclose(shares, [0.6, 0.3, 0.1], atol=0.01)


def test_success_rates_have_the_closed_forms() -> None:
    """With e the share of errors: a chain (1 − e)^S, a full search (1 − e^A)^S, given time."""
    rates = sweep([3 + 9 + 27], error=0.5, steps=3, apis=3, tasks=1500)
    three_sigma = 3 * np.sqrt(0.25 / 1500)
    assert rates["react"][0] == pytest.approx(0.5**3, abs=three_sigma)
    assert rates["dfsdt"][0] == pytest.approx((1 - 0.5**3) ** 3, abs=three_sigma)


def test_expected_cost_of_a_search_has_a_closed_form() -> None:
    """In a world of one working API a step, tried in random order, a step costs (A + 1) / 2."""
    world = np.full((4, 5), ERROR)
    world[:, 2] = WORKS
    costs = [
        dfsdt(*agent(world, np.random.default_rng(seed)), budget=99, width=5).queries
        for seed in range(2000)
    ]
    assert np.mean(costs) == pytest.approx(4 * 3, abs=4 * np.sqrt(4 * 2 / 2000))


def test_a_sweep_is_what_separate_runs_would_give() -> None:
    budgets = [3, 6, 11]
    rates = sweep(budgets, error=0.3, misleading=0.2, flaky=0.1, tasks=40, seed=5)
    solved = np.zeros((3, 3))
    for (row, budget), task in product(enumerate(budgets), range(40)):
        world = make_world(np.random.default_rng([5, task]), 4, 4, 0.3, 0.2)
        runs = (
            lambda p, c, b=budget: dfsdt(p, c, b, width=1),
            lambda p, c, b=budget: react_at_n(p, c, b),
            lambda p, c, b=budget: dfsdt(p, c, b, width=4),
        )
        for column, method in enumerate(runs):
            search = method(*agent(world, np.random.default_rng([5, task, 1]), 0.1))
            solved[row, column] += search.path is not None
    for column, name in enumerate(("react", "react@n", "dfsdt")):
        np.testing.assert_allclose(rates[name], solved[:, column] / 40)
    assert rates["budget"].tolist() == budgets


def test_backtracking_wins_when_mistakes_are_seen_and_restarts_when_they_are_not() -> None:
    seen, hidden = sweep([16], error=0.5), sweep([128], misleading=0.5)
    assert seen["dfsdt"][0] > seen["react@n"][0] + 0.3 > seen["react"][0] + 0.3
    assert hidden["react@n"][0] > hidden["dfsdt"][0]


def test_refused() -> None:
    nothing = lambda path, tried: 0  # noqa: E731
    with pytest.raises(ValueError, match="budget must be an integer of at least 1, got 0"):
        dfsdt(nothing, lambda path, action: "ok", budget=0)
    with pytest.raises(ValueError, match="width must be an integer of at least 1"):
        dfsdt(nothing, lambda path, action: "ok", budget=5, width=0)
    with pytest.raises(ValueError, match="max_depth must be an integer of at least 1"):
        dfsdt(nothing, lambda path, action: "ok", budget=5, max_depth=0)
    with pytest.raises(ValueError, match="call returned 'fine', expected 'ok', 'error' or 'done'"):
        dfsdt(nothing, lambda path, action: "fine", budget=5)
    with pytest.raises(ValueError, match="budget must be an integer of at least 1"):
        react_at_n(nothing, lambda path, action: "ok", budget=0)
    with pytest.raises(ValueError, match=r"error \+ misleading must be a number from 0 to 1"):
        sweep([5], error=0.7, misleading=0.7)
    with pytest.raises(ValueError, match="relevant has 1 entries, expected 2"):
        retriever_ndcg(["a", "b"], [{0}], APIS)
    with pytest.raises(ValueError, match="documents is empty"):
        retrieve_apis("a", [])
    with pytest.raises(ValueError, match=r"embed\(texts\) has shape \(2,\), expected \(5, d\)"):
        retrieve_apis("a", APIS, lambda batch: np.zeros(2))
    with pytest.raises(ValueError, match=r"budgets has shape \(\)"):
        sweep(5)
