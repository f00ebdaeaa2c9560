"""The PDF: its pages, bookmarks, links, fonts and text, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from book.pdf import NO_FONT
from tests.book.conftest import Made

CHAPTERS = {
    "zh": ["大模型面试笔记", "DPO：直接偏好优化", "RoPE：旋转位置编码", "记号"],
    "en": ["LLM Interview Notes", "DPO: direct preference", "RoPE", "Notation"],
}
SENTENCES = {
    "zh": ["目录", "它解决什么问题", "配分函数为什么会抵消"],
    "en": ["Contents", "The problem", "partition function"],
}


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def pdf(made: Made, language: str) -> PdfReader:
    if not made.file(f"{language}.pdf").exists():
        pytest.skip(NO_FONT)
    return PdfReader(made.file(f"{language}.pdf"))


def bookmarks(outline: list[object], level: int = 0) -> Iterator[tuple[int, Destination]]:
    for item in outline:
        if isinstance(item, list):
            yield from bookmarks(item, level + 1)
        elif isinstance(item, Destination):
            yield level, item


def test_a_bookmark_leads_to_each_page_of_the_site(pdf: PdfReader, language: str) -> None:
    assert len(pdf.pages) > 40
    marks = list(bookmarks(pdf.outline))
    top = [mark.title for level, mark in marks if level == 0]
    assert top[:2] == [SENTENCES[language][0], CHAPTERS[language][0]]
    chapters = [mark for level, mark in marks if level == 1]
    assert len(chapters) == len(CHAPTERS[language]) - 1
    numbers = [pdf.get_destination_page_number(mark) for mark in chapters]
    assert numbers == sorted(set(numbers)), "each begins a page"
    for name, mark, number in zip(CHAPTERS[language][1:], chapters, numbers, strict=True):
        assert name.lower() in (mark.title or "").lower()
        start = "".join((mark.title or "").split())[:8]
        assert start in "".join(pdf.pages[number].extract_text().split())
        assert f"{number + 1}" in pdf.pages[1].extract_text(), "the table of contents names it"


def test_text(pdf: PdfReader, language: str) -> None:
    text = "".join(page.extract_text() for page in pdf.pages[:40])
    for sentence in SENTENCES[language]:
        assert sentence in text
    assert pdf.metadata and pdf.metadata.title == CHAPTERS[language][0]


def test_fonts_are_embedded(pdf: PdfReader) -> None:
    names = set()
    for page in pdf.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            for part in font.get("/DescendantFonts", [font]):
                part = part.get_object()
                if part["/Subtype"] == "/Type3":  # drawn in the file itself
                    continue
                descriptor = part["/FontDescriptor"]
                assert descriptor.keys() & {"/FontFile", "/FontFile2", "/FontFile3"}
                names.add(part["/BaseFont"])
    assert any("STIXTwoMath" in name for name in names), names


def test_links_stay_inside(pdf: PdfReader) -> None:
    inside, outside = 0, []
    for page in pdf.pages:
        for annotation in page.get("/Annots", []):
            link = annotation.get_object()
            action = link.get("/A", {})
            if "/Dest" in link:
                name = link["/Dest"]
                assert not isinstance(name, str) or name.lstrip("/") in {
                    key.lstrip("/") for key in pdf.named_destinations
                }, name
                inside += 1
            elif "/URI" in action:
                outside.append(action["/URI"])
    assert inside > 100
    assert not [url for url in outside if url.startswith(("file:", "about:"))]
    assert not [url for url in outside if "rlhf/dpo/" in url and "github.io" in url]


def test_pages_are_a5(pdf: PdfReader) -> None:
    sizes = {tuple(round(float(x)) for x in page.mediabox[2:]) for page in pdf.pages}
    assert sizes == {(420, 595)}
