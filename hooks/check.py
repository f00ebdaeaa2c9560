"""Refuses a site with a mistake in its sources, naming file, line and what to do.

All mistakes are listed at once, and nothing is written until there is none. ``make check`` only lists
them; while ``make serve`` runs they are shown and the page is built all the same.
"""

from __future__ import annotations

import logging
import posixpath
import re
import sys
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority

from hooks.checks.archive import archives
from hooks.checks.bibliography import LISTED, bibliography
from hooks.checks.hosts import hosts
from hooks.checks.layout import layout
from hooks.checks.markdown import GITHUB, MKDOCS, markdown
from hooks.checks.metadata import metadata
from hooks.checks.names import DEFINITION, NOTE, known, spelling, spelling_in
from hooks.checks.parity import compare
from hooks.checks.settings import configuration, glossary, navigation
from hooks.checks.snippets import snippets
from hooks.checks.typography import typography
from hooks.files import Problem, files, hint, read_text, shown
from hooks.formulas import mathml
from hooks.markup import markup
from hooks.source import LANGUAGES, Source, read, read_files

CODE = ("lab", "figures", "tests/lab")
NAME = re.compile(r"[a-z0-9_]+/[a-z0-9_]+")  # of a figure


def citations(source: Source, keys: set[str]) -> list[Problem]:
    problems = []
    cited = source.of("citation")
    for item in cited:
        if item.text not in keys:
            meant = hint(item.text, keys, "@{}")
            message = f"No source has the key {shown(item.text)}.{meant} Add it to references.bib."
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
    return [
        source.problem(item.start, message)
        for item in source.of("link", "image")
        if (message := _broken(item.text, source, pages, root))
    ]


def _broken(link: str, source: Source, pages: dict[tuple[str, str], Source], root: Path) -> str:
    """Why ``link`` leads nowhere, if it does not; hooks/markup.py says where one may lead."""
    path, _, anchor = link.partition("#")
    if re.match(r"[a-z][a-z0-9+.-]*:", link, re.I):
        return ""
    if path.startswith("/"):
        return f"{path} starts with a slash. Link relative to this file."
    file = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), path))
    if path and not path.endswith(".md"):
        there = file.startswith("docs/") and (root / file).is_file()
        return "" if there else f"There is no file {file}. Correct the link."
    name = file.removeprefix("docs/").removesuffix(".md") if path else source.page
    if name.endswith((".zh", ".en")):
        return f"Leave the language out of a link: {path[:-6]}.md"
    target = pages.get((name, source.language))
    if target is None:
        meant = hint(name, {page for page, _ in pages})
        return f"There is no page {name}.{meant} Correct the link."
    if anchor and anchor not in target.ids:
        meant = hint(anchor, target.ids, "#{}")
        return f"{target.path} has no #{anchor}.{meant} Correct the link."
    return ""


def figures(source: Source, root: Path) -> list[Problem]:
    problems = []
    for item in source.of("figure"):
        path = root / "figures" / f"{item.text}.py"
        if not NAME.fullmatch(item.text):
            message = "A figure is named by section and name: ![…](figure:rlhf/dpo)"
        elif not path.is_file():
            message = f"There is no figures/{item.text}.py. Write it or correct the name."
        else:
            continue
        problems.append(source.problem(item.start, message))
    for item in source.of("explorer"):
        name = f"docs/assets/explorers/{item.text}.js"
        if not (root / name).is_file():
            message = f"There is no {name}. Write it or correct the name."
            problems.append(source.problem(item.start, message))
    return problems


def questions(pages: dict[tuple[str, str], Source]) -> list[Problem]:
    """A question's id names it on the whole site: learners' progress hangs on it."""
    problems, first = [], {}
    for source in (page for (_, language), page in pages.items() if language == "zh"):
        for item in source.of("question"):
            other = first.setdefault(item.text, source.path)
            if item.text and other != source.path:
                message = f"The id {item.text} is that of a question in {other}. Choose another."
                problems.append(source.problem(item.start, message))
    return problems


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


def unfinished(root: Path, pages: Iterable[Source]) -> list[Problem]:
    """What ``make new`` left to be written, in pages and in their code, tests and figures."""
    code, problems = list(pages), []
    for path in chain.from_iterable((root / folder).rglob("*.py") for folder in CODE):
        text, unreadable = read_text(root, path)
        code.append(Source(path.relative_to(root).as_posix(), text))
        problems += unreadable
    return problems + [
        file.problem(match.start(), "This is still to be written. Put it in place of the TODO.")
        for file in code
        for match in re.finditer(r"\bTODO\b", file.text)
    ]


def check(root: Path) -> list[Problem]:
    """Every mistake in the sources of the site at ``root``, in the order of the files."""
    problems = files(root)
    unfit = {problem.path for problem in problems}
    sources, found = read(root)
    problems += [problem for problem in found if problem.path not in unfit]
    pages = {
        (source.page, source.language): source for source in sources if source.path not in unfit
    }
    kinds = {kind for source in pages.values() for kind in LISTED.findall(source.text)}
    text, found = read_text(root, root / "references.bib")
    references = Source("references.bib", text)
    keys, wrong = bibliography(references, kinds)
    problems += found + wrong + archives(references)
    for source in pages.values():
        problems += source.problems
        problems += markup(source) + layout(source) + snippets(source, root)
        problems += formulas(source) + figures(source, root) + links(source, pages, root)
        if text:
            problems += citations(source, keys)
    problems += translations(pages) + questions(pages) + navigation(root, pages) + hosts(root)
    problems += metadata(pages.values()) + unfinished(root, pages.values())
    around, unreadable = read_files(root, root.glob("*.md"))  # README, CONTRIBUTING
    problems += unreadable + markdown(pages.values(), MKDOCS) + markdown(around, GITHUB)
    for source in [*pages.values(), *around]:
        if source.path.endswith(".zh.md"):
            problems += typography(source)
    terms, wrong = glossary(root, pages)
    problems += wrong
    if not wrong:  # it says how names are spelt
        names = known(root)
        for source in [*pages.values(), *around]:
            problems += spelling(source, names)
        problems += spelling_in(references, NOTE, names) + spelling_in(terms, DEFINITION, names)
    return sorted(set(problems), key=lambda p: (p.path, p.line, p.column))


def report(problems: list[Problem]) -> str:
    noun = "problem" if len(problems) == 1 else "problems"
    return "\n".join([*map(str, problems), f"{len(problems)} {noun} in the sources of the site."])


@event_priority(100)  # before mkdocs-bibtex stumbles over a broken bibliography
def on_config(config: MkDocsConfig) -> None:
    if config.plugins["i18n"].building:
        return  # the second language: the sources have been checked already
    problems = check(Path(config.config_file_path).parent)
    readable = not any(problem.path == "references.bib" for problem in problems)
    if problems and readable and sys.modules["hooks/preview.py"].serving:
        logging.getLogger("mkdocs").error(report(problems))
    elif problems:
        raise Abort(report(problems) + " It was not built.")


def main(root: Path) -> int:
    """List every mistake; 1 if there is one."""
    found = check(root) or configuration(root)
    print(report(found) if found else "No problems found.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(Path.cwd()))
