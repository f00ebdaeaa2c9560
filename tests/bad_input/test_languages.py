"""Two languages that do not teach the same things in the same order."""

from __future__ import annotations

import pytest

from tests.bad_input.conftest import Damage, Project, replace


def differ(old: str, zh: str, en: str) -> Damage:
    """Put ``zh`` in place of ``old`` into the Chinese page, ``en`` into the English one."""

    def damage(project: Project) -> None:
        project.replace("docs/dpo.zh.md", old, zh)
        project.replace("docs/dpo.en.md", old, en)

    return damage


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
        differ("See", "| a |\n|---|\n| b |\n\nSee", "| a |\n|---|\n| b |\n| c |\n\nSee"),
        "docs/dpo.en.md:23:1: docs/dpo.zh.md has no such table row here.",
    ),
    "number that differs": (
        differ("See", "1.5 万。 See", "1,500. See"),
        "docs/dpo.zh.md:20:1: The number 1.5 万 is missing from docs/dpo.en.md:20.",
    ),
    "formula exchanged for another of its section": (
        differ("See", "$+a$ or $-a$.\n\n$+a$ See", "$+a$ or $-a$.\n\n$-a$ See"),
        "docs/dpo.zh.md:22:2: The formula '+a' is missing from docs/dpo.en.md:22.",
    ),
    "link in one language only": (
        replace("[the start](index.md)", "the start", "docs/dpo.en.md"),
        "docs/dpo.zh.md:20:17: The link 'index.md' is missing from docs/dpo.en.md:20.",
    ),
    "name in code that differs": (
        differ("See", "`dpo_loss` See", "`loss` See"),
        "docs/dpo.zh.md:20:1: The code 'dpo_loss' is missing from docs/dpo.en.md:20.",
    ),
    "date that differs": (
        differ("title:", "verified: 2026-11-24\ntitle:", "verified: 2026-11-23\ntitle:"),
        "docs/dpo.zh.md:2:19: The number 24 is missing from docs/dpo.en.md:2.",
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
    project.accepts(differ("See", f"{chinese}\n\nSee", f"{english}\n\nSee"))
