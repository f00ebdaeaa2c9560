"""What a reader does: switch language, search, follow a citation, copy a formula, read at night."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.conftest import DESKTOP, PHONE

BOTH = pytest.mark.parametrize("root", ["/", "/en/"])


def search(page: Page, words: str) -> list[str]:
    """The addresses of what a search finds, best first."""
    page.keyboard.press("/")
    box = page.locator(".site-search__input")
    expect(box).to_be_focused()
    box.fill(words)
    expect(page.locator(".site-search__result").first).to_be_visible()
    page.wait_for_timeout(300)
    return page.locator(".site-search__result a").evaluate_all("all => all.map(a => a.pathname)")


@pytest.mark.parametrize(
    ("root", "words", "wanted"),
    [
        ("/", "长度外推", "/context/"),
        ("/", "大模型幻觉", "/hallucination/"),
        ("/", "直接偏好优化", "/rlhf/dpo/"),
        ("/en/", "outliers", "/en/quantization/llm_int8/"),
        ("/en/", "zero point", "/en/quantization/affine/"),
    ],
)
def test_search(page: Page, root: str, words: str, wanted: str) -> None:
    page.goto(root)
    found = search(page, words)
    assert any(path.startswith(wanted) for path in found[:5]), found
    assert all(path.startswith("/en/") == (root == "/en/") for path in found), found


def test_search_by_keyboard(page: Page) -> None:
    page.goto("/en/")
    search(page, "HyDE")
    page.keyboard.press("ArrowDown")
    chosen = page.locator('.site-search__result a[aria-selected="true"]')
    target = chosen.get_attribute("href") or ""
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/rag/**")
    assert page.url.split("?")[0].endswith(target.split("?")[0])
    expect(page.locator(".pagefind-highlight").first).to_be_attached()


def test_search_answers_before_the_full_text_and_without_it(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, **PHONE)
    page = context.new_page()
    page.route("**/pagefind/**", lambda route: route.abort())
    page.goto("/en/")
    page.locator(".site-search__open").click()
    page.locator(".site-search__input").fill("does the partition fuction cancel")  # misspelt
    link = page.locator(".site-search__result a").first
    expect(link).to_have_attribute("href", re.compile("/en/rlhf/dpo/$"))
    section = page.locator(".site-search__result--section a").first
    expect(section).to_have_attribute("href", re.compile("/en/rlhf/dpo/#."))
    expect(page.locator(".site-search__status")).to_contain_text("could not be loaded")
    context.close()


def test_search_says_when_nothing_is_found(page: Page) -> None:
    page.goto("/en/")
    page.keyboard.press("/")
    page.locator(".site-search__input").fill("☃☃☃")
    expect(page.locator(".site-search__status")).to_contain_text("Nothing found")
    page.keyboard.press("Escape")
    expect(page.locator(".site-search")).to_be_hidden()


def test_search_opens_by_touch_or_mouse(page: Page) -> None:
    page.goto("/")
    page.locator(".site-search__open").click()
    expect(page.locator(".site-search__input")).to_be_focused()


def test_the_index_is_the_same_in_each_build(site: Path) -> None:
    """Pagefind writes its list of languages in any order; two builds must not differ by it."""
    text = (site / "pagefind" / "pagefind-entry.json").read_text("utf-8")
    assert text == json.dumps(json.loads(text), sort_keys=True)


def test_language_switch_keeps_page_and_heading(page: Page) -> None:
    page.goto("/rlhf/dpo/#comparison")
    page.wait_for_function(
        "document.querySelector('#comparison').getBoundingClientRect().top < 200"
    )
    page.locator("a[data-language]").click()
    page.wait_for_url("**/en/rlhf/dpo/#comparison")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("a[data-language]").click()
    page.wait_for_url("**/rlhf/dpo/#comparison")
    expect(page.locator("html")).to_have_attribute("lang", "zh")


@BOTH
def test_citation_there_and_back(page: Page, root: str) -> None:
    page.goto(f"{root}rlhf/dpo/")
    mark = page.locator("a.footnote-ref").first
    place = page.locator("sup:has(> a.footnote-ref)").first.get_attribute("id")
    target = (mark.get_attribute("href") or "").lstrip("#")
    mark.click()
    entry = page.locator(f'[id="{target}"]')
    expect(entry).to_be_in_viewport()
    expect(entry).to_contain_text(
        "DPO" if "dpo" not in target else "Direct Preference Optimization"
    )
    entry.locator("a.footnote-backref").first.click()
    expect(page.locator(f'[id="{place}"]')).to_be_in_viewport()


@BOTH
def test_formulas_are_mathml_and_copied_as_latex(page: Page, root: str) -> None:
    page.goto(f"{root}rlhf/dpo/")
    formula = page.locator(".formula").first
    expect(formula.locator("math")).to_be_visible()
    latex = formula.locator("annotation").text_content() or ""
    formula.locator("button").click()
    page.wait_for_function("document.querySelector('.copy--done')")
    assert page.evaluate("navigator.clipboard.readText()") == latex.strip() != ""
    assert r"\piref" not in page.locator("article").inner_html(), "macros are written out"
    loaded = page.evaluate(
        "[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)"
    )
    assert [name for name in loaded if "STIX" in name]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_follow_the_system_and_are_remembered(
    browser: Browser, address: str, scheme: str
) -> None:
    context = browser.new_context(base_url=address, color_scheme=scheme, **DESKTOP)
    page = context.new_page()
    page.goto("/rlhf/dpo/")
    shade = "sum = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3)"
    brightness = f"({shade}, sum.reduce((a, b) => a + +b, 0) / 3)"
    assert (page.evaluate(brightness) > 128) == (scheme == "light")
    # follow the system → light → dark
    for _ in range(2):
        page.locator("[data-md-component=palette] label:not([hidden])").click()
    assert page.evaluate(brightness) < 128
    page.goto("/en/rlhf/dpo/")
    assert page.evaluate(brightness) < 128
    context.close()


def test_wide_formulas_scroll_inside_their_box(
    browser: Browser, address: str, paths: list[str]
) -> None:
    context = browser.new_context(
        base_url=address, **{**PHONE, "viewport": {"width": 320, "height": 700}}
    )
    page = context.new_page()
    widest = 0
    for path in ("/rlhf/dpo/", "/rlhf/ppo/", "/quantization/gptq/", "/context/yarn/"):
        page.goto(path)
        widest = max(
            widest,
            page.evaluate(
                "Math.max(...[...document.querySelectorAll('.formula')].map(f => f.scrollWidth - f.clientWidth))"
            ),
        )
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert widest > 0, "no formula is wider than the phone: this test tests nothing"
    context.close()


def test_missing_page_speaks_both_languages(browser: Browser, address: str) -> None:
    page = browser.new_page(base_url=address)
    response = page.goto("/en/no/such/page/")
    assert response and response.status == 404
    expect(page.get_by_role("heading", name="找不到这个页面")).to_be_visible()
    expect(page.get_by_role("heading", name="This page does not exist")).to_be_visible()
    page.close()


@BOTH
def test_reads_without_javascript(browser: Browser, address: str, root: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False, **PHONE)
    page = context.new_page()
    page.goto(f"{root}rlhf/dpo/")
    expect(page.locator("math").first).to_be_visible()
    question = page.locator("details.question").first
    question.locator("summary").click()
    expect(question.locator("p").first).to_be_visible()
    expect(page.locator(".formula .copy").first).to_be_hidden()
    page.locator(".site-search__open").click()
    expect(page).to_have_url(f"{address}{root}#contents")
    context.close()
