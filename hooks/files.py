"""Reads the site's sources, and refuses what no page can be made of: files that are too large, are not
UTF-8, hold characters that nobody sees, or lead out of the repository."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LARGEST = 1_000_000  # bytes; a page has 50,000
LONGEST = re.compile(r"[^\n]{4000}")  # patterns and Markdown would spend minutes on such a line
PAGE = re.compile(r"docs/([a-z0-9_]+/)*[a-z0-9_]+\.(zh|en)\.md")
# Controls, zero-width marks, marks that reorder text, tags: what is read differs from what is there.
HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)


@dataclass(frozen=True)
class Problem:
    """Something that stops the build, and what to do about it."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


def shown(text: str) -> str:
    """``text`` as it stands in a complaint: on one line, and not too long."""
    line = text.strip().replace("\n", " ")
    return line if len(line) <= 60 else line[:57] + "…"


def hint(name: str, names: Iterable[str], form: str = "{}") -> str:
    """What ``name`` may have been meant to be, of ``names``, as a complaint says it."""
    near = difflib.get_close_matches(name, names, 1)
    return f" Did you mean {form.format(near[0])}?" if near else ""


def place(text: str, start: int) -> tuple[int, int]:
    """Line and column of an offset."""
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def read_text(root: Path, path: Path) -> tuple[str, list[Problem]]:
    """The text of a source, and what makes it unfit to be one; then the text is empty."""
    name = path.relative_to(root).as_posix()
    if not path.is_file():
        return "", [Problem(name, 1, 1, "This file is missing. Restore it.")]
    if path.stat().st_size > LARGEST:
        message = f"This file has more than {LARGEST // 1_000_000} MB. Make it smaller."
        return "", [Problem(name, 1, 1, message)]
    data = path.read_bytes()
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        message = f"Byte 0x{data[error.start]:02x} is not UTF-8. Save the file as UTF-8."
        return "", [Problem(name, line, column, message)]
    if line := LONGEST.search(text):
        message = "This line has more than 4,000 characters. Break it."
        return "", [Problem(name, *place(text, line.start()), message)]
    hidden = HIDDEN.search(text)
    if hidden is None:
        return text, []
    character = unicodedata.name(hidden[0], "a control character")
    message = f"U+{ord(hidden[0]):04X} ({character}) is invisible. Delete it."
    return "", [Problem(name, *place(text, hidden.start()), message)]


def files(root: Path) -> list[Problem]:
    """What is wrong with the files of ``docs/`` before one looks into them."""
    problems = []
    for path in sorted((root / "docs").rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            message = "This is a symbolic link. Put the file itself here."
        elif path.is_dir():
            continue
        elif path.suffix == ".md" and not PAGE.fullmatch(name):
            message = (
                "A page's name has small Latin letters, digits and underscores, and ends in .zh.md "
                "or .en.md. Rename it."
            )
        elif path.suffix != ".md" and path.stat().st_size > LARGEST:
            message = f"This file has more than {LARGEST // 1_000_000} MB. Make it smaller."
        else:
            continue
        problems.append(Problem(name, 1, 1, message))
    return problems
