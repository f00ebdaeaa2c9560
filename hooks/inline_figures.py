"""Figures are drawn from lab when the site is built, and stand in the page as inline SVG.

Inline, they follow the page's colours, light and dark, and cost no request. A drawing is kept in
``.cache/figures/`` until its script or lab changes.
"""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.pages import Page

from figures.cache import kept, names
from hooks.source import parse_page

IMAGE = re.compile(
    r'<p>\s*<img alt="([^"]*)" src="figure:([^"]+)"(?: title="([^"]*)")? ?/?>\s*</p>'
)

_drawn: dict[tuple[str, str], str] = {}  # the SVG of each figure and language


def on_pre_build(config: MkDocsConfig) -> None:
    if config.plugins["i18n"].building:
        return
    root = Path(config.config_file_path).parent
    files = {name: kept(root, name) for name in names(root)}
    missing = [name for name, paths in files.items() if not all(map(Path.exists, paths.values()))]
    if missing:
        command = [sys.executable, "-m", "figures", *missing]
        if subprocess.run(command, cwd=root, check=False).returncode:
            raise Abort("The site was not built: a figure could not be drawn (see above).")
    for name, paths in files.items():
        for language, path in paths.items():
            _drawn[name, language] = path.read_text("utf-8")


def on_page_content(content: str, page: Page, config: MkDocsConfig, files: object) -> str:
    language = config.theme["language"]

    def inline(match: re.Match[str]) -> str:
        alt, name, caption = match.groups()
        drawn = _drawn.get((name, language), "")  # only a preview is built without a figure
        svg = drawn.replace("<svg ", f'<svg role="img" aria-label="{alt}" ', 1)
        below = f"<figcaption>{caption}</figcaption>" if caption else ""
        return f'<figure class="figure">{svg}{below}</figure>'

    content = IMAGE.sub(inline, content)
    for name in re.findall(r'src="figure:([^"]*)"', content):
        source = parse_page(page)
        message = "This figure is not alone in its paragraph. Put a blank line before and after it."
        start = max(0, source.text.find(f"(figure:{html.unescape(name)}"))
        sys.modules["hooks/preview.py"].refuse(source.problem(start, message))
    return content
