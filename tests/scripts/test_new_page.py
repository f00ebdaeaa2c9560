"""`make new` writes a page that passes every check at once, but for the TODOs in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hooks.check import check
from scripts.new_page import FILES, new_page

ROOT = Path(__file__).parents[2]
COPIED = (
    "docs",
    "figures",
    "hooks",
    "lab",
    "mkdocs.yml",
    "overrides",
    "pyproject.toml",
    "references.bib",
)
PAGE = "rag/a_new_page"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    return tmp_path


def run(root: Path, *arguments: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=root, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_new_page_passes_every_check(root: Path) -> None:
    written = new_page(root, PAGE)
    left = [str(problem) for problem in check(root)]
    assert {line.partition(":")[0] for line in left} == set(written) - {"mkdocs.yml"}
    assert all(line.endswith("Put it in place of the TODO.") for line in left)
    for name in written:
        text = (root / name).read_text("utf-8")
        (root / name).write_text(text.replace("TODO", "Done"), "utf-8")
    run(root, "hooks.check")
    run(root, "ruff", "check", ".")
    run(root, "ruff", "format", "--check", ".")
    run(root, "mypy", "-m", "lab.rag.a_new_page")
    run(root, "pytest", "-p", "no:cacheprovider", "lab/rag/a_new_page.py", "tests")
    run(root, "figures", PAGE)
    nav = (root / "mkdocs.yml").read_text("utf-8")
    assert "      - rag/evaluation.md\n      - rag/a_new_page.md\n  - 量化:" in nav


def test_nothing_is_overwritten(root: Path) -> None:
    before = (root / "mkdocs.yml").read_bytes()
    with pytest.raises(ValueError, match=r"docs/rag/hyde\.zh\.md, .* is there already"):
        new_page(root, "rag/hyde")
    assert (root / "mkdocs.yml").read_bytes() == before


@pytest.mark.parametrize("page", ["foo", "rag/", "rag/Foo", "rag/a/b", "../rag/foo", "rag/class"])
def test_names_that_cannot_be(root: Path, page: str) -> None:
    with pytest.raises(ValueError, match="cannot be a page's name"):
        new_page(root, page)


def test_a_section_that_is_not_there(root: Path) -> None:
    with pytest.raises(ValueError, match=r"No page of cooking/ is in nav of mkdocs\.yml"):
        new_page(root, "cooking/rice")
    assert not any((root / target).exists() for target in FILES.values())
