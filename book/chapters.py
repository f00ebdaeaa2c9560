"""The built site read as a book: its pages as chapters, in the order of the navigation."""

from __future__ import annotations

import re
import subprocess
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
SCRIPT = Path(__file__).with_name("chapters.js").read_text("utf-8")
COLOUR = re.compile(r"(--figure-\w+): (#\w+);")
ROOTS = {"zh": "", "en": "en/"}
LEFT_OUT = ("downloads/",)  # pages that say nothing in a book


@dataclass(frozen=True)
class Chapter:
    """A page: ``body`` is XHTML whose links lead to ``other-name.xhtml#id``."""

    name: str
    title: str
    body: str
    sections: list[tuple[str, str]]  # (id, title) of each


@dataclass(frozen=True)
class Book:
    """All pages of one language. The first part has no title: it is the home page."""

    language: str
    title: str
    description: str
    url: str
    changed: datetime
    font: bytes
    parts: list[tuple[str, list[Chapter]]]

    @property
    def chapters(self) -> list[Chapter]:
        return [chapter for _, chapters in self.parts for chapter in chapters]


def last_change(root: Path) -> datetime:
    """The date of the last commit, which all files of the book bear; now, outside of Git."""
    command = ["git", "log", "-1", "--format=%ct"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    stamp = int(result.stdout or 0) if result.returncode == 0 else 0
    return datetime.fromtimestamp(stamp or int(time.time()), timezone.utc)


def read(browser: Browser, site: Path, language: str) -> Book:
    """The pages of one language of the site built in ``site``."""
    page = browser.new_page()
    page.add_script_tag(content=SCRIPT)
    root = site / ROOTS[language]
    home = page.evaluate("contents", (root / "index.html").read_text("utf-8"))
    parts = [("", ["."])] + [
        (title, [href for href in hrefs if href not in LEFT_OUT]) for title, hrefs in home["parts"]
    ]
    names = {
        urljoin(home["url"], href): href.strip("./").replace("/", "-") or "preface"
        for _, hrefs in parts
        for href in hrefs
    }
    # the colours by day come first in the style sheet
    colours = dict(reversed(COLOUR.findall((ROOT / "docs/assets/site.css").read_text("utf-8"))))

    def chapter(href: str) -> Chapter:
        html = (root / href / "index.html").read_text("utf-8")
        url = urljoin(home["url"], href)
        wanted = {"html": html, "url": url, "names": names, "colours": colours}
        return Chapter(**page.evaluate("chapter", wanted))

    book = Book(
        language,
        home["title"],
        home["description"],
        home["url"],
        last_change(ROOT),
        (site / "assets" / "fonts" / "stix-two-math.woff2").read_bytes(),
        [(title, [chapter(href) for href in hrefs]) for title, hrefs in parts if hrefs],
    )
    page.close()
    return book
