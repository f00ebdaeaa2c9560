"""Puts the style sheets into every page, without the rules that no page uses.

Most of what Material ships is for other sites. What is left is so small that a page carries it along
and is drawn as soon as it has arrived, instead of waiting for three more requests.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority

# The machine's own Node.js, or the one that `make` put beside Python where there is none
NODE = shutil.which("node") or str(Path(sys.executable).with_name("node"))
LINK = re.compile(r'<link rel="stylesheet" href="((?:[^"]*/)?assets/[^"]+\.css)">\s*')
TAG = re.compile(r"<script>[^<]*|<[a-z][^>]*>")  # with what scripts in the page say
VARIABLE = re.compile(r"var\((--[\w-]+)")


def _purged(root: Path, sheets: list[Path], pages: list[str], scripts: list[Path]) -> str:
    """What is left of ``sheets`` for the elements of ``pages`` and what ``scripts`` may add."""
    drawn = VARIABLE.findall("".join(pages))  # the colours of figures
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "used.html").write_text(
            "\n".join({t for page in pages for t in TAG.findall(page)}), "utf-8"
        )
        (folder / "all.css").write_text("".join(s.read_text("utf-8") for s in sheets), "utf-8")
        options = {
            "css": [str(folder / "all.css")],  # one sheet's variables serve another
            "content": [str(folder / "used.html"), *map(str, scripts)],
            "keyframes": True,
            "variables": True,
            "safelist": {"variables": sorted(set(drawn))},
        }
        (folder / "options.cjs").write_text(f"module.exports = {json.dumps(options)}")
        purge = root / "node_modules" / "purgecss" / "bin" / "purgecss.js"
        command = [NODE, purge, "--config", folder / "options.cjs", "--output", str(folder)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode:
            raise Abort(f"The site was not built: PurgeCSS failed: {result.stderr.strip()}")
        return (folder / "all.css").read_text("utf-8")


def _drop_what_nothing_loads(assets: Path) -> None:
    """Material's own scripts, which Pagefind and docs/assets/ replace here, and source maps."""
    shutil.rmtree(assets / "javascripts")
    for path in assets.rglob("*.map"):
        path.unlink()


@event_priority(-250)  # when all pages are written, before they are indexed
def on_post_build(config: MkDocsConfig) -> None:
    if config.plugins["i18n"].building or sys.modules["hooks/preview.py"].serving:
        return
    site = Path(config.site_dir)
    pages = {path: path.read_text("utf-8") for path in site.rglob("*.html")}
    links = dict.fromkeys(Path(href).name for text in pages.values() for href in LINK.findall(text))
    sheets = [next(site.joinpath("assets").rglob(name)) for name in links]
    _drop_what_nothing_loads(site / "assets")
    scripts = sorted(site.joinpath("assets").rglob("*.js"))
    css = _purged(Path(config.config_file_path).parent, sheets, list(pages.values()), scripts)
    for path, text in pages.items():
        prefix = LINK.findall(text)[0].rpartition("assets/")[0]
        here = css.replace('url("fonts/', f'url("{prefix}assets/fonts/')
        style = f"<style>{here}</style>"
        text = LINK.sub(lambda _: "", text)
        path.write_text(text.replace("</head>", f"{style}</head>", 1), "utf-8")
    for sheet in sheets:
        sheet.unlink()
