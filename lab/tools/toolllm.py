"""ToolLLM (Qin et al. 2023, arXiv:2307.16789): find the API, then search for calls that work.

An API retriever narrows thousands of APIs down to a few, once, before the model starts. DFSDT, a
depth-first search over a tree of calls, can then take a call back, which a ReAct chain cannot.

--8<-- [start:example]
>>> import numpy as np
>>> from lab.tools.toolllm import dfsdt, retrieve_apis, sweep
>>> apis = ["weather_forecast: tomorrow's temperature and rain of a city",
...         "currency_convert: exchange rate between two currencies",
...         "flight_search: flights between two airports on a date"]
>>> retrieve_apis("Will it rain in the city of Oslo tomorrow?", apis, k=1)
[0]
>>> errors = {("search",), ("book",)}  # calls that fail; all else works, and "pay" ends the task
>>> options = {(): ["search", "list"], ("list",): ["book", "pay"]}
>>> def propose(path, tried):  # the model: its next idea here, or None to give up
...     return next((call for call in options[path] if call not in tried), None)
>>> def call(path, action):
...     return "error" if (action,) in errors else "done" if action == "pay" else "ok"
>>> dfsdt(propose, call, budget=10, width=1)  # a ReAct chain: its first mistake is its last
Search(path=None, queries=1)
>>> dfsdt(propose, call, budget=10, width=2)
Search(path=('list', 'pay'), queries=4)
>>> rates = sweep([8, 32], error=0.5)  # success within 8 and 32 queries, mistakes seen at once
>>> {name: rates[name].round(2).tolist() for name in ("react", "react@n", "dfsdt")}
{'react': [0.06, 0.06], 'react@n': [0.15, 0.46], 'dfsdt': [0.63, 0.76]}
>>> rates = sweep([8, 32], misleading=0.5)  # the same, but mistakes show at the end only
>>> {name: rates[name].round(2).tolist() for name in ("react", "react@n", "dfsdt")}
{'react': [0.06, 0.06], 'react@n': [0.11, 0.34], 'dfsdt': [0.11, 0.3]}

--8<-- [end:example]
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from lab.arguments import Array, array, between, integer
from lab.rag.bm25 import ranking
from lab.rag.embedding import fit_embedder
from lab.rag.metrics import ndcg
from lab.rag.text import Embed, texts

A = TypeVar("A", bound=Hashable)
Status = Literal["ok", "error", "done"]
Path = tuple[A, ...]  # the calls made so far
Propose = Callable[[Path[A], list[A]], A | None]
Execute = Callable[[Path[A], A], Status]

WORKS, ERROR, MISLEADS = 0, 1, 2


# --8<-- [start:retrieve_apis]
def retrieve_apis(
    instruction: str, documents: Sequence[str], embed: Embed | None = None, k: int = 5
) -> list[int]:
    """The k APIs whose documentation is nearest to the instruction in the embedding space.

    Source: Qin et al. 2023 (arXiv:2307.16789), section 3.1, where ``embed`` is a BERT trained on
    pairs of instruction and API; ToolLLaMA is given the best five.

    Args:
        instruction: what the user wants.
        documents: n API documents, e.g. name, description and parameters.
        embed: m texts → (m, d); without it, hashed n-grams fitted on the documents.
        k: how many to return, at least 1.

    Returns:
        Indices of APIs, best first.

    Raises:
        ValueError: if ``documents`` is empty, ``k < 1`` or ``embed`` returns another shape.
    """
    pool = texts("documents", documents)
    encode = embed or fit_embedder(pool)
    vectors = array("embed(texts)", encode([instruction, *pool]), (len(pool) + 1, "d"))
    norms = np.maximum(np.linalg.norm(vectors[1:], axis=1), 1e-12)
    return ranking(vectors[1:] @ vectors[0] / norms)[: integer("k", k, 1)]


# --8<-- [end:retrieve_apis]


# --8<-- [start:retriever_ndcg]
def retriever_ndcg(
    instructions: Sequence[str],
    relevant: Sequence[Collection[int]],
    documents: Sequence[str],
    embed: Embed | None = None,
    k: int = 5,
) -> float:
    """Mean nDCG@k of :func:`retrieve_apis`, the figure of ToolLLM's table 2 (there for k = 1, 5).

    Args:
        instructions: m instructions.
        relevant: for each, the indices of the APIs it needs.
        documents, embed, k: as for :func:`retrieve_apis`.

    Raises:
        ValueError: if there is not one set of relevant APIs an instruction.
    """
    asked = texts("instructions", instructions)
    if len(relevant) != len(asked):
        raise ValueError(f"relevant has {len(relevant)} entries, expected {len(asked)}")
    encode = embed or fit_embedder(texts("documents", documents))
    found = [retrieve_apis(instruction, documents, encode, k) for instruction in asked]
    return float(np.mean([ndcg(*pair, k) for pair in zip(found, relevant, strict=True)]))


# --8<-- [end:retriever_ndcg]


class Search(NamedTuple):
    """The calls that solved the task, or ``None``, and how often the model was asked."""

    path: tuple[Hashable, ...] | None
    queries: int


# --8<-- [start:dfsdt]
def dfsdt(
    propose: Propose[A], call: Execute[A], budget: int, width: int = 2, max_depth: int = 12
) -> Search:
    """Depth-first search-based decision tree: go on from a call that worked, else try another.

    Children are visited in the order in which the model thinks of them (pre-order): ranking them
    first, as a classical search does, would cost further queries, and the first is mostly the
    best anyway. With ``width=1`` nothing is ever taken back: that is a ReAct chain.

    Source: Qin et al. 2023 (arXiv:2307.16789), section 2.3 and appendix A.4.

    Args:
        propose: (calls so far, calls already tried here) → the next call, or ``None`` to give up
            this node; one query of the model. Showing it what was tried makes it differ.
        call: (calls so far, next call) → "ok" to go on from it, "error" or "done".
        budget: most queries, at least 1.
        width: most calls tried at one node, at least 1.
        max_depth: most calls on one path, at least 1.

    Returns:
        The path that solved the task, if one was found within the budget, and the queries used.

    Raises:
        ValueError: if a number is out of range or ``call`` returns something else.
    """
    budget, width = integer("budget", budget, 1), integer("width", width, 1)
    max_depth = integer("max_depth", max_depth, 1)
    queries = 0

    def visit(path: Path[A]) -> Path[A] | None:
        nonlocal queries
        tried: list[A] = []
        while len(tried) < width and len(path) < max_depth and queries < budget:
            queries += 1
            action = propose(path, tried)
            if action is None:
                break
            tried.append(action)
            status = call(path, action)
            if status not in ("ok", "error", "done"):
                raise ValueError(f"call returned {status!r}, expected 'ok', 'error' or 'done'")
            further = (*path, action)
            found = further if status == "done" else visit(further) if status == "ok" else None
            if found is not None:
                return found
        return None

    return Search(visit(()), queries)


# --8<-- [end:dfsdt]


# --8<-- [start:react_at_n]
def react_at_n(propose: Propose[A], call: Execute[A], budget: int, max_depth: int = 12) -> Search:
    """ReAct chains, each from the start, until one succeeds or the budget is spent.

    Source: Qin et al. 2023 (arXiv:2307.16789), section 3.1: the baseline "ReACT@N", which gets
    as many queries as DFSDT.

    Args and returns as for :func:`dfsdt`.
    """
    used = 0
    while used < integer("budget", budget, 1):
        chain = dfsdt(propose, call, budget - used, width=1, max_depth=max_depth)
        used += chain.queries
        if chain.path is not None:
            return Search(chain.path, used)
    return Search(None, used)


# --8<-- [end:react_at_n]


# --8<-- [start:make_world]
def make_world(
    rng: np.random.Generator, steps: int, apis: int, error: float, misleading: float
) -> NDArray[np.intp]:
    """Draw a task: (steps, apis), whether each API of each step works, fails or misleads.

    A failing API answers with an error. A misleading one answers as if all were well, and only
    the last step shows that the path was wrong: the two ends of how late a mistake is seen.

    Args:
        rng: source of randomness.
        steps: calls that a solution needs, one a step.
        apis: APIs to choose from at each step.
        error: probability that an API fails.
        misleading: probability that it misleads; ``error + misleading`` is at most 1.
    """
    shape = integer("steps", steps, 1), integer("apis", apis, 1)
    bad = between("error", error, 0, 1) + between("misleading", misleading, 0, 1)
    works = 1 - between("error + misleading", bad, 0, 1)
    return rng.choice([WORKS, ERROR, MISLEADS], size=shape, p=[works, error, misleading])


# --8<-- [end:make_world]


def agent(
    world: NDArray[np.intp], rng: np.random.Generator, flaky: float = 0.0
) -> tuple[Propose[int], Execute[int]]:
    """A model that picks among the APIs it has not tried here, and the world that answers it.

    ``flaky`` is the probability that any call times out, whatever the API: a second try may work,
    but a search that shows the model what it tried never makes it.
    """
    steps, apis = world.shape

    def propose(path: Path[int], tried: list[int]) -> int | None:
        left = [api for api in range(apis) if api not in tried]
        return left[rng.integers(len(left))] if left else None

    def call(path: Path[int], api: int) -> Status:
        if rng.random() < flaky or world[len(path), api] == ERROR:
            return "error"
        if len(path) + 1 < steps:
            return "ok"
        misled = any(world[i, api] == MISLEADS for i, api in enumerate((*path, api)))
        return "error" if misled else "done"

    return propose, call


# --8<-- [start:sweep]
def sweep(
    budgets: Sequence[int],
    error: float = 0.0,
    misleading: float = 0.0,
    flaky: float = 0.0,
    steps: int = 4,
    apis: int = 4,
    tasks: int = 300,
    seed: int = 0,
) -> dict[str, Array]:
    """Success rate against the budget of queries, for a chain, restarts and DFSDT.

    Args:
        budgets: b budgets, each at least 1.
        error, misleading, steps, apis: the worlds, see :func:`make_world`.
        flaky: probability that a call times out.
        tasks: how many worlds to draw; each method meets the same ones.
        seed: of the random numbers.

    Returns:
        "budget" and, for "react", "react@n" and "dfsdt", the share of tasks solved, each (b,).
    """
    limits = array("budgets", budgets, ("budgets",))
    most = integer("max(budgets)", int(limits.max()), 1)
    solved: dict[str, list[NDArray[np.bool_]]] = {"react": [], "react@n": [], "dfsdt": []}
    for task in range(integer("tasks", tasks, 1)):
        world = make_world(np.random.default_rng([seed, task]), steps, apis, error, misleading)
        for name, results in solved.items():
            propose, call = agent(world, np.random.default_rng([seed, task, 1]), flaky)
            if name == "react@n":
                search = react_at_n(propose, call, most, max_depth=steps)
            else:
                width = 1 if name == "react" else apis
                search = dfsdt(propose, call, most, width, max_depth=steps)
            # A smaller budget would have stopped the same search earlier.
            results.append((limits >= search.queries) & (search.path is not None))
    rates = {name: np.mean(results, axis=0) for name, results in solved.items()}
    return {"budget": limits, **rates}


# --8<-- [end:sweep]
