"""Script in Markdown: tags, attributes, addresses; refused in the source, and once more in what is built."""

from __future__ import annotations

import pytest

from hooks.markup import BuiltTags
from tests.bad_input.conftest import Project, insert, replace

LINE = "docs/dpo.en.md:20:"
CASES = {
    "script": (insert("<script>alert(1)</script>"), LINE + "1: <script> may not stand in a page"),
    "script in the middle of a line": (
        insert("Text <SCRIPT src=//a.example/x.js></SCRIPT>."),
        LINE + "6: <script> may not stand in a page",
    ),
    "script over two lines": (
        insert("Text\n<script\n>alert(1)</script>"),
        "docs/dpo.en.md:21:1: <script> may not stand",
    ),
    "script hidden in a comment that ends at once": (
        insert("<!--> <script>alert(1)</script> -->"),
        LINE + "1: A comment must be plain",
    ),
    "script in a displayed formula": (
        insert("$$\n<script>x</script>\n$$"),
        "docs/dpo.en.md:21:1: A line that begins with < would be taken for a tag.",
    ),
    "script behind a formula that ends early": (
        insert(r"A dollar \$<script>alert(1)</script>\$."),
        LINE + "12: <script> may not stand in a page",
    ),
    "style": (insert("<style>body{display:none}</style>"), LINE + "1: <style> may not stand"),
    "frame": (
        insert('<iframe src="https://a.example"></iframe>'),
        LINE + "1: <iframe> may not stand",
    ),
    "object": (insert("<object data=x></object>"), LINE + "1: <object> may not stand"),
    "embed": (insert("<embed src=x>"), LINE + "1: <embed> may not stand"),
    "base": (insert('<base href="//a.example/">'), LINE + "1: <base> may not stand"),
    "meta": (
        insert('<meta http-equiv="refresh" content="0;url=//a.example">'),
        LINE + "1: <meta> may not stand",
    ),
    "link": (insert('<link rel="stylesheet" href="x.css">'), LINE + "1: <link> may not stand"),
    "form": (insert('<form action="//a.example"><input></form>'), LINE + "1: <form> may not stand"),
    "SVG": (insert("<svg onload=alert(1)>"), LINE + "1: <svg> may not stand"),
    "MathML": (insert('<math href="javascript:alert(1)">x</math>'), LINE + "1: <math> may not"),
    "tag with a slash instead of a space": (
        insert("<img/onerror=alert(1)/src=x>"),
        LINE + "1: <img> may not stand",
    ),
    "event handler on a tag that may stand": (
        insert("Text<br onclick=alert(1)>"),
        LINE + "5: <br> stands without attributes. Delete onclick.",
    ),
    "explorer with an attribute": (
        insert('<dpo-weight onclick="alert(1)"></dpo-weight>'),
        LINE + "1: <dpo-weight> may not stand",
    ),
    "explorer that nobody wrote": (
        insert("<no-such></no-such>"),
        LINE + "1: There is no docs/assets/explorers/no-such.js.",
    ),
    "declaration": (insert("<!DOCTYPE html>"), LINE + "1: This is no tag that a page may have."),
    "processing instruction": (insert("<?php x ?>"), LINE + "1: This is no tag that a page may"),
    "attributes of a paragraph": (
        insert("Text.\n{ onclick=alert(1) }"),
        "docs/dpo.en.md:21:1: { onclick=alert(1) } would set attributes.",
    ),
    "attributes of a link": (
        replace("(index.md)", '(index.md){ style="position:fixed" }'),
        LINE + '26: { style="position:fixed" } would set attributes.',
    ),
    "attributes of code": (
        insert("`code`{: onmouseover=alert(1) }"),
        LINE + "7: {: onmouseover=alert(1) } would set attributes.",
    ),
    "attributes of a heading": (
        replace("{ #derivation }", "{ #derivation onclick=alert(1) }"),
        "docs/dpo.en.md:8:15: { #derivation onclick=alert(1) } would set attributes.",
    ),
    "attributes of a code block": (
        replace("```python\n", "```{.python onclick=alert(1)}\n"),
        "docs/dpo.en.md:16:1: Only a language may follow the backticks",
    ),
    "attributes of a block": (
        insert("/// note | Title\n    attrs: {onclick: alert(1)}\n\nText.\n\n///"),
        "docs/dpo.en.md:21:1: Only a question has options",
    ),
    "attributes of a question": (
        insert(
            '/// question | Why?\n    attrs: {id: a, data-level: "1", onclick: x}\n\nSo.\n\n///'
        ),
        "docs/dpo.en.md:21:1: Only a question has options",
    ),
    "link to a script": (
        replace("(index.md)", "(javascript:alert(1))"),
        LINE + "15: A link leads to a page of this site, or to http, https or mailto.",
    ),
    "link to a script in disguise": (
        replace("(index.md)", "(< JaVa&#115;cript&colon;alert(1)>)"),
        LINE + "15: A link leads to a page",
    ),
    "link to a script by reference": (
        insert("See [the start][1].\n\n[1]: vbscript:x"),
        "docs/dpo.en.md:22:1: A link leads to a page",
    ),
    "link to data": (
        replace("(index.md)", "(data:text/html;base64,PHNjcmlwdD4=)"),
        LINE + "15: A link leads to a page",
    ),
    "address that is a script": (
        insert("<javascript:alert(1)>"),
        LINE + "1: <javascript:alert(1)> may not stand",
    ),
    "image of another host": (
        insert("![A curve](https://a.example/curve.png)"),
        LINE + "10: An image must be a file of this repository",
    ),
    "image of another host without its scheme": (
        insert("![A curve](//a.example/curve.png)"),
        LINE + "10: An image must be a file of this repository",
    ),
    "image in its address": (
        insert("![A curve](data:image/svg+xml,x)"),
        LINE + "10: An image must be a file of this repository",
    ),
    "tag in the title": (
        replace("title: DPO", "title: DPO <script>alert(1)</script>"),
        "docs/dpo.en.md:2:1: This title is shown as plain text, with its < as it is.",
    ),
    "quotation mark in the description": (
        replace("A page to damage.", 'A "page" onload=alert(1)'),
        'docs/dpo.en.md:3:1: This description is shown as plain text, with its " as it is.',
    ),
    "template of another place": (
        replace("title: DPO", "title: DPO\ntemplate: ../../etc/passwd"),
        "docs/dpo.en.md:3:11: The only template is home.html.",
    ),
    "citation key that is a tag": (
        replace("[@dpo]", '[@a"><script>alert(1)</script>]'),
        'docs/dpo.en.md:10:30: [@a"><script>alert(1)</script>] would be taken for a citation',
    ),
    "citation over ten lines": (
        replace("[@dpo]", "[@" + "d\n" * 10 + "po]"),
        "docs/dpo.en.md:10:30: A citation stands on one line, from [ to ]. Join the lines.",
    ),
    "citation key of 3000 characters": (
        replace("[@dpo]", "[@" + "d" * 3000 + "]"),
        "docs/dpo.en.md:10:31: No source has the key " + "d" * 57 + "…. Add it",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_html(project: Project, name: str) -> None:
    project.refuses(*CASES[name])


def test_what_may_stand_in_a_page(project: Project) -> None:
    code = "```text\n<script>alert(1)</script>\n```"
    text = r"H<sub>2</sub>O<br><kbd>/</kbd> a < b, 1<2, &lt;b&gt;, `<script>`, <https://a.example>"
    project.accepts(insert(f"{text} $a<b$ {{class}}\n\n<!-- a comment -->\n\n{code}"))


@pytest.mark.parametrize(
    "content",
    [
        "<script>alert(1)</script>",
        "<p onclick='alert(1)'>x</p>",
        "<p style='position: fixed'>x</p>",
        "<a href='java\nscript:alert(1)'>x</a>",
        "<a href='&#106;avascript:alert(1)'>x</a>",
        "<img src='https://a.example/x.png'>",
        "<img src='//a.example/x.png'>",
        "<p><svg/onload=alert(1)></p>",
        "<details ontoggle=alert(1) open>x</details>",
    ],
)
def test_what_may_not_be_built(content: str) -> None:
    assert BuiltTags(content).found


def test_what_is_built() -> None:
    content = (
        '<p id="a">x<br><a class="b" href="https://a.example" title="c">d</a>'
        '<img alt="e" src="figure:a/b"></p><td style="text-align: right;">1</td>'
    )
    assert not BuiltTags(content).found
