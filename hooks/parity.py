"""Compares a page's two languages: they must teach the same things in the same order."""

from __future__ import annotations

import re
from collections import defaultdict

from hooks.source import Item, Problem, Source

WORDS = re.compile(r"\\(?:text|mathrm|textbf)\s*\{[^{}]*\}")
WHAT = {
    "heading": "heading",
    "display": "displayed formula",
    "inline": "formula",
    "citation": "citation",
    "listing": "code listing",
    "figure": "figure",
    "image": "image",
    "explorer": "explorer",
    "question": "question",
}
# Prose in a listing (a prompt, a transcript) is translated; code is the same in both.
PROSE = {"", "text", "markdown", "mermaid"}


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


def _shown(text: str) -> str:
    line = text.strip().replace("\n", " ")
    return line if len(line) <= 60 else line[:57] + "…"


def compare(zh: Source, en: Source) -> list[Problem]:
    """Where ``en`` differs from ``zh``; at most one complaint for each kind and section."""
    problems = []
    for kind in ("heading", "display", "listing", "figure", "image", "explorer", "question"):
        left, right = zh.of(kind), en.of(kind)
        for i in range(max(len(left), len(right))):
            a = left[i] if i < len(left) else None
            b = right[i] if i < len(right) else None
            if a and b and _essence(a) == _essence(b):
                continue
            here, other, item, twin = (zh, en, a, b) if a else (en, zh, b, None)
            against = f"{_shown(_essence(twin))!r}" if twin else "nothing"
            message = (
                f"The {WHAT[kind]} {_shown(_essence(item))!r} is {against} in {other.path}. "
                "Make both languages the same."
            )
            problems.append(here.problem(item.start, message))
            break
    if problems:
        return problems
    for kind in ("inline", "citation"):
        left, right = _by_section(zh, kind), _by_section(en, kind)
        for section in sorted(left.keys() | right.keys()):
            for here, other, extra in (
                (zh, en, left[section].keys() - right[section].keys()),
                (en, zh, right[section].keys() - left[section].keys()),
            ):
                items = left[section] if here is zh else right[section]
                for essence in sorted(extra):
                    message = (
                        f"The {WHAT[kind]} {_shown(items[essence].text)!r} is missing from the section "
                        f"#{section} of {other.path}. Make both languages the same."
                    )
                    problems.append(here.problem(items[essence].start, message))
    return problems


def _by_section(source: Source, kind: str) -> defaultdict[str, dict[str, Item]]:
    found: defaultdict[str, dict[str, Item]] = defaultdict(dict)
    for item in source.of(kind):
        found[item.section].setdefault(_essence(item), item)
    return found
