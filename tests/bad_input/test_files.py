"""Files that no page can be made of: encodings, hidden characters, names, links, sizes."""

from __future__ import annotations

import pytest

from tests.bad_input.conftest import Damage, Project, insert, remove, replace, write

ZH, EN = "docs/dpo.zh.md", "docs/dpo.en.md"


def encoded(encoding: str) -> Damage:
    def damage(project: Project) -> None:
        page = (project.folder / ZH).read_text("utf-8")
        project.write(ZH, page.encode(encoding))

    return damage


def link(name: str, target: str) -> Damage:
    return lambda project: (project.folder / name).symlink_to(target)


def grown(name: str, size: int) -> Damage:
    """A file that says it has ``size`` bytes and takes no room."""

    def damage(project: Project) -> None:
        with (project.folder / name).open("ab") as file:
            file.truncate(size)

    return damage


CASES = {
    "GBK": (
        encoded("gb18030"),
        "docs/dpo.zh.md:8:4: Byte 0xcd is not UTF-8. Save the file as UTF-8.",
    ),
    "UTF-16": (encoded("utf-16"), "docs/dpo.zh.md:1:1: Byte 0xff is not UTF-8."),
    "Latin-1": (
        write(ZH, "# é\n".encode("latin-1")),
        "docs/dpo.zh.md:1:3: Byte 0xe9 is not UTF-8.",
    ),
    "lone surrogate": (
        write(EN, b"# DPO\n\n\xed\xa0\x80\n"),
        "docs/dpo.en.md:3:1: Byte 0xed is not UTF-8.",
    ),
    "cut in the middle of a character": (
        write(EN, "# 推导".encode()[:-1]),
        "docs/dpo.en.md:1:6: Byte 0xe5 is not UTF-8.",
    ),
    "byte order mark": (
        write(EN, b"\xef\xbb\xbf# DPO\n"),
        "docs/dpo.en.md:1:1: U+FEFF (ZERO WIDTH NO-BREAK SPACE) is invisible. Delete it.",
    ),
    "NUL": (insert("a\0b"), "docs/dpo.en.md:20:2: U+0000 (a control character) is invisible."),
    "bell": (insert("a\ab"), "docs/dpo.en.md:20:2: U+0007 (a control character) is invisible."),
    "line endings of an old Mac": (
        insert("a\rb"),
        "docs/dpo.en.md:20:2: U+000D (a control character) is invisible.",
    ),
    "text in reverse": (
        insert("a\u202eb"),
        "docs/dpo.en.md:20:2: U+202E (RIGHT-TO-LEFT OVERRIDE) is invisible. Delete it.",
    ),
    "code in reverse": (
        replace("print(1)", "print(1)  # \u2066 return"),
        "docs/dpo.en.md:17:13: U+2066 (LEFT-TO-RIGHT ISOLATE) is invisible.",
    ),
    "space of no width": (
        insert("a\u200bb"),
        "docs/dpo.en.md:20:2: U+200B (ZERO WIDTH SPACE) is invisible.",
    ),
    "message in tag characters": (
        insert("a" + "".join(chr(0xE0000 + ord(c)) for c in "hidden")),
        "docs/dpo.en.md:20:2: U+E0068 (TAG LATIN SMALL LETTER H) is invisible.",
    ),
    "hidden in the bibliography": (
        replace("{dpo,", "{d\u200bpo,", "references.bib"),
        "references.bib:1:8: U+200B (ZERO WIDTH SPACE) is invisible.",
    ),
    "no language in the name": (
        write("docs/new.md", "# New\n"),
        "docs/new.md:1:1: A page's name has small Latin letters, digits and underscores",
    ),
    "third language": (write("docs/new.fr.md", "# New\n"), "docs/new.fr.md:1:1: A page's name"),
    "space in the name": (write("docs/a b.zh.md", "# New\n"), "docs/a b.zh.md:1:1: A page's name"),
    "capitals in the name": (write("docs/DPO.zh.md", "# A\n"), "docs/DPO.zh.md:1:1: A page's name"),
    "Chinese in the name": (write("docs/新.zh.md", "# A\n"), "docs/新.zh.md:1:1: A page's name"),
    "tag in the name": (
        write("docs/<img src=x onerror=alert(1)>.zh.md", "# A\n"),
        "docs/<img src=x onerror=alert(1)>.zh.md:1:1: A page's name",
    ),
    "page that is a link out of the repository": (
        link("docs/new.zh.md", "/etc/passwd"),
        "docs/new.zh.md:1:1: This is a symbolic link. Put the file itself here.",
    ),
    "folder that is a link out of the repository": (
        link("docs/new", "/etc"),
        "docs/new:1:1: This is a symbolic link. Put the file itself here.",
    ),
    "link to itself": (
        link("docs/new.zh.md", "new.zh.md"),
        "docs/new.zh.md:1:1: This is a symbolic",
    ),
    "page of five megabytes": (
        grown(EN, 5_000_000),
        "docs/dpo.en.md:1:1: This file has more than 1 MB. Make it smaller.",
    ),
    "image of fifty megabytes": (
        grown("docs/assets/curve.png", 50_000_000),
        "docs/assets/curve.png:1:1: This file has more than 1 MB. Make it smaller.",
    ),
    "line of half a megabyte": (
        insert("x" * 500_000),
        "docs/dpo.en.md:20:1: This line has more than 4,000 characters. Break it.",
    ),
    "folder that is named like a page": (
        lambda project: (project.folder / "docs/new.zh.md").mkdir(),
        "docs/new.zh.md:1:1: This file is missing. Restore it.",
    ),
    "missing translation": (
        remove(EN),
        "docs/dpo.zh.md:1:1: This page has no translation. Write docs/dpo.en.md.",
    ),
    "missing glossary": (
        remove("docs/glossary.yml"),
        "docs/glossary.yml:1:1: This file is missing.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_file(project: Project, name: str) -> None:
    project.refuses(*CASES[name])
