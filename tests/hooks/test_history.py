"""Dates and contributors are those of the commits: people by their last name, programs left out."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from hooks.history import history
from tests.bad_input.conftest import Project, project  # noqa: F401

PAGES = ("docs/dpo.zh.md", "docs/dpo.en.md")


def git(root: Path, *arguments: str) -> None:
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = {
        f"GIT_{who}_{what}": "a@a.example"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    subprocess.run(["git", *arguments], cwd=root, env=os.environ | nobody | who, check=True)


def commit(root: Path, author: str, date: int, *files: str, trailer: str = "") -> None:
    for name in files:
        (root / name).parent.mkdir(exist_ok=True)
        with (root / name).open("a", encoding="utf-8") as file:
            file.write(f"\n<!-- {date} -->\n")
    git(root, "add", "docs")
    message = f"Change\n\n{trailer}".strip()
    git(root, "commit", "-q", "-m", message, f"--author={author}", f"--date=@{date} +0800")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    both = "Co-authored-by: 李四 <li@a.example>\nCo-authored-by: Helper <noreply@a.example>"
    commit(tmp_path, "zhang <zhang@a.example>", 1_000, *PAGES, trailer=both)
    commit(tmp_path, "张三 <zs@a.example>", 2_000, PAGES[0])
    commit(tmp_path, "update[bot] <1+update[bot]@users.noreply.github.com>", 3_000, PAGES[1])
    (tmp_path / ".mailmap").write_text("张三 <zs@a.example> <zhang@a.example>\n", "utf-8")
    return tmp_path


def test_people(repository: Path) -> None:
    changes = history(repository)
    assert changes.keys() == set(PAGES)
    assert changes[PAGES[0]].authors == Counter({"张三": 2, "李四": 1})
    assert changes[PAGES[1]].authors == Counter({"张三": 1, "李四": 1})


def test_silent_where_git_does_not_know(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert history(elsewhere) == {}
    git(elsewhere, "clone", "-q", "--depth", "1", f"file://{repository}", "shallow")
    assert history(elsewhere / "shallow") == {}
    git(elsewhere, "clone", "-q", f"file://{repository}", "whole")
    assert history(elsewhere / "whole")
    monkeypatch.setenv("PATH", "")
    assert history(repository) == {}


def test_page_names_five_and_counts_the_others(project: Project) -> None:  # noqa: F811
    git(project.folder, "init", "-q")
    # the first commit adds both files, so it counts for both
    for date, name in enumerate(["B&b", "二", "二", "三", "四", "五", "六", "七"], 1_000):
        commit(project.folder, f"{name} <{date}@a.example>", date, PAGES[date % 2])
    result = project.build()
    assert result.returncode == 0, result.stderr
    for root, names in (
        ("", "B&amp;b、二、七、三、五 等 7 人"),
        ("en", "B&amp;b, 二, 七, 三, 五 and 2 others"),
    ):
        text = (project.folder / "site" / root / "dpo" / "index.html").read_text("utf-8")
        assert f'<span class="contributors">{names}</span>' in text
        assert "@a.example" not in text
