"""Gathers the interview questions of every page where ``<!-- questions -->`` stands.

Without JavaScript it is a list of links; docs/assets/bank.js makes a question bank of it.
"""

from __future__ import annotations

import posixpath
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from hooks.source import QUESTION, nav_pages, read

MARKER = "<!-- questions -->"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    if MARKER not in markdown:
        return markdown
    language = config.theme["language"]
    root = Path(config.config_file_path).parent
    order = nav_pages(config.nav)
    sources = [source for source in read(root, root / "docs")[0] if source.page in order]
    lines = []
    for source in sorted(sources, key=lambda source: order.index(source.page)):
        questions = source.of("question")
        if source.language != language or not questions:
            continue
        link = posixpath.relpath(f"{source.page}.md", posixpath.dirname(page.file.src_uri))
        name = source.page.replace("/", "-")
        lines.append(f"\n## {source.title} {{ #{name} }}\n")
        for question in questions:
            title = QUESTION.match(source.text, question.start)[1]
            data = f"data-topic={source.page.split('/')[0]} data-level={question.info or 2}"
            lines.append(f"- [{title}]({link}#{question.text}){{ .question-link {data} }}")
    return markdown.replace(MARKER, "\n".join(lines))
