"""Reads the numbers in a piece of prose, so that 1.5 万 and 15,000, or 两 and 2, can be compared."""

from __future__ import annotations

import re
from decimal import Decimal

SCALES = {
    **{"k": 10**3, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12},
    **{"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12},
    **{
        "百": 100,
        "千": 10**3,
        "万": 10**4,
        "百万": 10**6,
        "千万": 10**7,
        "亿": 10**8,
        "万亿": 10**12,
    },
}
DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?"
WORD = r"[ -]?(万亿|百万|千万|[百千万亿]|(?:hundred|thousand|million|billion|trillion)\b)"
NUMBER = re.compile(
    rf"(?<![\d.])({DIGITS})(?:{WORD}|([kKMBT])(?![A-Za-z])|(?= ?(?:–|到|至|to) ?{DIGITS}{WORD}))?"
)
WORDS = {
    "en": {
        0: "zero no none nothing",
        1: "one first once single January",
        2: "two second twice double doubling both half pair February",
        3: "three third March",
        4: "four fourth quarter April",
        5: "five fifth May",
        6: "six sixth June",
        7: "seven seventh July",
        8: "eight eighth August",
        9: "nine ninth September",
        10: "ten tenth October",
        11: "eleven November",
        12: "twelve dozen December",
        20: "twenty",
        100: "hundred hundredth",
        1_000: "thousand thousandth",
        1_000_000: "million millionth",
        1_000_000_000: "billion",
    },
    "zh": {
        **{0: "零", 1: "一 首 单", 2: "二 两 双 半", 3: "三", 4: "四", 5: "五", 6: "六", 7: "七"},
        **{8: "八", 9: "九", 10: "十", 100: "百"},
    },
}
SPELT = {
    language: {word: value for value, words in table.items() for word in words.split()}
    for language, table in WORDS.items()
}


def written(text: str) -> list[tuple[Decimal, int, str]]:
    """The numbers written with digits: value, place and how each is written."""
    found = []
    for match in NUMBER.finditer(text):
        scale = next((unit for unit in match.groups()[1:] if unit), None)
        value = Decimal(match[1].replace(",", "")) * (SCALES[scale] if scale else 1)
        found.append((value, match.start(), match[0].strip()))
    return found


def spelt(text: str, language: str) -> set[Decimal]:
    """The numbers that ``text`` may mean by words; more than are meant, 一 being part of many."""
    words = re.findall(r"[A-Za-z]+", text) if language == "en" else list(text)
    words += [word.lower().removesuffix("s") for word in words]
    return {Decimal(SPELT[language][word]) for word in words if word in SPELT[language]}
