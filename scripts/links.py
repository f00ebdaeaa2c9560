"""Which sources have vanished from the web, as Markdown: ``python -m scripts.links``.

Hosts are asked side by side, each one page at a time. What a program is refused may well open for a
reader, so only a page that is said to be gone is called gone.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

ENTRY = re.compile(r"^@\w+\{(?P<key>[^,\s]+),|^\s*url = \{(?P<url>[^}]+)\}", re.M)
REFUSE = re.compile(r"(^|\.)(zhihu\.com|weixin\.qq\.com)$")  # these turn every program away
GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
PAUSE = 1.0  # seconds between two pages of a host
HEADINGS = {
    "gone": "Gone: replace the source, or name an archived copy in its `note`",
    "unclear": "Not answered to a program: worth a look by hand when it stays here for weeks",
    "unchecked": "Not checked: these hosts refuse programs, so somebody has to open them",
}


def sources(bibliography: str) -> dict[str, str]:
    """The address of each source that has one, by key."""
    found, key = {}, ""
    for match in ENTRY.finditer(bibliography):
        key = match["key"] or key
        if match["url"]:
            found[key] = match["url"]
    return found


def ask(url: str) -> tuple[str, str]:
    """What became of ``url`` (a key of HEADINGS, or nothing if it is well), and the answer."""
    if REFUSE.search(urlsplit(url).hostname or ""):
        return "unchecked", ""
    agent = {"User-Agent": "Mozilla/5.0 (compatible; llm-interview-notes link check)"}
    try:
        with urlopen(Request(url, headers=agent), timeout=30):
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
            f"- `{key}`: <{url}> {answers[url][1]}".rstrip()
            for key, url in sorted(addresses.items())
            if answers[url][0] == state
        ]
        lines += ["", f"## {heading}", "", *listed] if listed else []
    return "\n".join(lines)


if __name__ == "__main__":
    print(report(sources(Path("references.bib").read_text("utf-8"))))
