"""Each mistake stops the build with file, line and what to do, and leaves no half-built site."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bad_input.conftest import BIB, Project

BOTH = ("docs/dpo.zh.md", "docs/dpo.en.md")


def replace(old: str, new: str, *names: str) -> Callable[[Project], None]:
    def damage(project: Project) -> None:
        for name in names or BOTH:
            project.replace(name, old, new)

    return damage


def write(name: str, content: str | bytes) -> Callable[[Project], None]:
    return lambda project: project.write(name, content)


def remove(name: str) -> Callable[[Project], None]:
    return lambda project: (project.folder / name).unlink()


CASES = {
    "unknown citation": (
        replace("@dpo", "@dop"),
        "docs/dpo.en.md:10:31: No source has the key dop. Did you mean @dpo? Add it to references.bib.",
    ),
    "duplicate citation key": (
        write("references.bib", BIB + BIB),
        "references.bib:7:1: The key dpo is already used on line 1. Rename or merge.",
    ),
    "broken BibTeX": (
        write("references.bib", BIB.replace("year = {2023},", "year = {2023")),
        "references.bib:",
    ),
    "archived copy without its day": (
        write("references.bib", BIB.replace("year", "archive = {https://a.example/dpo},\n  year")),
        "references.bib:4:14: This is not an archived copy with its day.",
    ),
    "citation list missing": (
        replace("#sources }", "#list }"),
        "docs/dpo.en.md:22:1: This page cites sources, so its last heading must be its list",
    ),
    "missing translation": (
        remove("docs/dpo.en.md"),
        "docs/dpo.zh.md:1:1: This page has no translation. Write docs/dpo.en.md.",
    ),
    "heading in one language only": (
        replace("## 来源", "## 多余 { #extra }\n\n## 来源", "docs/dpo.zh.md"),
        "docs/dpo.zh.md:22:1: The heading '## extra' is '## sources' in docs/dpo.en.md.",
    ),
    "heading of another level": (
        replace("## Derivation", "### Derivation", "docs/dpo.en.md"),
        "docs/dpo.zh.md:8:1: The heading '## derivation' is '### derivation' in docs/dpo.en.md.",
    ),
    "heading without an id": (
        replace(" { #derivation }", ""),
        "docs/dpo.en.md:8:1: This heading has no id. End it with one",
    ),
    "formula that differs": (
        replace("{2}", "{3}", "docs/dpo.en.md"),
        r"docs/dpo.zh.md:13:1: The displayed formula 'y=\\frac{1}{2}' is 'y=\\frac{1}{3}' in docs/dpo.en.md.",
    ),
    "inline formula that differs": (
        replace("$x^2$", "$x^3$", "docs/dpo.en.md"),
        "docs/dpo.zh.md:10:12: The formula 'x^2' is missing from docs/dpo.en.md:10.",
    ),
    "citation in one language only": (
        replace(" [@dpo]", "", "docs/dpo.en.md"),
        "docs/dpo.zh.md:10:31: The citation 'dpo' is missing from docs/dpo.en.md:10.",
    ),
    "paragraph in one language only": (
        replace("See [the", "多了一段。\n\nSee [the", "docs/dpo.zh.md"),
        "docs/dpo.zh.md:22:1: docs/dpo.en.md has no such paragraph here.",
    ),
    "table row in one language only": (
        lambda project: [
            project.replace(f"docs/dpo.{x}.md", "See", f"| a |\n|---|\n{rows}\nSee")
            for x, rows in (("zh", "| b |\n"), ("en", "| b |\n| c |\n"))
        ],
        "docs/dpo.en.md:23:1: docs/dpo.zh.md has no such table row here.",
    ),
    "number that differs": (
        lambda project: [
            project.replace(f"docs/dpo.{x}.md", "See", f"{number} See")
            for x, number in (("zh", "1.5 万。"), ("en", "1,500."))
        ],
        "docs/dpo.zh.md:20:1: The number 1.5 万 is missing from docs/dpo.en.md:20.",
    ),
    "formula exchanged for another of its section": (
        lambda project: [
            project.replace(f"docs/dpo.{x}.md", "See", f"$+a$ or $-a$.\n\n{formula} See")
            for x, formula in (("zh", "$+a$"), ("en", "$-a$"))
        ],
        "docs/dpo.zh.md:22:2: The formula '+a' is missing from docs/dpo.en.md:22.",
    ),
    "link in one language only": (
        replace("[the start](index.md)", "the start", "docs/dpo.en.md"),
        "docs/dpo.zh.md:20:17: The link 'index.md' is missing from docs/dpo.en.md:20.",
    ),
    "name in code that differs": (
        lambda project: [
            project.replace(f"docs/dpo.{x}.md", "See", f"`{name}` See")
            for x, name in (("zh", "dpo_loss"), ("en", "loss"))
        ],
        "docs/dpo.zh.md:20:1: The code 'dpo_loss' is missing from docs/dpo.en.md:20.",
    ),
    "date that differs": (
        lambda project: [
            project.replace(
                f"docs/dpo.{x}.md", "title: DPO", f"title: DPO\nverified: 2026-11-{day}"
            )
            for x, day in (("zh", "24"), ("en", "23"))
        ],
        "docs/dpo.zh.md:3:19: The number 24 is missing from docs/dpo.en.md:3.",
    ),
    "code that differs": (
        replace("print(1)", "print(2)", "docs/dpo.en.md"),
        "docs/dpo.zh.md:16:1: The code listing 'python print(1)' is 'python print(2)' in docs/dpo.en.md.",
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
    "invalid LaTeX": (
        replace(r"\frac{1}{2}", r"\frac{1}{2"),
        'docs/dpo.en.md:13:15: This LaTeX is invalid: Expected closing token "}"',
    ),
    "unknown LaTeX command": (
        replace("$x^2$", r"$x + \foo$"),
        r'docs/dpo.en.md:10:16: This LaTeX is invalid: Unknown command "\foo".',
    ),
    "spacing after a line of a formula": (
        replace(r"y = \frac{1}{2}", r"\begin{aligned}y &= 1 \\[2pt] z &= 2\end{aligned}"),
        r"docs/dpo.en.md:13:23: \\[2pt] would be shown as text. End the line with \\ alone.",
    ),
    "formula with inner spaces": (
        replace("$x^2$", "$ x^2 $"),
        "docs/dpo.en.md:10:11: This $ starts no formula and would be shown as it is.",
    ),
    "displayed formula inside a paragraph": (
        replace("\n\n$$\ny", "\n$$\ny"),
        "docs/dpo.en.md:11:1: A displayed formula stays unrendered here. Put a blank line",
    ),
    "two dollars in a line": (
        replace("$x^2$", "$$x^2$$"),
        "docs/dpo.en.md:10:11: This $ starts no formula and would be shown as it is.",
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
    "name that is spelt in another way": (
        replace("A formula", "Pytorch", "docs/dpo.en.md"),
        "docs/dpo.en.md:10:1: The name is written PyTorch. Correct it.",
    ),
    "Markdown that would not be shown as meant": (
        replace("See [the start](index.md).", "See:\n- [the start](index.md)"),
        "docs/dpo.en.md:21:1: This list would be shown as running text. Put a blank line before",
    ),
    "page missing from the navigation": (
        lambda project: [project.write(f"docs/new.{x}.md", "# New\n") for x in ("zh", "en")],
        "docs/new.zh.md:1:1: new.md is not in the navigation. Add it to nav in mkdocs.yml.",
    ),
    "page without a language": (
        write("docs/new.md", "# New\n"),
        "docs/new.md:1:1: A page's name ends in .zh.md or .en.md. Rename it.",
    ),
    "file that is not UTF-8": (
        write("docs/dpo.zh.md", "# DPO\n\n推导\n".encode("gb18030")),
        "docs/dpo.zh.md:3:1: Byte 0xcd is not UTF-8. Save the file as UTF-8.",
    ),
    "brackets that would vanish": (
        replace("print(1)", "print(w[a@b])"),
        "docs/dpo.en.md:17:8: [a@b] would be taken for a citation and vanish.",
    ),
    "page without a description": (
        replace("description: A page to damage.\n", ""),
        "docs/dpo.en.md:5:1: This page has no description. Say in the front matter in one sentence",
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
    "front matter that is not YAML": (
        replace("description: A page", "description: A: page"),
        "docs/dpo.en.md:3:1: This is not valid YAML. Put the value in double quotes",
    ),
    "snippet line that was damaged": (
        replace("print(1)", '--8 < --"lab/rlhf/dpo.py:dpo_loss"'),
        "docs/dpo.en.md:17:1: This would be shown as text. To include code write:",
    ),
    "code block never closed": (
        replace("print(1)\n```", "print(1)"),
        "docs/dpo.en.md:16:1: This code block is never closed.",
    ),
    "figure that nobody draws": (
        replace("See [the start](index.md).", "![A curve](figure:none/such)"),
        "docs/dpo.en.md:20:1: There is no figures/none/such.py. Write it or correct the name.",
    ),
    "figure without a description": (
        replace("See [the start](index.md).", "![](figure:rlhf/dpo)"),
        "docs/dpo.en.md:20:1: This figure has no description.",
    ),
    "question without an id": (
        replace("See [the start](index.md).", "/// question | Why?\n\nBecause.\n\n///"),
        "docs/dpo.en.md:20:1: This question has no id.",
    ),
    "question without a level": (
        replace(
            "See [the start](index.md).",
            "/// question | Why?\n    attrs: {id: dpo-why}\n\nBecause.\n\n///",
        ),
        "docs/dpo.en.md:20:1: This question has no level.",
    ),
    "question whose level has no quotes": (
        replace(
            "See [the start](index.md).",
            "/// question | Why?\n    attrs: {id: dpo-why, data-level: 2}\n\nBecause.\n\n///",
        ),
        "docs/dpo.en.md:20:1: This question has no level.",
    ),
    "question of a level that does not exist": (
        replace(
            "See [the start](index.md).",
            '/// question | Why?\n    attrs: {id: dpo-why, data-level: "4"}\n\nBecause.\n\n///',
        ),
        "docs/dpo.en.md:20:1: This question has no level.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_mistake_stops_the_build(project: Project, name: str) -> None:
    damage, message = CASES[name]
    damage(project)
    result = project.build()
    assert result.returncode != 0
    assert message in result.stderr + result.stdout
    assert "Traceback" not in result.stderr
    assert not (project.folder / "site").exists()


def test_undamaged_site_is_built(project: Project) -> None:
    result = project.build()
    assert result.returncode == 0, result.stderr
    page = project.folder / "site" / "en" / "dpo" / "index.html"
    assert "last changed" not in page.read_text("utf-8")  # there is no Git here to say when


def test_archived_copy_is_linked(project: Project) -> None:
    copy = "https://web.archive.org/web/20250102030405/https://a.example/dpo"
    project.write("references.bib", BIB.replace("year", f"archive = {{{copy}}},\n  year"))
    result = project.build()
    assert result.returncode == 0, result.stderr
    for root, words in (("", "2025-01-02 的存档"), ("en", "Archived copy of 2025-01-02")):
        for page in ("dpo", "sources"):
            text = (project.folder / "site" / root / page / "index.html").read_text("utf-8")
            assert f'<a href="{copy}">{words}</a>' in text


def test_what_typography_looks_past(project: Project) -> None:
    line = "由 20/10：9 次，GPT-4o、C++、10%–20%，`代码abc,好`，[链接](https://a.example/中b,c)。"
    formula = "$$\nx = \\text{如果a,则b}\n$$\n\n```text\n提示abc,好\n```\n\n"
    for name in BOTH:
        project.replace(name, "See [the start]", f"{line}\n\n{formula}See [the start]")
    result = project.build()
    assert result.returncode == 0, result.stderr


def test_what_parity_looks_past(project: Project) -> None:
    chinese = "2024 年 2 月，10–20 万条里有两条，约 1,200 万个（5 亿的 2.4%），第三个 $x^2$。"
    english = (
        "In February 2024, of 100,000–200,000 2; 12M, 2.40% of half a billion (500 million), "
        "the 3rd; one $x^2$ and again $x^2$."
    )
    project.replace("docs/dpo.zh.md", "See [the start]", f"{chinese}\n\nSee [the start]")
    project.replace("docs/dpo.en.md", "See [the start]", f"{english}\n\nSee [the start]")
    result = project.build()
    assert result.returncode == 0, result.stderr


def test_formula_cut_by_a_table(project: Project) -> None:
    for name in BOTH:
        project.replace(
            name, "See [the start]", "| a | b |\n|---|---|\n| $p(y|x)$ |\n\nSee [the start]"
        )
    result = project.build()
    assert result.returncode != 0
    assert r"docs/dpo.zh.md:22:4: The formula 'p(y|x)' stays unrendered here." in result.stderr


def test_title_that_the_picture_cannot_show(project: Project) -> None:
    for name in BOTH:
        project.replace(name, "title: DPO", "title: ꙮ")
    result = project.build()
    assert result.returncode != 0
    assert "docs/dpo.zh.md: the picture for link previews cannot show 'ꙮ'" in result.stderr


def test_snippet_that_is_not_there(project: Project) -> None:
    for name in BOTH:
        project.replace(name, "print(1)", '--8<-- "lab/rlhf/dpo.py:no_such_section"')
    result = project.build()
    assert result.returncode != 0
    assert "no_such_section" in result.stderr
