"""Mends what Material and Markdown leave out for those who read by ear or by keyboard."""

from __future__ import annotations

import re

from mkdocs.config.defaults import MkDocsConfig

# The empty corner of a table is no header: it would be announced as one without a name.
EMPTY_HEADER = re.compile(r"<th([^>]*)>\s*</th>")
# Material skips to the first heading below the title, and not at all where there is none.
SKIP = re.compile(r'(?<=<div data-md-component="skip">).*?(?=</div>)', re.S)
LABEL = {"zh": "跳到正文", "en": "Skip to the text"}
ARTICLE = '<article class="md-content__inner md-typeset"'


def on_page_content(content: str, **_: object) -> str:
    return EMPTY_HEADER.sub(r"<td\1></td>", content)


def on_post_page(output: str, config: MkDocsConfig, **_: object) -> str:
    link = f'<a href="#content" class="md-skip">{LABEL[config.theme["language"]]}</a>'
    return SKIP.sub(link, output, 1).replace(ARTICLE, f'{ARTICLE} id="content"', 1)


def on_post_template(output: str, config: MkDocsConfig, **_: object) -> str:
    return on_post_page(output, config)  # of these, only 404.html has an article
