"""Makes an Anki deck a language of the interview questions: downloads/llm-interview-notes.zh.apkg.

A note's GUID comes from its question's id, so importing a newer deck updates the text and keeps the
learner's schedule.
"""

from __future__ import annotations

import html
import io
import re
import subprocess
import time
import zipfile
import zlib
from pathlib import Path
from urllib.parse import urljoin

import genanki
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from hooks.plain_text import FURNITURE
from hooks.questions import DETAILS
from hooks.source import parse_page

MATH = re.compile(
    r'<math( display="block")?>.*?<annotation encoding="application/x-tex">(.*?)</annotation></semantics></math>',
    re.S,
)
CSS = """.card { font: 18px/1.7 system-ui, sans-serif; text-align: left; max-width: 38em; margin: auto; }
pre { overflow-x: auto; } table { border-collapse: collapse; } td, th { border: 1px solid #999; padding: .2em .5em; }
.source { font-size: 14px; }"""
MODEL = genanki.Model(
    1_748_215_301,
    "LLM Interview Notes",
    fields=[{"name": "Question"}, {"name": "Answer"}, {"name": "Source"}],
    templates=[
        {
            "name": "Question",
            "qfmt": "<b>{{Question}}</b>",
            "afmt": '{{FrontSide}}<hr id="answer">{{Answer}}<p class="source">{{Source}}</p>',
        }
    ],
    css=CSS,
)

_notes: dict[str, list[genanki.Note]] = {}


def for_anki(content: str, url: str) -> str:
    """A piece of a page as Anki shows it: LaTeX for its MathJax, links that lead to the site."""

    def latex(match: re.Match[str]) -> str:
        # braces that Anki would take for a field are kept apart
        text = match[2].strip().replace("{{", "{ {").replace("}}", "} }")
        return rf"\[{text}\]" if match[1] else rf"\({text}\)"

    content = MATH.sub(latex, FURNITURE.sub("", content))
    return re.sub(
        r'href="([^"]*)"', lambda m: f'href="{urljoin(url, html.unescape(m[1]))}"', content
    )


def on_page_content(content: str, page: Page, config: MkDocsConfig, files: object) -> str:
    language = config.theme["language"]
    source = parse_page(page)
    levels = {item.text: item.info for item in source.of("question")}
    notes = _notes.setdefault(page.file.src_uri, [])
    notes.clear()  # a preview renders a page again and again
    for identity, question, answer in DETAILS.findall(content):
        address = f"{page.canonical_url}#{identity}"
        fields = [
            for_anki(question, page.canonical_url),
            for_anki(answer, page.canonical_url),
            f'<a href="{address}">{html.escape(page.title or "")}</a>',
        ]
        tags = [source.page.split("/")[0], f"level-{levels.get(identity)}"]
        guid = genanki.guid_for("llm-interview-notes", language, identity)
        notes.append(genanki.Note(MODEL, fields, guid=guid, tags=tags))
    return content


def _changed(root: Path) -> float:
    """When the sources last changed: Anki takes a note for newer by this."""
    command = ["git", "log", "-1", "--format=%ct"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return float(result.stdout) if result.returncode == 0 and result.stdout else time.time()


def on_post_build(config: MkDocsConfig) -> None:
    language = config.theme["language"]
    deck = genanki.Deck(zlib.crc32(f"llm-interview-notes {language}".encode()), config.site_name)
    for uri, notes in sorted(_notes.items()):
        if uri.endswith(f".{language}.md"):
            for note in notes:
                deck.add_note(note)
    buffer = io.BytesIO()
    genanki.Package(deck).write_to_file(
        buffer, timestamp=_changed(Path(config.config_file_path).parent)
    )
    # packed again with a fixed date, so that the same sources give the same bytes
    target = Path(config.site_dir) / "downloads" / f"llm-interview-notes.{language}.apkg"
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        zipfile.ZipFile(buffer) as packed,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in packed.namelist():
            out.writestr(zipfile.ZipInfo(name), packed.read(name), zipfile.ZIP_DEFLATED)
