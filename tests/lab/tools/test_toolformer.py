from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.arguments import Array
from lab.tools.toolformer import (
    TOKEN,
    annotate,
    calculator,
    calendar,
    call_positions,
    count_lm,
    filter_calls,
    linearise,
    propose_calls,
    token_weights,
    weighted_loss,
)

LM = count_lm(["The farm sold 30 boxes of eggs, which makes a lot of eggs.", "We meet on Friday."])
TOOLS = {"Calculator": calculator, "Calendar": partial(calendar, today=date(2023, 1, 30))}
PROMPT = (
    "5 bags of 6 pens, which makes [Calculator(5 * 6) -> 30] 30 pens. "
    "The talk is on [Calendar() -> Today is Sunday, May 1, 2022.] Sunday, May 1."
)
TEXT = "The shop sold 18 boxes of 24 eggs, which makes 432 eggs."


def test_weights_are_those_of_section_4_1() -> None:
    np.testing.assert_allclose(token_weights(7) * 3, [1, 0.8, 0.6, 0.4, 0.2, 0, 0])
    assert token_weights(5).sum() == pytest.approx(1)
    # normalised over all natural numbers, not over the tokens that happen to follow
    np.testing.assert_allclose(token_weights(2) * 3, [1, 0.8])


@given(st.lists(st.floats(-1e4, 0), min_size=1, max_size=9))
def test_loss_is_the_weighted_sum(logp: list[float]) -> None:
    expected = -sum((1 - 0.2 * t) / 3 * x for t, x in enumerate(logp[:5]))
    assert weighted_loss(logp) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.tuples(*[st.floats(0, 1e4)] * 3), min_size=1), st.floats(-5, 5))
def test_filter_by_its_definition(losses: list[tuple[float, float, float]], tau: float) -> None:
    kept = filter_calls(*np.array(losses).T, tau)
    assert kept.tolist() == [min(none, call) - both >= tau for none, call, both in losses]


def test_filter_wants_the_result_to_help_and_keeps_the_border() -> None:
    none, call, both = [3.0, 3.0, 3.0], [3.5, 1.0, 3.0], [2.0, 1.0, 2.5]
    assert filter_calls(none, call, both, tau=1.0).tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("27 + 4 * 2", "35"),  # table 1 of the paper
        ("400 / 1400", "0.29"),  # figure 1 of the paper
        ("2 - 3 - 4", "-5"),
        ("16 / 4 / 2", "2"),
        ("-(2 + 3) * 4", "-20"),
        ("2 * -3", "-6"),
        ("((1.50))", "1.5"),
        ("100", "100"),
        ("0 - 0.001", "0"),
        ("10 * 10", "100"),
    ],
)
def test_calculator(expression: str, result: str) -> None:
    assert calculator(expression) == result


numbers = st.integers(0, 999).map(str)
expressions = st.recursive(
    numbers,
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(
        lambda t: f"({' '.join(t)})"
    ),
    max_leaves=8,
)


@given(expressions)
def test_calculator_agrees_with_exact_arithmetic(expression: str) -> None:
    exact = re.sub(r"\d+", r"Fraction(\g<0>)", expression)
    try:
        value = eval(exact, {"Fraction": Fraction})  # on what this test itself wrote
    except ZeroDivisionError:
        with pytest.raises(ValueError, match=r"not arithmetic: .*division by zero"):
            calculator(expression)
        return
    assert float(calculator(expression)) == pytest.approx(float(value), rel=1e-12, abs=0.00501)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "1 +",
        "(1",
        "1)",
        "1 2",
        "2 ** 3",
        "1e5",
        "x",
        "__import__('os')",
        "[1]",
        "1,000",
        "+1",
        "1 / 0",
    ],
)
def test_calculator_refuses_what_is_not_arithmetic(expression: str) -> None:
    with pytest.raises(ValueError, match=r"is not arithmetic: "):
        calculator(expression)


