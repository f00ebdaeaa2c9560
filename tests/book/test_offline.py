"""The offline copy: unpacked, every link leads to a file, and a browser reads it without complaint."""

from __future__ import annotations

import re
import zipfile
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from book.offline import FOLDER, offline
from tests.book.conftest import PAGES, Made
from tests.browser import launch
from tests.site.test_links import Document
from tests.site.test_offline import files


@pytest.fixture(scope="module")
def folder(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("offline")
    with zipfile.ZipFile(made.file("offline.zip")) as archive:
        assert all(name.startswith(f"{FOLDER}/") for name in archive.namelist())
        archive.extractall(target)
    return target / FOLDER


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("../ppo/", "../ppo/index.html"),
        ("../ppo/#code", "../ppo/index.html#code"),
        ("../..", "../../index.html"),
        (".", "./index.html"),
        ("./", "./index.html"),
        ("en/?highlight=x", "en/index.html?highlight=x"),
        ("#code", "#code"),
        ("../assets/site.css", "../assets/site.css"),
        ("https://arxiv.org/abs/", "https://arxiv.org/abs/"),
        ("mailto:a@example.org", "mailto:a@example.org"),
    ],
)
def test_links_name_files(link: str, wanted: str) -> None:
    assert offline(f'<a href="{link}">') == f'<a href="{wanted}">'


def test_links_lead_to_files(folder: Path) -> None:
    here = {root + page for root in ("", "en/") for page in ("", *PAGES)}
    for path in here:
        file = folder / path / "index.html"
        for link in Document(file.read_text("utf-8")).links:
            url = urlsplit(urljoin(file.as_uri(), link))
            target = unquote(url.path)
            if url.scheme != "file" or not url.path:
                continue
            name = target.removeprefix(f"{folder}/")
            assert not name.endswith("/"), link
            # the pages that the small site lacks are linked all the same
            page = name.removesuffix("index.html")
            assert (
                Path(target).is_file()
                or (name != page and page not in here)
                or name in (*("feed.xml", "en/feed.xml", "llms.txt", "en/llms.txt"),)
                or name.endswith(".apkg")
            ), link


def test_reads_from_the_file_system(folder: Path) -> None:
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on(
            "console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "requestfailed",
            # the icon is given up when the next page is opened before it has come
            lambda r: None if r.failure == "net::ERR_ABORTED" else wrong.append(r.url),
        )
        for path in [root + name for root in ("", "en/") for name in ("", *PAGES)]:
            page.goto((folder / path / "index.html").as_uri())
        page.goto((folder / "rlhf" / "dpo" / "index.html").as_uri())
        page.evaluate("document.fonts.ready")
        assert page.evaluate("document.fonts.check('16px \"STIX Two Math\"')")
        expect(page.locator("math").first).to_be_visible()
        expect(page.locator("figure svg").first).to_be_visible()
        expect(page.locator("dpo-weight")).to_have_count(0)
        page.locator("a[data-language]").click()
        page.wait_for_url(re.compile("/en/rlhf/dpo/index.html"))
        shade = "getComputedStyle(document.body).backgroundColor"
        day = page.evaluate(shade)
        for _ in range(2):  # follow the system → light → dark
            page.locator("[data-md-component=palette] label:not([hidden])").click()
        assert page.evaluate(shade) != day
        search = page.locator(".site-search__open")
        expect(search).to_have_text(re.compile("Contents"))
        search.click()
        page.wait_for_url(re.compile("/en/index.html#contents"))
        expect(page.locator("#contents")).to_be_visible()
        browser.close()
    assert not wrong, "\n".join(wrong)


def test_downloads_name_what_is_there(made: Made) -> None:
    text = (made.folder / "en" / "downloads" / "index.html").read_text("utf-8")
    for kind in ("en.pdf", "en.epub", "offline.zip"):
        assert f'href="../../downloads/llm-interview-notes.{kind}"' in re.sub(
            r"<!--.*?-->", "", text
        )
    assert re.search(r"<small>[\d.]+ MB</small>", text)


def test_the_service_worker_knows_the_page_of_downloads_as_it_is_now(made: Made) -> None:
    for page in ("downloads/", "en/downloads/"):
        digest = sha256((made.folder / page / "index.html").read_bytes()).digest()
        assert files(made.folder)[page] == b64encode(digest).decode()


def test_service_worker_and_search_are_left_out(folder: Path) -> None:
    left_out = ("offline.", "worker.", "titles.", "search.")
    assert not [path for path in folder.rglob("*") if path.name.startswith(left_out)]
