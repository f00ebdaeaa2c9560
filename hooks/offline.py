"""Makes the service worker, with which pages that were read, or a whole language, are there offline.

The worker of a build knows the SHA-256 of every file of that build and hands out no other bytes,
whether it has kept them or fetches them: a page never meets a script or an index of another build.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from mkdocs.config.config_options import ExtraScriptValue
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority

from hooks.policy import with_policy

HERE = Path(__file__).parent / "worker"
MODULES = HERE.parents[1] / "node_modules"
WORKBOX = ("core", "routing", "strategies", "precaching")  # each needs those before it
# What pages are made of. Downloads and the pictures of link previews are not.
PART = re.compile(r".*\.(?:html|js|json|woff2|pagefind|pf_\w+)|assets/images/favicon\..*")
COMPRESSED = (".html", ".js", ".json")  # on their way to the reader
MARKER = "<!-- offline -->"  # docs/assets/offline.js offers there to keep a whole language
PLACE = '<div class="offline" data-size=""></div>'
SIZE = re.compile(r'(<div class="offline" data-size=")[^"]*')


def parts(site: Path) -> dict[str, Path]:
    """What pages are made of, by address: ``./`` for the home page, ``rlhf/dpo/``, ``assets/site.js``."""
    names = {path.relative_to(site).as_posix(): path for path in site.rglob("*.*")}
    return {
        re.sub(r"(^|/)index\.html$", r"\1", name) or "./": path
        for name, path in sorted(names.items())
        if PART.fullmatch(name) and name != "worker.js"
    }


def needed(address: str, language: str) -> bool:
    """Whether those who read ``language`` need the file at ``address``."""
    if address.startswith("assets/") or address.endswith(".html"):
        return True  # 404.html and offline.html speak both languages
    if address.startswith("pagefind/"):
        named = re.search(r"[/.](zh|en)[_.]", address)
        return not named or named[1] == language
    return address.startswith("en/") == (language == "en") and not address.endswith("offline.json")


def _transferred(path: Path) -> int:
    data = path.read_bytes()
    return len(gzip.compress(data, 6)) if path.suffix in COMPRESSED else len(data)


def write(site: Path) -> None:
    """Write the worker of ``site`` as it is now: whatever changes a file later calls this again."""
    offline = (HERE / "offline.html").read_text("utf-8")
    (site / "offline.html").write_text(with_policy(offline), "utf-8")
    for language, other, root in (("zh", "en", ""), ("en", "zh", "en/")):
        whole = {name: path for name, path in parts(site).items() if needed(name, language)}
        lists: dict[str, list[str]] = {"own": [], "shared": []}
        for name in whole:
            lists["shared" if needed(name, other) else "own"].append(name)
        (site / root / "offline.json").write_text(json.dumps(lists), "utf-8")
        size = sum(map(_transferred, whole.values())) / 1e6
        for page in (site / root).glob("downloads/index.html"):  # a small site may be without
            page.write_text(SIZE.sub(rf"\g<1>{size:.1f} MB", page.read_text("utf-8")), "utf-8")
    hashes = {
        name: b64encode(sha256(path.read_bytes()).digest()).decode()
        for name, path in parts(site).items()
    }
    library = [MODULES / f"workbox-{name}/build/workbox-{name}.prod.js" for name in WORKBOX]
    if not all(path.is_file() for path in library):
        raise Abort(
            "The site was not built: Workbox is missing in node_modules/. Run `make build`."
        )
    scripts = [re.sub(r"//# sourceMapping.*", "", path.read_text("utf-8")) for path in library]
    scripts += [
        f"const FILES = {json.dumps(hashes, indent=0)}\n",
        (HERE / "worker.js").read_text("utf-8"),
    ]
    (site / "worker.js").write_text("".join(scripts), "utf-8")


def on_config(config: MkDocsConfig) -> None:
    script = ExtraScriptValue("assets/offline.js")
    script.type = "module"
    wanted = config.extra.get("offline", True) and not sys.modules["hooks/preview.py"].serving
    if wanted and script not in config.extra_javascript:  # called once a language
        config.extra_javascript.append(script)


def on_page_content(content: str, page: object, config: MkDocsConfig, files: object) -> str:
    return content.replace(MARKER, PLACE)


@event_priority(-400)  # when every file is as it will be read
def on_post_build(config: MkDocsConfig) -> None:
    site = Path(config.site_dir)
    if config.plugins["i18n"].building or sys.modules["hooks/preview.py"].serving:
        return
    if config.extra.get("offline", True):
        write(site)
    else:
        (site / "worker.js").write_text((HERE / "removed.js").read_text("utf-8"), "utf-8")
