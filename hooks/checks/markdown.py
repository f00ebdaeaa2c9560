"""Finds Markdown that would not be shown as it was meant, and untidiness that later edits trip over.

rumdl reads the files; what to do about each of its findings is said here. Only these rules are on.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from hooks.files import Problem
from hooks.source import Source

RUMDL = Path(sys.executable).with_name("rumdl")
ADVICE = {
    "MD001": "This heading skips a level. Give it one # more than the heading above.",
    "MD007": "This list item would leave its list. Indent a list inside a list by 4 spaces.",
    "MD009": "There are spaces at the end of this line. Take them away.",
    "MD010": "This is a tab. Write spaces.",
    "MD011": "This link is the wrong way round. Write [text](address).",
    "MD012": "There is more than one blank line. Leave one.",
    "MD018": "This is shown as text, not as a heading. Put a space after #.",
    "MD022": "This heading touches other text. Put a blank line before and after it.",
    "MD023": "This heading is indented. Start it at the beginning of the line.",
    "MD031": "This code block touches other text. Put a blank line before and after it.",
    "MD032": "This list would be shown as running text. Put a blank line before and after it.",
    "MD034": "This address is not a link. Write <https://…> or [text](https://…).",
    "MD037": "These asterisks or underscores are shown. Leave no space just inside them.",
    "MD039": "There are spaces inside the brackets of this link. Take them away.",
    "MD040": "This code block has no language. Write it after the backticks: ```python or ```text",
    "MD042": "This link leads nowhere. Put its address into the parentheses.",
    "MD047": "The file should end with one line break. Add or remove what is missing or too much.",
    "MD056": "This row has more or fewer cells than the table's head. Write \\| for |, in formulas \\mid.",
    "MD058": "This table touches other text. Put a blank line before and after it.",
    "MD077": "This belongs to a list item but would leave it. Indent it by 4 spaces.",
    "MD092": "Two versions stand here after a merge. Keep one and remove the <<<<<<< and >>>>>>>.",
}
MKDOCS = "mkdocs"  # Python-Markdown, with the blocks and attributes of its extensions
GITHUB = "standard"
NUL = "\0"

_found: dict[tuple[str, str, str], list[Problem]] = {}


def markdown(sources: Iterable[Source], flavor: str) -> list[Problem]:
    """What ADVICE lists in ``sources``; each text is linted once, however often the site is built."""
    keys = {(flavor, source.path, source.text): source for source in sources}
    new = [source for key, source in keys.items() if key not in _found]
    command = [RUMDL, "check", "--isolated", "--no-cache", "--flavor", flavor, "--stdin-batch"]
    command += ["--enable", ",".join(ADVICE), "--output-format", "json", "--fail-on", "never"]
    result = subprocess.run(
        command,
        input="".join(f"{source.path}\0{source.text.replace(NUL, ' ')}\0" for source in new),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    _found.update({(flavor, source.path, source.text): [] for source in new})
    texts = {source.path: source.text for source in new}
    for item in json.loads(result.stdout):
        path = item["file"]
        problem = Problem(path, item["line"], item["column"], ADVICE[item["rule"]])
        _found[flavor, path, texts[path]].append(problem)
    return [problem for key in keys for problem in _found[key]]
