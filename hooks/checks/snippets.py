"""Checks each line that includes code: what it names is there, is in lab/, and stands in a code block."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from hooks.files import Problem, read_text, shown
from hooks.source import Source

LINE = re.compile(r"^[ \t]*-+ *8 *<.*$", re.M)  # also one that a formatter has torn apart
SNIPPET = re.compile(r' *--8<-- "(lab/[\w/]+\.py):([a-z][\w-]*)"')


@lru_cache(maxsize=256)
def _missing(root: Path, name: str, section: str, changed: float) -> str:
    """What keeps ``section`` of the file ``name`` from being included, if anything does."""
    text, problems = read_text(root, root / name)
    if problems:
        return f"{problems[0]}"
    for mark in ("start", "end"):
        if not re.search(rf"--8<-- \[{mark}:{section}\]", text):
            return f"{name} has no mark --8<-- [{mark}:{section}]. Add it or correct the name."
    return ""


def snippets(source: Source, root: Path) -> list[Problem]:
    problems = []
    for line in LINE.finditer(source.text):
        match = SNIPPET.fullmatch(line[0])
        outside = source.prose[line.start() : line.end()].strip()
        if not match or outside:
            message = (
                "This would not include code. Write, on a line of its own in a code block: "
                '--8<-- "lab/….py:name"'
            )
        else:
            path = root / match[1]
            if not path.resolve().is_relative_to((root / "lab").resolve()):
                message = f"{shown(match[1])} leads out of lab/. Include code from there only."
            elif not path.is_file():
                message = f"There is no {shown(match[1])}. Write it or correct the name."
            else:
                message = _missing(root, match[1], match[2], path.stat().st_mtime)
        if message:
            problems.append(source.problem(line.start(), message))
    return problems
