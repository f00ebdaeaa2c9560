"""How long a build takes, and how long a save takes to show in the browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

SHARED = ("hooks", "overrides", "figures", "lab", ".cache", "node_modules", "references.bib")


def copy(root: Path, folder: Path) -> None:
    """The site's sources in a folder of their own, so that a save here touches nothing there."""
    shutil.copytree(root / "docs", folder / "docs")
    shutil.copy(root / "mkdocs.yml", folder)
    for name in SHARED:
        (folder / name).symlink_to(root / name)


def seconds_to_build(folder: Path) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", "out"]
    subprocess.run(command, cwd=folder, check=True)
    return time.perf_counter() - start


def seconds_to_show(folder: Path) -> float:
    """From writing a page to the served page having changed."""
    port = 8900 + os.getpid() % 90
    command = [sys.executable, "-m", "mkdocs", "serve", "--livereload", "--dirty", "--quiet"]
    server = subprocess.Popen([*command, "--dev-addr", f"127.0.0.1:{port}"], cwd=folder)
    url = f"http://127.0.0.1:{port}/rlhf/dpo/"

    def fetch() -> str:
        try:
            return urlopen(url, timeout=5).read().decode()
        except OSError:
            return ""

    try:
        while not fetch():
            time.sleep(0.2)
        time.sleep(2)
        page = folder / "docs" / "rlhf" / "dpo.zh.md"
        text = page.read_text("utf-8")
        page.write_text(text.replace("\n\n## ", "saved-just-now\n\n## ", 1), "utf-8")
        start = time.perf_counter()
        while "saved-just-now" not in fetch():
            time.sleep(0.02)
        return time.perf_counter() - start
    finally:
        server.terminate()
        server.wait()


def main(root: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy(root, folder)
        seconds_to_build(folder)  # draws the figures that are not kept yet
        full = seconds_to_build(folder)
        shown = seconds_to_show(folder)
        pages = len(list((folder / "docs").rglob("*.md")))
    print(f"Build: {full:.2f} s for {pages} pages, {full / pages:.3f} s a page with start-up")
    print(f"A save shows after {shown:.2f} s")
