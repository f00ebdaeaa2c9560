"""Lighthouse's four scores of a page, by its mobile preset: slow 4G and a slow processor, simulated."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from hooks.styles import NODE

PROGRAM = Path(__file__).parent / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best-practices": "best practices",
    "seo": "SEO",
}

ROUNDS = 3


def scores(url: str, chromium: str) -> dict[str, float]:
    """The four scores of the page at ``url``, each the median of some readings."""
    rounds = [_once(url, chromium) for _ in range(ROUNDS)]
    return {score: median(reading[score] for reading in rounds) for score in rounds[0]}


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
