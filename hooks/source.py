"""One Markdown page read as text: where its headings, formulas, citations, figures … stand.

Every check of the sources works on this, so that a complaint can name file, line and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from mkdocs.structure.pages import Page

from hooks.files import Problem, place, read_text, shown
from hooks.values import Values

LANGUAGES = ("zh", "en")
FRONT_MATTER = re.compile(r"---\n(.*?\n)---\n", re.S)
FENCE = re.compile(r"^(?P<indent> *)(?P<mark>`{3,}|~{3,})(?P<info>[^`\n]*)$")
INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.S)
COMMENT = re.compile(r"<!-- [^<>]*? -->")
HEADING = re.compile(r"^(#{1,6}) +(.*?)(?: *\{ *#([\w-]+)[^}]*\})? *$", re.M)
DISPLAY = re.compile(r"^( *)\$\$\n(.*?)\n *\$\$ *$", re.M | re.S)
INLINE = re.compile(r"(?<![\\$])\$(?![\s$])((?:\\.|[^\\$])+?)(?<!\s)\$(?!\$)", re.S)
BROKEN_CITATION = re.compile(r"\[@[\w-][^\]\n]*$", re.M)
BRACKET = re.compile(r"\[(.*?)\]")  # what mkdocs-bibtex looks for
CITATION = re.compile(r"@([\w-]+)")
CITATIONS = re.compile(r"@[\w-]+(; *@[\w-]+)*")
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]*)(?: +\"([^\"]*)\")?\)")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)(?: +\"[^\"]*\")?\)")
EXPLORER = re.compile(r"^<([a-z]+-[a-z-]+)></\1>$", re.M)
QUESTION = re.compile(r"^/// question \| (.+)\n(?: +attrs: *\{([^}]*)\})?", re.M)
ATTRIBUTE_ID = re.compile(r"\bid: *([\w-]+)|\{[^}\n]*#([\w-]+)[^}\n]*\}")
SHOWN = re.compile(r"^(?:title|description|verified): *(.+)$", re.M)
NOT_PROSE = re.compile(
    r"(?<=\]\()[^)\s]+|\[@[^\]\n]*\]|\{ *#[^}\n]*\}|^ +attrs:.*$|</?[a-z][^>\n]*>", re.M
)
# From one blank line, bullet, number, table row, heading or /// to the next
MARK = r"(?:[-*] |\d+\. |\||#+ |///)"
BLOCK = re.compile(rf"^(?= *\S) *(?P<mark>{MARK})?.*(?:\n(?! *{MARK})(?= *\S).*)*", re.M)
BLOCKS = {None: "paragraph", "|": "table row", "/": "box", "#": "heading"}
FIELDS = {
    "title": "str",
    "description": "str",
    "verified": "timestamp",
    "hide": "seq",
    "search": "bool",
    "search_weight": "float",
    "template": "str",
}
EMAIL = re.compile(r"[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}")


@dataclass(frozen=True)
class Item:
    """A formula, citation, listing … with its place in the file and the section it stands in."""

    kind: str
    text: str
    start: int
    section: str = ""
    info: str = ""


@dataclass
class Source:
    """A page's source and what was found in it, in the order of the text."""

    path: str
    text: str
    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    front: dict[str, Any] | None = field(default_factory=dict)  # None: it is no valid YAML
    prose: str = ""  # the text with code, formulas, comments and front matter blanked

    def of(self, *kinds: str) -> list[Item]:
        return [item for item in self.items if item.kind in kinds]

    def problem(self, start: int, message: str) -> Problem:
        return Problem(self.path, *place(self.text, start), message)

    @property
    def language(self) -> str:
        return PurePosixPath(self.path).suffixes[-2].lstrip(".")

    @property
    def page(self) -> str:
        """The page's name without language or ending: ``rlhf/dpo``."""
        return self.path.removeprefix("docs/").rsplit(".", 2)[0]

    @property
    def title(self) -> str:
        """What the front matter or the first heading calls the page."""
        found = re.search(r"^title: *(.+)$|^# +(.+)$", self.text, re.M)
        return (found[1] or found[2]).strip("\"' ") if found else self.page


