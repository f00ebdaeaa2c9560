"""Compares a page's two languages: they must teach the same things in the same order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from hooks.checks.numbers import spelt, written
from hooks.files import Problem, shown
from hooks.source import Item, Source

WORDS = re.compile(r"\\(?:text|mathrm|textbf)\s*\{[^{}]*\}")
WHAT = {
    "heading": "heading",
    "display": "displayed formula",
    "inline": "formula",
    "citation": "citation",
    "link": "link",
    "code": "code",
    "listing": "code listing",
    "figure": "figure",
    "image": "image",
    "explorer": "explorer",
    "question": "question",
}
# Prose in a listing (a prompt, a transcript) is translated; code is the same in both.
PROSE = {"", "text", "markdown", "mermaid"}
SAME = "Make both languages the same."


def _essence(item: Item) -> str:
    """What must be equal in both languages: words inside a formula may differ."""
    if item.kind == "question":
        return f"{item.text} {item.info}".strip()
    if item.kind == "heading":
        return f"{item.text} {item.info}".strip() if len(item.text) > 1 else item.text
    if item.kind in ("display", "inline"):
        return re.sub(r"\s+", "", WORDS.sub(r"\\text{}", item.text))
    if item.kind == "listing":
        return item.info if item.info.split(" ")[0] in PROSE else f"{item.info}\n{item.text}"
    return item.text


def compare(zh: Source, en: Source) -> list[Problem]:
    """Where ``en`` differs from ``zh``; finer things only where the coarser ones agree."""
    return _order(zh, en) or _blocks(zh, en) or list(_contents(zh, en))


def _order(zh: Source, en: Source) -> list[Problem]:
    """What stands on its own; at most one complaint for each kind."""
    problems = []
    for kind in ("heading", "display", "listing", "figure", "image", "explorer", "question"):
        left, right = zh.of(kind), en.of(kind)
        for i in range(max(len(left), len(right))):
            a = left[i] if i < len(left) else None
            b = right[i] if i < len(right) else None
            if a and b and _essence(a) == _essence(b):
                continue
            here, other, item, twin = (zh, en, a, b) if a else (en, zh, b, None)
            against = f"{shown(_essence(twin))!r}" if twin else "nothing"
            message = (
                f"The {WHAT[kind]} {shown(_essence(item))!r} is {against} in {other.path}. {SAME}"
            )
            problems.append(here.problem(item.start, message))
            break
    return problems


def _blocks(zh: Source, en: Source) -> list[Problem]:
    """Paragraphs, list items and table rows: the same number of each between two formulas."""
    left, right = (source.of("block", "display", "listing") for source in (zh, en))
    kinds = [[item.info or item.kind for item in items] for items in (left, right)]
    for tag, i, j, k, m in SequenceMatcher(None, *kinds, autojunk=False).get_opcodes():
        if tag != "equal":
            here, other, item = (zh, en, left[j - 1]) if j - i >= m - k else (en, zh, right[m - 1])
            message = f"{other.path} has no such {item.info or WHAT[item.kind]} here. {SAME}"
            return [here.problem(item.start, message)]
    return []


def _contents(zh: Source, en: Source) -> Iterator[Problem]:
    """What stands in the text, compared block by block."""
    for (a, inside_a), (b, inside_b) in zip(_filled(zh), _filled(en), strict=True):
        for here, block, inside, other, twin, against in (
            (zh, a, inside_a, en, b, inside_b),
            (en, b, inside_b, zh, a, inside_a),
        ):
            line = other.problem(twin.start, "").line
            for start, what in [
                *_items_without(inside, against, other),
                *_numbers_without(block, twin, other.language),
            ]:
                message = f"The {what} is missing from {other.path}:{line}. {SAME}"
                yield here.problem(start, message)


def _filled(source: Source) -> list[tuple[Item, list[Item]]]:
    """The blocks of a page, each with the formulas, citations, links and code in it."""
    filled: list[tuple[Item, list[Item]]] = []
    for item in source.items:
        if item.kind == "block":
            filled.append((item, []))
        elif filled and item.kind in ("inline", "citation", "link", "code"):
            filled[-1][1].append(item)
    return filled


def _items_without(
    inside: list[Item], against: list[Item], other: Source
) -> Iterator[tuple[int, str]]:
    """What is ``inside`` one language's block and not in the other's.

    A formula that one language repeats where the other has a word may stand anywhere in the other's
    section.
    """
    left = Counter((item.kind, _essence(item)) for item in against)
    as_many = len(_inline(inside)) == len(_inline(against))
    for item in inside:
        left[item.kind, _essence(item)] -= 1
        if left[item.kind, _essence(item)] >= 0:
            continue
        if item.kind == "inline" and not as_many:
            section = [twin for twin in other.of("inline") if twin.section == item.section]
            if _essence(item) in map(_essence, section):
                continue
        yield item.start, f"{WHAT[item.kind]} {shown(item.text)!r}"


def _inline(items: list[Item]) -> list[Item]:
    return [item for item in items if item.kind == "inline"]


def _numbers_without(block: Item, twin: Item, language: str) -> Iterator[tuple[int, str]]:
    """The numbers of ``block`` that ``twin`` has neither in digits nor in words."""
    left = Counter(value for value, _, _ in written(twin.text))
    words = spelt(twin.text, language)
    for value, start, text in written(block.text):
        left[value] -= 1
        if left[value] < 0 and value not in words:
            yield block.start + start, f"number {text}"
