"""When each page last changed and who wrote it, as Git knows it and without asking anybody else."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

CONTACT = re.compile(r".+ <.*>")
PROGRAM = re.compile(r"\[bot\] <|<(no-?reply|bot)@")
TRAILERS = "%(trailers:key=Co-authored-by,valueonly,separator=%x1f)"


@dataclass
class Change:
    """A file's last commit, in seconds, and how many commits each person has in it."""

    date: int
    authors: Counter[str] = field(default_factory=Counter)


def _git(root: Path, *arguments: str, text: str | None = None) -> list[str]:
    """The lines that Git answers; none where it fails."""
    command = ["git", *arguments]
    result = subprocess.run(
        command, cwd=root, input=text, capture_output=True, encoding="utf-8", errors="replace"
    )
    return result.stdout.splitlines() if result.returncode == 0 else []


def _people(root: Path, contacts: set[str]) -> dict[str, str]:
    """Each contact's name after .mailmap; programs have none."""
    known = sorted(contact for contact in contacts if CONTACT.fullmatch(contact))
    mapped = _git(root, "check-mailmap", "--stdin", text="\n".join(known)) if known else []
    pairs = zip(known, mapped, strict=True)
    return {old: new.rpartition(" <")[0] for old, new in pairs if not PROGRAM.search(new)}


def history(root: Path) -> dict[str, Change]:
    """Every file of ``docs/``; nothing outside of Git or where it has only the latest commits."""
    if not shutil.which("git") or _git(root, "rev-parse", "--is-shallow-repository") != ["false"]:
        return {}
    log = f"--format=commit %ct%x1f%an <%ae>%x1f{TRAILERS}"
    lines = _git(root, "log", log, "--name-only", "--relative", "--", "docs")
    commits = [line.split("\x1f") for line in lines if line.startswith("commit ")]
    people = _people(root, {contact for _, *contacts in commits for contact in contacts})
    changes: dict[str, Change] = {}
    date, authors = 0, set()
    for line in lines:
        if line.startswith("commit "):
            first, *contacts = line.split("\x1f")
            date = int(first.removeprefix("commit "))
            authors = {people[contact] for contact in contacts if contact in people}
        elif line:
            changes.setdefault(line, Change(date)).authors.update(authors)
    return changes
