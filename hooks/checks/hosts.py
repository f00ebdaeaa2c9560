"""Refuses style sheets, scripts and templates that would make a reader's browser ask another host, or
that the pages' Content-Security-Policy would stop."""

from __future__ import annotations

import re
from pathlib import Path

from hooks.files import Problem, place, read_text
from hooks.source import blank

PLACES = (
    "docs/assets/**/*.css",
    "docs/assets/**/*.js",
    "hooks/worker/*",
    "overrides/**/*.html",
    "mkdocs.yml",
)
# What a reader may be sent to, and what is no address: comments, links, names of XML vocabularies
HARMLESS = {
    ".css": re.compile(r"/\*.*?\*/", re.S),
    ".js": re.compile(r"/\*[\s\S]*?\*/|(?<![:\"'`])//.*"),
    ".html": re.compile(r"\{#.*?#\}|<!--.*?-->|<a\b[^>]*>|\bxmlns(:\w+)?=\"[^\"]*\"", re.S),
    ".yml": re.compile(r"#.*|^(?! *- ).*", re.M),
}
ADDRESS = re.compile(r"(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.I)
HANDLER = re.compile(r"<[a-z][^>]*?\s(on[a-z]+)=[\"']", re.I)


def hosts(root: Path) -> list[Problem]:
    problems = []
    for path in sorted(path for pattern in PLACES for path in root.glob(pattern)):
        name = path.relative_to(root).as_posix()
        text, unreadable = read_text(root, path)
        problems += unreadable
        for harmless in HARMLESS[path.suffix].finditer(text):
            text = blank(text, *harmless.span())
        found = [
            (match.start(), f"{match[0]} is another host. Put the file into docs/assets/.")
            for match in ADDRESS.finditer(text)
        ] + [
            (match.start(1), f"{match[1]} would not run. Add a listener in docs/assets/site.js.")
            for match in HANDLER.finditer(text)
        ]
        problems += [Problem(name, *place(text, start), message) for start, message in found]
    return problems
