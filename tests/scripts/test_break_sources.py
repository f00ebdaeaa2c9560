"""`make break` tells a damage that is caught from one that is not, and mends what it damaged."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import break_sources
from scripts.damages import DAMAGES, PYTEST, Check, Damage


def check(name: str, word: str) -> Check:
    """A check that refuses page.md if it holds ``word``."""
    code = f"import sys; sys.exit('found {word}' if '{word}' in open('page.md').read() else 0)"
    return Check(name, ((sys.executable, "-c", code),), re.compile("found .*"))


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Path]:
    page = tmp_path / "page.md"
    page.write_text("right", "utf-8")
    break_sources.copies.put(tmp_path)
    yield page
    assert break_sources.copies.get_nowait() == tmp_path
    assert page.read_text("utf-8") == "right"


def test_caught_by_the_second_check(page: Path) -> None:
    damage = Damage("a word", "page.md", "right", "wrong", (check("one", "x"), check("two", "wr")))
    assert break_sources.caught(damage)[0] == "two: found wr"


def test_not_caught(page: Path) -> None:
    damage = Damage("a word", "page.md", re.compile("r.*"), "wrong", (check("one", "x"),))
    assert break_sources.caught(damage)[0] == ""


def test_a_check_that_always_complains_says_nothing(page: Path) -> None:
    assert break_sources.undamaged([check("one", "wrong")]) is None
    assert "found right" in str(break_sources.undamaged([check("one", "right")]))


def test_a_damage_without_a_place_is_told(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    damage = Damage("a word", "page.md", "left", "wrong", ())
    monkeypatch.setattr(break_sources, "ROOT", page.parent)
    monkeypatch.setattr(break_sources, "DAMAGES", [damage])
    assert break_sources.main() == 1
    assert "page.md has nothing to damage for 'a word'." in capsys.readouterr().out


def test_every_test_that_should_catch_a_damage_is_there() -> None:
    checks = [check for damage in DAMAGES for check in damage.checks]
    commands = [c for check in checks for c in check.commands if c[: len(PYTEST)] == PYTEST]
    names = {name for command in commands for name in command[len(PYTEST) :]}
    command = [*PYTEST, "--collect-only", *sorted(names)]
    result = subprocess.run(
        command, cwd=break_sources.ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
