"""Copies what the site takes from npm, pinned in package-lock.json, into the built site."""

from __future__ import annotations

import shutil
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort

FILES = {"ts-fsrs/dist/index.mjs": "ts-fsrs.js"}


def on_post_build(config: MkDocsConfig) -> None:
    modules = Path(config.config_file_path).parent / "node_modules"
    target = Path(config.site_dir) / "assets" / "vendor"
    target.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        if not (modules / source).is_file():
            raise Abort(
                f"The site was not built: node_modules/{source} is missing. Run `make build`."
            )
        shutil.copyfile(modules / source, target / name)