def test_calculator_refuses_what_would_take_long_or_overflow() -> None:
    with pytest.raises(ValueError, match="expression has 101 characters, expected at most 100"):
        calculator("(" * 101)
    with pytest.raises(ValueError, match="found '' where a number was expected"):
        calculator("(" * 100)
    with pytest.raises(ValueError, match="found '' where"):
        calculator("-" * 100)
    assert calculator("9" * 100) == f"{float('9' * 100):.2f}"[:-3]


@given(st.text(max_size=120))
def test_calculator_answers_or_refuses(expression: str) -> None:
    try:
        assert re.fullmatch(r"-?\d+(\.\d\d?)?", calculator(expression))
    except ValueError as error:
        assert "expression" in str(error)


def test_calendar() -> None:
    assert calendar(today=date(2023, 1, 30)) == "Today is Monday, January 30, 2023."
    with pytest.raises(ValueError, match="argument must be empty, got 'tomorrow'"):
        calendar("tomorrow", today=date(2023, 1, 30))


def test_the_language_model_is_a_distribution() -> None:
    """Over 50,000 words, most of them never seen, the probabilities add up to 1."""
    history = TOKEN.findall("We meet on Friday. We meet")
    seen = set(
        TOKEN.findall(
            "The farm sold 30 boxes of eggs, which makes a lot of eggs. We meet on Friday."
        )
    )
    p = [np.exp(LM(history, [token])[0]) for token in seen]
    unseen = np.exp(LM(history, ["zebra"])[0])
    assert sum(p) + (50_000 - len(seen)) * unseen == pytest.approx(1)


def test_the_language_model_copies_and_continues_patterns() -> None:
    (nothing,), (copied,) = LM(["we", "have"], ["zebra"]), LM(["zebra", "have"], ["zebra"])
    assert copied - nothing > 5
    again = LM(["a", "zebra", "a"], ["zebra"])[0]
    assert again > LM(["zebra", "a", "b"], ["zebra"])[0]
    both = LM(["we"], ["meet", "on"])
    np.testing.assert_allclose(both, [LM(["we"], ["meet"])[0], LM(["we", "meet"], ["on"])[0]])
    assert np.isfinite(LM([], ["zebra"])).all()


def test_positions_are_where_the_model_would_start_a_call() -> None:
    tokens, prompt = TOKEN.findall(TEXT), TOKEN.findall(PROMPT)
    assert call_positions(tokens, LM, prompt, k=5, tau_s=0.05) == [tokens.index("432")]
    every = call_positions(tokens, LM, prompt, k=3, tau_s=0.0)
    assert len(every) == 3 and tokens.index("432") in every
    assert call_positions(tokens, LM, prompt, k=5, tau_s=1.0) == []


def test_proposals_use_the_last_three_numbers() -> None:
    calls = propose_calls(["1", "and", "2", "3", "4.5"])
    assert ("Calculator", "2 * 4.5") in calls and ("Calendar", "") in calls
    assert len(calls) == 3 * 4 + 1 and not any("1" in argument for _, argument in calls)
    assert propose_calls([]) == [("Calendar", "")]


def test_only_the_right_call_is_kept() -> None:
    found = annotate(TEXT, LM, TOOLS, PROMPT)
    assert found.text == TEXT.replace("432", "[Calculator(18 * 24) -> 432] 432")
    assert [call.argument for call in found.calls if call.kept] == ["18 * 24"]
    for call in found.calls:
        assert call.kept == (min(call.losses[:2]) - call.losses[2] >= 1)


def test_losses_are_taken_with_the_call_before_the_text() -> None:
    text = TEXT + " They were all fresh."
    tokens = TOKEN.findall(text)
    call = next(c for c in annotate(text, LM, TOOLS, PROMPT).calls if c.argument == "18 * 24")
    i = tokens.index("432")
    for loss, prefix in zip(
        call.losses, ["", "[Calculator(18 * 24)]", "[Calculator(18 * 24) -> 432]"], strict=True
    ):
        logp = LM(TOKEN.findall(prefix) + tokens[:i], tokens[i:])
        assert loss == pytest.approx(weighted_loss(logp))


