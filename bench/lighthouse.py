"""Lighthouse's four scores of a page, by its mobile preset: slow 4G and a slow processor, simulated."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from bench.site import medians
from hooks.styles import NODE

PROGRAM = Path(__file__).parent / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best-practices": "best practices",
    "seo": "SEO",
}


def scores(url: str, chromium: str) -> dict[str, float]:
    return medians(lambda: _once(url, chromium))


def _once(url: str, chromium: str) -> dict[str, float]:
    command = [NODE, str(PROGRAM), url, "--quiet", "--output=json"]
    command += ["--chrome-flags=--headless=new --no-sandbox", "--no-enable-error-reporting"]
    environment = {**os.environ, "CHROME_PATH": chromium}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(f"Lighthouse could not look at {url}: {result.stderr.strip()}")
    report = json.loads(result.stdout)
    return {
        f"Lighthouse {name}": 100 * report["categories"][category]["score"]
        for category, name in CATEGORIES.items()
    }
