"""Whoever sees, hears or types their way through the site: axe, the keyboard, zoom and paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.conftest import DESKTOP, PHONE

AXE = (Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js").read_text("utf-8")
UNFOLD = "document.querySelectorAll('details').forEach(details => details.open = true)"
# axe does not count a formula as text, and has no rules for the inside of formulas and figures.
# What unfolds is laid out within two frames.
HOLLOW = """async () => {
  document.querySelectorAll("math").forEach(math => math.replaceWith("x"))
  document.querySelectorAll("article svg").forEach(figure => figure.replaceChildren())
  for (const _ of [1, 2]) await new Promise(requestAnimationFrame)
}"""
VIOLATIONS = """async options => (await axe.run(options)).violations.flatMap(({ id, nodes }) =>
  nodes.slice(0, 3).map(node => `${id}: ${node.html.slice(0, 160)}: ${node.failureSummary}`))"""
SEEN = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
KINDS = [  # a page of each kind, in both languages
    "/",
    "/en/rlhf/ppo/",
    "/en/questions/bank/",
    "/glossary/",
    "/notation/",
    "/404.html",
]
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
FOCUSED = """wanted => {
  const element = document.activeElement
  const style = getComputedStyle(element)
  const { x, y, right, bottom } = element.getBoundingClientRect()
  return {
    name: [element.localName, ...element.classList].join("."),
    is: wanted.filter(selector => element.matches(selector)),
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    hidden: style.visibility !== "visible" || right <= 0 || x >= innerWidth || bottom < 0 || y > innerHeight,
  }
}"""

HEADER = [".site-search__open", "[data-language]", ".md-option"]
TEXT = [".copy", "summary", "[type=range]", ".footnote-backref"]


def violations(page: Page, rules: list[str] | None = None) -> list[str]:
    page.evaluate(UNFOLD)
    page.evaluate(HOLLOW)
    page.evaluate(AXE)
    return page.evaluate(VIOLATIONS, {"runOnly": rules} if rules else {})


@pytest.fixture
def still(browser: Browser, address: str) -> Iterator[Page]:
    """A desktop page on which nothing moves, so that colours are the final ones."""
    context = browser.new_context(base_url=address, reduced_motion="reduce", **DESKTOP)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_by_all_rules_and_on_320_pixels(
    browser: Browser, address: str, paths: list[str], language: str
) -> None:
    context = browser.new_context(base_url=address, reduced_motion="reduce", **PHONE)
    page = context.new_page()
    mine = [path for path in paths if path.startswith("/en/") == (language == "en")]
    assert len(mine) > 50
    found = {}
    for path in [*mine, "/404.html"]:
        page.set_viewport_size({"width": 320, "height": 700})
        page.goto(path)
        page.evaluate(UNFOLD)
        sideways = ["scrolls sideways"] * (page.evaluate(SIDEWAYS) > 0)
        page.set_viewport_size(PHONE["viewport"])
        found[path] = sideways + violations(page)
    context.close()
    assert not any(found.values()), {path: wrong for path, wrong in found.items() if wrong}


@pytest.mark.parametrize(
    ("options", "scheme"),
    [(PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")],
    ids=["phone-dark", "desktop-light", "desktop-dark"],
)
def test_colours_and_sizes_in_every_setting(
    browser: Browser, address: str, options: dict[str, Any], scheme: Any
) -> None:
    context = browser.new_context(
        base_url=address, reduced_motion="reduce", color_scheme=scheme, **options
    )
    page = context.new_page()
    for path in KINDS:
        page.goto(path)
        assert violations(page, SEEN) == [], path
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_opens(still: Page, scheme: Any) -> None:
    still.emulate_media(color_scheme=scheme)
    still.goto("/en/rlhf/ppo/")
    still.keyboard.press("/")
    still.keyboard.type("clip")
    expect(still.locator(".site-search__result").first).to_be_visible()
    assert violations(still) == []
    still.goto("/en/questions/bank/")
    still.locator("[data-action=practise]").click()
    still.keyboard.press("Space")
    expect(still.locator(".bank__answer")).to_contain_text("30 s")
    assert violations(still) == []
    still.set_viewport_size(PHONE["viewport"])
    still.goto("/en/rlhf/ppo/")
    still.locator("[for=__drawer].md-header__button").click()
    assert violations(still) == []


@pytest.mark.parametrize("path", ["/rlhf/ppo/", "/en/questions/bank/", "/404.html"])
def test_skip_link(still: Page, path: str) -> None:
    still.goto(path)
    still.keyboard.press("Tab")
    skip = still.locator(".md-skip")
    expect(skip).to_be_focused()
    expect(skip).to_have_css("opacity", "1")
    still.keyboard.press("Enter")
    still.keyboard.press("Tab")
    assert still.evaluate("document.activeElement.closest('article') !== null")


@pytest.mark.parametrize(
    ("path", "width", "wanted"),
    [
        ("/en/rlhf/ppo/", 1280, [*HEADER, *TEXT, ".md-nav--primary a", ".md-nav--secondary a"]),
        ("/en/rlhf/ppo/", 412, [*HEADER, *TEXT]),
        ("/questions/bank/", 1280, ["select", "[type=search]", "[data-action]", "[type=file]"]),
    ],
)
def test_tab_reaches_everything_and_shows_where_it_is(
    still: Page, path: str, width: int, wanted: list[str]
) -> None:
    still.set_viewport_size({"width": width, "height": 823})
    still.goto(path)
    reached: set[str] = set()
    for _ in range(600):
        still.keyboard.press("Tab")
        focus = still.evaluate(FOCUSED, wanted)
        if focus["name"] == "body":
            break
        reached |= set(focus["is"])
        assert focus["outline"] >= 2, f"{focus['name']} does not show that it has the focus"
        assert not focus["hidden"], f"{focus['name']} has the focus out of sight"
    assert reached == set(wanted)


def test_menu_of_a_narrow_screen_by_keyboard(still: Page) -> None:
    still.set_viewport_size(PHONE["viewport"])
    still.goto("/en/rlhf/ppo/")
    menu = still.get_by_role("button", name="Navigation")
    menu.focus()
    still.keyboard.press("Enter")
    back = still.get_by_role("button", name="Alignment", expanded=True)
    expect(back).to_be_focused()
    still.keyboard.press("Space")
    section = still.get_by_role("button", name="Quantization", expanded=False)
    section.focus()
    still.keyboard.press("Enter")
    still.keyboard.press("Tab")
    expect(still.locator(":focus")).to_have_attribute("href", "../../quantization/affine/")
    still.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(menu).to_have_attribute("aria-expanded", "false")


def test_wide_tables_and_listings_scroll_by_keyboard(still: Page) -> None:
    still.set_viewport_size({"width": 320, "height": 700})
    still.goto("/en/rlhf/dpo/")
    for selector in (".md-typeset__scrollwrap", "pre > code", ".formula"):
        boxes = still.locator(selector).filter(visible=True)
        widths = boxes.evaluate_all("all => all.map(box => box.scrollWidth - box.clientWidth)")
        box = boxes.nth(widths.index(max(widths)))
        assert max(widths) > 0
        box.locator("button").or_(box).last.focus()
        still.keyboard.press("ArrowRight")
        still.wait_for_function("box => box.scrollLeft > 0", arg=box.element_handle())


def test_zoomed_to_200_per_cent(browser: Browser, address: str) -> None:
    page = browser.new_page(
        base_url=address, viewport={"width": 640, "height": 450}, device_scale_factor=2
    )
    for path in KINDS:
        page.goto(path)
        page.evaluate(UNFOLD)
        assert page.evaluate(SIDEWAYS) <= 0, path
    page.close()


def test_formulas_and_figures_are_named(still: Page) -> None:
    still.goto("/en/rlhf/ppo/")
    expect(still.locator(".explorer svg")).to_have_count(1)
    unnamed = still.evaluate("""() => [
      ...[...document.querySelectorAll("math")].filter(math =>
        !math.querySelector(":scope > semantics > annotation[encoding='application/x-tex']")?.textContent
        || math.closest("[aria-hidden]")),
      ...[...document.querySelectorAll(".figure > svg, .explorer svg")].filter(figure =>
        figure.getAttribute("role") !== "img" || (figure.ariaLabel ?? "").length < 20),
    ].map(element => element.outerHTML.slice(0, 200))""")
    assert still.locator("math").count() > 100
    assert not unnamed


def test_reduced_motion(still: Page) -> None:
    still.goto("/rlhf/ppo/")
    moving = """() => [...document.querySelectorAll("*")].filter(element => {
      const { transitionProperty, transitionDuration, animationName, scrollBehavior } = getComputedStyle(element)
      const still = transitionProperty === "none" || parseFloat(transitionDuration) === 0
      return !still || animationName !== "none" || scrollBehavior === "smooth"
    }).map(element => element.className)"""
    assert still.evaluate(moving) == []
    still.emulate_media(reduced_motion="no-preference")
    assert still.evaluate(moving) != [], "nothing moves at all: this test tests nothing"


@pytest.mark.parametrize("path", ["/rlhf/ppo/", "/en/questions/bank/"])
def test_paper(still: Page, path: str) -> None:
    still.emulate_media(color_scheme="dark")
    still.goto(path)
    dark = still.evaluate("getComputedStyle(document.body).backgroundColor")
    still.emulate_media(media="print", color_scheme="dark", reduced_motion="no-preference")
    assert dark != "rgb(255, 255, 255)"
    assert still.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for selector in ("header", "nav", "footer", "button", "input", "select", ".headerlink"):
        expect(still.locator(selector).filter(visible=True)).to_have_count(0)
    assert violations(still, ["color-contrast", "link-in-text-block"]) == []


def test_paper_has_the_answers(still: Page) -> None:
    still.goto("/rlhf/ppo/")
    folded = """() => [...document.querySelectorAll("details:not([open]) > p")]
      .filter(p => !p.checkVisibility() || !p.getBoundingClientRect().height).length"""
    assert still.evaluate(folded) > 10
    still.emulate_media(media="print")
    assert still.evaluate(folded) == 0