def nav_pages(nav: object) -> list[str]:
    """The pages that ``nav`` of mkdocs.yml lists, in its order: ``rlhf/dpo``, …"""
    if isinstance(nav, str):
        return [nav.removesuffix(".md")]
    children = nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else []
    return [page for child in children for page in nav_pages(child)]


def blank(text: str, start: int, end: int) -> str:
    """``text`` with ``[start, end)`` blanked: every offset and line number stays true."""
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


def _take_listings(source: Source, text: str) -> str:
    """Collect fenced code, then blank it."""
    fence, offset = None, 0
    for line in text.splitlines(keepends=True):
        match = FENCE.match(line.rstrip("\n"))
        if fence is None and match:
            fence = (match["mark"], match["info"].strip(), offset, offset + len(line))
        elif fence and match and match["mark"] == fence[0] and not match["info"].strip():
            body = source.text[fence[3] : offset]
            source.items.append(Item("listing", body, fence[2], info=fence[1]))
            text, fence = blank(text, fence[2], offset + len(line)), None
        offset += len(line)
    if fence:
        message = "This code block is never closed. Add a line with the same number of backticks."
        source.problems.append(source.problem(fence[2], message))
        text = blank(text, fence[2], len(text))
    return text


def _take_front_matter(source: Source, text: str) -> str:
    if not text.startswith("---"):
        return text
    match = FRONT_MATTER.match(source.text)
    if not match:
        message = "This front matter is never closed. Add a line --- below it, without spaces."
        source.problems.append(source.problem(0, message))
        return text
    values = Values(source.path, match[1], above=1)
    if values.root is not None:
        template = values.fields(values.root, FIELDS).get("template")
        if template and template.value != "home.html":
            values.complain(template, "The only template is home.html. Delete this line.")
    source.front = None if values.problems else yaml.safe_load(match[1]) or {}
    source.problems += values.problems
    return blank(text, *match.span())


def _take_inline_code(source: Source, text: str) -> str:
    """Blank comments, then collect and blank inline code."""
    for match in COMMENT.finditer(text):
        text = blank(text, *match.span())
    for match in INLINE_CODE.finditer(text):
        source.items.append(Item("code", match[2], match.start()))
        text = blank(text, *match.span())
    return text


def _take_formulas(source: Source, text: str) -> str:
    for match in DISPLAY.finditer(text):
        around = text[: match.start()].endswith("\n\n") and text[match.end() :].startswith("\n\n")
        if not around and match.end() < len(text.rstrip()):
            message = (
                "A displayed formula stays unrendered here. Put a blank line before and after it."
            )
            source.problems.append(source.problem(match.start() + len(match[1]), message))
        source.items.append(Item("display", match[2], match.start(2)))
        text = blank(text, *match.span())
    for match in INLINE.finditer(text):
        if "\n\n" not in match[1]:
            source.items.append(Item("inline", match[1], match.start(1)))
            text = blank(text, *match.span())
    for match in re.finditer(r"(?<!\\)\$+", text):
        message = (
            "This $ starts no formula and would be shown as it is. Write $x$ without spaces inside "
            "the dollars, put each $$ of a displayed formula alone on its line, and write \\$ for "
            "a dollar."
        )
        source.problems.append(source.problem(match.start(), message))
        text = blank(text, *match.span())
    return text


def _take_citations(source: Source) -> None:
    """mkdocs-bibtex takes every ``[…@…]``, in code too, so this reads the untouched text."""
    for match in BRACKET.finditer(source.text):
        if "@" not in match[1]:
            continue
        if CITATIONS.fullmatch(match[1]):
            for key in CITATION.finditer(match[1]):
                start = match.start(1) + key.start()
                source.items.append(Item("citation", key[1], start))
        elif not EMAIL.fullmatch(match[1]):
            message = (
                f"[{shown(match[1])}] would be taken for a citation and vanish. Cite as [@key] or "
                "[@key; @key] with nothing else inside the brackets, and elsewhere keep @ out of "
                "square brackets (in code, write it with spaces on a line of its own)."
            )
            source.problems.append(source.problem(match.start(), message))
    for match in BROKEN_CITATION.finditer(source.prose):
        message = "A citation stands on one line, from [ to ]. Join the lines."
        source.problems.append(source.problem(match.start(), message))


