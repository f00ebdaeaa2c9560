"""references.bib: wrong BibTeX, incomplete entries, citations that lead nowhere."""

from __future__ import annotations

import pytest

from tests.bad_input.conftest import BIB, Damage, Project, remove, replace, write

NAME = "references.bib"


def field(old: str, new: str) -> Damage:
    return replace(old, new, NAME)


CASES = {
    "unknown key": (
        replace("@dpo", "@dop"),
        "docs/dpo.en.md:10:31: No source has the key dop. Did you mean @dpo? Add it to references.bib.",
    ),
    "brackets that would vanish": (
        replace("print(1)", "print(w[a@b])"),
        "docs/dpo.en.md:17:8: [a@b] would be taken for a citation and vanish.",
    ),
    "page number in the brackets": (
        replace("[@dpo]", "[@dpo, p. 3]"),
        "docs/dpo.en.md:10:30: [@dpo, p. 3] would be taken for a citation and vanish.",
    ),
    "list missing": (
        replace("#sources }", "#list }"),
        "docs/dpo.en.md:22:1: This page cites sources, so its last heading must be its list",
    ),
    "key given twice": (
        write(NAME, BIB + BIB),
        "references.bib:7:1: The key dpo is already used on line 1. Rename or merge.",
    ),
    "key given twice in another case": (
        write(NAME, BIB + BIB.replace("{dpo", "{DPO")),
        "references.bib:7:1: The key DPO is already used on line 1.",
    ),
    "key that no citation can name": (
        field("{dpo,", '{d"><script>,'),
        'references.bib:1:7: The key d"><script> must have Latin letters, digits, - and _ only.',
    ),
    "key with letters that look Latin": (
        field("{dpo,", "{dро,"),
        "references.bib:1:7: The key dро must have Latin letters",
    ),
    "brace never closed": (
        field("year = {2023},", "year = {2023"),
        "references.bib:7:1: ",
    ),
    "comma missing": (
        field("{{Direct Preference Optimization}},", "{{Direct}}"),
        "references.bib:3:1: ",
    ),
    "field given twice": (
        field("year = {2023},", "year = {2023},\n  year = {2024},"),
        "references.bib:5:3: The year of dpo is given twice. Keep one.",
    ),
    "abbreviation of itself": (
        write(NAME, "@string{a = a}\n" + BIB.replace("{2023}", "a")),
        "references.bib:1:1: undefined string: a.",
    ),
    "cross-reference in a circle": (
        write(
            NAME,
            BIB.replace("year", "crossref = {b},\n  year")
            + BIB.replace("{dpo", "{b").replace("year", "crossref = {dpo},\n  year"),
        ),
        "references.bib:4:3: The crossref 'b' of dpo cannot be used.",
    ),
    "no title": (
        field("  title = {{Direct Preference Optimization}},\n", ""),
        "references.bib:1:7: The title '' of dpo cannot be used. Give it in double braces.",
    ),
    "no kind": (
        field("  keywords = {paper},\n", ""),
        "references.bib:1:7: The keywords '' of dpo cannot be used. Use one of: paper.",
    ),
    "unknown kind": (
        field("{paper}", "{rumour}"),
        "references.bib:5:3: The keywords 'rumour' of dpo cannot be used. Use one of: paper.",
    ),
    "year that is none": (
        field("{2023}", "{last year}"),
        "references.bib:4:3: The year 'last year' of dpo cannot be used. Write four digits.",
    ),
    "address that is a script": (
        field("year", "url = {javascript:alert(1)},\n  year"),
        "references.bib:4:3: The url 'javascript:alert(1)' of dpo cannot be used. Write https://…",
    ),
    "address that would leave its link": (
        field("year", "url = {https://a.example/)<script>},\n  year"),
        "references.bib:4:3: The url 'https://a.example/)<script>' of dpo cannot be used.",
    ),
    "not UTF-8": (
        write(NAME, BIB.replace("Rafailov", "李").encode("gb18030")),
        "references.bib:3:13: Byte 0xc0 is not UTF-8. Save the file as UTF-8.",
    ),
    "archived copy without its day": (
        write(NAME, BIB.replace("year", "archive = {https://a.example/dpo},\n  year")),
        "references.bib:4:14: This is not an archived copy with its day.",
    ),
    "of fifty megabytes": (
        write(NAME, BIB + "%" * 100 + "\n" * 50_000_000),
        "references.bib:1:1: This file has more than 1 MB. Make it smaller.",
    ),
    "missing": (
        remove(NAME),
        "references.bib:1:1: This file is missing. Restore it.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_bibliography(project: Project, name: str) -> None:
    project.refuses(*CASES[name])


def test_a_page_without_citations_needs_no_list(project: Project) -> None:
    replace(" [@dpo]", "")(project)
    project.accepts(replace("#sources }", "#list }"))
