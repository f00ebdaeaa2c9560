"""Full-text search by Pagefind: one index a language, fetched in small pieces when one searches.

Beside it stands ``names.json``, the title and glossary names of each page, for docs/assets/search.js.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.pages import Page

# What stands in the text but is no reading text.
LEFT_OUT = (
    "math",
    ".formula__copy",
    ".headerlink",
    ".footnote",
    ".footnote-ref",
    "svg",
    ".linenos",
)


_names: dict[str, list[str]] = {}


def on_page_context(context: object, page: Page, config: MkDocsConfig, nav: object) -> None:
    """Pages are named relative to the site's root: ``["en/rlhf/dpo/", "DPO: …", "DPO", …]``."""
    if page.meta.get("search") is not False:
        _names[page.url] = [page.title or "", *page.meta.get("names", [])]


def _write_names(config: MkDocsConfig) -> None:
    english = config.theme["language"] == "en"
    mine = [
        [url, *names] for url, names in sorted(_names.items()) if url.startswith("en/") == english
    ]
    target = Path(config.site_dir) / ("en" if english else "") / "names.json"
    target.write_text(json.dumps(mine, ensure_ascii=False, separators=(",", ":")), "utf-8")


@event_priority(-300)  # when all pages of all languages are written
def _index(config: MkDocsConfig) -> None:
    if config.plugins["i18n"].building:
        return
    if sys.modules["hooks/preview.py"].serving and (Path(config.site_dir) / "pagefind").exists():
        return  # a save shows at once; the search follows at the next start
    command = [sys.executable, "-m", "pagefind", "--site", config.site_dir, "--silent"]
    for selector in LEFT_OUT:
        command += ["--exclude-selectors", selector]
    if subprocess.run(command, check=False).returncode:
        raise Abort("The site was not built: Pagefind could not index it (see above).")


on_post_build = CombinedEvent(_write_names, _index)
