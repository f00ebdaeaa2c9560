"""What is read by machines: feeds of changed pages, and the pages as Markdown for language models."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree

import pytest

from hooks.feeds import day
from hooks.history import Change, history
from tests.site.test_links import document

BASE = "https://llm-interview-notes.github.io/"
BOTH = pytest.mark.parametrize("root", ["", "en/"])


@BOTH
def test_feed(site: Path, paths: list[str], root: str, changes: dict[str, Change]) -> None:
    channel = ElementTree.parse(site / root / "feed.xml").getroot().find("channel")
    assert channel is not None
    assert channel.findtext("link") == BASE + root
    items = channel.findall("item")
    assert 0 < len(items) <= 30
    dates = [parsedate_to_datetime(item.findtext("pubDate") or "") for item in items]
    assert dates == sorted(dates, reverse=True)
    for item in items:
        path = "/" + (item.findtext("link") or "").removeprefix(BASE)
        assert path in paths and path.startswith("/en/") == bool(root)
        assert item.findtext("title") and item.findtext("description")
    guids = [item.findtext("guid") for item in items]
    assert len(set(guids)) == len(guids)


@pytest.fixture(scope="session")
def changes() -> dict[str, Change]:
    """What Git knows of each page, where it knows."""
    return history(Path(__file__).parents[2]) or pytest.skip("Git has no history here")


def test_every_page_says_when_it_changed_and_by_whom(
    site: Path, paths: list[str], changes: dict[str, Change]
) -> None:
    for path in paths:
        text = (site / path.lstrip("/") / "index.html").read_text("utf-8")
        said = re.findall(r'<time class="changed" datetime="([\d-]+)">\1</time>', text)
        source = re.search(r'edit/main/(docs/[^"]+)"', text)
        assert source, path
        known = source[1] in changes and path not in ("/", "/en/")
        assert said == [day(changes[source[1]].date)] * known, path
        assert ('class="contributors"' in text) == known, path


def test_every_page_names_its_feed(paths: list[str]) -> None:
    for path in paths:
        root = "/en/" if path.startswith("/en/") else "/"
        feeds = [link for link in document(path).head if link.get("type") == "application/rss+xml"]
        assert [urljoin(path, link["href"] or "") for link in feeds] == [f"{root}feed.xml"]


@BOTH
def test_llms_lists_every_page(site: Path, paths: list[str], root: str) -> None:
    text = (site / root / "llms.txt").read_text("utf-8")
    assert re.match(r"# .+\n\n> .+\n", text)
    listed = re.findall(r"^- \[.+\]\((.+)index\.md\): .{15,}$", text, re.M)
    mine = {urljoin(BASE, path) for path in paths if path.startswith("/en/") == bool(root)}
    assert len(listed) == len(set(listed))
    assert set(listed) == mine


def test_markdown_needs_nothing_else(site: Path, paths: list[str]) -> None:
    for path in paths:
        text = (site / path.lstrip("/") / "index.md").read_text("utf-8")
        assert text.startswith("# "), path
        found = re.search(r"--8<--|\]\(figure:|<!--|\\piref|\\pitheta|\[@\w", text)
        assert not found, f"{path}index.md shows {found}"
        for link in re.findall(r"\]\(((?:\.\./)*[\w/-]+\.md)[)#]", text):
            assert (site / path.lstrip("/") / link).is_file(), f"{path}index.md: {link}"


def test_markdown_holds_code_and_formulas(site: Path) -> None:
    text = (site / "en" / "rlhf" / "dpo" / "index.md").read_text("utf-8")
    assert "def dpo_loss(" in text
    assert r"\pi_{\mathrm{ref}}" in text
    assert "*Figure: " in text
    assert "](../ppo/index.md" in text
    assert re.search(r"^\[\^dpo\]: .*Direct Preference Optimization", text, re.M)
