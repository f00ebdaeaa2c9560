"""Full-text search by Pagefind: one index a language, fetched in small pieces when one searches.

Beside it stands ``titles.json``, what each page's title, glossary names, headings and questions are,
for docs/assets/titles.js.
"""

from __future__ import annotations

import gzip
import html
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink

from hooks.questions import DETAILS

# What stands in the text but is no reading text.
LEFT_OUT = ("math", ".copy", ".headerlink", ".footnote", ".footnote-ref", "svg")

# The same heading on so many pages tells nothing about any of them.
COMMON = 3
NO_TEXT = re.compile(r"<math.*?</math>|<[^>]+>", re.S)

Heading = tuple[str, str]  # anchor, text
_pages: dict[str, tuple[str, list[str], list[Heading]]] = {}  # by address: title, names, headings


def _headings(items: Iterable[AnchorLink]) -> Iterator[Heading]:
    for item in items:
        if item.level > 1:
            yield item.id, item.title
        yield from _headings(item.children)


def on_page_context(context: object, page: Page, config: MkDocsConfig, nav: object) -> None:
    if page.meta.get("search") is not False:
        questions = DETAILS.findall(page.content or "")
        headings = [(anchor, html.unescape(NO_TEXT.sub("", text))) for anchor, text, _ in questions]
        names = page.meta.get("names", [])
        _pages[page.url] = str(page.title), names, [*_headings(page.toc), *headings]


def _write_titles(site: Path) -> None:
    """An entry a page: address, id in Pagefind's index, title, names, headings."""
    ids = {}
    for path in site.joinpath("pagefind", "fragment").iterdir():
        fragment = gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd")
        ids[json.loads(fragment)["url"].lstrip("/")] = path.stem
    for root in ("", "en/"):
        mine = {
            url: page for url, page in sorted(_pages.items()) if url.startswith("en/") == bool(root)
        }
        count = Counter(text for *_, headings in mine.values() for _, text in headings)
        rows = [
            [url, ids.get(url, ""), title, names, [h for h in headings if count[h[1]] < COMMON]]
            for url, (title, names, headings) in mine.items()
        ]
        text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        (site / root / "titles.json").write_text(text, "utf-8")


@event_priority(-300)  # when all pages of all languages are written
def on_post_build(config: MkDocsConfig) -> None:
    if config.plugins["i18n"].building:
        return
    site = Path(config.site_dir)
    # while previewing a save shows at once; the full text follows at the next start
    if not (sys.modules["hooks/preview.py"].serving and (site / "pagefind").exists()):
        _index(site)
    _write_titles(site)


def _index(site: Path) -> None:
    command = [sys.executable, "-m", "pagefind", "--site", str(site), "--silent"]
    for selector in LEFT_OUT:
        command += ["--exclude-selectors", selector]
    if subprocess.run(command, check=False).returncode:
        raise Abort("The site was not built: Pagefind could not index it (see above).")
    for path in site.joinpath("pagefind").glob("pagefind-*ui.*"):
        path.unlink()  # Pagefind's own dialogs, which nothing here loads
    entry = site / "pagefind" / "pagefind-entry.json"  # written in another order each time
    entry.write_text(json.dumps(json.loads(entry.read_text("utf-8")), sort_keys=True), "utf-8")
