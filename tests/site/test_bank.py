"""The question bank: filters, practice by keyboard, and progress that is never lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hooks.source import read
from tests.site.conftest import PHONE, WITHOUT_STORAGE

ROOT = Path(__file__).parents[2]
KEY = "llm-interview-notes.progress"
BANK = "/en/questions/bank/"


def stored(page: Page) -> dict:
    return json.loads(page.evaluate(f"localStorage.getItem('{KEY}')"))


def practise_one(page: Page, key: str = "ArrowRight") -> str:
    """Practise the first question by keyboard; return its heading."""
    page.locator("[data-action=practise]").click()
    stage = page.locator(".bank__stage")
    heading = stage.locator("h2").inner_text()
    expect(stage).to_be_focused()
    page.keyboard.press("Space")
    expect(stage.locator(".bank__answer")).to_contain_text("30 s")
    page.keyboard.press(key)
    expect(stage.locator("h2")).not_to_have_text(heading)
    return heading


def test_all_questions_are_listed(page: Page) -> None:
    for path, language in ((BANK, "en"), ("/questions/bank/", "zh")):
        page.goto(path)
        sources = [s for s in read(ROOT)[0] if s.language == language]
        wanted = [item.text for source in sources for item in source.of("question")]
        assert len(wanted) >= 120
        hashes = page.locator(".question-link").evaluate_all("all => all.map(a => a.hash.slice(1))")
        assert sorted(hashes) == sorted(wanted)


def test_filters(page: Page) -> None:
    page.goto(BANK)
    everything = page.locator("li:has(> .question-link):visible").count()
    page.get_by_label("Topic").select_option("quantization")
    shown = page.locator("li:has(> .question-link):visible")
    links = shown.locator("a").evaluate_all("all => all.map(a => a.pathname)")
    assert 0 < len(links) < everything
    assert all("/quantization/" in link for link in links)
    page.get_by_label("Topic").select_option("")
    page.locator(".bank [name=query]").fill("GPTQ cholesky")
    assert 0 < shown.count() < 5
    expect(page.locator(".bank__count")).to_contain_text(f"{shown.count()} question")


def test_levels_divide_the_questions(page: Page) -> None:
    page.goto(BANK)
    shown = page.locator("li:has(> .question-link):visible")
    counts = []
    for level in "123":
        page.get_by_label("Difficulty").select_option(level)
        counts.append(shown.count())
    page.get_by_label("Difficulty").select_option("")
    assert all(counts) and sum(counts) == shown.count()


def test_tier_hides_what_is_deeper(page: Page) -> None:
    page.goto(BANK)
    page.get_by_label("Tier").select_option("1")
    page.locator("[data-action=practise]").click()
    page.locator("[data-action=answer]").click()
    answer = page.locator(".bank__answer")
    expect(answer.get_by_text("30 s", exact=True)).to_be_visible()
    expect(answer.get_by_text("3 min", exact=True)).to_be_hidden()


def test_progress_survives_a_reload(page: Page) -> None:
    page.goto(BANK)
    practise_one(page)
    page.reload()
    cards = stored(page)["cards"]
    assert len(cards) == 1
    (identity, card), *_ = cards.items()
    assert card["reps"] == 1
    state = page.locator(f".question-link[href$='#{identity}']").get_attribute("data-state")
    assert state == "known"
    page.get_by_label("State").select_option("seen")
    expect(page.locator("li:has(> .question-link):visible")).to_have_count(1)


def test_focus_follows_what_is_shown(page: Page) -> None:
    page.goto(BANK)
    stage = page.get_by_role("region")
    page.locator("[data-action=practise]").click()
    expect(stage).to_be_focused()
    expect(stage).to_have_accessible_name(stage.locator("h2").inner_text())
    stage.locator("[data-action=answer]").click()
    expect(stage.locator(".bank__answer")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-action=practise]")).to_be_focused()


def test_again_comes_back_in_the_same_round(page: Page) -> None:
    page.goto(BANK)
    page.locator(".bank [name=query]").fill("GPTQ cholesky")
    total = page.locator("li:has(> .question-link):visible").count()
    page.locator("[data-action=practise]").click()
    left = page.locator(".bank__left")
    page.keyboard.press("Space")
    expect(page.locator(".bank__answer")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(left).to_have_text(f"{total - 1} more")


def test_two_tabs_keep_the_progress_of_both(page: Page) -> None:
    page.goto(BANK)
    other = page.context.new_page()
    other.goto(BANK)
    practise_one(page)
    expect(other.locator(".bank__count")).to_contain_text("1 seen")
    practise_one(other)
    assert len(stored(page)["cards"]) == 2


def test_practice_where_nothing_is_kept(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, **PHONE)
    page = context.new_page()
    page.add_init_script(WITHOUT_STORAGE)
    page.goto(BANK)
    practise_one(page)
    expect(page.locator(".bank__notice")).to_contain_text("does not keep your progress")
    expect(page.locator(".bank__count")).to_contain_text("1 seen")
    context.close()


def test_an_answer_that_did_not_load_is_asked_for_again(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, **PHONE)
    page = context.new_page()
    page.goto(BANK)
    page.route("**/en/**", lambda route: route.abort())
    page.locator("[data-action=practise]").click()
    answer = page.locator(".bank__answer")
    page.keyboard.press("Space")
    expect(answer).to_contain_text("could not be loaded")
    page.unroute("**/en/**")
    page.keyboard.press("Space")
    expect(answer).to_contain_text("30 s")
    context.close()


def test_export_reset_import(page: Page, tmp_path: Path) -> None:
    page.goto(BANK)
    practise_one(page)
    page.keyboard.press("Escape")
    before = stored(page)
    with page.expect_download() as download:
        page.locator("[data-action=export]").click()
    file = tmp_path / "progress.json"
    download.value.save_as(file)
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("[data-action=reset]").click()
    expect(page.locator(".bank__notice")).to_have_text("Progress deleted.")
    assert stored(page)["cards"] == {}
    page.locator(".bank input[type=file]").set_input_files(file)
    expect(page.locator(".bank__notice")).to_contain_text("Imported the progress of 1 question")
    assert stored(page) == before


CARD = {"due": "2026-11-24", "stability": 1, "difficulty": 5, "reps": 1, "lapses": 0, "state": 2}
DAMAGED = {
    "cut off": "{",
    "a list": "[]",
    "null": "null",
    "no cards": '{"version": 1}',
    "a list of cards": '{"version": 1, "cards": []}',
    "another version": json.dumps({"version": 2, "cards": {"a": CARD}}),
    "a date that is none": json.dumps({"version": 1, "cards": {"a": {**CARD, "due": "x"}}}),
    "a state that is none": json.dumps({"version": 1, "cards": {"a": {**CARD, "state": 9}}}),
    "a number that is a tag": json.dumps({"version": 1, "cards": {"a": {**CARD, "reps": "<b>"}}}),
    "a prototype": '{"version": 1, "cards": {"__proto__": {"due": "x"}}}',
    "more than there is room for": json.dumps(
        {"version": 1, "cards": {f"{i:0100}": CARD for i in range(50_000)}}
    ),
    "no text": "\0\ufffd" * 1000,
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_changes_nothing(page: Page, content: str) -> None:
    page.goto(BANK)
    practise_one(page)
    page.keyboard.press("Escape")
    before = stored(page)
    file = {"name": "p.json", "mimeType": "application/json", "buffer": content.encode()}
    page.locator(".bank input[type=file]").set_input_files([file])
    expect(page.locator(".bank__notice")).to_contain_text("Nothing was changed.")
    assert stored(page) == before


def test_damaged_progress_is_kept_and_said(page: Page) -> None:
    page.goto(BANK)
    page.evaluate(f"localStorage.setItem('{KEY}', '{{broken')")
    page.reload()
    expect(page.locator(".bank__notice")).to_contain_text("damaged")
    assert page.evaluate(f"localStorage.getItem('{KEY}.damaged')") == "{broken"
    practise_one(page)
    assert len(stored(page)["cards"]) == 1
    with page.expect_download() as download:
        page.keyboard.press("Escape")
        page.locator("[data-action=export]").click()
    assert "{broken" in json.loads(Path(download.value.path()).read_text())["damaged"]


SWIPE = """([from, to]) => {
  const target = document.querySelector(".bank__stage h2")
  const touch = x => new Touch({ identifier: 1, target, clientX: x, clientY: 300 })
  const send = (name, fields) => target.dispatchEvent(new TouchEvent(name, { bubbles: true, ...fields }))
  send("touchstart", { touches: [touch(from)], changedTouches: [touch(from)] })
  send("touchend", { touches: [], changedTouches: [touch(to)] })
}"""


@pytest.mark.parametrize(("path", "again"), [((100, 300), False), ((300, 100), True)])
def test_swipe(page: Page, path: tuple[int, int], again: bool) -> None:
    """To the right is known, to the left comes back in the same round."""
    page.goto(BANK)
    page.locator("[data-action=practise]").click()
    left = int((page.locator(".bank__left").inner_text()).split()[0])
    page.locator("[data-action=answer]").click()
    expect(page.locator(".bank__answer")).to_contain_text("30 s")
    page.evaluate(SWIPE, path)
    expect(page.locator(".bank__left")).to_have_text(f"{left - (not again)} more")
    (card,) = stored(page)["cards"].values()
    assert card["reps"] == 1


def test_nothing_moves_when_the_form_comes_to_life(page: Page) -> None:
    page.add_init_script("""
      window.shift = 0
      new PerformanceObserver(list => list.getEntries().forEach(entry => (shift += entry.value)))
        .observe({ type: "layout-shift", buffered: true })""")
    for path in (BANK, "/questions/bank/"):
        page.goto(path)
        expect(page.locator(".bank__count")).to_contain_text("0")
        page.wait_for_timeout(300)
        assert page.evaluate("shift") == 0
