"""Addresses and files made to harm a reader: what they carry is never run and never believed."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

SCRIPT = "<img src=x onerror=window.harmed=1><script>window.harmed=1</script>"
PATHS = [
    f"/en/?q={quote(SCRIPT)}",
    f"/en/rlhf/dpo/?highlight={quote(SCRIPT)}",
    "/en/rlhf/dpo/?" + "&".join(["highlight=" + "a" * 100] * 50),
    "/en/rlhf/dpo/?highlight=" + quote("(a+)+$ [ \\ .*"),
    "/en/rlhf/dpo/?highlight=%FF%FE%00",
    "/en/rlhf/dpo/?pagefind-highlight=" + quote(SCRIPT),
    f"/en/rlhf/dpo/#{quote(SCRIPT)}",
    "/en/rlhf/dpo/#%E0%A4%A",
    "/en/rlhf/dpo/#__proto__",
    f"/en/questions/bank/?topic={quote(SCRIPT)}&level=9&tier=-1#javascript:alert(1)",
    f"/en/questions/bank/?query={quote(SCRIPT)}&__proto__[harmed]=1&constructor.prototype.harmed=1",
]


@pytest.mark.parametrize("path", PATHS)
def test_address(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.harmed ?? ({}).harmed") is None
    assert page.locator("[onerror]").count() == 0
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("words", [SCRIPT, "a" * 5000, "[(*+?\\", "\u202e\u200b", "__proto__"])
def test_search(page: Page, words: str) -> None:
    page.goto("/en/")
    page.keyboard.press("/")
    page.locator(".site-search__input").fill(words)
    page.wait_for_timeout(500)
    expect(page.locator(".site-search__status")).not_to_have_text("")
    assert page.evaluate("window.harmed ?? ({}).harmed") is None
    assert page.locator("[onerror]").count() == 0


def test_imported_progress_is_data(page: Page) -> None:
    page.goto("/en/questions/bank/")
    card = {
        "due": "2026-11-24",
        "stability": 1,
        "difficulty": 5,
        "reps": 1,
        "lapses": 0,
        "state": 2,
    }
    cards = json.dumps({SCRIPT: card, "constructor": card})[:-1]
    cards += f', "__proto__": {json.dumps({**card, "harmed": 1})}}}'
    file = f'{{"version": 1, "cards": {cards}, "__proto__": {{"harmed": 1}}}}'
    page.locator(".bank input[type=file]").set_input_files(
        [{"name": "p.json", "mimeType": "application/json", "buffer": file.encode()}]
    )
    expect(page.locator(".bank__notice")).to_contain_text("Imported the progress of 3 questions")
    assert page.evaluate("window.harmed ?? ({}).harmed") is None
    page.reload()
    expect(page.locator(".bank__count")).to_contain_text("3 seen")
    page.locator("[data-action=practise]").click()
    expect(page.locator(".bank__stage h2")).to_be_visible()
    assert page.evaluate("window.harmed ?? ({}).harmed") is None
