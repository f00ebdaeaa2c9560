"""Gathers the interview questions of every page where ``<!-- questions -->`` stands.

Without JavaScript it is a list of links; docs/assets/bank.js makes a question bank of it, with the form
of overrides/partials/bank.html.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from hooks.source import QUESTION, nav_pages, read

MARKER = "<!-- questions -->"
# A question as the page shows it: id, title, answer
DETAILS = re.compile(
    r'<details class="question"[^>]*?\bid="([\w-]+)"[^>]*>\s*<summary>(.*?)</summary>(.*?)</details>',
    re.S,
)
TOPIC = re.compile(r'class="question-link" data-level="\d" data-topic="(\w+)"')


def _topics(config: MkDocsConfig) -> list[tuple[str, str]]:
    """Each section's folder and its name in the language being built."""
    names = config.plugins["i18n"].current_language_config.nav_translations or {}
    sections = [
        section for item in config.nav if isinstance(item, dict) for section in item.items()
    ]
    return [(pages[0].split("/")[0], names.get(name, name)) for name, pages in sections]


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    if MARKER not in markdown:
        return markdown
    language = config.theme["language"]
    root = Path(config.config_file_path).parent
    order = nav_pages(config.nav)
    sources = [source for source in read(root)[0] if source.page in order]
    lines = []
    for source in sorted(sources, key=lambda source: order.index(source.page)):
        questions = source.of("question")
        if source.language != language or not questions:
            continue
        link = posixpath.relpath(f"{source.page}.md", posixpath.dirname(page.file.src_uri))
        name, topic = source.page.replace("/", "-"), source.page.split("/")[0]
        lines.append(f"\n## {source.title} {{ #{name} }}\n")
        for question in questions:
            title = QUESTION.match(source.text, question.start)[1]
            data = f"data-topic={topic} data-level={question.info}"
            lines.append(f"- [{title}]({link}#{question.text}){{ .question-link {data} }}")
    return markdown.replace(MARKER, "\n".join(lines))


def on_page_content(content: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    asked = TOPIC.findall(content)
    if not asked:
        return content
    topics = [topic for topic in _topics(config) if topic[0] in asked]
    template = config.theme.get_env().get_template("partials/bank.html")
    form = template.render(zh=config.theme["language"] == "zh", topics=topics, count=len(asked))
    return content.replace("<h2", f"{form}\n<h2", 1)
