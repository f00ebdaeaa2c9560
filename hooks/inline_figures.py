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
from mkdocs.exceptions import Abort, PluginError
from mkdocs.structure.pages import Page

from figures.cache import kept, missing

IMAGE = re.compile(
    r'<p>\s*<img alt="([^"]*)" src="figure:([^"]+)"(?: title="([^"]*)")? ?/?>\s*</p>'
)


def on_pre_build(config: MkDocsConfig) -> None:
    if config.plugins["i18n"].building:
        return
    root = Path(config.config_file_path).parent
    if names := missing(root):
        drawn = subprocess.run([sys.executable, "-m", "figures", *names], cwd=root, check=False)
        if drawn.returncode:
            raise Abort("The site was not built: a figure could not be drawn (see above).")


def on_page_content(content: str, page: Page, config: MkDocsConfig, files: object) -> str:
    root = Path(config.config_file_path).parent
    language = config.theme["language"]

    def inline(match: re.Match[str]) -> str:
        alt, name, caption = match.groups()
        svg = kept(root, name, language).read_text("utf-8")
        svg = svg.replace("<svg ", f'<svg role="img" aria-label="{alt}" ', 1)
        below = f"<figcaption>{caption}</figcaption>" if caption else ""
        return f'<figure class="figure">{svg}{below}</figure>'

    content = IMAGE.sub(inline, content)
    if match := re.search(r'src="figure:([^"]*)"', content):
        raise PluginError(
            f"docs/{page.file.src_uri}: the figure {html.unescape(match[1])} must stand alone in "
            "its paragraph. Put a blank line before and after it."
        )
    return content
