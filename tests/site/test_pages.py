"""Every page opens cleanly on a phone and a desktop, with its formulas drawn."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

STATE = r"""() => {
  const shown = document.querySelector("article").cloneNode(true)
  shown.querySelectorAll("code, pre, annotation, script, svg").forEach(node => node.remove())
  const flat = [...document.querySelectorAll("math")].filter(math => {
    const closed = math.closest("details:not([open])")
    const box = math.getBoundingClientRect()
    return !closed && (box.width < 1 || box.height < 1)
  })
  return {
    lang: document.documentElement.lang,
    title: document.title,
    description: document.querySelector("meta[name=description]")?.content ?? "",
    raw: shown.textContent.match(/\$\$|\\\(|\\\[|\[@|\{ ?#|\(figure:|TODO|undefined/)?.[0] ?? "",
    flat: flat.length,
    errors: document.querySelectorAll("merror, .formula-error").length,
    sideways: document.documentElement.scrollWidth - innerWidth,
    unnamed: [...document.querySelectorAll("article img, article svg[role=img]")]
      .filter(image => !(image.alt || image.ariaLabel)).length,
    font: !document.querySelector("math") || document.fonts.check('16px "STIX Two Math"'),
  }
}"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page(page: Page, paths: list[str], language: str) -> None:
    mine = [path for path in paths if path.startswith("/en/") == (language == "en")]
    assert len(mine) == len(paths) / 2 > 50
    titles = {}
    for path in mine:
        response = page.goto(path)
        assert response and response.ok, path
        page.evaluate("document.fonts.ready")
        state = page.evaluate(STATE)
        assert state["lang"] == language, path
        assert state["title"] not in titles, f"{path} has the title of {titles[state['title']]}"
        titles[state["title"]] = path
        assert len(state["description"]) > 15, path
        assert state["raw"] == "", f"{path} shows {state['raw']!r}"
        assert state["flat"] == 0, f"{path} has {state['flat']} formulas without size"
        assert state["errors"] == 0, path
        assert state["sideways"] <= 0, f"{path} is {state['sideways']} px too wide"
        assert state["unnamed"] == 0, f"{path} has a figure without a description"
        assert state["font"], f"{path} has no maths font"


def test_formulas_are_drawn_with_the_maths_font(browser: Browser, address: str) -> None:
    """The font is cut down to what the site uses: nothing may be missing from it."""
    page = browser.new_page(base_url=address)
    session = page.context.new_cdp_session(page)
    for path in ("/rlhf/ppo/", "/context/rope/", "/quantization/gptq/", "/rag/hyde/"):
        page.goto(path)
        page.evaluate("document.fonts.ready")
        session.send("DOM.enable")
        session.send("CSS.enable")
        root = session.send("DOM.getDocument")["root"]["nodeId"]
        query = {"nodeId": root, "selector": "article :is(mi, mo, mn)"}
        fonts: dict[str, int] = {}
        for node in session.send("DOM.querySelectorAll", query)["nodeIds"][:1000]:
            for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]:
                fonts[font["familyName"]] = fonts.get(font["familyName"], 0) + font["glyphCount"]
        assert fonts.keys() == {"STIX Two Math"}, path
    page.close()


def test_content_security_policy(site: Path, paths: list[str]) -> None:
    for path in [*paths, "/404.html"]:
        file = site / path.lstrip("/")
        text = (file if file.is_file() else file / "index.html").read_text("utf-8")
        found = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', text)
        assert len(found) == 1, path
        scripts = re.search(r"script-src ([^;]*)", found[0])[1]
        assert "unsafe-inline" not in scripts and "http" not in found[0]
        assert not re.search(r"<[^>]+\son\w+=", text), f"{path} has an inline event handler"


def test_policy_stops_a_script_that_was_added(browser: Browser, address: str) -> None:
    page = browser.new_page(base_url=address)
    page.goto("/rlhf/dpo/")
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hacked = 1\">')"
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None
    assert any("Content Security Policy" in text for text in refused)
    page.close()
