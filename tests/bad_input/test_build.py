"""A build with a mistake publishes nothing: the last good site stays, whole, whatever happens."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from hooks.markup import foreign
from tests.bad_input.conftest import BIB, ROOT, Damage, Project, insert, replace, write
from tests.site.test_links import Document

# One mistake of each kind: what is checked in other tests stops a build, too.
CASES: dict[str, tuple[Damage, str]] = {
    "Markdown": (insert("<script>x</script>"), "docs/dpo.en.md:20:1: <script> may not stand"),
    "BibTeX": (
        write("references.bib", BIB.replace("{2023},", "{2023")),
        "references.bib:7:1: syntax error",
    ),
    "YAML": (
        write("docs/glossary.yml", "- [\n"),
        "docs/glossary.yml:2:1: This is not valid YAML",
    ),
    "front matter": (
        replace("title: DPO", "title: DPO: x"),
        "docs/dpo.en.md:2:11: This is not valid YAML",
    ),
    "settings": (
        replace("nav:\n", "nav: [\n", "mkdocs.yml"),
        'mkdocs.yml", line ',
    ),
    "tag that only Markdown sees": (
        insert(r"\`<script>x</script>\`"),
        "docs/dpo.zh.md:20:3: <script> may not stand in a page.",
    ),
    "attribute that only Markdown sees": (
        insert("*Text*{ onclick }"),
        "docs/dpo.zh.md:1:1: <em> may not have onclick.",
    ),
    "figure in a line of text": (
        insert("Text ![A curve](figure:rlhf/dpo)"),
        "docs/dpo.zh.md:20:16: This figure is not alone in its paragraph.",
    ),
    "formula that a table cuts": (
        insert("| a | b |\n|---|---|\n| $p(y|x)$ |"),
        r"docs/dpo.zh.md:22:4: The formula 'p(y|x)' stays unrendered here.",
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
    """… and what reads like an attack in code, sources and formulas is text in it."""
    script = "<script>alert(1)</script>"
    project.write("references.bib", BIB.replace("Direct Preference Optimization", script))
    project.replace("references.bib", "Rafailov, Rafael", f"{script}, Rafael")
    insert(f"$\\text{{{script}}}$ `{script}`\n\n```text\n{script}\n```")(project)
    result = project.build()
    assert result.returncode == 0, result.stderr
    for page in ("dpo", "en/dpo", "sources", "en/sources"):
        text = (project.folder / "site" / page / "index.html").read_text("utf-8")
        assert "last changed" not in text  # there is no Git here to say when
        assert "alert(1)" in text and script not in text
        assert "alert(1)" not in "".join(re.findall(r"<[^>]*>", text))
        assert not any(foreign(link, own_host_only=False) for link in Document(text).links)


def test_archived_copy_is_linked(project: Project) -> None:
    copy = "https://web.archive.org/web/20250102030405/https://a.example/dpo"
    project.write("references.bib", BIB.replace("year", f"archive = {{{copy}}},\n  year"))
    result = project.build()
    assert result.returncode == 0, result.stderr
    for root, words in (("", "2025-01-02 的存档"), ("en", "Archived copy of 2025-01-02")):
        for page in ("dpo", "sources"):
            text = (project.folder / "site" / root / page / "index.html").read_text("utf-8")
            assert f'<a href="{copy}">{words}</a>' in text


def test_title_that_the_picture_cannot_show(project: Project) -> None:
    replace("title: DPO", "title: ꙮ")(project)
    result = project.build()
    assert result.returncode != 0
    assert "docs/dpo.zh.md:2:8: The picture for link previews cannot show 'ꙮ'" in result.stderr


def make(project: Project) -> list[str]:
    """``make build`` with what is installed: nothing is older than what it is made from."""
    (project.folder / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    command = ["make", "build", f"BIN={Path(sys.executable).parent}"]
    return [*command, "--old-file=.venv/site", "--old-file=node_modules"]


def good_site(project: Project) -> None:
    project.write("site/index.html", "the last good site")


def content(project: Project) -> dict[str, str]:
    site = project.folder / "site"
    return {path.name: path.read_text("utf-8") for path in site.rglob("*") if path.is_file()}


def test_a_failed_build_leaves_the_last_good_site(project: Project) -> None:
    good_site(project)
    replace("@dpo", "@dop")(project)
    command = make(project)
    result = subprocess.run(command, cwd=project.folder, capture_output=True, check=False)
    assert result.returncode != 0
    assert content(project) == {"index.html": "the last good site"}


def test_a_killed_build_leaves_the_last_good_site(project: Project) -> None:
    good_site(project)
    process = subprocess.Popen(
        make(project),
        cwd=project.folder,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    new = project.folder / ".cache" / "site"
    while not any(new.rglob("index.html")):
        assert process.poll() is None, "The build ended before it could be killed."
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() != 0
    assert content(project) == {"index.html": "the last good site"}


def test_only_a_complete_build_is_deployed() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/deploy.yml").read_text("utf-8"))
    build, deploy = workflow["jobs"]["build"], workflow["jobs"]["deploy"]
    does = [step.get("run", step.get("uses", "")).split("@")[0] for step in build["steps"]]
    upload = does.index("actions/upload-pages-artifact")
    assert {"make test", "make book"} <= set(does[:upload])
    assert build["steps"][upload]["with"] == {"path": "site"}
    for part in (build, deploy, *build["steps"], *deploy["steps"]):
        assert not {"if", "continue-on-error"} & part.keys()
    assert deploy["needs"] == "build"
