"""Two languages that do not teach the same things in the same order."""

from __future__ import annotations

import pytest

from tests.bad_input.conftest import Project, replace

CASES = {
    "heading in one language only": (
        replace("## 来源", "## 多余 { #extra }\n\n## 来源", "docs/dpo.zh.md"),
        "docs/dpo.zh.md:22:1: The heading '## extra' is '## sources' in docs/dpo.en.md.",
    ),
    "heading of another level": (
        replace("## Derivation", "### Derivation", "docs/dpo.en.md"),
        "docs/dpo.zh.md:8:1: The heading '## derivation' is '### derivation' in docs/dpo.en.md.",
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
}


@pytest.mark.parametrize("name", CASES)
def test_languages(project: Project, name: str) -> None:
    project.refuses(*CASES[name])


def test_what_parity_looks_past(project: Project) -> None:
    chinese = "2024 年 2 月，10–20 万条里有两条，约 1,200 万个（5 亿的 2.4%），第三个 $x^2$。"
    english = (
        "In February 2024, of 100,000–200,000 2; 12M, 2.40% of half a billion (500 million), "
        "the 3rd; one $x^2$ and again $x^2$."
    )
    project.replace("docs/dpo.zh.md", "See [the start]", f"{chinese}\n\nSee [the start]")
    project.replace("docs/dpo.en.md", "See [the start]", f"{english}\n\nSee [the start]")
    code, output = project.check()
    assert code == 0, output
