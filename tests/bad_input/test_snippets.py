"""Code included into a page: only from lab/, only what is marked there, only in a code block."""

from __future__ import annotations

import pytest

from tests.bad_input.conftest import Damage, Project, insert, replace

HERE = "docs/dpo.en.md:17:1: "
SHAPE = HERE + "This would not include code. Write, on a line of its own in a code block:"


def snippet(name: str) -> Damage:
    return replace("print(1)", f'--8<-- "{name}"')


def linked(target: str) -> Damage:
    def damage(project: Project) -> None:
        project.own("lab")
        (project.folder / "lab" / "out.py").symlink_to(target)
        snippet("lab/out.py:name")(project)

    return damage


def marked(text: str) -> Damage:
    def damage(project: Project) -> None:
        project.own("lab")
        project.write("lab/new.py", text)
        snippet("lab/new.py:part")(project)

    return damage


CASES = {
    "section that is not there": (
        snippet("lab/rlhf/dpo.py:no_such"),
        HERE + "lab/rlhf/dpo.py has no mark --8<-- [start:no_such]. Add it or correct the name.",
    ),
    "worked example that is not there": (
        snippet("lab/rlhf/playground.py:no_example"),
        HERE + "lab/rlhf/playground.py has no mark --8<-- [start:no_example].",
    ),
    "section never ended": (
        marked("# --8<-- [start:part]\nx = 1\n"),
        HERE + "lab/new.py has no mark --8<-- [end:part].",
    ),
    "file that is not there": (
        snippet("lab/rlhf/dop.py:dpo_loss"),
        HERE + "There is no lab/rlhf/dop.py. Write it or correct the name.",
    ),
    "file that is not UTF-8": (
        lambda project: (
            marked("")(project),
            project.write("lab/new.py", "# 推导\n".encode("gb18030")),
        ),
        HERE + "lab/new.py:1:3: Byte 0xcd is not UTF-8.",
    ),
    "file above the repository": (snippet("../../etc/passwd"), SHAPE),
    "file above lab": (snippet("lab/../mkdocs.yml:a"), SHAPE),
    "absolute file": (snippet("/etc/passwd"), SHAPE),
    "address": (snippet("https://a.example/x.py:a"), SHAPE),
    "folder": (snippet("lab/rlhf"), SHAPE),
    "lines by number": (snippet("lab/rlhf/dpo.py:1:3"), SHAPE),
    "page itself": (snippet("docs/dpo.en.md"), SHAPE),
    "link out of the repository": (
        linked("/etc/passwd"),
        HERE + "lab/out.py leads out of lab/. Include code from there only.",
    ),
    "link to another folder": (linked("../mkdocs.yml"), HERE + "lab/out.py leads out of lab/."),
    "quotes of another kind": (replace("print(1)", "--8<-- 'lab/rlhf/dpo.py:dpo_loss'"), SHAPE),
    "short scissors": (replace("print(1)", '-8<- "/etc/passwd"'), SHAPE),
    "list of files": (replace("print(1)", "--8<--\n/etc/passwd\n--8<--"), SHAPE),
    "line that a formatter tore apart": (
        replace("print(1)", '--8 < --"lab/rlhf/dpo.py:dpo_loss"'),
        SHAPE,
    ),
    "outside of a code block": (
        insert('--8<-- "lab/rlhf/dpo.py:dpo_loss"'),
        "docs/dpo.en.md:20:1: This would not include code.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_snippet(project: Project, name: str) -> None:
    project.refuses(*CASES[name])


def test_a_good_snippet(project: Project) -> None:
    project.accepts(snippet("lab/rlhf/dpo.py:dpo_loss"))
