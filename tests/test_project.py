"""What files say of one another holds: hooks and their list, requirements and their locks, pages and lab."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pybtex.database import parse_file

from hooks.source import read

ROOT = Path(__file__).parents[1]
LOCKS = sorted(path.stem for path in ROOT.glob("requirements*.in"))
REQUIREMENT = re.compile(r"^[a-zA-Z0-9](?:[^\n\\]|\\\n)*", re.M)


def test_every_hook_is_listed() -> None:
    config = (ROOT / "mkdocs.yml").read_text("utf-8")
    for path in (ROOT / "hooks").glob("*.py"):
        if re.search(r"^def on_\w+", path.read_text("utf-8"), re.M):
            assert f"  - hooks/{path.name}\n" in config, f"mkdocs.yml does not list {path.name}"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_with_its_hash(lock: str) -> None:
    text = (ROOT / f"{lock}.txt").read_text("utf-8")
    wanted = re.findall(r"^[\w.-]+", (ROOT / f"{lock}.in").read_text("utf-8"), re.M)
    locked = set()
    for requirement in REQUIREMENT.findall(text):
        assert re.match(r"[\w.-]+==", requirement), f"{requirement} is not pinned"
        assert "--hash=sha256:" in requirement, f"{requirement} has no hash"
        locked.add(re.split(r"[=\[]", requirement)[0].lower())
    for name in wanted:
        if not name.startswith("-"):
            assert name.lower() in locked, f"{lock}.txt lacks {name}: run make lock"
    assert "://" not in re.sub(r"#.*", "", text), f"{lock}.txt names a host"


def test_no_source_is_listed_twice() -> None:
    entries = parse_file(ROOT / "references.bib").entries
    for field in ("url", "title"):
        first: dict[str, str] = {}
        for key, entry in entries.items():
            value = entry.fields.get(field, key).lower()
            assert first.setdefault(value, key) == key, (
                f"references.bib: {first[value]} and {key} have the same {field}. Merge them."
            )


def test_code_comes_from_lab() -> None:
    """What is copied into a page is tested by nothing."""
    for source in read(ROOT)[0]:
        for item in source.of("listing"):
            if item.info.split(" ")[0] in ("python", "pycon"):
                assert re.fullmatch(r'( *--8<-- "lab/.*"\n)+', item.text), source.problem(
                    item.start, 'Code stands in lab. Show it with --8<-- "lab/….py:name".'
                )
