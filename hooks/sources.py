"""Fills the page of sources: every entry of references.bib by kind, with the pages citing it."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs_bibtex.citation import Citation

from hooks.checks.archive import ARCHIVE
from hooks.checks.bibliography import LISTED
from hooks.source import Source, read

CITED_BY = {"zh": "引用页面：", "en": "Cited in: "}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
UNCITED = {"zh": "延伸阅读", "en": "further reading"}
ARCHIVED = {"zh": " [{}-{}-{} 的存档]({})", "en": " [Archived copy of {}-{}-{}]({})"}

_formatted: dict[tuple[str, str, str], str] = {}


@event_priority(-100)  # when mkdocs-bibtex has read the bibliography
def on_config(config: MkDocsConfig) -> None:
    """Format each entry once, however often it is cited: that is a quarter of a build's time."""
    registry = config.plugins["bibtex"].registry
    plain = type(registry).reference_text

    def reference_text(citation: Citation) -> str:
        entry, language = registry.bib_data.entries[citation.key], config.theme["language"]
        key = (citation.key, str(entry), language)
        if key not in _formatted:
            copy = ARCHIVE.fullmatch(entry.fields.get("archive", ""))
            note = ARCHIVED[language].format(*copy.groups(), copy[0]) if copy else ""
            _formatted[key] = plain(registry, citation) + note
        return _formatted[key]

    registry.reference_text = reference_text


def _citing(config: MkDocsConfig, language: str) -> dict[str, list[Source]]:
    """For each key, the pages of one language that cite it."""
    root = Path(config.config_file_path).parent
    pages: defaultdict[str, list[Source]] = defaultdict(list)
    for source in read(root)[0]:
        if source.language == language:
            for key in dict.fromkeys(item.text for item in source.of("citation")):
                pages[key].append(source)
    return pages


@event_priority(100)  # before mkdocs-bibtex looks for citations
def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    if not LISTED.search(markdown):
        return markdown
    language = config.theme["language"]
    registry = config.plugins["bibtex"].registry
    citing = _citing(config, language)

    def entries(match: re.Match[str]) -> str:
        lines = []
        for key, entry in registry.bib_data.entries.items():
            if entry.fields.get("keywords") != match[1]:
                continue
            here = posixpath.dirname(page.file.src_uri)
            links = [
                f"[{source.title}]({posixpath.relpath(f'{source.page}.md', here or '.')})"
                for source in citing.get(key, [])
            ]
            by = CITED_BY[language] + " · ".join(links) if links else UNCITED[language]
            text = registry.reference_text(Citation(key))
            lang = "zh" if CHINESE.search(text) else "en"
            lines.append(f'- <span id="{key}" lang="{lang}">{text}</span><br><small>{by}</small>')
        return "\n".join(sorted(lines, key=lambda line: line.partition(">")[2].casefold()))

    return LISTED.sub(entries, markdown)
