"""A book as EPUB 3: a file for each page, MathML, the maths font and a cover."""

from __future__ import annotations

import zipfile
from html import escape
from io import BytesIO
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from ebooklib import epub
from playwright.sync_api import Browser

from book.archive import pack
from book.chapters import Book, Chapter
from book.pdf import AUTHOR, CONTENTS, cover, head

STYLES = [Path(__file__).with_name(name).read_text("utf-8") for name in ("book.css", "epub.css")]
COVER = {"zh": "封面", "en": "Cover"}


class Document(epub.EpubHtml):
    """A file that is XHTML already: EbookLib would parse it as HTML and lose MathML and SVG."""

    def get_content(self, default: object = None) -> bytes:
        return self.content


def document(name: str, title: str, body: str, language: str) -> Document:
    content = f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="{language}" xml:lang="{language}">
<head><title>{escape(title)}</title><link rel="stylesheet" type="text/css" href="book.css"/></head>
<body>{body}</body></html>"""
    file = Document(name, f"{name}.xhtml", "application/xhtml+xml", content.encode(), title)
    file.properties = [
        kind for kind, tag in (("mathml", "<math "), ("svg", "<svg ")) if tag in body
    ]
    return file


def picture(browser: Browser, book: Book) -> bytes:
    """The title page as the picture that stands for the book in a library."""
    page = browser.new_page(viewport={"width": 600, "height": 800}, device_scale_factor=2)
    page.set_content(f"{head(book)}<body>{cover(book)}</body></html>")
    page.add_style_tag(content=".cover { zoom: 1.6; height: 500px; padding: 0 35px; }")
    image = page.screenshot()
    page.close()
    return image


def entry(chapter: Chapter) -> object:
    """A chapter with its sections as the navigation lists them."""
    file = f"{chapter.name}.xhtml"
    link = epub.Link(file, chapter.title, f"nav-{chapter.name}")
    sections = [epub.Link(f"{file}#{id}", title, id) for id, title in chapter.sections]
    return (link, sections) if sections else link


def write(browser: Browser, book: Book, target: Path) -> None:
    volume = epub.EpubBook()
    volume.set_identifier(uuid5(NAMESPACE_URL, f"{book.url} {book.language}").urn)
    volume.set_title(book.title)
    volume.set_language({"zh": "zh-Hans", "en": "en"}[book.language])
    volume.add_author(AUTHOR)
    volume.add_metadata("DC", "description", book.description)
    volume.add_metadata("DC", "source", book.url)
    volume.add_metadata("DC", "rights", "CC BY-SA 4.0")
    volume.add_metadata("DC", "date", f"{book.changed:%Y-%m-%d}")
    volume.set_cover("cover.png", picture(browser, book), create_page=False)
    style = epub.EpubItem("style", "book.css", "text/css", "\n".join(STYLES).encode())
    volume.add_item(style)
    volume.add_item(epub.EpubItem("font", "stix-two-math.woff2", "font/woff2", book.font))
    image = f'<section class="cover"><img src="cover.png" alt="{escape(book.title)}"/></section>'
    nav = epub.EpubNav(title=CONTENTS[book.language])
    files = [document("cover", COVER[book.language], image, book.language), nav]
    files += [document(c.name, c.title, c.body, book.language) for c in book.chapters]
    for file in files:
        volume.add_item(file)
    volume.add_item(epub.EpubNcx())  # for e-readers of EPUB 2
    volume.spine = files
    for part, chapters in book.parts:
        found = [entry(chapter) for chapter in chapters]
        section = epub.Section(part, f"{chapters[0].name}.xhtml")
        volume.toc += [(section, found)] if part else found
    buffer = BytesIO()
    epub.write_epub(buffer, volume, {"mtime": book.changed, "epub3_pages": False})
    with zipfile.ZipFile(buffer) as made:
        pack(target, {name: made.read(name) for name in made.namelist()}, book.changed)
