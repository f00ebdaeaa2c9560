"""Numbers in prose: each language's way of writing one gives the same value."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hooks.checks.numbers import spelt, written


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1.5 万", [15_000]),
        ("15,000 or 15k or 15 thousand", [15_000] * 3),
        ("7B、70 亿、7 billion", [7_000_000_000] * 3),
        ("10–20 万", [100_000, 200_000]),
        ("从 20 亿到 30 亿", [2_000_000_000, 3_000_000_000]),
        ("2 to 3 million", [2_000_000, 3_000_000]),
        ("768 to 1.5B", [768, 1_500_000_000]),
        ("4.9e6、128k", [4_900_000, 128_000]),
        ("1e-3", [Decimal("0.001")]),
        ("0.50", [Decimal("0.5")]),
        ("1,2,3", [1, 2, 3]),
        ("INT8, 8×A100", [8, 8, 100]),
        ("5 Ks, 5 Mbit", [5, 5]),
    ],
)
def test_written(text: str, values: list[int]) -> None:
    assert [value for value, _, _ in written(text)] == values


def test_places_are_true() -> None:
    text = "about 1,200 of 3 million"
    assert [text[start : start + len(number)] for _, start, number in written(text)] == [
        "1,200",
        "3 million",
    ]


def test_spelt() -> None:
    assert spelt("May the third of two hundred", "en") == {5, 3, 2, 100}
    assert spelt("it may march", "en") == set()
    assert spelt("两个，第三", "zh") == {2, 3}
