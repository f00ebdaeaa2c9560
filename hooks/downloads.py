"""Lists the files that can be downloaded where ``<!-- downloads -->`` stands.

The build does not make all of them: what ``make book`` makes stands in a comment, out of which
``book`` takes it when the file is there.
"""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

MARKER = "<!-- downloads -->"
BOOK = "<!-- book: {} -->"
NAME = "downloads/llm-interview-notes"
# address, made by `make book`, and in each language name and description; {root} and {language}
# are those of the page
FILES = [
    (
        f"{NAME}.{{language}}.pdf",
        True,
        {
            "zh": ("PDF", "A5 版面，适合平板阅读和打印，有书签和目录。"),
            "en": (
                "PDF",
                "A5, for reading on a tablet or printing, with bookmarks and a table of contents.",
            ),
        },
    ),
    (
        f"{NAME}.{{language}}.epub",
        True,
        {
            "zh": ("EPUB", "电子书，字号随阅读器调整；公式是 MathML。"),
            "en": ("EPUB", "For e-readers, with type of any size; formulas are MathML."),
        },
    ),
    (
        f"{NAME}.offline.zip",
        True,
        {
            "zh": (
                "离线网站",
                "中英文全站，解压后打开 index.html，无需联网；全文搜索、动手试的小工具和逐题练习只在线上有。",
            ),
            "en": (
                "Offline site",
                "The whole site in both languages: unpack it and open index.html, no network needed. "
                "Full-text search, explorers and practice are only online.",
            ),
        },
    ),
    (
        f"{NAME}.{{language}}.apkg",
        False,
        {
            "zh": ("Anki 牌组", "全部面试题；导入新版会更新内容，复习进度不变。"),
            "en": (
                "Anki deck",
                "All interview questions. Importing a newer one updates them and keeps your schedule.",
            ),
        },
    ),
    (
        "{root}llms.txt",
        False,
        {
            "zh": (
                "llms.txt",
                "给大模型读的目录；每页旁边的 index.md 是它的 Markdown 原文，代码和公式齐全。",
            ),
            "en": (
                "llms.txt",
                "The contents for language models; index.md beside each page is its Markdown, with code "
                "and formulas.",
            ),
        },
    ),
    (
        "{root}feed.xml",
        False,
        {"zh": ("RSS", "最近有改动的页面。"), "en": ("RSS", "The pages that changed last.")},
    ),
]


def on_page_content(content: str, page: Page, config: MkDocsConfig, files: object) -> str:
    if MARKER not in content:
        return content
    language = config.theme["language"]
    root = "" if language == "zh" else "en/"
    colon = "：" if language == "zh" else ": "
    lines = []
    for address, made_later, words in FILES:
        name, description = words[language]
        link = get_relative_url(address.format(root=root, language=language), page.url)
        line = f'<li><a href="{link}">{name}</a>{colon}{description}</li>'
        lines.append(BOOK.format(line) if made_later else line)
    return content.replace(MARKER, "<ul>\n" + "\n".join(lines) + "\n</ul>")
