"""How well the search ranks, on queries as readers type them: queries.json."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

QUERIES = json.loads(Path(__file__).with_name("queries.json").read_text("utf-8"))
FIND = """async query => {
  const { answers } = await import('/assets/search.js')
  let last
  for await (const answer of answers(query)) last = answer
  return last.pages.map(page => new URL(page.url, location.href).pathname)
}"""


def ranking(browser: Browser, address: str, language: str) -> dict[str, list[str]]:
    """The paths of the pages that each query of a language finds, best first."""
    page = browser.new_page(base_url=address)
    page.goto("/" if language == "zh" else "/en/")
    found = {query: page.evaluate(FIND, query) for query, _ in QUERIES[language]}
    page.close()
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_ranking(browser: Browser, address: str, language: str) -> None:
    queries = QUERIES[language]
    found = ranking(browser, address, language)
    for query, paths in found.items():
        assert all(path.startswith("/en/") == (language == "en") for path in paths), query
    not_first = [(q, found[q][:3]) for q, wanted in queries if found[q][:1] != [wanted]]
    not_in_three = [(q, found[q][:3]) for q, wanted in queries if wanted not in found[q][:3]]
    assert len(queries) >= 30
    assert len(not_first) <= 0.15 * len(queries), not_first
    assert len(not_in_three) <= 0.03 * len(queries), not_in_three