def test_a_call_whose_argument_gives_the_answer_away_is_dropped() -> None:
    def propose(before: list[str]) -> list[tuple[str, str]]:
        return [("Calculator", "432 + 0")]

    call = annotate(TEXT, LM, TOOLS, PROMPT, propose).calls[0]
    assert call.result == "432" and call.losses[0] - call.losses[2] > 1 and not call.kept


def test_a_wrong_text_keeps_no_call() -> None:
    text = TEXT.replace("432", "500")
    assert annotate(text, LM, TOOLS, PROMPT).text == text


def test_several_calls_are_inserted_each_at_its_place() -> None:
    text = TEXT + " We meet on Monday, January 30. 7 bags of 8 pens, which makes 56 pens."
    found = annotate(text, LM, TOOLS, PROMPT)
    assert re.sub(r"\[[^\]]*\] ", "", found.text) == text
    assert re.findall(r"\[.*?\] \w+", found.text) == [
        "[Calculator(18 * 24) -> 432] 432",
        "[Calendar() -> Today is Monday, January 30, 2023.] Monday",
        "[Calculator(7 * 8) -> 56] 56",
    ]


def test_of_several_calls_at_one_place_the_best_is_inserted() -> None:
    def propose(before: list[str]) -> list[tuple[str, str]]:
        return [("Long", ""), ("Calculator", "18 * 24"), ("Long", ""), ("Unknown", "")]

    tools = {**TOOLS, "Long": lambda argument: "432 and a good many more words than that"}
    found = annotate(TEXT, LM, tools, PROMPT, propose)
    assert [call.kept for call in found.calls] == [True, True, True]
    assert "[Calculator(18 * 24) -> 432] 432" in found.text and "Long" not in found.text


def test_a_higher_threshold_keeps_fewer_calls() -> None:
    kept = [
        sum(call.kept for call in annotate(TEXT, LM, TOOLS, PROMPT, tau_f=tau).calls)
        for tau in (-1.0, 1.0, 5.0)
    ]
    assert kept == [5, 1, 0]


def test_any_model_can_be_put_in() -> None:
    def clueless(history: object, tokens: list[str]) -> Array:
        return np.full(len(tokens), -1e4 if tokens != ["["] else -0.1)

    found = annotate(TEXT, clueless, TOOLS, PROMPT)
    assert found.text == TEXT and len({call.position for call in found.calls}) == 5


def test_linearised_calls() -> None:
    assert linearise("Calculator", "1 + 1") == "[Calculator(1 + 1)]"
    assert linearise("Calculator", "1 + 1", "2") == "[Calculator(1 + 1) -> 2]"
    assert linearise("QA", "?", "") == "[QA(?) -> ]"


def test_refused() -> None:
    with pytest.raises(ValueError, match="n must be an integer of at least 1, got 0"):
        token_weights(0)
    with pytest.raises(
        ValueError, match=r"logp must hold logarithms of probabilities, got one of 0.5"
    ):
        weighted_loss([-1.0, 0.5])
    with pytest.raises(ValueError, match=r"logp, of shape .* NaN"):
        weighted_loss([float("nan")])
    with pytest.raises(ValueError, match=r"loss_call has shape \(1,\), expected \(2,\)"):
        filter_calls([1.0, 2.0], [1.0], [1.0, 2.0], 1.0)
    with pytest.raises(ValueError, match=r"tau, of shape .* NaN"):
        filter_calls([1.0], [1.0], [1.0], float("nan"))
    with pytest.raises(ValueError, match="tau_s must be a number from 0 to 1"):
        annotate(TEXT, LM, TOOLS, PROMPT, tau_s=1.5)
    with pytest.raises(ValueError, match="k must be an integer of at least 1"):
        annotate(TEXT, LM, TOOLS, PROMPT, k=0)
