"""Whoever sees, hears or types their way through the site: axe, the keyboard, zoom and paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.conftest import DESKTOP, PHONE

AXE = (Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js").read_text("utf-8")
# Everything is open and laid out, also what is far below
UNFOLD = """() => {
  document.querySelectorAll("details").forEach(details => details.open = true)
  document.documentElement.classList.remove("lazy")
}"""
# Formulas and figures are thousands of elements whose insides look alike in every setting: once axe
# has seen them, each stands as one element with its name. What unfolds is laid out in two frames.
HOLLOW = """async () => {
  document.querySelectorAll("math").forEach(math => math.replaceWith("x"))
  document.querySelectorAll("article svg").forEach(figure => figure.replaceChildren())
  for (const _ of [1, 2]) await new Promise(requestAnimationFrame)
}"""
# All rules but the experimental ones, and the size of targets, which axe leaves out unless asked.
VIOLATIONS = """async rules => (await axe.run({
  ...rules && {runOnly: rules},
  rules: rules ? {} : {"target-size": {enabled: true}},
  resultTypes: ["violations"],
  selectors: false,
})).violations.flatMap(({ id, nodes }) =>
  nodes.slice(0, 3).map(node => `${id}: ${node.html.slice(0, 160)}: ${node.failureSummary}`))"""
SHARES = 6  # of the pages, for as many workers
KINDS = [  # a page of each kind, in both languages
    "/",
    "/en/rlhf/ppo/",
    "/en/questions/bank/",
    "/glossary/",
    "/notation/",
    "/404.html",
]
# What WCAG 1.4.12 lets a reader do to any text
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""
LATE = """() => [...document.querySelectorAll("article *")]
  .filter(block => getComputedStyle(block).contentVisibility === "auto")"""
# Whether what is laid out late is as high as if it were not: its margins must not reach out of it
CONTAINED = """late => {
  const heights = () => late.map(block => block.getBoundingClientRect().height).join()
  const before = heights()
  for (const block of late) block.style.contain = "layout style paint"
  return before === heights()
}"""
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
    // the switch of the colours lies under its icon
    covered: !element.matches(".md-option") && ![.1, .5, .9].some(part => {
      const under = document.elementFromPoint(x + (right - x) * part, Math.max(y, 1) + (bottom - Math.max(y, 1)) * part)
      return !under || element.contains(under) || under.contains(element)
    }),
  }
}"""

HEADER = [".site-search__open", "[data-language]", ".md-option"]
TEXT = [".copy", "summary", "[type=range]", ".footnote-backref"]


def violations(page: Page, rules: list[str] | None = None, whole: bool = False) -> list[str]:
    page.evaluate(UNFOLD)
    if not whole:
        page.evaluate(HOLLOW)
    page.evaluate(AXE)
    return page.evaluate(VIOLATIONS, rules)


@pytest.fixture
def still(browser: Browser, address: str) -> Iterator[Page]:
    """A desktop page on which nothing moves, so that colours are the final ones."""
    context = browser.new_context(base_url=address, reduced_motion="reduce", **DESKTOP)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_page_by_all_rules_light_and_dark(
    browser: Browser, address: str, paths: list[str], device: dict[str, Any], share: int
) -> None:
    context = browser.new_context(base_url=address, reduced_motion="reduce", **device)
    page = context.new_page()
    assert len(paths) > 100
    found = {}
    for path in [*paths, "/404.html"][share::SHARES]:
        page.emulate_media(color_scheme="light")
        page.goto(path)
        found[path, "light"] = violations(page, whole=device is PHONE)
        page.emulate_media(color_scheme="dark")
        found[path, "dark"] = violations(page)
    context.close()
    assert not any(found.values()), {where: wrong for where, wrong in found.items() if wrong}


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_on_320_pixels(
    browser: Browser, address: str, paths: list[str], share: int
) -> None:
    """As on a phone from long ago, or at 400 % zoom; also with the spacing that a reader may set."""
    page = browser.new_page(base_url=address, viewport={"width": 320, "height": 256})
    wrong = []
    for path in [*paths, "/404.html"][share::SHARES]:
        page.goto(path)
        late = page.evaluate_handle(LATE)
        page.evaluate(UNFOLD)
        wrong += [f"{path} changes in height"] * (not page.evaluate(CONTAINED, late))
        wrong += [path] * (page.evaluate(SIDEWAYS) > 0)
        page.add_style_tag(content=SPACED)
        wrong += [f"{path} with wide spacing"] * (page.evaluate(SIDEWAYS) > 0)
    page.close()
    assert not wrong


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
    for key in ("Tab", "Shift+Tab"):
        reached: set[str] = set()
        for _ in range(600):
            still.keyboard.press(key)
            focus = still.evaluate(FOCUSED, wanted)
            if focus["name"] == "body":
                break
            reached |= set(focus["is"])
            assert focus["outline"] >= 2, f"{focus['name']} does not show that it has the focus"
            assert not focus["hidden"], f"{focus['name']} has the focus out of sight"
            assert not focus["covered"], f"{focus['name']} has the focus under something"
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
    still.evaluate(UNFOLD)
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


