"""Checks references.bib: every source once, complete, of a kind that the page of sources lists."""

from __future__ import annotations

import re
from itertools import pairwise

from pybtex.database import parse_string
from pybtex.exceptions import PybtexError

from hooks.files import Problem, place, shown
from hooks.source import Source

ENTRY = re.compile(r"^[ \t]*@(?!comment|string|preamble)\w+\s*\{\s*([^,\s]+)\s*,", re.M | re.I)
FIELD = re.compile(r"^\s*(\w+)\s*=", re.M)
KEY = re.compile(r"[\w-]+", re.A)  # what [@…] can name
URL = re.compile(r"https?://[^\s<>()\[\]\"\\]+", re.A)
DATE = re.compile(r"\d{4}")


def bibliography(source: Source, kinds: set[str]) -> tuple[set[str], list[Problem]]:
    """The keys of a BibTeX file, and what is wrong with its entries."""
    name, text = source.path, source.text
    problems: list[Problem] = []
    first: dict[str, int] = {}
    keys = {match[1] for match in ENTRY.finditer(text)}

    def complain(start: int, message: str) -> None:
        problems.append(Problem(name, *place(text, start), message))

    for match in ENTRY.finditer(text):
        line, _ = place(text, match.start(1))
        key = shown(match[1])
        if match[1].lower() in first:
            before = first[match[1].lower()]
            complain(
                match.start(), f"The key {key} is already used on line {before}. Rename or merge."
            )
        elif not KEY.fullmatch(match[1]):
            complain(
                match.start(1), f"The key {key} must have Latin letters, digits, - and _ only."
            )
        first.setdefault(match[1].lower(), line)
    if problems:
        return keys, problems
    try:
        entries = parse_string(text, "bibtex").entries
    except PybtexError as error:
        kind = getattr(error, "error_type", "error")
        message = f"{kind}: {error.args[0]}. Look for a missing brace or comma here or just above."
        return keys, [Problem(name, getattr(error, "lineno", None) or 1, 1, message)]
    starts = {match[1]: match.start(1) for match in ENTRY.finditer(text)}
    for key, (start, end) in zip(starts, pairwise([*starts.values(), len(text)]), strict=True):
        fields = entries[key].fields
        places = {
            field[1].lower(): start + field.start(1) for field in FIELD.finditer(text[start:end])
        }
        for wrong, field, advice in (
            (not fields.get("title", "").strip("{} "), "title", "Give it in double braces."),
            (
                fields.get("keywords") not in kinds,
                "keywords",
                f"Use one of: {', '.join(sorted(kinds))}.",
            ),
            ("url" in fields and not URL.fullmatch(fields["url"]), "url", "Write https://…"),
            ("year" in fields and not DATE.fullmatch(fields["year"]), "year", "Write four digits."),
            ("crossref" in fields, "crossref", "Write the fields of the other entry here."),
        ):
            if wrong:
                value = fields.get(field, "")
                message = f"The {field} {shown(value)!r} of {key} cannot be used. {advice}"
                complain(places.get(field, start), message)
    return keys, problems
