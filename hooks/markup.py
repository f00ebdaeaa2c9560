"""Keeps out HTML that a page has no need of: scripts, styles, frames, event handlers, other hosts' files.

A page's source may hold the few tags of ``RAW``, without attributes, and explorers. What Markdown makes
of it is looked at once more, tag by tag, before the build adds its own.
"""

from __future__ import annotations

import html
import re
import sys
from html.parser import HTMLParser

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.pages import Page

from hooks.files import Problem, shown
from hooks.source import EXPLORER, Source, parse_page

RAW = {"br", "kbd", "sub", "sup"}
EXPLORER_TAG = re.compile(r"[a-z]+-[a-z-]+")
ADDRESS = re.compile(r"(?:https?://|mailto:)[^<>\s]*>")  # <https://…> is a link
TARGET = re.compile(r"\]\(\s*<?\s*([^)\s]*)|^ *\[[^\]\n]+\]: *<?(\S*)", re.M)
ATTRIBUTES = re.compile(r"(?<!\\)\{:?[^}\n]*(?:=|(?<=[{: ])[#.]\w)[^}\n]*\}")
HEADING_ID = re.compile(r"\{ *#[\w-]+ *\}")
BROKEN_OFF = re.compile(r"^ *<(?=[a-zA-Z/!?])", re.M)
SCHEME = re.compile(r"[a-zA-Z][\w+.-]*:")

# What Markdown and the hooks before this one make, and with which attributes.
BUILT = RAW | {
    *("a", "blockquote", "code", "details", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr"),
    *("img", "li", "ol", "p", "pre", "small", "span", "strong", "summary", "table", "tbody", "td"),
    *("th", "thead", "tr", "ul"),
}
NAMES = re.compile(r"class|id|href|src|alt|title|start|role|lang|data-[a-z-]+")
ALIGNED = re.compile(r"text-align: \w+;")


def foreign(address: str, own_host_only: bool) -> bool:
    """Whether browsers would run ``address`` or, for a file that the page loads, ask another host."""
    bare = re.sub(r"[\x00-\x20]", "", html.unescape(address))
    scheme = SCHEME.match(bare)
    if own_host_only:
        return bare.startswith("//") or bool(scheme and scheme[0] != "figure:")
    return bool(scheme and scheme[0].lower() not in ("http:", "https:", "mailto:"))


class Tags(HTMLParser):
    """Every tag of a text that ``refuse`` has something against: line, column and what."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[int, int, str]] = []
        self.lines = text.split("\n")
        self.feed(text)
        self.close()

    def add(self, message: str) -> None:
        line, column = self.getpos()
        self.found.append((line, column + 1, message))

    def refuse(self, tag: str, attributes: list[tuple[str, str | None]]) -> str:
        raise NotImplementedError

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if message := self.refuse(tag, attrs):
            self.add(message)

    def handle_endtag(self, tag: str) -> None:
        if message := self.refuse(tag, []):
            self.add(message)

    def handle_comment(self, data: str) -> None:
        self.add("A comment must be plain: <!-- text --> without < and >.")

    def handle_decl(self, decl: str) -> None:
        self.add("This is no tag that a page may have. Delete it, or put code into backticks.")

    unknown_decl = handle_pi = handle_decl


class SourceTags(Tags):
    def refuse(self, tag: str, attributes: list[tuple[str, str | None]]) -> str:
        line, column = self.getpos()
        here = self.lines[line - 1]
        explorer = EXPLORER_TAG.fullmatch(tag) and EXPLORER.fullmatch(here)
        if explorer or (tag in RAW and not attributes) or ADDRESS.match(here, column + 1):
            return ""
        if tag in RAW:
            return f"<{tag}> stands without attributes. Delete {shown(attributes[0][0])}."
        return (
            f"<{shown(tag)}> may not stand in a page, only {', '.join(f'<{tag}>' for tag in sorted(RAW))} "
            "and explorers. Write it in Markdown, or put code into backticks."
        )


class BuiltTags(Tags):
    def refuse(self, tag: str, attributes: list[tuple[str, str | None]]) -> str:
        if tag not in BUILT and not EXPLORER_TAG.fullmatch(tag):
            return f"<{shown(tag)}> may not stand in a page."
        for name, value in attributes:
            value = value or ""
            address = name in ("href", "src")
            if not (NAMES.fullmatch(name) or (name == "style" and ALIGNED.fullmatch(value))):
                return f"<{tag}> may not have {shown(name)}."
            if address and foreign(value, own_host_only=name == "src"):
                return f"<{tag}> may not lead to {shown(value)!r}."
        return ""

    def handle_comment(self, data: str) -> None:
        pass  # the parser that reads it is a browser's kind


def markup(source: Source) -> list[Problem]:
    """Tags, attributes and addresses in a page's source that may not be there."""
    problems = [Problem(source.path, *found) for found in SourceTags(source.prose).found]
    for match in TARGET.finditer(source.prose):
        image = source.prose[source.prose.rfind("[", 0, match.start()) - 1] == "!"
        if foreign(match[1] or match[2] or "", own_host_only=image):
            what = (
                "An image must be a file of this repository, beside the page."
                if image
                else "A link leads to a page of this site, or to http, https or mailto."
            )
            problems.append(source.problem(match.start(), f"{what} Correct the address."))
    for match in ATTRIBUTES.finditer(source.prose):
        if not HEADING_ID.fullmatch(match[0]) and not _of_block(source.prose, match.start()):
            message = f"{shown(match[0])} would set attributes. Only a heading has one: {{ #id }}"
            problems.append(source.problem(match.start(), message))
    for item in source.of("inline", "display"):
        if match := BROKEN_OFF.search(item.text, 1 if item.kind == "inline" else 0):
            message = r"A line that begins with < would be taken for a tag. Write \lt for it."
            problems.append(source.problem(item.start + match.end() - 1, message))
    return problems


def _of_block(text: str, start: int) -> bool:
    return text[text.rfind("\n", 0, start) + 1 : start].strip() == "attrs:"


@event_priority(90)  # what Markdown has made, before formulas and figures are put in
def on_page_content(content: str, page: Page, config: MkDocsConfig, files: object) -> None:
    for line, column, message in BuiltTags(content).found[:1]:
        source = parse_page(page)
        tag = content.split("\n")[line - 1][column - 1 :].partition(">")[0]
        problem = source.problem(max(0, source.text.find(tag)), f"{message} Correct it.")
        sys.modules["hooks/preview.py"].refuse(problem)