def test_names(still: Page) -> None:
    """What is read out: whole words, each in its language, and no sign that stands for none."""
    still.goto("/en/context/yarn/")
    for role, name in [
        ("heading", "Derivation"),
        ("columnheader", "s"),
        ("link", "Back to citation 1"),
        ("group", "Scrolls sideways"),
    ]:
        expect(still.get_by_role(role, name=name, exact=True).first).to_be_attached()
    assert still.get_by_role("columnheader", name=re.compile("^$")).count() == 0
    assert "∣" not in still.locator("article").inner_text(), 'MathML reads it as "divides"'
    expect(still.get_by_role("radio", name="Colours: as the system")).to_be_checked()
    still.locator("[data-md-component=palette] label:not([hidden])").click()
    still.reload()
    expect(still.get_by_role("radio", name="Colours: light")).to_be_checked()
    still.goto("/")
    expect(still).to_have_title("大模型面试笔记")
    expect(still.get_by_role("radio", name="配色：浅色")).to_be_checked()


@pytest.mark.parametrize("path", ["rag/", "glossary/", "sources/", "rlhf/dpo/"])
def test_words_of_the_other_language_are_marked(still: Page, path: str) -> None:
    foreign = """() => {
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      const found = []
      while (texts.nextNode()) {
        const { data, parentElement: parent } = texts.currentNode
        if (/[\\u4e00-\\u9fff]/.test(data) && !parent.closest("[lang=zh], script, style, math, svg")) found.push(data)
      }
      return found
    }"""
    still.goto(f"/en/{path}")
    assert still.evaluate(foreign) == []
    assert still.locator("[lang=zh]").count() > 1, "only the link to the other language is marked"
    still.goto(f"/{path}")
    if path in ("rlhf/dpo/", "sources/"):
        expect(still.locator("article li[lang=en], article li [lang=en]").first).to_be_attached()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_icons_in_colours_of_the_system(still: Page, scheme: Any) -> None:
    still.emulate_media(forced_colors="active", color_scheme=scheme)
    still.goto("/en/rlhf/ppo/")
    masks = """() => {
      const canvas = getComputedStyle(document.body).backgroundColor
      const icons = [...document.querySelectorAll("body *")].filter(element => element.checkVisibility())
        .flatMap(element => ["::before", "::after"].map(part => [element.className, getComputedStyle(element, part)]))
        .filter(([, { content, maskImage }]) => content !== "none" && maskImage !== "none")
      return { all: icons.length, lost: icons.filter(([, style]) => style.backgroundColor === canvas).map(([name]) => name) }
    }"""
    icons = still.evaluate(masks)
    assert icons["all"] > 30 and not icons["lost"]


def test_more_contrast(still: Page) -> None:
    still.goto("/en/rlhf/ppo/")
    faint = still.locator(".verified")
    colour = faint.evaluate("element => getComputedStyle(element).color")
    still.emulate_media(contrast="more", reduced_motion="reduce")
    expect(faint).not_to_have_css("color", colour)
    expect(still.locator(".copy").first).to_have_css("opacity", "1")


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
