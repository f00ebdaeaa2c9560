"""A small site of its own that each test damages in one way and then checks or builds."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from hooks.check import main

ROOT = Path(__file__).parents[2]
SHARED = ("hooks", "overrides", "figures", "lab", "node_modules")

PAGE = """---
title: DPO
description: A page to damage.
---

# DPO

## {derivation} {{ #derivation }}

A formula $x^2$ and a source [@dpo].

$$
y = \\frac{{1}}{{2}}
$$

```python
print(1)
```

See [the start](index.md).

## {sources} {{ #sources }}
"""
FRONT = "---\ndescription: A {} to leave alone.\n---\n\n"
BIB = """@misc{dpo,
  title = {{Direct Preference Optimization}},
  author = {Rafailov, Rafael},
  year = {2023},
  keywords = {paper},
}
"""
BOTH = ("docs/dpo.zh.md", "docs/dpo.en.md")
PROBLEM = re.compile(r"[^:]+:\d+:\d+: .+|\d+ problems? in the sources of the site\.")
Damage = Callable[["Project"], object]


@dataclass
class Project:
    """The damaged site: where it lies, how to check and how to build it."""

    folder: Path

    def write(self, name: str, content: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text("utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def own(self, name: str) -> None:
        """Make what is shared with the real site this site's own, to damage it."""
        (self.folder / name).unlink()
        shutil.copytree(ROOT / name, self.folder / name)

    def check(self) -> tuple[int, str]:
        """What ``make check`` answers, and whether with an error."""
        output = io.StringIO()
        with redirect_stdout(output):
            code = main(self.folder)
        return code, output.getvalue()

    def refuses(self, damage: Damage, message: str) -> None:
        """``damage`` is told with file, line, column and what to do, each mistake on a line."""
        damage(self)
        code, output = self.check()
        assert code == 1
        assert message in output
        lines = output.strip().split("\n")
        assert all(PROBLEM.fullmatch(line) and len(line) < 400 for line in lines), output

    def accepts(self, damage: Damage) -> None:
        damage(self)
        code, output = self.check()
        assert code == 0, output

    def build(self) -> subprocess.CompletedProcess[str]:
        """What ``make build`` runs."""
        return subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"],
            cwd=self.folder,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
            capture_output=True,
            text=True,
            check=False,
        )


def replace(old: str, new: str, *names: str) -> Damage:
    def damage(project: Project) -> None:
        for name in names or BOTH:
            project.replace(name, old, new)

    return damage


def insert(text: str) -> Damage:
    """Put ``text`` into both languages of the page, as a paragraph of its own: line 20."""
    return replace("See [the start](index.md).", text)


def write(name: str, content: str | bytes) -> Damage:
    return lambda project: project.write(name, content)


def remove(name: str) -> Damage:
    return lambda project: (project.folder / name).unlink()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    for name in SHARED:
        (tmp_path / name).symlink_to(ROOT / name)
    # figures are drawn for the whole site, so share what is drawn already
    (tmp_path / ".cache").mkdir()
    for kept in (ROOT / ".cache").glob("*"):
        if kept.name not in ("site", "last"):
            (tmp_path / ".cache" / kept.name).symlink_to(kept)
    config = (ROOT / "mkdocs.yml").read_text("utf-8")
    nav = "nav:\n  - index.md\n  - dpo.md\n  - sources.md\n\n"
    project.write("mkdocs.yml", re.sub(r"^nav:\n.*?^(?=plugins:)", nav, config, flags=re.M | re.S))
    project.write("references.bib", BIB)
    for language, words in (("zh", ("推导", "来源")), ("en", ("Derivation", "Sources"))):
        page = PAGE.format(derivation=words[0], sources=words[1])
        project.write(f"docs/dpo.{language}.md", page)
        project.write(f"docs/index.{language}.md", f"{FRONT.format('home')}# Home\n\nWelcome.\n")
        project.write(
            f"docs/sources.{language}.md",
            f"{FRONT.format('list')}# Sources\n\n<!-- sources: paper -->\n",
        )
    project.write("docs/glossary.yml", "[]\n")
    for name in ("site.css", "site.js", "search.js"):
        project.write(f"docs/assets/{name}", "")
    return project
