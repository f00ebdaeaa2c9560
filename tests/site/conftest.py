"""The built site, served, and a browser to read it with: phone and desktop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import launch
from tests.server import serve

SITE = Path(__file__).parents[2] / "site"
PHONE = {"viewport": {"width": 412, "height": 823}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
# as where a reader blocks cookies
WITHOUT_STORAGE = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("blocked", "SecurityError") }
})"""


@pytest.fixture(scope="session")
def site() -> Path:
    if not (SITE / "sitemap.xml").exists():
        pytest.fail("There is no built site. Run `make build` first; `make test` does.")
    return SITE


@pytest.fixture(scope="session")
def paths(site: Path) -> list[str]:
    """Every page's path, from the sitemap: ``/rlhf/dpo/``, ``/en/rlhf/dpo/``, …"""
    root = ElementTree.parse(site / "sitemap.xml").getroot()
    urls = [element.text or "" for element in root.findall(".//{*}loc")]
    base = min(urls, key=len)
    return ["/" + url.removeprefix(base) for url in urls]


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    with serve(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(params=["phone", "desktop"])
def context(
    request: pytest.FixtureRequest, browser: Browser, address: str
) -> Iterator[BrowserContext]:
    options = PHONE if request.param == "phone" else DESKTOP
    context = browser.new_context(base_url=address, **options)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """A page whose console errors, failed requests and requests to other hosts fail the test."""
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda m: wrong.append(f"console: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on(
        "request",
        lambda r: (
            None
            if r.url.startswith((address, "data:", "blob:"))
            else wrong.append(f"another host: {r.url}")
        ),
    )
    page.on("response", lambda r: wrong.append(f"{r.status}: {r.url}") if r.status >= 400 else None)
    yield page
    assert not wrong, "\n".join(wrong)
