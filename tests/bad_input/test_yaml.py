"""YAML: the navigation and settings in mkdocs.yml, the glossary, front matter."""

from __future__ import annotations

import pytest

from tests.bad_input.conftest import Damage, Project, replace, write

CONFIG, GLOSSARY = "mkdocs.yml", "docs/glossary.yml"
TERM = '- {zh: 偏好, en: preference, page: dpo, def: {zh: "一种关系。", en: "A relation."}}\n'
BOMB = "a: &a [x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n"


def term(old: str, new: str) -> Damage:
    assert old in TERM
    return write(GLOSSARY, TERM + TERM.replace(old, new))


def config(old: str, new: str) -> Damage:
    return replace(old, new, CONFIG)


def front(line: str) -> Damage:
    return replace("title: DPO\n", f"title: DPO\n{line}\n")


CASES = {
    "front matter with a second colon": (
        replace("description: A page", "description: A: page"),
        "docs/dpo.en.md:3:15: This is not valid YAML: mapping values are not allowed",
    ),
    "front matter never closed": (
        replace("damage.\n---\n", "damage.\n"),
        "docs/dpo.en.md:1:1: This front matter is never closed.",
    ),
    "front matter that is a list": (
        replace("title: DPO\ndescription: A page to damage.", "- DPO"),
        "docs/dpo.en.md:2:1: Write here title, description",
    ),
    "front matter with a tab": (
        front("\tsearch: false"),
        "docs/dpo.en.md:3:1: This is not valid YAML",
    ),
    "field that does not exist": (front("titel: x"), "docs/dpo.en.md:3:8: There is no titel here."),
    "field given twice": (front("title: x"), "docs/dpo.en.md:3:1: title is given twice. Keep one."),
    "title that is a number": (
        replace("title: DPO", "title: 7"),
        "docs/dpo.en.md:2:8: title must be a text. Put it in quotes.",
    ),
    "date that is none": (
        front("verified: yesterday"),
        "docs/dpo.en.md:3:11: verified must be a date such as 2026-11-24.",
    ),
    "object in the front matter": (
        front("search: !!python/object/apply:os.system [id]"),
        "docs/dpo.en.md:3:9: tag:yaml.org,2002:python/object/apply:os.system is a tag.",
    ),
    "bomb in the front matter": (
        front(BOMB.strip()),
        "docs/dpo.en.md:4:8: *a is an alias. Write the value out.",
    ),
    "glossary that is no list": (write(GLOSSARY, "a: b\n"), "docs/glossary.yml:1:1: Write a list"),
    "glossary that is empty": (
        write(GLOSSARY, ""),
        "docs/glossary.yml:1:1: Write a list of terms.",
    ),
    "glossary never closed": (
        write(GLOSSARY, TERM + "- {zh: 甲\n"),
        "docs/glossary.yml:3:1: This is not valid YAML: did not find expected",
    ),
    "glossary with a tab": (
        write(GLOSSARY, TERM + "-\tzh: 甲\n\ten: a\n"),
        "docs/glossary.yml:2:2: This is not valid YAML",
    ),
    "glossary that expands to gigabytes": (
        write(GLOSSARY, BOMB),
        "docs/glossary.yml:2:8: *a is an alias. Write the value out.",
    ),
    "glossary that runs a program": (
        write(GLOSSARY, "- !!python/object/apply:os.system [id]\n"),
        "docs/glossary.yml:1:3: tag:yaml.org,2002:python/object/apply:os.system is a tag.",
    ),
    "glossary ten thousand deep": (
        write(GLOSSARY, "[\n" * 10_000 + "]\n" * 10_000),
        "docs/glossary.yml:21:1: This is nested too deeply. Write it flatter.",
    ),
    "term that is a word": (
        write(GLOSSARY, TERM + "- preference\n"),
        "docs/glossary.yml:2:3: Write here zh, en, page, def, each with its value.",
    ),
    "term without its English": (
        term("en: preference, ", ""),
        "docs/glossary.yml:2:3: en is missing. Add it.",
    ),
    "definition in one language": (
        term(', en: "A relation."', ""),
        "docs/glossary.yml:2:44: en is missing. Add it.",
    ),
    "definition that is a list": (
        term('{zh: "一种关系。", en: "A relation."}', "[a]"),
        "docs/glossary.yml:2:44: def must be a mapping.",
    ),
    "term that YAML takes for false": (
        term("en: preference", "en: no"),
        "docs/glossary.yml:2:16: en must be a text. Put it in quotes.",
    ),
    "term of a page that does not exist": (
        term("page: dpo", "page: ../dpo"),
        "docs/glossary.yml:2:34: There is no page ../dpo. Correct the name.",
    ),
    "field of a term that does not exist": (
        term("en: preference", "en: preference, also: x"),
        "docs/glossary.yml:2:34: There is no also here. Use: zh, en, abbr, page, def.",
    ),
    "script in a definition": (
        term('"A relation."', '"A <script>alert(1)</script>"'),
        "docs/glossary.yml:2:62: A term is plain text. Leave out tags and links.",
    ),
    "link in a definition": (
        term('"A relation."', '"A [relation](javascript:x)"'),
        "docs/glossary.yml:2:62: A term is plain text.",
    ),
    "navigation with a page that does not exist": (
        config("  - dpo.md\n", "  - dpo.md\n  - kto.md\n"),
        "There is no page kto.md. Correct the navigation.",
    ),
    "navigation with a page twice": (
        config("  - dpo.md\n", "  - dpo.md\n  - dpo.md\n"),
        "dpo.md is in the navigation already. Delete this line.",
    ),
    "navigation out of the site": (
        config("  - dpo.md\n", "  - dpo.md\n  - ../README.md\n"),
        "There is no page ../README.md. Correct the navigation.",
    ),
    "navigation with an address": (
        config("  - dpo.md\n", "  - dpo.md\n  - x: javascript:alert(1)\n"),
        "There is no page javascript:alert(1). Correct the navigation.",
    ),
    "navigation that is a word": (
        config("nav:\n  - index.md\n  - dpo.md\n  - sources.md\n", "nav: index.md\n"),
        "docs/dpo.zh.md:1:1: dpo.md is not in the navigation.",
    ),
    "page missing from the navigation": (
        lambda project: [project.write(f"docs/new.{x}.md", "# New\n") for x in ("zh", "en")],
        "docs/new.zh.md:1:1: new.md is not in the navigation. Add it to nav in mkdocs.yml.",
    ),
    "setting given twice": (
        config("nav:\n", "site_name: another\nnav:\n"),
        "site_name is given twice. Keep one.",
    ),
    "setting of a wrong kind": (
        config("exclude_docs:", "use_directory_urls: maybe\nexclude_docs:"),
        "use_directory_urls: Expected type",
    ),
    "setting that MkDocs does not have": (
        config("  name: material\n", "  name: nosuch\n"),
        "mkdocs.yml:9:1: theme: Unrecognised theme name: 'nosuch'.",
    ),
    "plugin that does not exist": (
        config("plugins:\n", "plugins:\n  - nosuch\n"),
        'plugins: The "nosuch" plugin is not installed',
    ),
    "settings that run a program": (
        config("nav:\n", "extra_templates: !!python/object/apply:os.system [id]\nnav:\n"),
        "tag:yaml.org,2002:python/object/apply:os.system is a tag.",
    ),
    "settings with a tab": (config("nav:\n  -", "nav:\n\t-"), "mkdocs.yml:"),
    "settings that are not UTF-8": (
        write(CONFIG, "site_name: 笔记\n".encode("utf-16")),
        "mkdocs.yml:1:1: Byte 0xff is not UTF-8. Save the file as UTF-8.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_yaml(project: Project, name: str) -> None:
    project.refuses(*CASES[name])


def test_a_good_term(project: Project) -> None:
    project.accepts(write(GLOSSARY, TERM))
