"""Checks what is particular to these pages: one title, ids, blocks, code blocks, tables."""

from __future__ import annotations

import re

from hooks.files import Problem, shown
from hooks.source import Source

BLOCKS = {"note", "tip", "warning", "correction", "question"}
BLOCK = re.compile(r"^ */{3,} *(?:(\w+)(?: *\|.*)?)? *$", re.M)
OPTION = re.compile(r'attrs: *\{(?:(?:id: *[\w-]+|data-level: *"?\w"?)(?:, *(?=\w)|(?=\})))+\}')
ID = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
UNDERLINE = re.compile(r"^(?:=+|-+) *$", re.M)
DEEP = re.compile(r"^(?: {40}| *(?:> *){8})(?=\S)", re.M)
FENCE_INFO = re.compile(r"[\w+-]*")
ROWS = re.compile(r"(?:^ *\|.*\n?)+", re.M)
RULE = re.compile(r" *\|(?: *:?-+:? *\|)+ *")


def layout(source: Source) -> list[Problem]:
    checks = (_headings, _ids, _blocks, _tables, _depth, _listings)
    return [problem for check in checks for problem in check(source)]


def _headings(source: Source) -> list[Problem]:
    problems = []
    titles = [item for item in source.of("heading") if item.text == "#"]
    if not titles:
        problems.append(source.problem(0, "This page has no title. Begin it with a line: # Title"))
    elif source.prose[: titles[0].start].strip():
        start = len(source.prose) - len(source.prose.lstrip())
        message = "This stands before the title and may vanish. Put it below the line # …"
        problems.append(source.problem(start, message))
    for item in titles[1:]:
        message = "This is a second title. Begin it with ## for a section."
        problems.append(source.problem(item.start, message))
    for match in UNDERLINE.finditer(source.prose):
        above = source.prose[: match.start()].removesuffix("\n").rpartition("\n")[2]
        if above.strip() and not above.startswith((" ", "|", ">", "-")):
            message = (
                "This would make a heading. Begin a heading with ##, or put a blank line above."
            )
            problems.append(source.problem(match.start(), message))
    return problems


def _ids(source: Source) -> list[Problem]:
    problems, seen = [], {"__drawer", "__toc"}
    for item in source.of("heading", "question"):
        name = item.info if item.kind == "heading" else item.text
        if not name:
            continue
        if not ID.fullmatch(name):
            message = f"The id {shown(name)!r} must have small Latin letters, digits, - and _ only."
            problems.append(source.problem(item.start, message))
        elif name in seen:
            message = f"The id {shown(name)} is on this page already. Choose another."
            problems.append(source.problem(item.start, message))
        seen.add(name)
    return problems


def _blocks(source: Source) -> list[Problem]:
    problems, waiting = [], []
    for match in BLOCK.finditer(source.prose):
        if not match[1]:
            if waiting:
                waiting.pop()
            else:
                message = "This /// closes nothing. Delete it, or begin the block: /// note | Title"
                problems.append(source.problem(match.start(), message))
            continue
        waiting.append(match)
        if match[1] not in BLOCKS:
            message = f"There is no block {shown(match[1])}. Use: {', '.join(sorted(BLOCKS))}."
            problems.append(source.problem(match.start(), message))
        start = match.end() + 1
        for line in source.text[start:].split("\n"):
            if not line.startswith(" "):
                break
            if match[1] != "question" or not OPTION.fullmatch(line.strip()):
                message = (
                    'Only a question has options, in one line: attrs: {id: …, data-level: "…"}'
                )
                problems.append(source.problem(start, message))
            start += len(line) + 1
    for match in waiting:
        message = "This block is never closed. Add a line: ///"
        problems.append(source.problem(match.start(), message))
    return problems


def _tables(source: Source) -> list[Problem]:
    message = "This table would be shown as text. Write below its first line: |---|---|"
    return [
        source.problem(table.start(), message)
        for table in ROWS.finditer(source.prose)
        if not RULE.fullmatch((table[0] + "\n").split("\n")[1])
    ]


def _depth(source: Source) -> list[Problem]:
    message = "This is nested too deeply. Write it flatter."
    return [source.problem(match.start(), message) for match in DEEP.finditer(source.prose)]


def _listings(source: Source) -> list[Problem]:
    message = "Only a language may follow the backticks, not {!r}."
    return [
        source.problem(item.start, message.format(shown(item.info)))
        for item in source.of("listing")
        if not FENCE_INFO.fullmatch(item.info)
    ]
