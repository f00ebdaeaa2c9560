"""Full-text search by Pagefind: one index a language, fetched in small pieces when one searches."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority

# What stands in the text but is no reading text.
LEFT_OUT = (
    "math",
    ".formula__copy",
    ".headerlink",
    ".footnote",
    ".footnote-ref",
    "svg",
    ".linenos",
)


@event_priority(-300)  # when all pages of all languages are written
def on_post_build(config: MkDocsConfig) -> None:
    if config.plugins["i18n"].building:
        return
    if sys.modules["hooks/preview.py"].serving and (Path(config.site_dir) / "pagefind").exists():
        return  # a save shows at once; the search follows at the next start
    command = [sys.executable, "-m", "pagefind", "--site", config.site_dir, "--silent"]
    for selector in LEFT_OUT:
        command += ["--exclude-selectors", selector]
    if subprocess.run(command, check=False).returncode:
        raise Abort("The site was not built: Pagefind could not index it (see above).")
