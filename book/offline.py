"""The site as a zip that is read from the file system, with no server.

A browser loads neither modules nor the search index from ``file:``. What needs them is left out, and
shows what it shows without JavaScript: the search leads to the contents, figures stand for explorers.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from book.archive import pack

FOLDER = "llm-interview-notes"
LEFT_OUT = re.compile(
    r"pagefind/|404\.html|robots\.txt|sitemap|downloads/.*\.(pdf|epub|zip)$"
    r"|(en/)?(offline|titles)\.|worker\.js"
    r"|assets/(cards/|explorers/|vendor/|(bank|offline|search|titles)\.js)"
)
USELESS = re.compile(
    r'<script[^>]* type="module"[^>]*></script>'
    r'|<meta http-equiv="Content-Security-Policy"[^>]*>'
    r'|<link rel="preload"[^>]*>'
    r"|<([a-z]+-[a-z-]+)></\1>"
    r'|<kbd aria-hidden="true">/</kbd>'
    r'|(?:<!-- book: )?<li><a href="(?:[^"]*/)?llm-interview-notes\.\w+\.(?:pdf|epub|zip)">.*?</li>(?: -->)?'
)
LINK = re.compile(r' href="(?!#|[a-z]+:)([^"#?]*)')
SEARCH = re.compile(r'(<span class="site-search__hint">)(\w+)')
CONTENTS = {"搜索": "目录", "Search": "Contents"}


def offline(html: str) -> str:
    """A page as it works from the file system: its links name files, where a server finds them."""

    def named(match: re.Match[str]) -> str:
        path = match[1]
        folder = path.endswith("/") or path.split("/")[-1] in (".", "..")
        return f' href="{path.rstrip("/")}/index.html' if folder else match[0]

    html = SEARCH.sub(lambda match: match[1] + CONTENTS[match[2]], USELESS.sub("", html))
    return LINK.sub(named, html)


def write(site: Path, date: datetime, target: Path) -> None:
    files = {}
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_file() and not LEFT_OUT.match(name):
            data = path.read_bytes()
            if path.suffix == ".html":
                data = offline(data.decode()).encode()
            files[f"{FOLDER}/{name}"] = data
    pack(target, files, date)
