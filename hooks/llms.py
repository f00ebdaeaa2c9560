"""Each page as Markdown for language models, beside the page, and llms.txt, which lists them.

Code is written where it is shown, macros are written out, and figures are told in words.
"""

from __future__ import annotations

import posixpath
import re
import sys
from pathlib import Path
from urllib.parse import urljoin

from markdown import Markdown
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from hooks.formulas import expand
from hooks.source import IMAGE, parse

# What only the site's scripts need: explorers, and the marks of the question bank.
NOISE = re.compile(r"^<([a-z]+-[a-z-]+)></\1>\n|\{ \.question-link[^}]*\}|<!--.*?-->\n?", re.M)
FIGURE = {"zh": "图：", "en": "Figure: "}

_pages: dict[str, dict[str, str]] = {}  # for each language the text of each file
_nav: Navigation


def _file(page_file: str) -> str:
    """The Markdown beside a page: ``rlhf/dpo/index.md`` for ``rlhf/dpo/index.html``."""
    return page_file.removesuffix(".html") + ".md"


def plain(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """A page's Markdown that needs nothing else of this site to be read."""
    source = parse(page.file.src_uri, markdown)
    here = posixpath.dirname(page.file.src_uri)
    edits = []
    for item in source.of("inline", "display"):
        edits.append((item.start, item.start + len(item.text), expand(item.text)))
    for item in source.of("figure"):
        image = IMAGE.match(markdown, item.start)
        words = FIGURE[config.theme["language"]] + " ".join(filter(None, (image[1], image[3])))
        edits.append((*image.span(), f"*{words}*"))
    for item in source.of("link"):
        path, mark, anchor = item.text.partition("#")
        target = files.get_file_from_path(posixpath.normpath(posixpath.join(here, path)))
        if path.endswith(".md") and target:
            start = posixpath.dirname(page.file.dest_uri) or "."
            link = posixpath.relpath(_file(target.dest_uri), start)
            edits.append((item.start, item.start + len(item.text), link + mark + anchor))
    for start, end, text in sorted(edits, reverse=True):
        markdown = markdown[:start] + text + markdown[end:]
    name = "pymdownx.snippets"
    snippets = Markdown(extensions=[name], extension_configs={name: config.mdx_configs[name]})
    lines = NOISE.sub("", markdown).split("\n")
    return "\n".join(snippets.preprocessors["snippet"].run(lines)).strip() + "\n"


def contents(nav: Navigation, config: MkDocsConfig) -> str:
    """llms.txt: the site's name, what it is, and each page with its description."""

    def line(page: Page) -> str:
        url = urljoin(config.site_url, _file(page.file.dest_uri))
        return f"- [{page.title}]({url}): {page.meta.get('description', '')}"

    lines = [f"# {config.site_name}", "", f"> {config.site_description}", ""]
    for item in nav.items:
        if item.is_section:
            lines += ["", f"## {item.title}", "", *map(line, item.children)]
        else:
            lines.append(line(item))
    return "\n".join(lines) + "\n"


@event_priority(-200)  # after i18n has translated it
def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> None:
    global _nav
    _nav = nav


@event_priority(-200)  # when citations and lists stand in the text
def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> None:
    if sys.modules["hooks/preview.py"].serving:
        return  # a save shows sooner without
    written = _pages.setdefault(config.theme["language"], {})
    written[_file(page.file.dest_uri)] = plain(markdown, page, config, files)


def on_post_build(config: MkDocsConfig) -> None:
    language = config.theme["language"]
    if language not in _pages:
        return
    root = "" if language == "zh" else "en/"
    texts = _pages[language] | {f"{root}llms.txt": contents(_nav, config)}
    for name, text in texts.items():
        path = Path(config.site_dir) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
