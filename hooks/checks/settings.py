"""Checks what stands in YAML: the navigation and the rest of mkdocs.yml, and the glossary."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from mkdocs.config.defaults import MkDocsConfig

from hooks.files import Problem, hint, read_text, shown
from hooks.source import LANGUAGES, Source
from hooks.values import Values

TERM = {"zh": "str", "en": "str", "abbr": "str", "page": "str", "def": "map"}
MARKUP = re.compile(r"<[a-zA-Z/!?]|\]\(")


def glossary(root: Path, pages: dict[tuple[str, str], Source]) -> tuple[Source, list[Problem]]:
    """The glossary's text, and what is wrong with its terms."""
    text, problems = read_text(root, root / "docs" / "glossary.yml")
    source = Source("docs/glossary.yml", text)
    values = Values(source.path, text)
    if problems or values.problems:
        return source, problems or values.problems
    if not isinstance(values.root, yaml.SequenceNode):
        return source, [Problem(source.path, 1, 1, "Write a list of terms.")]
    for term in values.root.value:
        found = values.fields(term, TERM, ("zh", "en", "page", "def"))
        if "def" in found:
            values.fields(found["def"], dict.fromkeys(LANGUAGES, "str"), LANGUAGES)
        if "page" in found and (found["page"].value, "zh") not in pages:
            message = f"There is no page {shown(found['page'].value)}. Correct the name."
            values.complain(found["page"], message)
        for value in values.texts(term):
            if MARKUP.search(value.value):
                values.complain(value, "A term is plain text. Leave out tags and links.")
    return source, values.problems


def navigation(root: Path, pages: dict[tuple[str, str], Source]) -> list[Problem]:
    """``nav`` of mkdocs.yml must list every page once, and nothing else."""
    text, problems = read_text(root, root / "mkdocs.yml")
    values = Values("mkdocs.yml", text)
    nav = values.items(values.root).get("nav")
    if problems or values.problems or nav is None:
        return problems or values.problems
    listed: set[str] = set()
    for value in values.texts(nav):
        page = value.value.removesuffix(".md")
        if (page, "zh") not in pages:
            meant = hint(page, {name for name, _ in pages}, "{}.md")
            message = f"There is no page {shown(value.value)}.{meant} Correct the navigation."
            values.complain(value, message)
        elif page in listed:
            values.complain(value, f"{page}.md is in the navigation already. Delete this line.")
        listed.add(page)
    missing = [
        Problem(
            source.path, 1, 1, f"{name}.md is not in the navigation. Add it to nav in mkdocs.yml."
        )
        for (name, language), source in pages.items()
        if language == "zh" and name not in listed
    ]
    return values.problems + missing


def configuration(root: Path) -> list[Problem]:
    """What MkDocs itself has against mkdocs.yml."""
    path = root / "mkdocs.yml"
    text = path.read_text("utf-8")
    config = MkDocsConfig(config_file_path=str(path))
    try:
        with path.open("rb") as file:
            config.load_file(file)
        failed, _ = config.validate()
    except Exception as error:
        failed = [("", error)]
    problems = []
    for key, error in failed:
        match = re.search(rf"^{re.escape(key)}:", text, re.M)
        line = text.count("\n", 0, match.start()) + 1 if match and key else 1
        problems.append(Problem("mkdocs.yml", line, 1, f"{key}: {error} Correct it."))
    return problems
