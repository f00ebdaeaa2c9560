"""A book as PDF, printed by the browser: A5, with bookmarks, links and embedded fonts."""

from __future__ import annotations

import base64
import re
from html import escape
from io import BytesIO
from pathlib import Path

import pikepdf
from playwright.sync_api import Browser

from book import radicals
from book.chapters import Book, Chapter

STYLES = [Path(__file__).with_name(name).read_text("utf-8") for name in ("book.css", "pdf.css")]
FONT = 'url("stix-two-math.woff2")'
WIDTH = round((148 - 2 * 14) / 25.4 * 96)  # of the text, in CSS pixels
CONTENTS = {"zh": "目录", "en": "Contents"}
# Two characters that look the same are two boxes: no font has them.
CHINESE = """() => {
  const canvas = document.createElement("canvas")
  const drawn = ["推", "导"].map(character => {
    const pen = canvas.getContext("2d", { willReadFrequently: true })
    pen.clearRect(0, 0, 100, 100)
    pen.font = "40px serif"
    pen.fillText(character, 10, 60)
    return pen.getImageData(0, 0, 100, 100).data.join()
  })
  return drawn[0] !== drawn[1]
}"""
NO_FONT = """No Chinese font was found, so the PDF would show boxes. Install one and run it again.
Debian or Ubuntu: sudo apt-get install fonts-noto-cjk"""
# A page cannot be scrolled sideways: what is too wide is drawn smaller.
FIT = """() => {
  for (const box of document.querySelectorAll(".formula")) {
    const wide = box.scrollWidth / box.clientWidth
    if (wide > 1) box.style.fontSize = `${0.98 / wide}em`
  }
  for (const table of document.querySelectorAll("table")) {
    const wide = table.offsetWidth / table.parentElement.clientWidth
    if (wide > 1) table.style.zoom = 0.98 / wide
  }
}"""
# Each heading's title and, if it is a chapter's first, the chapter's name.
HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3, h4")].map(heading => {
  const chapter = heading.closest(".chapter")
  const first = heading === chapter?.querySelector("h1:not(.part), h2")
  return [heading.textContent.trim(), first ? chapter.id : ""]
})"""
NUMBER = """pages => {
  for (const link of document.querySelectorAll(".contents a")) {
    link.querySelector("b").textContent = pages[link.hash.slice(1)]
  }
}"""
AUTHOR = "LLM Interview Notes contributors"


def cover(book: Book) -> str:
    """The title page, which the EPUB shows as its cover too."""
    return f"""<section class="cover"><p class="cover__title">{escape(book.title)}</p>
<p class="cover__about">{escape(book.description)}</p>
<p class="cover__origin"><a href="{book.url}">{book.url}</a><br>
{book.changed:%Y-%m-%d} · CC BY-SA 4.0</p></section>"""


def head(book: Book) -> str:
    """The document up to its body, which needs no other file."""
    data = base64.b64encode(book.font).decode()
    styles = "\n".join(STYLES).replace(FONT, f"url(data:font/woff2;base64,{data})")
    return f"""<!doctype html><html lang="{book.language}"><head><meta charset="utf-8">
<title>{escape(book.title)}</title><style>{styles}</style></head>"""


def contents(book: Book) -> str:
    """The table of contents. Its page numbers are filled in when they are known."""

    def line(chapter: Chapter) -> str:
        title = escape(chapter.title)
        return f'<li><a href="#{chapter.name}"><span>{title}</span><b></b></a></li>'

    lines = [
        f"<li>{escape(title)}<ol>{''.join(map(line, chapters))}</ol></li>"
        if title
        else "".join(map(line, chapters))
        for title, chapters in book.parts
    ]
    return (
        f'<nav class="contents"><h1>{CONTENTS[book.language]}</h1><ol>{"".join(lines)}</ol></nav>'
    )


def document(book: Book) -> str:
    """The whole book as one page of HTML. Headings of a chapter are one level below its part."""
    bodies = []
    for part, chapters in book.parts:
        for chapter in chapters:
            body = re.sub(r"\b[\w-]+\.xhtml#", "#", chapter.body)
            if part:
                body = re.sub(r"(</?h)([1-5])\b", lambda m: f"{m[1]}{int(m[2]) + 1}", body)
            if part and chapter is chapters[0]:
                body = body.replace(">", f'><h1 class="part">{escape(part)}</h1>', 1)
            bodies.append(body)
    return f"{head(book)}<body>{cover(book)}{contents(book)}{''.join(bodies)}</body></html>"


def bookmarks(outline: pikepdf.Outline) -> list[pikepdf.OutlineItem]:
    """All bookmarks in the order of the headings that they lead to."""

    def flat(items: list[pikepdf.OutlineItem]) -> list[pikepdf.OutlineItem]:
        return [found for item in items for found in (item, *flat(item.children))]

    return flat(outline.root)


def chapter_pages(pdf: bytes, headings: list[list[str]]) -> dict[str, int]:
    """The page on which each chapter begins."""
    with pikepdf.open(BytesIO(pdf)) as file, file.open_outline() as outline:
        numbers = {page.obj.objgen: number for number, page in enumerate(file.pages, 1)}
        pages = [numbers[mark.destination[0].objgen] for mark in bookmarks(outline)]
    return {chapter: page for (_, chapter), page in zip(headings, pages, strict=True) if chapter}


def finish(pdf: bytes, book: Book, headings: list[list[str]], target: Path) -> None:
    """Write the PDF, packed to a third of its size, with fixed dates and the right bookmarks."""
    with pikepdf.open(BytesIO(pdf)) as file:
        with file.open_outline() as outline:
            # Chromium doubles the title of a heading that a page break has moved
            for mark, (title, _) in zip(bookmarks(outline), headings, strict=True):
                mark.title = title
        radicals.replace(file)
        for name in ("/CreationDate", "/ModDate"):
            file.docinfo[name] = f"D:{book.changed:%Y%m%d%H%M%S}Z"
        file.docinfo["/Author"] = AUTHOR
        file.docinfo["/Creator"] = book.url
        packed = pikepdf.ObjectStreamMode.generate
        file.save(target, object_stream_mode=packed, deterministic_id=True)


def write(browser: Browser, book: Book, target: Path) -> None:
    """Print the book twice: the first time tells the pages that the table of contents names."""
    page = browser.new_page(viewport={"width": WIDTH, "height": 700})
    page.emulate_media(media="print")
    page.set_content(document(book))
    if not page.evaluate(CHINESE):
        raise SystemExit(NO_FONT)
    page.evaluate("document.fonts.ready")
    page.evaluate(FIT)
    headings = page.evaluate(HEADINGS)

    def printed() -> bytes:
        return page.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)

    page.evaluate(NUMBER, chapter_pages(printed(), headings))
    finish(printed(), book, headings, target)
    page.close()
