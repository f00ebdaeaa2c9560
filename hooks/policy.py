"""Gives every page a Content-Security-Policy: only this site's own files, no script but its own.

The few inline scripts that Material writes are allowed by their hashes. A preview goes without: the
reload script of ``mkdocs serve`` would be refused.
"""

from __future__ import annotations

import re
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority

INLINE = re.compile(
    r"<script(?![^>]*\b(?:src|type=\"application/)[^>]*>)[^>]*>(.*?)</script>", re.S
)
CHARSET = '<meta charset="utf-8">'
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {scripts}; worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'"
)


def policy(page: str) -> str:
    """The policy under which ``page`` runs as it was built, and nothing added to it does."""
    hashes = {
        b64encode(sha256(script.encode()).digest()).decode() for script in INLINE.findall(page)
    }
    return POLICY.format(scripts=" ".join(f"'sha256-{digest}'" for digest in sorted(hashes)))


def with_policy(page: str) -> str:
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(page)}">'
    return page.replace(CHARSET, f"{CHARSET}\n      {meta}", 1)


@event_priority(-260)  # when the pages are as they will be read
def on_post_build(config: MkDocsConfig) -> None:
    if config.plugins["i18n"].building or sys.modules["hooks/preview.py"].serving:
        return
    for path in Path(config.site_dir).rglob("*.html"):
        path.write_text(with_policy(path.read_text("utf-8")), "utf-8")
