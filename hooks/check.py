"""Refuses a site with a mistake in its sources, naming file, line and what to do.

All mistakes are listed at once, and nothing is written until there is none. ``make check`` only lists
them; while ``make serve`` runs they are shown and the page is built all the same.
"""

from __future__ import annotations

import difflib
import logging
import posixpath
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority
from pybtex.database import parse_string
from pybtex.scanner import PybtexSyntaxError

from hooks.archive import archives
from hooks.formulas import mathml
from hooks.hosts import hosts
from hooks.markdown import GITHUB, MKDOCS, markdown
from hooks.metadata import metadata
from hooks.names import DEFINITION, NOTE, known, spelling, spelling_in
from hooks.parity import compare
from hooks.source import Problem, Source, nav_pages, read, read_files
from hooks.typography import typography

LANGUAGES = ("zh", "en")
CODE = ("lab", "figures", "tests/lab")
ENTRY = re.compile(r"^\s*@(?!comment|string|preamble)\w+\s*\{\s*([^,\s]+)\s*,", re.M | re.I)


def bibliography(name: str, text: str) -> tuple[set[str], list[Problem]]:
    """The keys of a BibTeX file; duplicate keys and syntax errors in it."""
    problems, first = [], {}
    for match in ENTRY.finditer(text):
        line = text.count("\n", 0, match.start(1)) + 1
        if match[1] in first:
            message = (
                f"The key {match[1]} is already used on line {first[match[1]]}. Rename or merge."
            )
            problems.append(Problem(name, line, 1, message))
        first.setdefault(match[1], line)
    if not problems:
        try:
            parse_string(text, "bibtex")
        except PybtexSyntaxError as error:
            message = f"{error.args[0]}. Look for a missing brace or comma here or just above."
            problems.append(Problem(name, error.lineno or 1, 1, message))
    return set(first), problems


def citations(source: Source, keys: set[str]) -> list[Problem]:
    problems = []
    cited = source.of("citation")
    for item in cited:
        if item.text not in keys:
            near = difflib.get_close_matches(item.text, keys, 1)
            hint = f" Did you mean @{near[0]}?" if near else ""
            message = f"No source has the key {item.text}.{hint} Add it to references.bib."
            problems.append(source.problem(item.start, message))
    headings = source.of("heading")
    if cited and headings and headings[-1].info != "sources":
        message = "This page cites sources, so its last heading must be its list: { #sources }"
        problems.append(source.problem(headings[-1].start, message))
    return problems


def formulas(source: Source) -> list[Problem]:
    problems = []
    for item in source.of("inline", "display"):
        try:
            mathml(item.text.strip(), item.kind == "display")
        except ValueError as error:
            offset, reason = error.args
            problems.append(source.problem(item.start + offset, f"This LaTeX is invalid: {reason}"))
        if match := re.search(r"\\\\\s*\[[^\]]*\]", item.text):
            message = f"{match[0]} would be shown as text. End the line with \\\\ alone."
            problems.append(source.problem(item.start + match.start(), message))
    return problems


def links(source: Source, pages: dict[tuple[str, str], Source], root: Path) -> list[Problem]:
    """Links between pages must lead to a page, and to a heading or question that is there."""
    problems = []
    for item in source.of("link"):
        if re.match(r"[a-z][a-z0-9+.-]*:", item.text, re.I):
            continue
        path, _, anchor = item.text.partition("#")
        if path.startswith("/"):
            message = f"{path} starts with a slash. Link relative to this file."
            problems.append(source.problem(item.start, message))
            continue
        target = source
        if path:
            place = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), path))
            if not path.endswith(".md"):
                if not (root / place).is_file():
                    message = f"There is no file {place}. Correct the link."
                    problems.append(source.problem(item.start, message))
                continue
            name = place.removeprefix("docs/").removesuffix(".md")
            if name.endswith((".zh", ".en")):
                message = f"Leave the language out of a link: {path[:-6]}.md"
                problems.append(source.problem(item.start, message))
                continue
            if (name, source.language) not in pages:
                near = difflib.get_close_matches(name, {page for page, _ in pages}, 1)
                hint = f" Did you mean {near[0]}?" if near else ""
                message = f"There is no page {name}.{hint} Correct the link."
                problems.append(source.problem(item.start, message))
                continue
            target = pages[name, source.language]
        if anchor and anchor not in target.ids:
            near = difflib.get_close_matches(anchor, target.ids, 1)
            hint = f" Did you mean #{near[0]}?" if near else ""
            message = f"{target.path} has no #{anchor}.{hint} Correct the link."
            problems.append(source.problem(item.start, message))
    return problems


