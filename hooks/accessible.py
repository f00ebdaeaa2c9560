"""Mends what Material and Markdown leave out for those who read by ear or by keyboard."""

from __future__ import annotations

import re

from mkdocs.config.defaults import MkDocsConfig

# The empty corner of a table is no header: it would be announced as one without a name.
EMPTY_HEADER = re.compile(r"<th([^>]*)>\s*</th>")
# A wide table scrolls in a box of its own, which leaves it a table for those who hear it.
TABLE = re.compile(r"<table>.*?</table>", re.S)
BOX = '<div class="md-typeset__scrollwrap"><div class="md-typeset__table">{}</div></div>'
# Material skips to the first heading below the title, and not at all where there is none.
SKIP = re.compile(r'(?<=<div data-md-component="skip">).*?(?=</div>)', re.S)
LABEL = {"zh": "跳到正文", "en": "Skip to the text"}
ARTICLE = '<article class="md-content__inner md-typeset"'


def on_page_content(content: str, **_: object) -> str:
    content = EMPTY_HEADER.sub(r"<td\1></td>", content)
    return TABLE.sub(lambda table: BOX.format(table[0]), content)


def on_post_page(output: str, config: MkDocsConfig, **_: object) -> str:
    link = f'<a href="#content" class="md-skip">{LABEL[config.theme["language"]]}</a>'
    return SKIP.sub(link, output, 1).replace(ARTICLE, f'{ARTICLE} id="content"', 1)


def on_post_template(output: str, config: MkDocsConfig, **_: object) -> str:
    return on_post_page(output, config)  # of these, only 404.html has an article
