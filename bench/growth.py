"""What grows with the site, and how fast: builds it with 10 and 100 times its pages.

``python -m bench.growth 1 10 100`` prints a line of the table in MAINTAINING.md for each factor. The
pages added are copies under new names, with titles and question ids of their own; so texts grow as
they would, but the vocabulary of the search does not. A build that takes too long or too much memory
is stopped, and said to be.
"""

from __future__ import annotations

import gzip
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.build import copy
from bench.search import FIRST, QUERY
from tests.browser import launch
from tests.server import serve

ROOT = Path(__file__).parent.parent
PAGE = "rlhf/dpo"  # whose weight is told
# Pages made of all others. There is one of each, however many pages there are.
SINGLE = ("glossary", "sources", "downloads", "questions/bank")
LINK_TO_SINGLE = re.compile(rf"\]\(((?:\.\./)*(?:{'|'.join(SINGLE)}|bank)\.md)")
QUESTION = re.compile(r"attrs: \{id: ([\w-]+)")
TITLE = re.compile(r"^(title: |# )(.*)$", re.M)
NUMERALS = "一二三四五六七八九十百千万亿"  # numbers stay: they are compared between languages
SECONDS, BYTES = 40 * 60, 12 * 10**9  # that one build may take


@dataclass
class Growth:
    """One build: seconds, megabytes (MB) and kilobytes (KB), compressed but
    for the titles, whose copies would be compressed too well."""

    pages: int
    cpu_s: float
    wall_s: float
    memory_mb: float
    site_mb: float
    index_mb: float
    titles_kb: float
    search_kb: float
    page_kb: float
    navigation_kb: float
    bank_kb: float


def grow(folder: Path, factor: int) -> None:
    """Add ``factor - 1`` copies of every page, each copy of the site in a folder of its own.

    The table of the retrieval benchmark is left out: it compares each question with each section of
    all pages, which takes longer than all else.
    """
    docs = folder / "docs"
    for path in docs.glob("rag/index.*.md"):
        text = path.read_text("utf-8").replace("<!-- retrieval benchmark -->", "…")
        path.write_text(text, "utf-8")
    pages = {
        path.relative_to(docs): path.read_text("utf-8")
        for path in docs.rglob("*.md")
        if str(path.relative_to(docs)).rsplit(".", 2)[0] not in SINGLE
    }
    ids = "|".join({name for text in pages.values() for name in QUESTION.findall(text)})
    config = (folder / "mkdocs.yml").read_text("utf-8")
    nav = re.search(r"^nav:\n(.*?)^(?=plugins:)", config, re.M | re.S)
    assert nav
    sections = nav[1].rstrip()
    for n in range(1, factor):
        for path, text in pages.items():
            target = docs / f"copy{n:02}" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(_copy(text, n, ids, "../" * len(path.parts)), "utf-8")
        sections += "\n" + _sections(nav[1].rstrip(), n)
    config = config[: nav.start(1)] + sections + "\n\n" + config[nav.end() :]
    (folder / "mkdocs.yml").write_text(config, "utf-8")


def _copy(text: str, n: int, ids: str, up: str) -> str:
    """Copy ``n`` of a page, from which ``up`` leads to the pages of which there is one."""
    text = TITLE.sub(lambda match: match[1] + _other(match[2], n), text)
    text = re.sub(rf"(attrs: \{{id: |#)({ids})(?=[,)])", rf"\1\2-copy{n:02}", text)
    return LINK_TO_SINGLE.sub(lambda match: f"]({up}{_single(match[1])}.md", text)


def _sections(nav: str, n: int) -> str:
    """Copy ``n`` of the navigation."""
    nav = re.sub(r"- (?=\S+\.md$)", f"- copy{n:02}/", nav, flags=re.M)
    nav = re.sub(r"(?<=^  - )(.*):$", lambda match: _other(match[1], n) + ":", nav, flags=re.M)
    single = "|".join(SINGLE)
    return re.sub(rf"^ +- copy{n:02}/(?:{single})\.md\n?", "", nav, flags=re.M).rstrip()


def _other(title: str, n: int) -> str:
    """A title as long, in other letters: alike, all titles would be compressed to almost nothing."""
    shifted = (
        chr(0x4E00 + (ord(letter) - 0x4E00 + 97 * n) % 0x5000)
        if "一" <= letter <= "鿿" and letter not in NUMERALS
        else chr(97 + (ord(letter) - 97 + n) % 26)
        if "a" <= letter <= "z"
        else letter
        for letter in title
    )
    return "".join(shifted)


def _single(link: str) -> str:
    return next(name for name in SINGLE if name.endswith(Path(link).stem))


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _compressed(text: str) -> float:
    return len(gzip.compress(text.encode(), 6)) / 1000


def _searched(site: Path) -> float:
    """Kilobytes that the first search fetches."""
    sizes: list[float] = []
    with serve(site) as address, sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(base_url=address)
        page.goto(f"/{PAGE}/", wait_until="networkidle")
        session = page.context.new_cdp_session(page)
        session.on(
            "Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"])
        )
        session.send("Network.enable")
        page.evaluate(FIRST, QUERY["zh"])
        page.wait_for_timeout(500)  # for what the browser has still to tell
        browser.close()
    return sum(sizes) / 1000


def measure(factor: int, features: list[str]) -> Growth:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy(ROOT, folder)
        grow(folder, factor)
        config = (folder / "mkdocs.yml").read_text("utf-8")
        more = "".join(f"    - {feature}\n" for feature in features)
        (folder / "mkdocs.yml").write_text(
            config.replace("  features:\n", f"  features:\n{more}"), "utf-8"
        )
        site = folder / "site"
        command = ["prlimit", f"--as={BYTES}", sys.executable, "-m", "mkdocs", "build", "--quiet"]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, timeout=SECONDS)
        after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
        text = (site / PAGE / "index.html").read_text("utf-8")
        without = re.sub(
            r'<nav class="md-nav md-nav--primary.*?</nav>\s*</div>', "", text, flags=re.S
        )
        return Growth(
            pages=len(list((folder / "docs").rglob("*.md"))),
            cpu_s=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
            wall_s=wall,
            memory_mb=after.ru_maxrss / 1000,
            site_mb=_size(site),
            index_mb=_size(site / "pagefind"),
            titles_kb=(site / "titles.json").stat().st_size / 1000,
            search_kb=_searched(site),
            page_kb=_compressed(text),
            navigation_kb=_compressed(text) - _compressed(without),
            bank_kb=_compressed((site / "questions/bank/index.html").read_text("utf-8")),
        )


if __name__ == "__main__":
    features = [word for word in sys.argv[1:] if not word.isdigit()]
    factors = [int(word) for word in sys.argv[1:] if word.isdigit()]
    names = list(Growth.__annotations__)
    print("| factor | " + " | ".join(names) + " |\n|" + "---|" * (len(names) + 1))
    for factor in factors:
        try:
            row = measure(factor, features)
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
            print(f"| {factor} | stopped: {error} |", flush=True)
            continue
        numbers = " | ".join(f"{getattr(row, name):,.1f}" for name in names)
        print(f"| {factor} | {numbers} |", flush=True)
