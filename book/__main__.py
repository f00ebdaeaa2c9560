"""Makes the books of the built site: ``python -m book``, or ``make book``, which builds it first."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

from playwright.sync_api import sync_playwright

from book import chapters, epub, offline, pdf
from hooks.offline import write
from tests.browser import launch

NAME = "llm-interview-notes"
WAITING = re.compile(r'<!-- book: (<li><a href="([^"]*)">.*?</a>)(.*?) -->')


def size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f} MB"


def show(page: Path) -> None:
    """List on the page of downloads what is there now, with its size."""

    def item(match: re.Match[str]) -> str:
        path = page.parent / match[2]
        return f"{match[1]} <small>{size(path)}</small>{match[3]}" if path.exists() else match[0]

    page.write_text(WAITING.sub(item, page.read_text("utf-8")), "utf-8")


def make(site: Path, kinds: tuple[ModuleType, ...] = (pdf, epub)) -> list[Path]:
    """Write the books and the offline copy, below ``site/downloads/``."""
    folder = site / "downloads"
    made = [folder / f"{NAME}.offline.zip"]
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for language in chapters.ROOTS:
            book = chapters.read(browser, site, language)
            for kind in kinds:
                path = folder / f"{NAME}.{language}.{kind.__name__.removeprefix('book.')}"
                kind.write(browser, book, path)
                made.append(path)
        browser.close()
    offline.write(site, book.changed, made[0])
    for root in chapters.ROOTS.values():
        show(site / root / "downloads" / "index.html")
    if (site / "worker.js").exists():
        write(site)  # the pages of downloads are no longer those that it knows
    return made


if __name__ == "__main__":
    site = Path("site")
    if not (site / "index.html").exists():
        sys.exit("There is no built site. Run `make book`, which builds it first.")
    for path in make(site):
        print(f"{size(path):>9}  {path}")