def figures(source: Source, root: Path) -> list[Problem]:
    return [
        source.problem(
            item.start, f"There is no figures/{item.text}.py. Write it or correct the name."
        )
        for item in source.of("figure")
        if not (root / "figures" / f"{item.text}.py").is_file()
    ] + [
        source.problem(
            item.start,
            f"There is no docs/assets/explorers/{item.text}.js. Write it or correct the name.",
        )
        for item in source.of("explorer")
        if not (root / "docs" / "assets" / "explorers" / f"{item.text}.js").is_file()
    ]


def translations(pages: dict[tuple[str, str], Source]) -> list[Problem]:
    problems = []
    for (name, language), source in pages.items():
        other = LANGUAGES[1 - LANGUAGES.index(language)]
        if (name, other) not in pages:
            message = f"This page has no translation. Write docs/{name}.{other}.md."
            problems.append(Problem(source.path, 1, 1, message))
        elif language == "zh":
            problems += compare(source, pages[name, other])
    return problems


def navigation(nav: object, pages: dict[tuple[str, str], Source]) -> list[Problem]:
    listed = set(nav_pages(nav))
    return [
        Problem(
            source.path, 1, 1, f"{name}.md is not in the navigation. Add it to nav in mkdocs.yml."
        )
        for (name, language), source in pages.items()
        if language == "zh" and name not in listed
    ]


def unfinished(root: Path, pages: Iterable[Source]) -> list[Problem]:
    """What ``make new`` left to be written, in pages and in their code, tests and figures."""
    code = [path for folder in CODE for path in (root / folder).rglob("*.py")]
    files = [Source(path.relative_to(root).as_posix(), path.read_text("utf-8")) for path in code]
    return [
        file.problem(match.start(), "This is still to be written. Put it in place of the TODO.")
        for file in [*pages, *files]
        for match in re.finditer(r"\bTODO\b", file.text)
    ]


def check(root: Path, nav: object) -> list[Problem]:
    """Every mistake in the sources of the site at ``root``, in the order of the files."""
    sources, problems = read(root, root / "docs")
    pages: dict[tuple[str, str], Source] = {}
    for source in sources:
        if not source.path.endswith((".zh.md", ".en.md")):
            message = "A page's name ends in .zh.md or .en.md. Rename it."
            problems.append(Problem(source.path, 1, 1, message))
            continue
        pages[source.page, source.language] = source
    bib = root / "references.bib"
    references = Source(bib.name, bib.read_text("utf-8"))
    keys, found = bibliography(references.path, references.text)
    problems += found + archives(references)
    names = known(root)
    for source in pages.values():
        problems += source.problems
        problems += formulas(source) + citations(source, keys) + figures(source, root)
        problems += links(source, pages, root)
    problems += translations(pages) + navigation(nav, pages) + hosts(root)
    problems += metadata(pages.values()) + unfinished(root, pages.values())
    around, unreadable = read_files(root, root.glob("*.md"))  # README, CONTRIBUTING
    problems += unreadable + markdown(pages.values(), MKDOCS) + markdown(around, GITHUB)
    for source in [*pages.values(), *around]:
        problems += spelling(source, names)
        if source.path.endswith(".zh.md"):
            problems += typography(source)
    glossary = Source("docs/glossary.yml", (root / "docs" / "glossary.yml").read_text("utf-8"))
    problems += spelling_in(references, NOTE, names) + spelling_in(glossary, DEFINITION, names)
    return sorted(problems, key=lambda p: (p.path, p.line, p.column))


def report(problems: list[Problem]) -> str:
    noun = "problem" if len(problems) == 1 else "problems"
    return "\n".join([*map(str, problems), f"{len(problems)} {noun} in the sources of the site."])


@event_priority(100)  # before mkdocs-bibtex stumbles over a broken bibliography
def on_config(config: MkDocsConfig) -> None:
    if config.plugins["i18n"].building:
        return  # the second language: the sources have been checked already
    problems = check(Path(config.config_file_path).parent, config.nav)
    readable = not any(problem.path == "references.bib" for problem in problems)
    if problems and readable and sys.modules["hooks/preview.py"].serving:
        logging.getLogger("mkdocs").error(report(problems))
    elif problems:
        raise Abort(report(problems) + " It was not built.")


if __name__ == "__main__":
    found = check(Path.cwd(), load_config().nav)
    print(report(found) if found else "No problems found.")
    sys.exit(bool(found))
