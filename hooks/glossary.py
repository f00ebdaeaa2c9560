"""Makes the glossary page of ``docs/glossary.yml`` where ``<!-- glossary -->`` stands.

A page's terms are also given to the search, which then finds it by every name.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

MARKER = "<!-- glossary -->"


@lru_cache(maxsize=1)
def _terms(path: Path, changed: float) -> list[dict[str, Any]]:
    return yaml.safe_load(path.read_text("utf-8"))


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    if MARKER not in markdown:
        return markdown
    language = config.theme["language"]
    path = Path(config.docs_dir) / "glossary.yml"
    lines = []
    for term in sorted(
        yaml.safe_load(path.read_text("utf-8")), key=lambda term: term["en"].lower()
    ):
        if not files.get_file_from_path(f"{term['page']}.md"):
            raise PluginError(f"docs/glossary.yml: {term['en']}: there is no page {term['page']}.")
        name, other = (term["zh"], term["en"]) if language == "zh" else (term["en"], term["zh"])
        also = [x for x in dict.fromkeys([other, term.get("abbr")]) if x and x != name]
        comma, left, right, colon = "，（）：" if language == "zh" else (", ", " (", ")", ": ")
        names = f"**[{name}]({term['page']}.md)**" + (
            left + comma.join(also) + right if also else ""
        )
        lines.append(f"- {names}{colon}{term['def'][language]}")
    return markdown.replace(MARKER, "\n".join(lines))
