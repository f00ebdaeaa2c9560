"""Mends what Material and Markdown leave out for those who read by ear or by keyboard."""

from __future__ import annotations

import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority

from hooks.formulas import MATHML_TEXT

# The empty corner of a table is no header: it would be announced as one without a name. It stands
# above the names of the rows.
CORNER = re.compile(r"<th([^>]*)>\s*</th>")
FIRST_CELL = re.compile(r"(?<=<tr>\n)<td([^>]*)>(.*?)</td>", re.S)
# A wide table scrolls in a box of its own, which leaves it a table for those who hear it.
TABLE = re.compile(r"<table>.*?</table>", re.S)
BOX = '<div class="md-typeset__scrollwrap"><div class="md-typeset__table">{}</div></div>'
# A header or a link that is only a formula has no name unless the formula has one. Elsewhere it has
# none: a screen reader makes better speech of MathML itself.
FORMULA_ALONE = re.compile(
    r"(<(th|a)\b[^>]*>(?:<span[^>]*>)?<math)(>(?:(?!</math>).)*</math>(?:</span>)?</\2>)", re.S
)
# The # is for the mouse: a heading is not read out as "Code #", and the table of contents leads to
# the same places.
PERMALINK = '<a class="headerlink"'
BACKLINK = re.compile(r'(?<=class="footnote-backref" )(href="[^"]*") title="(\d+)"')
BACK = {"zh": "回到引用", "en": "Back to citation"}
# A voice for English cannot read Chinese, nor one for Chinese an English title well.
SOURCE = re.compile(r'<li id="fn:([^"]*)">(.*?)</li>', re.S)
CHINESE = re.compile(r"[\u4e00-\u9fff](?:[，。、：；“”（）]*[\u4e00-\u9fff])*")
APART = re.compile(r'(<(?:li id="fn:|math|svg).*?</(?:li|math|svg)>|<[^>]+>)', re.S)
# Material skips to the first heading below the title, and not at all where there is none.
SKIP = re.compile(r'(?<=<div data-md-component="skip">).*?(?=</div>)', re.S)
LABEL = {"zh": "跳到正文", "en": "Skip to the text"}
ARTICLE = '<article class="md-content__inner md-typeset"'


def _table(match: re.Match[str]) -> str:
    table = match[0]
    if CORNER.search(table):
        table = FIRST_CELL.sub(r'<th scope="row"\1>\2</th>', table)
    return BOX.format(CORNER.sub(r"<td\1></td>", table))


def _named(match: re.Match[str]) -> str:
    name = " ".join(MATHML_TEXT.findall(match[3])).replace('"', "&quot;")
    return f'{match[1]} aria-label="{name}"{match[3]}'


def _languages(content: str, language: str) -> str:
    """``content`` with the language of sources, and of Chinese words on an English page."""

    def source(match: re.Match[str]) -> str:
        other = "zh" if CHINESE.search(match[2].partition("<a class=")[0]) else "en"
        lang = f' lang="{other}"' if other != language else ""
        return f'<li id="fn:{match[1]}"{lang}>{match[2]}</li>'

    content = SOURCE.sub(source, content)
    if language == "zh":
        return content
    parts = APART.split(content)
    parts[::2] = [CHINESE.sub(r'<span lang="zh">\g<0></span>', text) for text in parts[::2]]
    return "".join(parts)


@event_priority(-100)  # when formulas are in place
def on_page_content(content: str, config: MkDocsConfig, **_: object) -> str:
    language = config.theme["language"]
    content = TABLE.sub(_table, content)
    content = FORMULA_ALONE.sub(_named, content)
    content = content.replace(PERMALINK, f'{PERMALINK} tabindex="-1" aria-hidden="true"')
    content = BACKLINK.sub(rf'lang="{language}" \1 aria-label="{BACK[language]} \2"', content)
    return _languages(content, language)


def on_post_page(output: str, config: MkDocsConfig, **_: object) -> str:
    link = f'<a href="#content" class="md-skip">{LABEL[config.theme["language"]]}</a>'
    return SKIP.sub(link, output, 1).replace(ARTICLE, f'{ARTICLE} id="content"', 1)


def on_post_template(output: str, config: MkDocsConfig, **_: object) -> str:
    return on_post_page(output, config)  # of these, only 404.html has an article
