"""The built HTML: every link and anchor leads somewhere, every page names its translation."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

from tests.site.conftest import SITE


class Document(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.head: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(found["id"] or "")
        if tag == "link":
            self.head.append(found)
        if tag in ("a", "link", "script", "img", "source"):
            self.links += [found[name] or "" for name in ("href", "src") if found.get(name)]


@cache
def document(path: str) -> Document:
    return Document((SITE / path.lstrip("/") / "index.html").read_text("utf-8"))


def test_links_and_anchors_resolve(site: Path, paths: list[str]) -> None:
    broken = []
    for path in paths:
        for link in document(path).links:
            url = urlsplit(urljoin(f"http://site{path}", link))
            if url.netloc != "site" or url.scheme != "http":
                continue
            target = site / unquote(url.path).lstrip("/")
            if target.is_dir():
                target /= "index.html"
            if not target.is_file():
                broken.append(f"{path}: {link}")
            elif url.fragment and target.name == "index.html":
                page = "/" + target.parent.relative_to(site).as_posix().removeprefix(".")
                if unquote(url.fragment) not in document(page).ids:
                    broken.append(f"{path}: {link}")
    assert not broken, "\n".join(broken)


def test_ids_are_unique(paths: list[str]) -> None:
    for path in paths:
        ids = document(path).ids
        double = {name for name in ids if ids.count(name) > 1}
        assert not double, f"{path}: {double}"


def test_pages_name_their_translation(paths: list[str]) -> None:
    base = "https://llm-interview-notes.github.io"
    for path in paths:
        zh = "/" + path.removeprefix("/en/").lstrip("/")
        wanted = {"zh": base + zh, "en": base + "/en" + zh, "x-default": base + zh}
        head = document(path).head
        named = {
            link["hreflang"]: link["href"]
            for link in head
            if "alternate" in (link.get("rel") or "").split() and link.get("hreflang")
        }
        assert named == wanted, path
        canonical = [link["href"] for link in head if link.get("rel") == "canonical"]
        assert canonical == [base + path]


def test_sitemap_names_translations(site: Path, paths: list[str]) -> None:
    for url in ElementTree.parse(site / "sitemap.xml").getroot().findall("{*}url"):
        links = {link.get("hreflang"): link.get("href") for link in url.findall("{*}link")}
        assert links.keys() == {"zh", "en", "x-default"}
        assert links["x-default"] == links["zh"] != links["en"]
        assert url.findtext("{*}loc") in links.values()


def test_every_css_variable_is_defined(site: Path, paths: list[str]) -> None:
    for path in paths:
        text = (site / path.lstrip("/") / "index.html").read_text("utf-8")
        text += (site / "assets" / "explorers" / "explorer.js").read_text("utf-8")
        used = set(re.findall(r"var\((--(?:figure|md-[\w-]+-icon)[\w-]*)\)", text))
        undefined = {name for name in used if f"{name}:" not in text.replace(" ", "")}
        assert not undefined, f"{path}: {undefined}"
