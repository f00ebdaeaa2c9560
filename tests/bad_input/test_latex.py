"""LaTeX that does not compile, or would harm who compiles or reads it."""

from __future__ import annotations

import re
import time
from xml.etree import ElementTree

import pytest

from hooks.formulas import mathml
from tests.bad_input.conftest import Project, insert, replace

HERE = "docs/dpo.en.md:10:12: This LaTeX is invalid: "
CASES = {
    "brace never closed": (
        replace(r"\frac{1}{2}", r"\frac{1}{2"),
        'docs/dpo.en.md:13:15: This LaTeX is invalid: Expected closing token "}"',
    ),
    "brace never opened": (replace("$x^2$", "$x}$"), "docs/dpo.en.md:10:13: This LaTeX is invalid"),
    "environment never closed": (
        replace("$x^2$", r"$\begin{cases}x$"),
        "docs/dpo.en.md:10:26: This LaTeX is invalid",
    ),
    "environment that does not exist": (
        replace("$x^2$", r"$\begin{split}x\end{split}$"),
        'docs/dpo.en.md:10:18: This LaTeX is invalid: Unknown environment "split".',
    ),
    r"\left without \right": (
        replace("$x^2$", r"$\left( x$"),
        "docs/dpo.en.md:10:20: This LaTeX is invalid",
    ),
    "two exponents": (replace("$x^2$", "$x^2^3$"), "docs/dpo.en.md:10:15: This LaTeX is invalid"),
    "& outside of a table": (replace("$x^2$", "$a & b$"), "docs/dpo.en.md:10:14: This LaTeX is"),
    "command that does not exist": (
        replace("$x^2$", r"$x + \foo$"),
        r'docs/dpo.en.md:10:16: This LaTeX is invalid: Unknown command "\foo".',
    ),
    r"\tag": (replace("$x^2$", r"$x \tag{1}$"), r"docs/dpo.en.md:10:14: This LaTeX is invalid"),
    r"\tag*": (replace("$x^2$", r"$x \tag*{甲}$"), "docs/dpo.en.md:10:20: This LaTeX is invalid"),
    r"\href to a script": (
        replace("$x^2$", r"$\href{javascript:alert(1)}{x}$"),
        HERE + r'Unknown command "\href".',
    ),
    r"\url": (replace("$x^2$", r"$\url{javascript:x}$"), HERE + r'Unknown command "\url".'),
    r"\htmlStyle": (
        replace("$x^2$", r"$\htmlStyle{position:fixed}{x}$"),
        HERE + r'Unknown command "\htmlStyle".',
    ),
    r"\includegraphics": (
        replace("$x^2$", r"$\includegraphics{https://a.example/x}$"),
        HERE + r'Unknown command "\includegraphics".',
    ),
    r"\input": (replace("$x^2$", r"$\input{/etc/passwd}$"), HERE + r'Unknown command "\input".'),
    "macro that expands to itself": (
        replace("$x^2$", r"$\def\a{\a\a}\a$"),
        HERE + r"\def stands in hooks/macros.yml only.",
    ),
    "macros that expand to gigabytes": (
        replace("$x^2$", r"$\newcommand{\a}{xxxxx}\newcommand{\b}{\a\a\a\a}\b\b$"),
        HERE + r"\newcommand stands in hooks/macros.yml only.",
    ),
    "braces that would overflow the stack": (
        insert("$$\n" + "\n".join(["{" * 3000] * 20) + "\n$$"),
        "docs/dpo.en.md:21:1: This LaTeX is invalid: It has more than 4000 characters.",
    ),
    "formula of a hundred kilobytes": (
        insert("$$\n" + "\n".join(["x + " * 800] * 30) + "x\n$$"),
        "docs/dpo.en.md:21:1: This LaTeX is invalid: It has more than 4000 characters.",
    ),
    "colour that would leave its attribute": (
        replace("$x^2$", r'$\color{"onload=x}y$'),
        "docs/dpo.en.md:10:19: This LaTeX is invalid",
    ),
    "spacing after a line": (
        replace(r"y = \frac{1}{2}", r"\begin{aligned}y &= 1 \\[2pt] z &= 2\end{aligned}"),
        r"docs/dpo.en.md:13:23: \\[2pt] would be shown as text. End the line with \\ alone.",
    ),
    "spaces inside the dollars": (
        replace("$x^2$", "$ x^2 $"),
        "docs/dpo.en.md:10:11: This $ starts no formula and would be shown as it is.",
    ),
    "displayed inside a paragraph": (
        replace("\n\n$$\ny", "\n$$\ny"),
        "docs/dpo.en.md:11:1: A displayed formula stays unrendered here. Put a blank line",
    ),
    "two dollars in a line": (
        replace("$x^2$", "$$x^2$$"),
        "docs/dpo.en.md:10:11: This $ starts no formula and would be shown as it is.",
    ),
    "dollar without another": (
        replace("$x^2$", "$x^2"),
        "docs/dpo.en.md:10:11: This $ starts no formula",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_latex(project: Project, name: str) -> None:
    project.refuses(*CASES[name])


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<script>alert(1)</script>}",
        r"a<script>alert(1)</script>",
        r"x</annotation></semantics></math><img src=x onerror=alert(1)>",
        r'\mathrm{"><script>}',
        r"\operatorname{<b onclick=x>}",
        r"\text{]]><![CDATA[<script>}",
    ],
)
def test_what_looks_like_tags_is_text(latex: str) -> None:
    formula = ElementTree.fromstring(mathml(latex, True).replace("&nbsp;", ""))
    names = {element.tag for element in formula.iter()}
    assert all(re.fullmatch(r"math|m[a-z]+|semantics|annotation", name) for name in names)
    assert formula.findtext(".//annotation") == latex


@pytest.mark.parametrize("opening", ["{", r"\sqrt", r"\hat", "x^{", r"\frac{1}{", r"\left("])
def test_the_deepest_formula_that_is_allowed(opening: str) -> None:
    """The converter is recursive: what it is given must not overflow its stack."""
    start = time.process_time()
    try:
        mathml(opening * (4000 // len(opening)), True)
    except ValueError as error:
        assert error.args[1]
    assert time.process_time() - start < 1
