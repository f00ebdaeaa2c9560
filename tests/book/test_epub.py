"""The EPUB: its structure by the standard library, all of it by epubcheck where that is installed."""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from book import archive
from book.chapters import last_change
from tests.book.conftest import Made

DC = "{http://purl.org/dc/elements/1.1/}"
OPF = "{http://www.idpf.org/2007/opf}"
XHTML = "{http://www.w3.org/1999/xhtml}"
MATH = "{http://www.w3.org/1998/Math/MathML}math"
SVG = "{http://www.w3.org/2000/svg}svg"


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def book(made: Made, language: str) -> dict[str, bytes]:
    with zipfile.ZipFile(made.file(f"{language}.epub")) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert len({entry.date_time for entry in archive.infolist()}) == 1
        return {name: archive.read(name) for name in archive.namelist()}


def test_package(book: dict[str, bytes], language: str) -> None:
    assert book["mimetype"] == b"application/epub+zip"
    package = ElementTree.fromstring(book["EPUB/content.opf"])
    assert package.get("version") == "3.0"
    assert (package.findtext(f".//{DC}language") or "")[:2] == language
    for name in ("title", "identifier", "creator", "description", "rights", "date"):
        assert package.findtext(f".//{DC}{name}"), name
    items = {item.get("id"): item for item in package.iter(f"{OPF}item")}
    listed = {f"EPUB/{item.get('href')}" for item in items.values()}
    assert listed == {name for name in book if name.startswith("EPUB/")} - {"EPUB/content.opf"}
    kinds = [item.get("properties") or "" for item in items.values()]
    assert "nav" in kinds and "cover-image" in kinds
    spine = [items[ref.get("idref")].get("href") for ref in package.iter(f"{OPF}itemref")]
    assert spine == [
        *("cover.xhtml", "nav.xhtml", "preface.xhtml"),
        *("rlhf-dpo.xhtml", "context-rope.xhtml", "notation.xhtml"),
    ]
    for item in items.values():
        if item.get("media-type") != "application/xhtml+xml":
            continue
        tags = {
            element.tag
            for element in ElementTree.fromstring(book[f"EPUB/{item.get('href')}"]).iter()
        }
        properties = (item.get("properties") or "").split()
        assert (MATH in tags, SVG in tags) == ("mathml" in properties, "svg" in properties)


def test_links_lead_to_what_is_there(book: dict[str, bytes]) -> None:
    pages = {
        posixpath.basename(name): ElementTree.fromstring(data)
        for name, data in book.items()
        if name.endswith(".xhtml")
    }
    ids = {name: {e.get("id") for e in page.iter() if e.get("id")} for name, page in pages.items()}
    for name, page in pages.items():
        for link in page.iter(f"{XHTML}a"):
            file, _, anchor = (link.get("href") or "").partition("#")
            if file.startswith(("http:", "https:")):
                continue
            assert (file or name) in pages, link.get("href")
            assert not anchor or anchor in ids[file or name], link.get("href")


def test_no_furniture_and_open_questions(book: dict[str, bytes]) -> None:
    text = book["EPUB/rlhf-dpo.xhtml"].decode()
    assert not re.search(r"<(button|script|details|dpo-weight)|headerlink|var\(--|edit/main", text)
    assert 'alttext="' in text and "<annotation" not in text
    question = re.search(r'<section id="rlhf-dpo\.dpo-partition-function" class="question">', text)
    assert question
    assert book["EPUB/cover.png"].startswith(b"\x89PNG")


def test_archives_are_the_same_byte_for_byte(tmp_path: Path) -> None:
    files = {"mimetype": b"application/epub+zip", "a.txt": b"a" * 1000}
    date = last_change(Path(__file__).parent)
    for name in ("one", "two"):
        archive.pack(tmp_path / name, files, date)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_epubcheck(made: Made, language: str) -> None:
    command = shutil.which("epubcheck")
    if not command:
        pytest.skip("epubcheck is not installed (Debian or Ubuntu: apt install epubcheck)")
    # Debian installs the jar itself as the command
    jar = Path(command).read_bytes()[:2] == b"PK"
    result = subprocess.run(
        [
            *(("java", "-jar") if jar else ()),
            command,
            "--failonwarnings",
            made.file(f"{language}.epub"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
