"""What search engines and link previews read of each page: title, description, picture, JSON-LD."""

from __future__ import annotations

import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from PIL import Image

from hooks.cards import BOLD, MARGIN, WIDTH, lines, measure, rows
from tests.site.conftest import SITE
from tests.site.test_feeds import BASE

JSON_LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


class Head(HTMLParser):
    """The title, the ``meta`` and, from the page's end, the JSON-LD of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.title = ""
        self.meta: dict[str, str] = {}
        self.data = JSON_LD.findall(text)
        self.feed(text.partition("</head>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "meta" and (name := found.get("name") or found.get("property")):
            assert name not in self.meta, f"{name} stands twice"
            self.meta[name] = found["content"] or ""

    def handle_data(self, data: str) -> None:
        if self.lasttag == "title":
            self.title += data.strip()


@cache
def head(path: str) -> Head:
    return Head((SITE / path.lstrip("/") / "index.html").read_text("utf-8"))


def graph(path: str) -> dict[str, dict[str, Any]]:
    """The page's JSON-LD by type."""
    (text,) = head(path).data
    data = json.loads(text)
    assert data["@context"] == "https://schema.org"
    return {node["@type"]: node for node in data["@graph"]}


def is_home(path: str) -> bool:
    return path in ("/", "/en/")


@pytest.mark.parametrize("name", ["title", "description"])
def test_every_page_has_its_own(paths: list[str], name: str) -> None:
    pages: dict[str, str] = {}
    for path in paths:
        text = head(path).title if name == "title" else head(path).meta["description"]
        assert text not in pages, f"{path} has the {name} of {pages[text]}"
        pages[text] = path
        assert len(text) > 6 and not re.search(r'["<>$`*\\]|\]\(', text), f"{path}: {text}"
        chinese = bool(re.search("[一-鿿]", text))
        assert chinese == (not path.startswith("/en/")), f"{path}: {text}"


def test_link_previews(site: Path, paths: list[str]) -> None:
    for path in paths:
        meta = head(path).meta
        assert meta["og:title"] in head(path).title
        assert meta["og:description"] == meta["description"]
        assert meta["og:url"] == BASE + path.lstrip("/")
        assert meta["og:type"] == ("website" if is_home(path) else "article")
        assert meta["og:locale"] == ("en_US" if path.startswith("/en/") else "zh_CN")
        assert meta["twitter:card"] == "summary_large_image"
        card = site / meta["og:image"].removeprefix(BASE)
        assert card.stat().st_size < 30_000
        with Image.open(card) as image:
            size = (int(meta["og:image:width"]), int(meta["og:image:height"]))
            assert image.size == size == (1200, 630)


def test_cards_differ(site: Path, paths: list[str]) -> None:
    cards = [(site / head(path).meta["og:image"].removeprefix(BASE)).read_bytes() for path in paths]
    assert len(set(cards)) == len(paths)


def test_lines_of_cards(paths: list[str]) -> None:
    """None is too wide, none begins or ends with the wrong mark, and no word is lost."""
    for path in paths:
        title = head(path).meta["og:title"]
        found = rows(title)
        for text, size, weight in found:
            assert measure(text, size, weight) <= WIDTH - 2 * MARGIN, text
            assert not re.search("^[，。、：；？！）”》 ]|[（“《 ]$", text), text
        said = "".join(text for text, _, _ in found)
        assert re.sub(r"[\s：:]", "", said) == re.sub(r"[\s：:]", "", title)


def test_chinese_words_are_cut_only_where_they_must() -> None:
    wanted = ["同等规模的 MoE", "能达到稠密模型的损失吗？"]
    assert lines("".join(wanted), 76, BOLD) == wanted
    assert [row for row, _, _ in rows("DPO：")] == ["DPO"], "nothing stands after the colon"


def test_articles(paths: list[str]) -> None:
    articles = 0
    for path in paths:
        found = graph(path)
        if is_home(path):
            assert found.keys() == {"WebSite"}
            continue
        article = found.get("TechArticle") or found["WebPage"]
        articles += "TechArticle" in found
        meta = head(path).meta
        assert article["@id"] == article["url"] == meta["og:url"]
        assert article["headline"] == meta["og:title"]
        assert article["description"] == meta["description"]
        assert article["image"] == meta["og:image"]
        assert article["inLanguage"] == ("en" if path.startswith("/en/") else "zh")
        assert article["author"]["@type"] == article["publisher"]["@type"] == "Organization"
        assert article["license"].startswith("https://creativecommons.org/")
        text = (SITE / path.lstrip("/") / "index.html").read_text("utf-8")
        said = re.search(r'<time class="changed" datetime="([\d-]+)">', text)
        assert article.get("dateModified") == (said[1] if said else None)
    assert articles > 90


def test_translations_name_each_other(paths: list[str]) -> None:
    for path in filter(lambda path: path.startswith("/en/") and not is_home(path), paths):
        chinese = "/" + path.removeprefix("/en/")
        kind = next(iter(graph(path)))
        assert graph(path)[kind]["translationOfWork"]["@id"] == graph(chinese)[kind]["@id"]
        assert graph(chinese)[kind]["workTranslation"]["@id"] == graph(path)[kind]["@id"]


def test_breadcrumbs(paths: list[str]) -> None:
    for path in paths:
        if is_home(path):
            continue
        items = graph(path)["BreadcrumbList"]["itemListElement"]
        assert [item["position"] for item in items] == list(range(1, len(items) + 1))
        assert all(item["name"] for item in items)
        way = [item["item"] for item in items]
        assert way[0] == BASE + ("en/" if path.startswith("/en/") else "")
        assert way[-1] == BASE + path.lstrip("/")
        for address in way:
            assert "/" + address.removeprefix(BASE) in paths
            assert way[-1].startswith(address)


def test_quizzes(paths: list[str]) -> None:
    for path in paths:
        text = (SITE / path.lstrip("/") / "index.html").read_text("utf-8")
        asked = re.findall(r'<details class="question"[^>]*?\bid="([\w-]+)"', text)
        quiz = graph(path).get("Quiz", {"hasPart": []})
        assert [card["url"].partition("#")[2] for card in quiz["hasPart"]] == asked
        for card in quiz["hasPart"]:
            assert card["@type"] == "Question" and card["eduQuestionType"] == "Flashcard"
            for said in (card["text"], card["acceptedAnswer"]["text"]):
                assert len(said) > 5
                wrong = re.search(r"\\[a-z]|</|&\w+;|\$|\*\*|^30", said)
                assert not wrong, f"{card['url']}: {wrong}: {said}"


def test_robots(site: Path) -> None:
    text = (site / "robots.txt").read_text("utf-8")
    assert text.split() == f"User-agent: * Allow: / Sitemap: {urljoin(BASE, 'sitemap.xml')}".split()


def test_page_not_found_is_in_no_index(site: Path, paths: list[str]) -> None:
    assert Head((site / "404.html").read_text("utf-8")).meta["robots"] == "noindex"
    assert not any("robots" in head(path).meta for path in paths)
