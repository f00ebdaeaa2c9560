"""Figures to watch, printed by ``make bench`` beside goals and peers: a figure that misses fails.

What is not a goal of readers' follows below: how long builds take, and how fast lab is.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench import build, lab, lighthouse, search, site
from bench.goals import table
from tests.browser import executable, launch
from tests.server import serve

ROOT = Path(__file__).parent.parent
SITE = ROOT / "site"


def main() -> list[str]:
    """Prints everything; returns what misses its goal."""
    columns: dict[str, dict[str, float]] = {}
    with serve(SITE) as address, sync_playwright() as playwright:
        browser = launch(playwright)
        chromium = executable() or playwright.chromium.executable_path
        for root in ("/", "/en/"):
            columns[root] = site.read(browser, address, root)
            columns[root] |= lighthouse.scores(address + root, chromium)
            columns[root] |= search.read(browser, address, root)
            path = site.longest(SITE, root)
            columns[path] = site.read(browser, address, path)
            columns[path] |= lighthouse.scores(address + path, chromium)
        browser.close()
    text, missed = table(columns)
    print(f"{site.SETTING}\n{text}")
    build.main(ROOT)
    lab.main()
    return missed


if __name__ == "__main__":
    if not (SITE / "sitemap.xml").exists():
        sys.exit("There is no built site. Run `make bench`, which builds it first.")
    if os.getloadavg()[0] > 1:
        print(f"The machine is busy (load {os.getloadavg()[0]:.1f}): do not trust the times.")
    if missed := main():
        sys.exit("\n".join(["These miss their goal:", *missed]))
