"""Makes the glossary page of ``docs/glossary.yml`` where ``<!-- glossary -->`` stands.

A term's first use on a page gets its definition as a tooltip, and the search is told every name of
the page that explains it.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

MARKER = "<!-- glossary -->"
# Tags, and whole elements in which a word is a name, a link or code rather than running text.
APART = re.compile(
    r"(<(?:(a|abbr|button|code|h[1-4]|math|pre|summary|svg)\b.*?</\2>|[^>]+>))", re.S
)

Term = dict[str, Any]


@lru_cache(maxsize=1)
def terms_in(path: Path, changed: float) -> list[Term]:
    """The terms of a file that was last changed at ``changed``."""
    terms = yaml.safe_load(path.read_text("utf-8"))
    return sorted(terms, key=lambda term: term["en"].lower())


def terms(config: MkDocsConfig) -> list[Term]:
    path = Path(config.docs_dir) / "glossary.yml"
    return terms_in(path, path.stat().st_mtime)


def _names(term: Term, *kinds: str) -> list[str]:
    return [term[kind] for kind in kinds if kind in term]


def _page(page: Page) -> str:
    return page.file.src_uri.rsplit(".", 2)[0]


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    language = config.theme["language"]
    own = [term for term in terms(config) if term["page"] == _page(page)]
    page.meta["names"] = [name for term in own for name in _names(term, "zh", "en", "abbr")]
    if MARKER not in markdown:
        return markdown
    lines = []
    for term in terms(config):
        name = term[language]
        others = _names(term, "en" if language == "zh" else "zh", "abbr")
        also = [other for other in dict.fromkeys(others) if other != name]
        comma, left, right, colon = "，（）：" if language == "zh" else (", ", " (", ")", ": ")
        title = f"**[{name}]({term['page']}.md)**" + (left + comma.join(also) + right) * bool(also)
        lines.append(f"- {title}{colon}{term['def'][language]}")
    return markdown.replace(MARKER, "\n".join(lines))


@event_priority(-50)  # when formulas and figures are in place
def on_page_content(content: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Mark the first use of each term, except on the pages that explain it or list all."""
    language = config.theme["language"]
    if _page(page) in ("glossary", "sources", "questions/bank"):
        return content
    waiting = {
        name: term
        for term in terms(config)
        if term["page"] != _page(page)
        for name in _names(term, language, "abbr")
    }
    if not waiting:
        return content
    longest_first = "|".join(map(re.escape, sorted(waiting, key=len, reverse=True)))
    pattern = re.compile(rf"(?<![A-Za-z0-9-])({longest_first})(?![A-Za-z0-9-])")

    def mark(match: re.Match[str]) -> str:
        term = waiting.get(match[1])
        if term is None:
            return match[0]
        for name in _names(term, language, "abbr"):
            waiting.pop(name, None)
        title = html.escape(f"{term['zh']} · {term['en']}: {term['def'][language]}")
        return f'<abbr title="{title}">{match[1]}</abbr>'

    parts = APART.split(content)
    parts[::3] = [pattern.sub(mark, text) for text in parts[::3]]
    del parts[2::3]  # the names of the elements left apart
    return "".join(parts)
