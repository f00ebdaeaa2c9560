"""How soon the search answers: the first result on a slow phone, each keystroke on a desktop."""

from __future__ import annotations

from statistics import median

from playwright.sync_api import Browser

from bench.site import ROUNDS, open_phone
from tests.site.test_ranking import QUERIES, ranking

QUERY = {"zh": "配分函数为什么会消掉", "en": "why does the partition function cancel"}
# From opening the search to the first result, and to the first with words of its page.
FIRST = """query => new Promise((resolve, reject) => {
  setTimeout(() => reject(Error("no result")), 30_000)
  const input = document.querySelector(".site-search__input")
  const list = document.querySelector(".site-search__results")
  const start = performance.now()
  let first
  new MutationObserver(() => requestAnimationFrame(() => {
    if (list.querySelector("a")) first ??= performance.now() - start
    if (list.querySelector("mark")) resolve([first, performance.now() - start])
  })).observe(list, { childList: true })
  document.querySelector(".site-search__open").click()
  input.value = query
  input.dispatchEvent(new Event("input"))
})"""
# From each key of a query to the last change of what is drawn.
KEYS = """async query => {
  const input = document.querySelector(".site-search__input")
  const list = document.querySelector(".site-search__results")
  const times = []
  for (let length = 1; length <= query.length; length++) {
    let drawn
    const start = performance.now()
    const observer = new MutationObserver(() =>
      requestAnimationFrame(() => (drawn = performance.now() - start)))
    observer.observe(list, { childList: true })
    input.value = query.slice(0, length)
    input.dispatchEvent(new Event("input"))
    await new Promise(resolve => setTimeout(resolve, 400))
    observer.disconnect()
    times.push(drawn ?? Infinity)
  }
  return times
}"""


def _first_result(browser: Browser, url: str, query: str) -> tuple[float, float]:
    """Seconds to the first result, and to the first from the full text, on the slow phone."""
    page, _ = open_phone(browser)
    page.goto(url, wait_until="networkidle")
    first, full = page.evaluate(FIRST, query)
    page.context.close()
    return first / 1000, full / 1000


def _keystrokes(browser: Browser, url: str, query: str) -> list[float]:
    """Milliseconds a key takes on a desktop, once the search has answered before."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url, wait_until="networkidle")
    page.evaluate(FIRST, "DPO")
    times: list[float] = page.evaluate(KEYS, query)
    page.close()
    return times


def read(browser: Browser, address: str, root: str) -> dict[str, float]:
    language = "zh" if root == "/" else "en"
    rounds = [_first_result(browser, address + root, QUERY[language]) for _ in range(ROUNDS)]
    keys = [_keystrokes(browser, address + root, QUERY[language]) for _ in range(ROUNDS)]
    times = [min(same_key) for same_key in zip(*keys, strict=True)]  # what else runs takes time too
    found = ranking(browser, address, language)
    wanted = QUERIES[language]
    return {
        "first search result, s": median(first for first, _ in rounds),
        "first from the full text, s": median(full for _, full in rounds),
        "a keystroke (median), ms": median(times),
        "a keystroke (worst), ms": max(times),
        "queries": len(wanted),
        "a query's page comes first, %": 100
        * sum(found[q][:1] == [p] for q, p in wanted)
        / len(wanted),
        "a query's page is in the first three, %": 100
        * sum(p in found[q][:3] for q, p in wanted)
        / len(wanted),
        "results in the other language": sum(
            path.startswith("/en/") != (language == "en")
            for paths in found.values()
            for path in paths
        ),
    }
