"""Finds names that are not written as the glossary or ``hooks/checks/names.yml`` writes them.

A name is met where the same letters and digits stand, whatever their case and whether spaces, hyphens
or points part them: “GPT-Q”, “Smoothquant”, “hugging-face”.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import Path

import yaml

from hooks.files import Problem
from hooks.glossary import terms_in
from hooks.source import Source

# What no ordinary word has: two capitals or a digit beside a letter, a capital inside.
UNUSUAL = re.compile(r"[A-Z]{2}|[A-Za-z]\d|\d[A-Za-z]|[a-z][A-Z][a-z]")
# Addresses, citations, attributes and tags: what stands in them is no prose.
APART = re.compile(r"\]\([^)\s]*|https?://[^\s)]+|\[@[^\]]*\]|\{[^{}\n]*\}|</?[a-z][^<>]*>")
SHOWN = re.compile(r"^(?:title|description): *(.+)$", re.M)
PART = re.compile(r"[A-Za-z0-9]+")
BETWEEN = re.compile(r"[ \n.‐‑–_-]?")
NOTE = re.compile(r"^\s*note *= *\{(.+)\},?$", re.M)  # a title is as its author wrote it
DEFINITION = re.compile(r"\bdef: *\{(.+)\}\}$", re.M)
LONGEST = 4  # parts of a name: Llama, 3, 1

Names = dict[str, list[str]]


def letters(text: str) -> str:
    return re.sub("[^a-z0-9]", "", text.lower())


@lru_cache(maxsize=4)
def _known(glossary: Path, changed: float) -> Names:
    own = yaml.safe_load(Path(__file__).with_name("names.yml").read_text("utf-8"))
    listed = set(chain(*own["names"]))
    for term in terms_in(glossary, changed):
        kinds = [term[kind] for kind in ("zh", "en", "abbr") if kind in term]
        listed |= {word for kind in kinds for word in kind.split() if UNUSUAL.search(word)}
        listed |= {term["abbr"]} if "abbr" in term else set()
        listed |= {term["en"]} if term["zh"] == term["en"] else set()
    names = defaultdict(list)
    for name in sorted(listed - set(own["words"])):
        if name.isascii():
            names[letters(name)].append(name.removesuffix("()"))
    beginnings = {key[:end] for key in names for end in range(1, len(key))}
    return {key: [] for key in beginnings} | names


def known(root: Path) -> Names:
    """How each name is written, by its letters and digits; nothing for what only begins one."""
    glossary = root / "docs" / "glossary.yml"
    return _known(glossary, glossary.stat().st_mtime)


def misspelt(text: str, names: Names) -> Iterator[tuple[int, str]]:
    """Where ``text`` writes a name wrongly, and how the name is written."""
    parts, done = list(PART.finditer(text)), 0
    for i, first in enumerate(parts):
        key, found = first[0].lower(), 0
        if first.start() < done or key not in names:
            continue
        for before, after in pairwise([*parts[i : i + LONGEST], None]):
            if names[key]:
                found, right = before.end(), names[key]
            if after is None or not BETWEEN.fullmatch(text, before.end(), after.start()):
                break
            key += after[0].lower()
            if key not in names:
                break
        if not found:
            continue
        done, written = found, text[first.start() : found].replace("\n", " ")
        compound = text[found : found + 1] == "-"  # Llama-3-8B
        if written not in right + [name.replace(" ", "-") for name in right] * compound:
            yield first.start(), " or ".join(right)


@lru_cache(maxsize=1024)
def _prose(text: str, prose: str) -> str:
    """What readers see of a page's words, every other character blanked."""
    for match in SHOWN.finditer(text, 0, max(0, text.find("\n---\n"))):
        prose = prose[: match.start(1)] + match[1] + prose[match.end(1) :]
    return APART.sub(lambda match: re.sub(r"[^\n]", "\0", match[0]), prose)


def spelling(source: Source, names: Names) -> list[Problem]:
    """Misspelt names in a page's title, description and text."""
    return [
        source.problem(start, f"The name is written {right}. Correct it.")
        for start, right in misspelt(_prose(source.text, source.prose), names)
    ]


def spelling_in(file: Source, shown: re.Pattern[str], names: Names) -> list[Problem]:
    """The same for what ``shown`` picks out of a file that is no page."""
    return [
        file.problem(found.start(1) + start, f"The name is written {right}. Correct it.")
        for found in shown.finditer(file.text)
        for start, right in misspelt(found[1], names)
    ]
