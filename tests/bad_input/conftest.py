"""A small site of its own that each test damages in one way and then builds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

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


@dataclass
class Project:
    """The damaged site: where it lies and how to build it."""

    folder: Path

    def write(self, name: str, content: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text("utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

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


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    for name in SHARED:
        (tmp_path / name).symlink_to(ROOT / name)
    # figures are drawn for the whole site, so share what is drawn already
    (tmp_path / ".cache").symlink_to(ROOT / ".cache")
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
