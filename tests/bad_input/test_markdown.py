"""Markdown that would be shown otherwise than it is meant."""

from __future__ import annotations

import time

import pytest

from tests.bad_input.conftest import Project, insert, replace, write

CASES = {
    "heading without an id": (
        replace(" { #derivation }", ""),
        "docs/dpo.en.md:8:1: This heading has no id. End it with one",
    ),
    "heading without a space": (
        insert("##Evidence"),
        "docs/dpo.en.md:20:3: This is shown as text, not as a heading. Put a space after #.",
    ),
    "heading by underlining": (
        insert("Evidence\n---"),
        "docs/dpo.en.md:21:1: This would make a heading. Begin a heading with ##",
    ),
    "page without a title": (
        replace("# DPO\n", "DPO\n"),
        "docs/dpo.en.md:1:1: This page has no title. Begin it with a line: # Title",
    ),
    "page with two titles": (
        insert("# Another { #another }"),
        "docs/dpo.en.md:20:1: This is a second title. Begin it with ## for a section.",
    ),
    "text before the title": (
        replace("\n# DPO", "\nauthor: me\n\n# DPO"),
        "docs/dpo.en.md:6:1: This stands before the title and may vanish.",
    ),
    "empty page": (write("docs/dpo.en.md", ""), "docs/dpo.en.md:1:1: This page has no title."),
    "page without a description": (
        replace("description: A page to damage.\n", ""),
        "docs/dpo.en.md:5:1: This page has no description. Say in the front matter in one sentence",
    ),
    "front matter without a field": (
        replace("title: DPO\ndescription: A page to damage.", "# nothing"),
        "docs/dpo.en.md:2:1: This page has no description.",
    ),
    "description that is too long": (
        replace("A page to damage.", "长" * 81),
        "docs/dpo.en.md:3:1: This description takes 162 columns, a Chinese character two; search",
    ),
    "description with markup": (
        replace("A page to damage.", "The loss of [@dpo] is $x^2$."),
        "docs/dpo.en.md:3:1: This description is shown as plain text, with its [ as it is.",
    ),
    "description of another page": (
        replace("A page to damage.", "A home to leave alone."),
        "docs/index.en.md:2:1: This description is that of docs/dpo.en.md. Write another.",
    ),
    "title that is too long": (
        replace("title: DPO", f"title: {'DPO ' * 21}"),
        "docs/dpo.en.md:2:1: This title takes 83 columns",
    ),
    "id given twice": (
        insert("## Again { #derivation }"),
        "docs/dpo.en.md:20:1: The id derivation is on this page already. Choose another.",
    ),
    "id with a letter that looks Latin": (
        replace("#derivation }", "#derivаtion }"),
        "docs/dpo.en.md:8:1: The id 'derivаtion' must have small Latin letters, digits",
    ),
    "code block never closed": (
        replace("print(1)\n```", "print(1)"),
        "docs/dpo.en.md:16:1: This code block is never closed.",
    ),
    "code block closed by too many backticks": (
        replace("print(1)\n```", "print(1)\n````"),
        "docs/dpo.en.md:16:1: This code block is never closed.",
    ),
    "code block with options": (
        replace("```python\n", "```python title=x\n"),
        "docs/dpo.en.md:16:1: Only a language may follow the backticks, not 'python title=x'.",
    ),
    "table without its second line": (
        insert("| a | b |\n| c | d |"),
        "docs/dpo.en.md:20:1: This table would be shown as text. Write below its first line",
    ),
    "table row with too many cells": (
        insert("| a | b |\n|---|---|\n| c | d |\n| c | d | e |"),
        "docs/dpo.en.md:23:1: This row has more or fewer cells than the table's head.",
    ),
    "table below a line of text": (
        insert("As follows:\n| a | b |\n|---|---|\n| c | d |\n"),
        "docs/dpo.en.md:21:1: This table touches other text. Put a blank line before",
    ),
    "name that is spelt in another way": (
        replace("A formula", "Pytorch", "docs/dpo.en.md"),
        "docs/dpo.en.md:10:1: The name is written PyTorch. Correct it.",
    ),
    "Markdown that would not be shown as meant": (
        replace("See [the start](index.md).", "See:\n- [the start](index.md)"),
        "docs/dpo.en.md:21:1: This list would be shown as running text. Put a blank line before",
    ),
    "tab": (insert("a\tb"), "docs/dpo.en.md:20:2: This is a tab."),
    "block never closed": (
        insert("/// note | A note\n\nText."),
        "docs/dpo.en.md:20:1: This block is never closed. Add a line: ///",
    ),
    "block never begun": (
        insert("Text.\n\n///"),
        "docs/dpo.en.md:22:1: This /// closes nothing.",
    ),
    "block of no known kind": (
        insert("/// danger | A note\n\nText.\n\n///"),
        "docs/dpo.en.md:20:1: There is no block danger. Use: correction, note, question, tip",
    ),
    "quotations a thousand deep": (
        insert("> " * 1000 + "deep"),
        "docs/dpo.en.md:20:1: This is nested too deeply. Write it flatter.",
    ),
    "list a hundred deep": (
        insert("\n".join("    " * depth + "- deep" for depth in range(100))),
        "docs/dpo.en.md:30:1: This is nested too deeply. Write it flatter.",
    ),
    "link to no page": (
        replace("index.md", "indx.md"),
        "docs/dpo.en.md:20:17: There is no page indx. Did you mean index? Correct the link.",
    ),
    "link to no heading": (
        replace("(index.md)", "(#derivatoin)"),
        "docs/dpo.en.md:20:17: docs/dpo.en.md has no #derivatoin. Did you mean #derivation?",
    ),
    "link to no file": (
        replace("(index.md)", "(slides.pdf)"),
        "docs/dpo.en.md:20:17: There is no file docs/slides.pdf. Correct the link.",
    ),
    "link out of the site": (
        replace("(index.md)", "(../mkdocs.yml)"),
        "docs/dpo.en.md:20:17: There is no file mkdocs.yml. Correct the link.",
    ),
    "image that is not there": (
        insert("![A curve](curve.png)"),
        "docs/dpo.en.md:20:1: There is no file docs/curve.png. Correct the link.",
    ),
    "no space beside a formula": (
        replace("A formula $x^2$", "公式$x^2$", "docs/dpo.zh.md"),
        "docs/dpo.zh.md:10:3: Write '公式 $x' for '公式$x'.",
    ),
    "no space between Chinese and Latin": (
        replace("A formula", "公式ABC", "docs/dpo.zh.md"),
        "docs/dpo.zh.md:10:3: Write '公式 AB' for '公式AB'.",
    ),
    "half-width punctuation in Chinese": (
        replace("A formula", "公式,如", "docs/dpo.zh.md"),
        "docs/dpo.zh.md:10:3: Write '公式，如 ' for '公式,如 '.",
    ),
    "question without an id": (
        insert("/// question | Why?\n\nBecause.\n\n///"),
        "docs/dpo.en.md:20:1: This question has no id.",
    ),
    "question without a level": (
        insert("/// question | Why?\n    attrs: {id: dpo-why}\n\nBecause.\n\n///"),
        "docs/dpo.en.md:20:1: This question has no level.",
    ),
    "question whose level has no quotes": (
        insert("/// question | Why?\n    attrs: {id: dpo-why, data-level: 2}\n\nBecause.\n\n///"),
        "docs/dpo.en.md:20:1: This question has no level.",
    ),
    "question of a level that does not exist": (
        insert('/// question | Why?\n    attrs: {id: dpo-why, data-level: "4"}\n\nSo.\n\n///'),
        "docs/dpo.en.md:20:1: This question has no level.",
    ),
    "question whose id would leave its attribute": (
        insert('/// question | Why?\n    attrs: {id: \'a"><b\', data-level: "1"}\n\nSo.\n\n///'),
        "docs/dpo.en.md:21:1: Only a question has options, in one line:",
    ),
    "question with an id of another page": (
        lambda project: [
            project.write(
                f"docs/{page}.{language}.md",
                f"# Page {page}\n\n/// question | Why?\n"
                '    attrs: {id: why, data-level: "1"}\n\nSo.\n\n///\n',
            )
            for page in ("index", "sources")
            for language in ("zh", "en")
        ],
        "docs/sources.zh.md:3:1: The id why is that of a question in docs/index.zh.md.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_markdown(project: Project, name: str) -> None:
    project.refuses(*CASES[name])


def test_what_typography_looks_past(project: Project) -> None:
    line = "由 20/10：9 次，GPT-4o、C++、10%–20%，`代码abc,好`，[链接](https://a.example/中b,c)。"
    formula = "$$\nx = \\text{如果a,则b}\n$$\n\n```text\n提示abc,好\n```"
    project.accepts(insert(f"{line}\n\n{formula}"))


@pytest.mark.parametrize("text", ["[", "*", "`", "(( ", "$x$ ", "<b", "{ ", "| ", "![", "> "])
def test_dense_text_is_read_in_a_moment(project: Project, text: str) -> None:
    insert(text * (3900 // len(text)))(project)
    start = time.process_time()
    project.check()
    assert time.process_time() - start < 10


def test_windows_line_endings_mean_the_same(project: Project) -> None:
    project.accepts(replace("\n", "\r\n"))
