"""Finds a Chromium to test with, or says how to get one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "msedge",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
# No sandbox: containers and CI run as root. Nothing here opens a page that is not this site's.
OPTIONS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
HELP = """No Chrome or Chromium was found for the browser tests, and none could be downloaded.
Install one (Debian or Ubuntu: sudo apt install chromium; macOS: brew install --cask chromium), or
name the one you have: CHROME=/path/to/chrome make test"""


def executable() -> str | None:
    """The Chromium that is installed on this machine, if there is one."""
    found = [os.environ.get("CHROME"), *map(shutil.which, NAMES), *filter(os.path.exists, PLACES)]
    return next((path for path in found if path), None)


def launch(playwright: Playwright) -> Browser:
    """Start the installed Chromium, or else the one that Playwright has downloaded."""
    return playwright.chromium.launch(executable_path=executable(), args=OPTIONS)


def ensure() -> None:
    """Download Playwright's Chromium where the machine has none of its own."""
    if executable():
        return
    with sync_playwright() as playwright:
        if Path(playwright.chromium.executable_path).exists():
            return
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    if subprocess.run(command, check=False).returncode:
        sys.exit(HELP)


if __name__ == "__main__":
    ensure()
