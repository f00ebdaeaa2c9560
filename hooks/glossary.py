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
    terms = yaml.safe_load(path.read_text("utf-8"))
    return sorted(terms, key=lambda term: term["en"].lower())


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    language = config.theme["language"]
    path = Path(config.docs_dir) / "glossary.yml"
    terms = _terms(path, path.stat().st_mtime)
    own = [term for term in terms if term["page"] == page.file.src_uri.rsplit(".", 2)[0]]
    page.meta["names"] = [
        term[name] for term in own for name in ("zh", "en", "abbr") if name in term
    ]
    if MARKER not in markdown:
        return markdown
    lines = []
    for term in terms:
        if not files.get_file_from_path(f"{term['page']}.md"):
            raise PluginError(f"docs/glossary.yml: {term['en']}: there is no page {term['page']}.")
        other = term["en" if language == "zh" else "zh"]
        name = term[language]
        also = [x for x in dict.fromkeys([other, term.get("abbr")]) if x and x != name]
        comma, left, right, colon = "，（）：" if language == "zh" else (", ", " (", ")", ": ")
        title = f"**[{name}]({term['page']}.md)**" + (left + comma.join(also) + right) * bool(also)
        lines.append(f"- {title}{colon}{term['def'][language]}")
    return markdown.replace(MARKER, "\n".join(lines))
