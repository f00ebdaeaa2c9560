"""Nothing that the site loads comes from another host."""

from __future__ import annotations

from pathlib import Path

import pytest

from hooks.checks.hosts import hosts

ROOT = Path(__file__).parents[3]
CASES = {
    "style sheet": (
        "docs/assets/site.css",
        '@import url("https://fonts.example.com/css");',
        "docs/assets/site.css:1:14: https://fonts.example.com is another host.",
    ),
    "request": (
        "docs/assets/search.js",
        'let a\nfetch("//api.example.com/search")',
        "docs/assets/search.js:2:8: //api.example.com is another host.",
    ),
    "service worker": (
        "hooks/worker/worker.js",
        'importScripts("https://cdn.example.com/workbox.js")',
        "hooks/worker/worker.js:1:16: https://cdn.example.com is another host.",
    ),
    "script": (
        "overrides/main.html",
        '<script src="https://cdn.example.com/x.js"></script>',
        "overrides/main.html:1:14: https://cdn.example.com is another host.",
    ),
    "script in the configuration": (
        "mkdocs.yml",
        "extra_javascript:\n  - https://cdn.example.com/x.js\n",
        "mkdocs.yml:2:5: https://cdn.example.com is another host.",
    ),
    "event handler": (
        "overrides/partials/search.html",
        '<button class="a" onclick="go()">',
        "overrides/partials/search.html:1:19: onclick would not run.",
    ),
}
HARMLESS = {
    "docs/assets/a.css": "/* after https://a.example.com */",
    "docs/assets/a.js": "go() // as https://a.example.com does\n/* https://a.example.com */",
    "overrides/a.html": '{# https://a.example.com #}<a href="https://a.example.com">a</a>',
    "mkdocs.yml": "site_url: https://a.example.com/\n",
}


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


@pytest.mark.parametrize("name", CASES)
def test_another_host(tmp_path: Path, name: str) -> None:
    path, text, message = CASES[name]
    write(tmp_path, path, text)
    (problem,) = hosts(tmp_path)
    assert str(problem).startswith(message)


def test_links_and_comments_ask_nobody(tmp_path: Path) -> None:
    for name, text in HARMLESS.items():
        write(tmp_path, name, text)
    assert hosts(tmp_path) == []


def test_this_site_asks_nobody() -> None:
    assert hosts(ROOT) == []
