"""A small book: the home page, three pages and the downloads, taken out of the built site."""

from __future__ import annotations

import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from book import epub
from book.__main__ import NAME, make
from hooks.offline import write

SITE = Path(__file__).parents[2] / "site"
PAGES = ["rlhf/dpo/", "context/rope/", "notation/", "downloads/"]
ENTRY = re.compile(r'<dt><a href="([^"]*)">.*?</a></dt>\s*(?:<dd>.*?</dd>)?', re.S)
EMPTY = re.compile(r"<h2>[^<]*</h2>\s*<dl>\s*</dl>")


@dataclass(frozen=True)
class Made:
    folder: Path

    def file(self, kind: str) -> Path:
        return self.folder / "downloads" / f"{NAME}.{kind}"


def build(folder: Path) -> None:
    """Copy a few pages of the site and make their books."""
    shutil.copytree(SITE / "assets", folder / "assets")
    for root in ("", "en/"):
        for page in PAGES:
            (folder / root / page).mkdir(parents=True)
            shutil.copy(SITE / root / page / "index.html", folder / root / page)
        home = (SITE / root / "index.html").read_text("utf-8")
        home = ENTRY.sub(lambda entry: entry[0] if entry[1] in PAGES else "", home)
        (folder / root / "index.html").write_text(EMPTY.sub("", home), "utf-8")
    write(folder)
    try:
        make(folder)
    except SystemExit:  # no Chinese font: test_pdf.py says so
        make(folder, (epub,))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Made:
    """The site of a few pages with all its books, made once for all processes that test."""
    if not (SITE / "index.html").exists():
        pytest.fail("There is no built site. Run `make build` first; `make test` does.")
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "book"
    finished = folder.with_name("book-finished")
    try:
        folder.mkdir()
    except FileExistsError:
        while not finished.exists():
            time.sleep(0.1)
    else:
        try:
            build(folder)
        finally:
            finished.touch()
    return Made(folder)
