"""While ``make serve`` runs: rebuild only what a save changed, and show mistakes instead of refusing."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Literal

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files

serving = False
_built = 0.0


def on_startup(command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
    global serving
    serving = command == "serve"


def refuse(problem: object) -> None:
    """Stop the build; while previewing, only say what is wrong."""
    if not serving:
        raise PluginError(str(problem))
    logging.getLogger("mkdocs").error(problem)


@event_priority(-200)  # after i18n has made its own list of files
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """MkDocs rebuilds the pages that changed; a change elsewhere may show on any page."""
    global _built
    if serving:
        newest = max(
            file.stat().st_mtime
            for path in map(Path, config.watch)
            for file in (path.rglob("*.*") if path.is_dir() else [path])
        )
        if newest > _built:
            for file in files:
                file.is_modified = lambda: True  # type: ignore[method-assign]
        if config.plugins["i18n"].building:
            _built = newest
    return files