def _take_headings_and_links(source: Source, text: str) -> None:
    for match in HEADING.finditer(text):
        info = match[3] or ""
        source.items.append(Item("heading", match[1], match.start(), info=info))
        if not info and len(match[1]) > 1:
            message = "This heading has no id. End it with one, the same in both languages: { #id }"
            source.problems.append(source.problem(match.start(), message))
    for match in IMAGE.finditer(text):
        kind = "figure" if match[2].startswith("figure:") else "image"
        source.items.append(Item(kind, match[2].removeprefix("figure:"), match.start()))
        if not match[1].strip():
            message = "This figure has no description. Say what it shows: ![description](…)"
            source.problems.append(source.problem(match.start(), message))
    for match in LINK.finditer(text):
        source.items.append(Item("link", match[1], match.start(1)))
    for match in EXPLORER.finditer(text):
        source.items.append(Item("explorer", match[1], match.start()))


def _take_questions(source: Source) -> None:
    for match in QUESTION.finditer(source.text):
        found = re.search(r"\bid: *([\w-]+)", match[2] or "")
        level = re.search(r'\bdata-level: *"([1-3])"', match[2] or "")
        name, info = found[1] if found else "", level[1] if level else ""
        source.items.append(Item("question", name, match.start(), info=info))
        if not found:
            message = "This question has no id. Put below it: '    attrs: {id: topic-question}'"
            source.problems.append(source.problem(match.start(), message))
        elif not level:
            message = (
                "This question has no level. Put 1 (basic), 2 (solid) or 3 (hard) after its id, in "
                f"quotes: '    attrs: {{id: {name}, data-level: \"2\"}}'"
            )
            source.problems.append(source.problem(match.start(), message))


def _take_blocks(source: Source, text: str) -> None:
    """Collect paragraphs, list items, table rows, each with what is prose in it."""
    for match in SHOWN.finditer(source.text.partition("\n---\n")[0]):
        source.items.append(Item("block", match[1], match.start(1), info="front matter"))
    for match in NOT_PROSE.finditer(text):
        text = blank(text, *match.span())
    for match in BLOCK.finditer(text):
        kind = BLOCKS.get(match["mark"] and match["mark"][0], "list item")
        source.items.append(Item("block", match[0], match.start(), info=kind))


@lru_cache(maxsize=1024)
def parse(path: str, text: str) -> Source:
    """Read one page's text; ``path`` is what complaints call it, e.g. ``docs/rlhf/dpo.zh.md``."""
    source = Source(path, text)
    for take in (_take_listings, _take_front_matter, _take_inline_code, _take_formulas):
        text = take(source, text)
    source.prose = text
    _take_citations(source)
    _take_headings_and_links(source, source.prose)
    _take_questions(source)
    _take_blocks(source, source.prose)
    order = {"heading": 0, "block": 1}  # of those that begin together
    source.items.sort(key=lambda item: (item.start, order.get(item.kind, 2)))
    section, placed = "", []
    for item in source.items:
        if item.kind == "heading":
            section = item.info
        placed.append(Item(item.kind, item.text, item.start, section, item.info))
    source.items = placed
    for match in ATTRIBUTE_ID.finditer(source.prose):
        source.ids.add(match[1] or match[2])
    return source


def parse_page(page: Page) -> Source:
    """The source of a page that is being built."""
    return parse(f"docs/{page.file.src_uri}", Path(page.file.abs_src_path).read_text("utf-8"))


def read(root: Path) -> tuple[list[Source], list[Problem]]:
    """All pages of the site at ``root``."""
    return read_files(root, (root / "docs").rglob("*.md"))


def read_files(root: Path, paths: Iterable[Path]) -> tuple[list[Source], list[Problem]]:
    """The sources at ``paths``, and why some of them cannot be read."""
    sources, problems = [], []
    for path in sorted(paths):
        text, found = read_text(root, path)
        problems += found
        if not found:
            sources.append(parse(path.relative_to(root).as_posix(), text))
    return sources, problems
