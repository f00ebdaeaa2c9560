"""Checks the title and the description of each page, which search engines and link previews show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from hooks.files import Problem
from hooks.source import Source

# In columns, of which a Chinese character takes two: search engines cut what is longer.
LONGEST = {"title": 80, "description": 160}
MARKUP = re.compile(r'["<>&$`*\[\]\\]')


def _columns(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text)


def metadata(sources: Iterable[Source]) -> list[Problem]:
    """Each page has a title and a description: its own, short, and in plain text."""
    problems = []
    first: dict[tuple[str, str], Source] = {}
    for source in sources:
        if source.front is None:
            continue  # its YAML is invalid, which has been said
        for name, text in (
            ("title", source.title),
            ("description", str(source.front.get("description") or "")),
        ):
            other = first.setdefault((source.language, text), source)
            if not text:
                message = (
                    "This page has no description. Say in the front matter in one sentence what it "
                    "teaches, for search engines and link previews: 'description: …'"
                )
            elif other is not source:
                message = f"This {name} is that of {other.path}. Write another."
            elif (columns := _columns(text)) > LONGEST[name]:
                message = (
                    f"This {name} takes {columns} columns, a Chinese character two; search engines "
                    f"cut it after {LONGEST[name]}. Shorten it."
                )
            elif mark := MARKUP.search(text):
                message = (
                    f"This {name} is shown as plain text, with its {mark[0]} as it is. Write it without "
                    "markup, and quotation marks as “…”."
                )
            else:
                continue
            place = re.search(rf"^{name}:|^# ", source.text, re.M)
            problems.append(source.problem(place.start() if place else 0, message))
    return problems
