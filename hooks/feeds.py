"""When each page changed and who wrote it: at the page's end, and in feed.xml and en/feed.xml."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone
from email.utils import formatdate
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from hooks.history import Change, history

ATOM = "http://www.w3.org/2005/Atom"
LENGTH = 30
NAMED = 5  # contributors of a page; the others are counted

_pages: list[Page] = []
_history: dict[str, Change] = {}


def feed(pages: list[tuple[int, Page]], config: MkDocsConfig, root: str) -> ElementTree.Element:
    """The RSS of ``pages``, each with its date."""
    rss = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(rss, "channel")

    def add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
        ElementTree.SubElement(parent, name, attributes).text = text

    home = urljoin(config.site_url, root)
    add(channel, "title", config.site_name)
    add(channel, "link", home)
    add(channel, "description", config.site_description)
    add(channel, "language", config.theme["language"])
    link = {"href": urljoin(home, "feed.xml"), "rel": "self", "type": "application/rss+xml"}
    ElementTree.SubElement(channel, f"{{{ATOM}}}link", link)
    for date, page in pages:
        item = ElementTree.SubElement(channel, "item")
        add(item, "title", str(page.title))
        add(item, "link", page.canonical_url)
        add(item, "description", page.meta.get("description", ""))
        add(item, "pubDate", formatdate(date, usegmt=True))
        # with the date, so that a page that changed again is new again
        add(item, "guid", f"{page.canonical_url}#{date}", isPermaLink="false")
    return rss


def day(date: int) -> str:
    return datetime.fromtimestamp(date, timezone.utc).date().isoformat()


def changed(page: Page) -> int:
    """When ``page`` was last committed; 0 if it never was."""
    change = _history.get(f"docs/{page.file.src_uri}")
    return change.date if change else 0


def contributors(page: Page) -> list[str]:
    """Who wrote ``page`` in either language, those with most commits first."""
    name = page.file.src_uri.rsplit(".", 2)[0]
    files = (_history.get(f"docs/{name}.{language}.md") for language in ("zh", "en"))
    commits = sum((file.authors for file in files if file), Counter())
    return sorted(commits, key=lambda author: (-commits[author], author))


def on_pre_build(config: MkDocsConfig) -> None:
    if not config.plugins["i18n"].building:  # once for both languages
        _history.clear()
        _history.update(history(Path(config.config_file_path).parent))


def on_page_context(
    context: dict[str, object], page: Page, config: MkDocsConfig, nav: object
) -> None:
    if date := changed(page):
        context["changed"] = day(date)
        context["contributors"] = contributors(page)[:NAMED]
        context["others"] = len(contributors(page)[NAMED:])


def on_env(env: object, config: MkDocsConfig, files: Files) -> None:
    _pages[:] = [file.page for file in files.documentation_pages() if file.page]


def on_post_build(config: MkDocsConfig) -> None:
    dated = [(changed(page), page) for page in _pages]
    latest = sorted((entry for entry in dated if entry[0]), key=lambda x: (-x[0], x[1].url))
    root = "" if config.theme["language"] == "zh" else "en/"
    ElementTree.register_namespace("atom", ATOM)
    tree = ElementTree.ElementTree(feed(latest[:LENGTH], config, root))
    tree.write(Path(config.site_dir) / root / "feed.xml", "utf-8", xml_declaration=True)
