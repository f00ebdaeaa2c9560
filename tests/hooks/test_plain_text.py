"""A formula in a line says what the drawn one says."""

from __future__ import annotations

import pytest

from hooks.formulas import mathml
from hooks.plain_text import formula, plain


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\piref(y \mid x)", "π_ref(y|x)"),
        (r"e^{r/\beta}/Z(x)", "e^(r/β)/Z(x)"),
        (r"\pi^* = x_i'", "π∗ = x_i′"),
        (r"\frac{1}{\beta}\log\frac{p}{1-p}", "1/β log p/(1−p)"),
        (r"\sum_{i=1}^{n} x_i^2", "∑_(i = 1)^n x_i^2"),
        (r"\hat r_w - \sqrt{ab}", "r̂_w−√ab"),
        (r"\log_2 \binom{n}{k}", "log_2(C(n,k))"),
        (r"w_{<i} < 128K", "w_(< i) < 128K"),
    ],
)
def test_formula(latex: str, text: str) -> None:
    assert formula(mathml(latex, False)) == text


def test_plain() -> None:
    note = '<sup id="fnref:dpo"><a href="#fn:dpo">1</a></sup>'
    content = (
        f"<p>Let <em>a</em> &lt; {mathml('a<b', False)},{note}\n<code>x[0]</code> &amp; so on.</p>"
    )
    assert plain(content) == "Let a < a < b, x[0] & so on."
