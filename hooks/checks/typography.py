"""Finds what Chinese typesetting would not have: no space beside Latin letters, digits or formulas,
half-width punctuation, spaces beside full-width marks. Formulas and code are looked past."""

from __future__ import annotations

import json
from difflib import SequenceMatcher
from functools import lru_cache

import autocorrect_py

from hooks.files import Problem
from hooks.source import Source

# Spelling would change names, and half-width marks would get into Chinese prompts and quotations.
RULES = {"spellcheck": 0, "halfwidth-punctuation": 0}
AROUND = 2  # characters shown on either side of a change

autocorrect_py.load_config(json.dumps({"rules": RULES, "context": {"codeblock": 0}}))


def masked(source: Source) -> str:
    """The page's text with letters for formulas: every other character stands where it stood."""
    text = source.text
    for item in source.of("inline", "display"):
        dollar = item.kind == "inline"
        start, end = item.start - dollar, item.start + len(item.text) + dollar
        letters = "".join("\n" if c == "\n" else "x" for c in text[start:end])
        text = text[:start] + letters + text[end:]
    return text


@lru_cache(maxsize=1024)
def _lint(text: str) -> list[tuple[int, int, str, str]]:
    """Line, column, what stands there, and what should, of each stretch that should change."""
    found = autocorrect_py.lint_for(text, "md").lines
    return [(stretch.line, stretch.col, stretch.old, stretch.new) for stretch in found]


def typography(source: Source) -> list[Problem]:
    problems = []
    lines = source.text.split("\n")
    try:
        stretches = _lint(masked(source))
    except ValueError:  # its parser has given up
        message = "This page cannot be read as Markdown: are there too many brackets in a line?"
        return [Problem(source.path, 1, 1, message)]
    for line, column, old, new in stretches:
        here = lines[line - 1][column - 1 :]
        for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag == "equal" or old[i:j] == "：":  # 20/10：9 is not a time
                continue
            before, after = here[max(0, i - AROUND) : i], here[j : j + AROUND]
            advice = f"Write '{before}{new[k:m]}{after}' for '{before}{here[i:j]}{after}'."
            problems.append(Problem(source.path, line, column + i, advice))
    return problems
