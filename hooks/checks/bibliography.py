"""Checks references.bib: every source once, complete, of a kind that the page of sources lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from pybtex.database import parse_string
from pybtex.exceptions import PybtexError

from hooks.files import Problem, shown
from hooks.source import Source

ENTRY = re.compile(r"^[ \t]*@(?!comment|string|preamble)\w+\s*\{\s*([^,\s]+)\s*,", re.M | re.I)
FIELD = re.compile(r"^\s*(\w+)\s*=", re.M)
LISTED = re.compile(r"<!-- sources: (\w+) -->")  # where a page lists the sources of a kind
KEY = re.compile(r"[\w-]+", re.A)  # what [@…] can name
URL = re.compile(r"https?://[^\s<>()\[\]\"\\]+", re.A)
YEAR = re.compile(r"\d{4}")


def bibliography(source: Source, kinds: set[str]) -> tuple[set[str], list[Problem]]:
    """The keys of a BibTeX file, and what is wrong with its entries."""
    starts = {entry[1]: entry.start(1) for entry in ENTRY.finditer(source.text)}
    if problems := [*_repeated(source)]:
        return set(starts), problems
    try:
        entries = parse_string(source.text, "bibtex").entries
    except PybtexError as error:
        kind = getattr(error, "error_type", "error")
        message = f"{kind}: {error.args[0]}. Look for a missing brace or comma here or just above."
        line = getattr(error, "lineno", None) or 1
        return set(starts), [Problem(source.path, line, 1, message)]
    spans = pairwise([*starts.values(), len(source.text)])
    for (key, start), span in zip(starts.items(), spans, strict=True):
        places = {field[1].lower(): field.start(1) for field in FIELD.finditer(source.text, *span)}
        for field, message in _unusable(key, entries[key].fields, kinds):
            problems.append(source.problem(places.get(field, start), message))
    return set(starts), problems


def _repeated(source: Source) -> Iterator[Problem]:
    """Keys and fields that are given twice, and keys that no citation can name."""
    first: dict[str, int] = {}
    for entry, after in pairwise([*ENTRY.finditer(source.text), None]):
        key, line = shown(entry[1]), source.problem(entry.start(1), "").line
        before = first.setdefault(entry[1].lower(), line)
        if before != line:
            message = f"The key {key} is already used on line {before}. Rename or merge."
            yield source.problem(entry.start(), message)
        elif not KEY.fullmatch(entry[1]):
            message = f"The key {key} must have Latin letters, digits, - and _ only."
            yield source.problem(entry.start(1), message)
        fields, end = set(), after.start() if after else len(source.text)
        for field in FIELD.finditer(source.text, entry.end(), end):
            if field[1].lower() in fields:
                message = f"The {field[1]} of {key} is given twice. Keep one."
                yield source.problem(field.start(1), message)
            fields.add(field[1].lower())


def _unusable(key: str, fields: Mapping[str, str], kinds: set[str]) -> Iterator[tuple[str, str]]:
    """Which fields of an entry are missing or wrong, and what to write."""
    listed = ", ".join(sorted(kinds))
    for wrong, field, advice in (
        (not fields.get("title", "").strip("{} "), "title", "Give it in double braces."),
        (fields.get("keywords") not in kinds, "keywords", f"Use one of: {listed}."),
        ("url" in fields and not URL.fullmatch(fields["url"]), "url", "Write https://…"),
        ("year" in fields and not YEAR.fullmatch(fields["year"]), "year", "Write four digits."),
        ("crossref" in fields, "crossref", "Write the fields of the other entry here."),
    ):
        if wrong:
            value = shown(fields.get(field, ""))
            yield field, f"The {field} {value!r} of {key} cannot be used. {advice}"
