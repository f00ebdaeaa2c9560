"""Toolformer (Schick et al. 2023, arXiv:2302.04761): a model finds out itself which calls help.

Annotate a plain text with candidate calls, execute them, keep those whose result makes the words
that follow more likely. The language model is a callable; :func:`count_lm` stands in for it, so
that the losses below are really computed.

--8<-- [start:example]
>>> from datetime import date
>>> from functools import partial
>>> from lab.tools.toolformer import annotate, calculator, calendar, count_lm
>>> lm = count_lm(["The farm sold 30 boxes of eggs, which makes a lot of eggs.",
...                "We meet on Friday. It was a day in May."])
>>> tools = {"Calculator": calculator, "Calendar": partial(calendar, today=date(2023, 1, 30))}
>>> prompt = ("5 bags of 6 pens, which makes [Calculator(5 * 6) -> 30] 30 pens."
...           "The talk is on [Calendar() -> Today is Sunday, May 1, 2022.] Sunday, May 1.")
>>> found = annotate("The shop sold 18 boxes of 24 eggs, which makes 432 eggs.", lm, tools, prompt)
>>> found.text
'The shop sold 18 boxes of 24 eggs, which makes [Calculator(18 * 24) -> 432] 432 eggs.'
>>> for call in found.calls:  # L(ε), L(call), L(call, result)
...     print(f"{call.name}({call.argument}) -> {call.result}:", call.losses.round(2), call.kept)
Calculator(18 + 24) -> 42: [5.28 5.35 5.36] False
Calculator(18 - 24) -> -6: [5.28 5.35 5.36] False
Calculator(18 * 24) -> 432: [5.28 5.35 2.9 ] True
Calculator(18 / 24) -> 0.75: [5.28 5.35 5.36] False
Calendar() -> Today is Monday, January 30, 2023.: [5.28 5.33 5.37] False
>>> annotate("We meet on Monday, January 30.", lm, tools, prompt).text
'We meet on [Calendar() -> Today is Monday, January 30, 2023.] Monday, January 30.'

--8<-- [end:example]
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.arguments import Array, array, between, integer

# (tokens before, tokens to score) → log p of each of the latter given all before it
LogProb = Callable[[Sequence[str], Sequence[str]], Array]
Tool = Callable[[str], str]  # argument → result; ValueError: the argument makes no sense
Propose = Callable[[Sequence[str]], list[tuple[str, str]]]  # tokens so far → (name, argument)s

TOKEN = re.compile(r"\d+(?:\.\d+)?|\w+|->|[^\w\s]")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
CALL = "["  # the paper writes <API> with the tokens of "[", "]" and "->": no new vocabulary


class Call(NamedTuple):
    """A call tried before token ``position``; ``losses``: L(ε), L(call), L(call, result)."""

    position: int
    name: str
    argument: str
    result: str
    losses: Array
    kept: bool


class Annotation(NamedTuple):
    """The text with the kept calls in it, and all calls tried."""

    text: str
    calls: list[Call]


# --8<-- [start:token_weights]
def token_weights(n: int) -> Array:
    """w_t = w̃_t / Σ_s w̃_s with w̃_t = max(0, 1 − 0.2 t): only the next five tokens count.

    The sum is over all s ∈ ℕ and thus 3, so that fewer than five tokens have a total below 1.

    Source: Schick et al. 2023 (arXiv:2302.04761), section 4.1.

    Args:
        n: how many tokens follow, at least 1.

    Returns:
        (n,), w_0 … w_{n−1}.
    """
    weights: Array = np.maximum(0, 1 - 0.2 * np.arange(integer("n", n, 1))) / 3
    return weights


# --8<-- [end:token_weights]


# --8<-- [start:weighted_loss]
def weighted_loss(logp: ArrayLike) -> float:
    """L_i(z) = −Σ_{j≥i} w_{j−i} log p_M(x_j | z, x_{1:j−1}).

    Source: Schick et al. 2023 (arXiv:2302.04761), section 2, "Filtering API calls".

    Args:
        logp: (n,), log-probabilities of the tokens x_i … x_n, at most 0.

    Raises:
        ValueError: if ``logp`` is empty, not finite, or above 0.
    """
    logp = array("logp", logp, ("tokens",))
    if (logp > 1e-9).any():
        raise ValueError(f"logp must hold logarithms of probabilities, got one of {logp.max()}")
    return float(-token_weights(len(logp)) @ logp)


# --8<-- [end:weighted_loss]


# --8<-- [start:filter_calls]
def filter_calls(
    loss_none: ArrayLike, loss_call: ArrayLike, loss_call_result: ArrayLike, tau: float
) -> NDArray[np.bool_]:
    """Keep a call if min(L(ε), L(call, ε)) − L(call, result) ≥ τ_f.

    The minimum demands that the *result* helps: a call whose argument already gives the answer
    away lowers L(call, ε) as well and is dropped.

    Source: Schick et al. 2023 (arXiv:2302.04761), section 2, "Filtering API calls"; τ_f is 1.0,
    and 0.5 for the calculator and translation (appendix A).

    Args:
        loss_none: (n,), weighted loss without a call, L(ε), for n candidate calls.
        loss_call: (n,), with the call but not its result.
        loss_call_result: (n,), with both.
        tau: τ_f, the least gain in nats.

    Returns:
        (n,), true where the call is kept.

    Raises:
        ValueError: if shapes differ, or a value is not finite.
    """
    none = array("loss_none", loss_none, ("calls",))
    call = array("loss_call", loss_call, (len(none),))
    result = array("loss_call_result", loss_call_result, (len(none),))
    kept: NDArray[np.bool_] = np.minimum(none, call) - result >= array("tau", tau, ())
    return kept


# --8<-- [end:filter_calls]


def _factor(rest: list[str]) -> float:
    symbol = rest.pop() if rest else ""
    if NUMBER.fullmatch(symbol):
        return float(symbol)
    if symbol == "-":
        return -_factor(rest)
    if symbol != "(":
        raise ValueError(f"found {symbol!r} where a number was expected")
    value = _sum(rest)
    if not rest or rest.pop() != ")":
        raise ValueError("a parenthesis is not closed")
    return value


def _product(rest: list[str]) -> float:
    value = _factor(rest)
    while rest and rest[-1] in "*/":
        value = value * _factor(rest) if rest.pop() == "*" else value / _factor(rest)
    return value


def _sum(rest: list[str]) -> float:
    value = _product(rest)
    while rest and rest[-1] in "+-":
        value = value + _product(rest) if rest.pop() == "+" else value - _product(rest)
    return value


# --8<-- [start:calculator]
def calculator(expression: str) -> str:
    """Evaluate + − * / and parentheses, rounded to two decimals; nothing else, and no ``eval``.

    Source: Schick et al. 2023 (arXiv:2302.04761), section 3: "27 + 4 * 2" gives 35.

    Args:
        expression: at most 100 characters, which bounds the depth of the recursion.

    Raises:
        ValueError: if it is longer, no such expression, divides by zero or overflows.
    """
    if len(expression) > 100:
        raise ValueError(f"expression has {len(expression)} characters, expected at most 100")
    rest = re.findall(r"\d+(?:\.\d+)?|\S", expression)[::-1]  # a stack: what comes next is last
    try:
        value = _sum(rest)
        if rest or not np.isfinite(value):
            raise ValueError(f"{rest[-1]!r} is left over" if rest else "the value is infinite")
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError(f"expression {expression!r} is not arithmetic: {error}") from None
    rounded = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if rounded == "-0" else rounded


# --8<-- [end:calculator]


def calendar(argument: str = "", *, today: date) -> str:
    """Say which day it is; the calendar takes no argument.

    Source: Schick et al. 2023 (arXiv:2302.04761), section 3, table 1.
    """
    if argument.strip():
        raise ValueError(f"argument must be empty, got {argument!r}")
    return f"Today is {today:%A, %B} {today.day}, {today.year}."


def linearise(name: str, argument: str, result: str | None = None) -> str:
    """e(c) = [name(argument)] or e(c, r) = [name(argument) -> result]."""
    return f"[{name}({argument})" + (f" -> {result}]" if result is not None else "]")


# --8<-- [start:count_lm]
def count_lm(corpus: Sequence[str], vocabulary: int = 50_000) -> LogProb:
    """A language model of counts that can copy: a stand-in for the frozen model M.

    p(x | h) mixes the bigrams and unigrams of a corpus with those of the history h itself and a
    uniform floor. The history's unigrams let it copy (a result that stands in the prefix gets
    likelier), its bigrams let it continue a pattern of the prompt, as an induction head does.

    Args:
        corpus: texts to count.
        vocabulary: size of the open vocabulary behind the floor.

    Returns:
        (history tokens, n next tokens) → (n,) log-probabilities.
    """
    texts = [TOKEN.findall(text) for text in corpus]
    unigrams = Counter(token for text in texts for token in text)
    bigrams = Counter(pair for text in texts for pair in pairwise(text))
    firsts = Counter(first for text in texts for first in text[:-1])
    size = unigrams.total()

    def probability(history: Sequence[str], token: str) -> float:
        last = history[-1] if history else ""
        follow = [after for before, after in pairwise(history) if before == last]
        sources = (  # weight, how often the token occurs there, out of how many
            (0.30, bigrams[last, token], firsts[last]),
            (0.20, unigrams[token], size),
            (0.25, follow.count(token), len(follow)),
            (0.20, history.count(token), len(history)),
            (0.05, 0, 0),
        )
        return sum(weight * (c / n if n else 1 / vocabulary) for weight, c, n in sources)

    def logp(history: Sequence[str], tokens: Sequence[str]) -> Array:
        everything = [*history, *tokens]
        starts = range(len(history), len(everything))
        return np.log([probability(everything[:j], everything[j]) for j in starts])

    return logp


# --8<-- [end:count_lm]


def propose_calls(before: Sequence[str]) -> list[tuple[str, str]]:
    """Stand-in for sampling calls from M: all arithmetic on the last three numbers, and the date.

    Most of it is nonsense, as most of what a model samples is: sorting it out is the filter's job.
    """
    numbers = [token for token in before if NUMBER.fullmatch(token)][-3:]
    arguments = (f"{a} {sign} {b}" for a, b in combinations(numbers, 2) for sign in "+-*/")
    return [*(("Calculator", argument) for argument in arguments), ("Calendar", "")]


def call_positions(
    tokens: Sequence[str], lm: LogProb, prompt: Sequence[str], k: int, tau_s: float
) -> list[int]:
    """The up to k positions i with the greatest p_i = p_M("[" | P(x), x_{1:i−1}) above τ_s."""
    p = np.exp([lm([*prompt, *tokens[:i]], [CALL])[0] for i in range(len(tokens))])
    best = np.argsort(-p, kind="stable")[: integer("k", k, 1)]
    return sorted(int(i) for i in best if p[i] > between("tau_s", tau_s, 0, 1))


# --8<-- [start:annotate]
def annotate(
    text: str,
    lm: LogProb,
    tools: Mapping[str, Tool],
    prompt: str,
    propose: Propose = propose_calls,
    k: int = 5,
    tau_s: float = 0.05,
    tau_f: float = 1.0,
) -> Annotation:
    """Sample positions, propose calls, execute them, filter them, and insert those that help.

    The losses are taken with the call *before the whole text*, not at its position: the model is
    not yet fine-tuned, and a call in mid-sentence would be the oddest thing it ever read. The
    paper keeps every call that passes; of several at one position only the best is inserted here.

    Source: Schick et al. 2023 (arXiv:2302.04761), section 2; k = 5, τ_s = 0.05 and τ_f = 1 are its
    usual settings (appendix A).

    Args:
        text: the plain text to annotate.
        lm: (history, tokens) → log-probabilities of the tokens.
        tools: name → function from the argument to the result.
        prompt: P(x), demonstrations of calls in texts.
        propose: tokens before a position → candidate calls, each a name and an argument.
        k: most positions to try.
        tau_s: least probability of starting a call there, 0–1.
        tau_f: least gain of a call, in nats.

    Returns:
        The annotated text and every call that was tried.
    """
    spans = list(TOKEN.finditer(text))
    tokens = [span.group() for span in spans]

    def loss(i: int, prefix: str) -> float:
        return weighted_loss(lm(TOKEN.findall(prefix) + tokens[:i], tokens[i : i + 5]))

    calls: list[Call] = []
    for i in call_positions(tokens, lm, TOKEN.findall(prompt), k, tau_s):
        for name, argument, result in _execute(propose(tokens[:i]), tools):
            prefixes = ("", linearise(name, argument), linearise(name, argument, result))
            losses = np.array([loss(i, prefix) for prefix in prefixes])
            kept = bool(filter_calls(losses[:1], losses[1:2], losses[2:], tau_f)[0])
            calls.append(Call(i, name, argument, result, losses, kept))
    best: dict[int, Call] = {}
    for call in sorted(calls, key=lambda call: -call.losses[2]):
        if call.kept:
            best[call.position] = call
    for i in sorted(best, reverse=True):  # from the end, so that earlier offsets stay valid
        inserted = linearise(best[i].name, best[i].argument, best[i].result)
        text = f"{text[: spans[i].start()]}{inserted} {text[spans[i].start() :]}"
    return Annotation(text, calls)


# --8<-- [end:annotate]


def _execute(
    proposals: Sequence[tuple[str, str]], tools: Mapping[str, Tool]
) -> Iterator[tuple[str, str, str]]:
    """Name, argument and result of each proposal that names a tool and makes sense to it."""
    for name, argument in proposals:
        if name in tools:
            with suppress(ValueError):
                yield name, argument, tools[name](argument)
