"""Which sources have vanished from the web, as Markdown: ``python -m scripts.links``.

Hosts are asked side by side, each one page at a time. What a program is refused may well open for a
reader, so only a page that is said to be gone is called gone. For what cannot be read, the Wayback
Machine is asked for a copy; where the bibliography records one, that is looked at instead.
"""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

ENTRY = re.compile(
    r"^@\w+\{(?P<key>[^,\s]+),|^\s*(?P<field>url|archive) = \{(?P<url>[^}]+)\}", re.M
)
AVAILABLE = "https://archive.org/wayback/available?url="
AGENT = {"User-Agent": "Mozilla/5.0 (compatible; llm-interview-notes link check)"}
REFUSE = re.compile(r"(^|\.)(zhihu\.com|weixin\.qq\.com)$")  # these turn every program away
GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
PAUSE = 1.0  # seconds between two pages of a host
HEADINGS = {
    "gone": "Gone: replace the source, or record an archived copy",
    "unclear": "Not answered to a program: worth a look by hand when it stays here for weeks",
    "unchecked": "Not checked: these hosts refuse programs, so somebody has to open them",
}
NOTE = """Open a copy before you add its line to the entry in `references.bib`: what was archived may be
a login page. A page that only readers can open can be saved at <https://web.archive.org/save>."""


def sources(bibliography: str) -> dict[str, str]:
    """The address of each source that has one, or of its archived copy, by key."""
    found: dict[str, dict[str, str]] = {}
    for match in ENTRY.finditer(bibliography):
        if match["key"]:
            fields = found.setdefault(match["key"], {})
        else:
            fields[match["field"]] = match["url"]
    return {key: fields.get("archive") or fields["url"] for key, fields in found.items() if fields}


def ask(url: str) -> tuple[str, str]:
    """What became of ``url`` (a key of HEADINGS, or nothing if it is well), and the answer."""
    if REFUSE.search(urlsplit(url).hostname or ""):
        return "unchecked", ""
    try:
        with urlopen(Request(url, headers=AGENT), timeout=30):
            return "", ""
    except HTTPError as error:
        error.close()
        return "gone" if error.code in GONE else "unclear", str(error.code)
    except (OSError, HTTPException, ValueError) as error:
        return "unclear", str(error)


def ask_host(urls: Iterable[str]) -> dict[str, tuple[str, str]]:
    answers = {}
    for url in urls:
        answers[url] = ask(url)
        if answers[url][0] != "unchecked":
            time.sleep(PAUSE)
    return answers


def copy(url: str) -> str:
    """The line that records an archived copy of ``url``, or why there is none to record."""
    try:
        with urlopen(Request(AVAILABLE + quote(url, safe=""), headers=AGENT), timeout=30) as answer:
            closest = json.load(answer)["archived_snapshots"].get("closest", {})
    except (OSError, HTTPException, ValueError, LookupError) as error:
        return f"The archive did not answer: {error}"
    finally:
        time.sleep(PAUSE)
    if closest.get("status") != "200":
        return "No archived copy."
    address = closest["url"].replace("http://web.archive.org/", "https://web.archive.org/", 1)
    refused = ask(address)[0]
    return (
        f"A copy is named but did not open: <{address}>"
        if refused
        else f"`archive = {{{address}}},`"
    )


def report(addresses: dict[str, str]) -> str:
    """Every source that is not well, under what became of it."""
    hosts = defaultdict(set)
    for url in addresses.values():
        hosts[urlsplit(url).hostname].add(url)
    answers: dict[str, tuple[str, str]] = {}
    with ThreadPoolExecutor(16) as pool:
        for part in pool.map(ask_host, hosts.values()):
            answers |= part
    lines = [f"{len(addresses)} sources of `references.bib` have an address."]
    for state, heading in HEADINGS.items():
        listed = [
            f"- `{key}`: <{url}> {answers[url][1]}".rstrip() + f"\n  {copy(url)}"
            for key, url in sorted(addresses.items())
            if answers[url][0] == state
        ]
        lines += ["", f"## {heading}", "", *listed] if listed else []
    return "\n".join(lines if len(lines) == 1 else [*lines, "", NOTE])


if __name__ == "__main__":
    print(report(sources(Path("references.bib").read_text("utf-8"))))
