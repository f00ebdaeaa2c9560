"""Menus, contents and colours: what docs/assets/theme.js and palette.html do for a reader."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.conftest import DESKTOP, PHONE, WITHOUT_STORAGE

ACTIVE = ".md-sidebar--secondary .md-nav__link--active"
LATE = """() => [...document.querySelectorAll("article .formula math")]
  .filter(formula => !formula.checkVisibility({ contentVisibilityAuto: true })).length"""
PLACE = "document.getElementById('code').getBoundingClientRect().top"


def scroll_to(page: Page, id_: str) -> None:
    page.evaluate("id => { location.hash = id }", id_)


def test_contents_follow_the_reader(browser: Browser, address: str) -> None:
    page = browser.new_page(base_url=address, **DESKTOP)
    page.goto("/en/rlhf/ppo/")
    expect(page.locator(ACTIVE)).to_have_count(0)
    for id_ in ("derivation", "sources", "code"):
        scroll_to(page, id_)
        expect(page.locator(ACTIVE)).to_have_attribute("href", f"#{id_}")
        expect(page.locator(ACTIVE)).to_be_in_viewport()
    assert page.locator(".md-sidebar--secondary .md-nav__link--passed").count() > 5
    page.close()


def test_formulas_below_are_laid_out_when_they_come_near(page: Page) -> None:
    page.goto("/en/rlhf/ppo/")
    assert page.evaluate(LATE) > 20
    page.locator(".footnote").scroll_into_view_if_needed()
    page.locator(".formula").last.scroll_into_view_if_needed()
    expect(page.locator(".formula math").last).to_be_in_viewport()
    page.emulate_media(media="print")
    assert page.evaluate(LATE) == 0, "on paper there is no below"


def test_links_into_a_page_and_a_page_loaded_again_show_their_place(page: Page) -> None:
    page.goto("/en/rlhf/ppo/#code")
    place = page.evaluate(PLACE)
    assert 0 < place < 120 and page.evaluate(LATE) == 0
    page.goto("/en/")
    page.goto("/en/rlhf/ppo/")
    assert page.evaluate(LATE) > 20
    scroll_to(page, "code")
    page.wait_for_function(f"() => Math.abs({PLACE} - {place}) < 3")
    page.goto("/en/")
    page.goto("/en/rlhf/ppo/")
    page.evaluate("document.getElementById('code').scrollIntoView()")
    page.wait_for_timeout(300)
    page.reload()
    page.wait_for_function(f"() => Math.abs({PLACE}) < 3")


def test_menu_of_a_wide_screen_shows_the_page(browser: Browser, address: str) -> None:
    page = browser.new_page(base_url=address, viewport={"width": 1280, "height": 400})
    page.goto("/questions/rlhf_upper_bound/")
    expect(page.locator(".md-nav--primary a.md-nav__link--active").last).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0
    page.close()


def test_title_in_the_header_and_the_way_back(page: Page) -> None:
    page.goto("/rlhf/dpo/")
    topics = page.locator(".md-header__topic")
    expect(topics.first).to_have_css("opacity", "1")
    scroll_to(page, "sources")
    expect(topics.last).to_have_css("opacity", "1")
    expect(topics.last).to_contain_text("DPO")
    page.locator(".md-top").click()
    page.wait_for_function("scrollY === 0")
    expect(page.locator(".md-top")).to_be_hidden()


def test_listing_is_copied(page: Page) -> None:
    page.goto("/rlhf/dpo/")
    listing = page.locator("pre:has(code)").first
    code = listing.locator("code").text_content() or ""
    listing.locator(".copy").click()
    page.wait_for_function("document.querySelector('pre .copy--done')")
    assert page.evaluate("navigator.clipboard.readText()") == code.strip() != ""


def test_link_to_an_answer_unfolds_it(page: Page) -> None:
    page.goto("/en/rlhf/dpo/")
    ids = page.locator("details.question").evaluate_all("all => all.map(one => one.id)")
    page.goto(f"/en/rlhf/dpo/#{ids[0]}")
    expect(page.locator(f"#{ids[0]}")).to_have_attribute("open", "")
    page.evaluate("id => { location.hash = id }", ids[1])
    expect(page.locator(f"#{ids[1]}")).to_have_attribute("open", "")
    expect(page.locator(f"#{ids[2]}")).not_to_have_attribute("open", "")


def test_citation_says_what_it_cites(browser: Browser, address: str) -> None:
    page = browser.new_page(base_url=address, **DESKTOP)
    page.goto("/en/rlhf/dpo/")
    page.locator(".footnote-ref").first.hover()
    expect(page.locator(".footnote-ref").first).to_have_attribute("title", re.compile(r"[^↩]{20,}"))
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_first_paint_has_its_colours(browser: Browser, address: str, scheme: str) -> None:
    context = browser.new_context(base_url=address, color_scheme=scheme, **PHONE)
    page = context.new_page()
    page.route("**/*.js", lambda route: route.abort())
    page.goto("/rlhf/dpo/")
    wanted = {"light": "default", "dark": "slate"}[scheme]
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", wanted)
    page.emulate_media(color_scheme="light" if scheme == "dark" else "dark")
    expect(page.locator("body")).not_to_have_attribute("data-md-color-scheme", wanted)
    context.close()


def test_colours_change_where_nothing_is_kept(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, color_scheme="dark", **DESKTOP)
    page = context.new_page()
    page.add_init_script(WITHOUT_STORAGE)
    page.goto("/rlhf/dpo/")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.locator("[data-md-component=palette] label:not([hidden])").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "default")
    context.close()


def test_single_letters_are_no_commands(browser: Browser, address: str) -> None:
    page = browser.new_page(base_url=address, **DESKTOP)
    page.goto("/rlhf/dpo/")
    for key in "pnfs,.":
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert page.url == f"{address}/rlhf/dpo/"
    expect(page.locator(".site-search")).to_be_hidden()
    page.close()
