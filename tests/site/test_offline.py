"""Reading again, reading without a network, and what happens when the site is deployed anew meanwhile.

Two builds of a few pages are made, A and B: half of their pages differ, and all of their scripts, the
maths font, the names and the search index. Whatever a page receives must be of one build.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest
from fontTools.ttLib import TTFont
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from hooks.offline import on_config, on_post_build, parts, write
from tests.server import Handler, serve
from tests.site.conftest import PHONE, SITE

PAGES = ["", "rlhf/dpo/", "context/rope/", "downloads/"]
CHANGED = ["rlhf/dpo/", "en/rlhf/dpo/"]  # what differs between the builds
PATIENCE = 20_000  # a browser looks for a new worker some time after the page has loaded
KEPT = """async () => {
  const parts = [location.href, ...performance.getEntriesByType("resource").map(({ name }) => name)]
  const has = part => caches.match(part, { ignoreSearch: true })
  return (await Promise.all(parts.map(has))).every(Boolean)
}"""
RAN = "[...globalThis.builds].join()"


def hashes(site: Path) -> dict[str, str]:
    return {name: sha256(path.read_bytes()).hexdigest() for name, path in parts(site).items()}


def files(site: Path) -> dict[str, str]:
    """What the worker of ``site`` knows."""
    text = (site / "worker.js").read_text("utf-8")
    return json.loads(re.search(r"const FILES = (\{.*?\})", text, re.S)[1])


def build(folder: Path, name: str) -> None:
    """A few pages of the built site, marked as of the build ``name``."""
    shutil.copytree(SITE / "assets", folder / "assets")
    shutil.copy(SITE / "404.html", folder)
    for root in ("", "en/"):
        for page in (root + page for page in PAGES):
            (folder / page).mkdir(parents=True, exist_ok=True)
            html = (SITE / page / "index.html").read_text("utf-8")
            if page in CHANGED:
                html = html.replace("</h1>", f" build {name} quokka{name}</h1>")
            (folder / page / "index.html").write_text(html, "utf-8")
        titles = (SITE / root / "titles.json").read_text("utf-8")
        (folder / root / "titles.json").write_text(titles.replace("DPO", f"DPO{name}"), "utf-8")
    command = [sys.executable, "-m", "pagefind", "--site", str(folder), "--silent"]
    subprocess.run(command, check=True)
    for path in folder.rglob("*.js"):
        mark = f"(globalThis.builds ??= new Set()).add('{name}');"
        path.write_text(mark + path.read_text("utf-8"), "utf-8")
    font = TTFont(folder / "assets/fonts/stix-two-math.woff2")
    font["head"].fontRevision = float(ord(name))
    font.save(folder / "assets/fonts/stix-two-math.woff2")
    write(folder)


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    if not (SITE / "worker.js").exists():
        pytest.fail("There is no built site. Run `make build` first; `make test` does.")
    folder = tmp_path_factory.mktemp("builds")
    for name in "AB":
        build(folder / name, name)
    a, b = (hashes(folder / name) for name in "AB")
    same = {name for name in a.keys() & b.keys() if a[name] == b[name]}
    assert "context/rope/" in same and not same & {"rlhf/dpo/", "assets/site.js", "titles.json"}
    return {name: folder / name for name in "AB"}


def test_the_worker_knows_every_file(site: Path) -> None:
    """Each file of the built site, but what is downloaded, looked at apart, or read by machines."""
    for name, digest in files(site).items():
        file = site / (name + "index.html" if name.endswith("/") else name)
        assert b64encode(sha256(file.read_bytes()).digest()).decode() == digest, name
    names = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    others = names - {path.relative_to(site).as_posix() for path in parts(site).values()}
    machines = r".*\.(md|xml|gz|txt)|worker\.js|downloads/.*|assets/cards/.*"
    assert not [name for name in others if not re.fullmatch(machines, name)]


def test_what_both_languages_need_is_in_both_lists_and_nobodys_own(builds: dict[str, Path]) -> None:
    zh, en = (
        json.loads((builds["A"] / root / "offline.json").read_text("utf-8")) for root in ("", "en/")
    )
    assert set(zh["shared"]) == set(en["shared"])
    assert {"404.html", "offline.html", "assets/site.js", "pagefind/pagefind.js"} <= {*zh["shared"]}
    assert {"./", "titles.json"} <= {*zh["own"]} and {"en/", "en/titles.json"} <= {*en["own"]}
    lists = {"offline.json", "en/offline.json"}
    assert sorted([*zh["shared"], *zh["own"], *en["own"]]) == sorted({*files(builds["A"])} - lists)


@dataclass
class Host:
    """A server on which another build can be put, and which can go away."""

    address: str = ""
    site: Path | None = None
    sent: list[str] = field(default_factory=list)  # paths of files sent, not those found unchanged


@pytest.fixture(params=["/llm-interview-notes/"])  # as on GitHub Pages
def host(request: pytest.FixtureRequest, builds: dict[str, Path]) -> Iterator[Host]:
    host = Host(site=builds["A"])
    base = request.param

    class Hosted(Handler):
        def do_GET(self) -> None:
            if host.site is None:
                self.close_connection = True
                return
            self.directory = str(host.site)
            self.path = self.path.removeprefix(base.rstrip("/"))
            super().do_GET()

        def send_header(self, keyword: str, value: str) -> None:
            if keyword == "Content-Length":  # not sent with 304
                host.sent.append(self.path.split("?")[0].removeprefix("/"))
            super().send_header(keyword, value)

    with serve(builds["A"], Hosted) as address:
        host.address = address + base
        yield host


class Reader:
    """A tab on a phone, which remembers what its page has received."""

    def __init__(self, context: BrowserContext, host: Host, builds: dict[str, Path]) -> None:
        self.page: Page = context.new_page()
        self.host = host
        self.hashes = {name: hashes(site) for name, site in builds.items()}
        self.received: list[Response] = []
        self.errors: list[str] = []
        self.page.on("response", self._receive)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _receive(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.received.clear()
        self.received.append(response)

    def open(self, path: str) -> Response:
        response = self.page.goto(self.host.address + path, wait_until="networkidle")
        assert response
        return response

    def kept(self) -> None:
        """Wait until everything of this page can be had without a network."""
        expect(self.page.locator(".update")).to_be_attached(timeout=PATIENCE)  # scripts have run
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_function(KEPT)
        self.looked()

    def looked(self) -> None:
        """Wait until the look for a newer build, which the page began, is over."""
        script = "navigator.serviceWorker.ready.then(r => r.update()).then(() => 1, () => 0)"
        self.page.evaluate(script)

    def shows(self, build: str) -> None:
        expect(self.page.locator("h1").first).to_contain_text(f"build {build}", timeout=PATIENCE)

    def search(self, words: str) -> str:
        expect(self.page.locator(".update")).to_be_attached(timeout=PATIENCE)  # scripts have run
        self.page.keyboard.press("/")
        self.page.locator(".site-search__input").fill(words)
        expect(self.page.locator(".site-search__status")).not_to_have_text(re.compile("^$|…"))
        return self.page.locator(".site-search__results").inner_text()

    def _body(self, response: Response) -> bytes:
        if response.request.resource_type not in ("font", "fetch"):
            return response.body()
        # Chromium does not tell what these received: ask for it again
        script = "url => fetch(url).then(r => r.arrayBuffer()).then(b => [...new Uint8Array(b)])"
        return bytes(self.page.evaluate(script, response.url))

    def is_of(self, build: str) -> None:
        """Check every byte that the page has received, and each script that has run."""
        self.page.wait_for_load_state("networkidle")
        wrong = []
        for response in [*self.received]:
            path = response.url.removeprefix(self.host.address).split("?")[0] or "./"
            path = re.sub(r"(^|/)index\.html$", r"\1", path)
            if sha256(self._body(response)).hexdigest() != self.hashes[build].get(path):
                wrong.append(path)
        assert not wrong, f"not of build {build}: {wrong}"
        assert self.page.evaluate(RAN) == build


@pytest.fixture
def readers(
    browser: Browser, host: Host, builds: dict[str, Path]
) -> Iterator[Callable[[], Reader]]:
    """Opens tabs of one browser."""
    context = browser.new_context(**PHONE)
    context.set_default_timeout(PATIENCE)
    opened: list[Reader] = []

    def open_tab() -> Reader:
        opened.append(Reader(context, host, builds))
        return opened[-1]

    yield open_tab
    errors = [error for reader in opened for error in reader.errors]
    context.close()
    assert not errors, errors


@pytest.fixture
def reader(readers: Callable[[], Reader]) -> Reader:
    """A tab that has read a page of build A, and another with which the worker is there."""
    reader = readers()
    reader.open("rlhf/dpo/")
    reader.kept()
    reader.open("")
    reader.kept()
    return reader


def test_first_visit_fetches_nothing_but_the_worker(
    readers: Callable[[], Reader], host: Host
) -> None:
    reader = readers()
    reader.open("rlhf/dpo/")
    reader.kept()
    before = [response.url for response in reader.received]
    extra = [path for path in host.sent if host.address + path not in before]
    assert sorted(extra) == ["offline.html", "worker.js"]
    assert len(host.sent) == len(set(host.sent)), "sent twice"
    assert host.sent.index("worker.js") > host.sent.index("assets/search.js")


@pytest.mark.parametrize("host", ["/", "/llm-interview-notes/"], indirect=True)
def test_what_was_read_is_there_without_a_network(reader: Reader, host: Host) -> None:
    host.site = None
    reader.open("rlhf/dpo/")
    reader.shows("A")
    assert reader.page.evaluate(
        "document.fonts.ready.then(() => document.fonts.check('16px \"STIX Two Math\"'))"
    )
    reader.is_of("A")
    reader.open("rlhf/dpo/?highlight=KL#code")
    reader.is_of("A")
    assert reader.page.goto(host.address + "rlhf/dpo").url == host.address + "rlhf/dpo/"


def test_a_page_that_was_not_read_says_so_and_comes_with_the_network(
    reader: Reader, host: Host
) -> None:
    host.site, site = None, host.site
    assert reader.open("context/rope/").status == 503
    page = reader.page
    expect(page.get_by_role("heading", name="这一页现在打不开")).to_be_visible()
    expect(page.get_by_role("heading", name="This page cannot be opened now")).to_be_visible()
    expect(page.locator("[lang=zh] a")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("[lang=zh] a", has_text="DPO").click()
    page.wait_for_url("**/rlhf/dpo/")
    host.site = site
    assert reader.open("context/rope/").status == 200
    reader.is_of("A")


def test_search_works_again_without_a_network(reader: Reader, host: Host) -> None:
    assert "quokkaA" in reader.search("quokkaA")
    host.site = None
    reader.open("rlhf/dpo/")
    assert "quokkaA" in reader.search("quokkaA")
    reader.is_of("A")


def test_a_missing_page_is_missing(reader: Reader) -> None:
    assert reader.open("no/such/page/").status == 404
    expect(reader.page.get_by_role("heading", name="找不到这个页面")).to_be_visible()


def test_update_declined(reader: Reader, host: Host, builds: dict[str, Path]) -> None:
    host.site = builds["B"]
    reader.open("rlhf/dpo/")
    notice = reader.page.locator(".update")
    expect(notice).to_contain_text("网站有新版本", timeout=PATIENCE)
    notice.get_by_role("button", name="以后").click()
    expect(notice).to_be_hidden()
    reader.search("quokka")  # A's index is no longer to be had
    reader.is_of("A")
    reader.errors = [error for error in reader.errors if "Failed to fetch" not in error]
    # a page that is the same in both builds, and was not read before
    reader.open("context/rope/")
    reader.is_of("A")


def test_update_accepted(reader: Reader, host: Host, builds: dict[str, Path]) -> None:
    host.site = builds["B"]
    host.sent.clear()
    reader.open("rlhf/dpo/")
    button = reader.page.get_by_role("button", name="更新")
    expect(button).to_be_visible(timeout=PATIENCE)
    assert not {"", "index.html"} & set(host.sent), "what is the same in both builds is not fetched"
    button.focus()
    reader.page.keyboard.press("Enter")
    reader.shows("B")
    reader.is_of("B")
    assert "quokkaB" in reader.search("quokkaB")
    host.site = None
    for path in ("", "rlhf/dpo/"):
        reader.open(path)
        reader.is_of("B")


def test_a_page_that_only_the_new_build_has_brings_it(
    reader: Reader, host: Host, builds: dict[str, Path]
) -> None:
    host.site = builds["B"]
    reader.open("en/rlhf/dpo/")
    reader.shows("B")
    reader.is_of("B")


def test_two_tabs(
    reader: Reader, readers: Callable[[], Reader], host: Host, builds: dict[str, Path]
) -> None:
    other = readers()
    other.open("rlhf/dpo/")
    # it fetches while the new build takes over, until it loads anew; not before, for Chromium leaves a
    # worker that a test looks into in charge if it is busy at that moment
    other.page.evaluate(
        """async () => {
          const { src } = document.querySelector("script[src*='site.js']")
          let got = ""
          const fetchOnce = async () => {
            const text = await fetch(src).then(response => response.text(), () => "")
            got += text.match(/builds .*?'(.)'/)?.[1] ?? "-"
            sessionStorage.setItem("got", got)
          }
          const fetchOn = () => fetchOnce().then(() => setTimeout(fetchOn, 5))
          const registration = await navigator.serviceWorker.ready
          registration.addEventListener("updatefound", () =>
            registration.installing.addEventListener("statechange", ({ target }) =>
              target.state === "activating" && fetchOn()))
          await fetchOnce()
        }"""
    )
    host.site = builds["B"]
    # a tab that asks for a page of the new build does not pull the other one along by itself
    reader.open("en/rlhf/dpo/")
    expect(reader.page.get_by_role("button", name="Update and open")).to_be_visible(
        timeout=PATIENCE
    )
    other.shows("A")
    reader.page.get_by_role("button", name="Update and open").click()
    reader.shows("B")
    other.shows("B")
    got = other.page.evaluate("sessionStorage.getItem('got')")
    assert got[0] == "A" and len(got) > 1 and "B" not in got
    for tab in (reader, other):
        tab.is_of("B")


def test_a_server_that_goes_away_in_the_middle(
    reader: Reader, host: Host, builds: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    get = Handler.do_GET

    def vanish(self: Handler) -> None:
        if self.path.split("?")[0].endswith(("worker.js", "/rlhf/dpo/")):
            get(self)
        else:
            self.close_connection = True

    host.site = builds["B"]
    monkeypatch.setattr(Handler, "do_GET", vanish)
    reader.open("rlhf/dpo/")
    reader.page.wait_for_timeout(3000)
    expect(reader.page.locator(".update")).to_be_empty()
    for path in ("rlhf/dpo/", ""):
        reader.open(path)
        reader.is_of("A")
    monkeypatch.undo()
    reader.open("rlhf/dpo/")
    reader.page.get_by_role("button", name="更新").click()
    reader.shows("B")
    reader.is_of("B")


def test_a_whole_language(reader: Reader, host: Host, builds: dict[str, Path]) -> None:
    reader.open("en/downloads/")
    button = reader.page.get_by_role("button", name="Keep the whole English site")
    expect(button).to_contain_text("MB")
    button.click()
    expect(reader.page.locator(".offline [role=status]")).to_contain_text(
        "is kept on this device", timeout=PATIENCE
    )
    host.site = None
    for page in PAGES:
        reader.open(f"en/{page}")
        reader.is_of("A")
    assert "quokkaA" in reader.search("quokkaA")
    assert reader.open("context/rope/").status == 503, "the other language is not kept"
    reader.looked()
    # an update keeps it whole
    host.site = builds["B"]
    reader.open("en/rlhf/dpo/")
    reader.page.get_by_role("button", name="Update").click()
    reader.shows("B")
    host.site = None
    assert "quokkaB" in reader.search("quokkaB")
    reader.is_of("B")
    reader.open("en/downloads/")
    reader.page.get_by_role("button", name="Remove").click()
    expect(button).to_be_visible()
    assert reader.open("en/context/rope/").status == 503
    reader.open("rlhf/dpo/")  # of the other language, with what both need
    reader.is_of("B")


def test_a_language_that_is_kept_in_part_is_not_called_whole(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    get = Handler.do_GET

    def vanish(self: Handler) -> None:
        if self.path.split("?")[0] == "/en/context/rope/":
            self.close_connection = True
        else:
            get(self)

    monkeypatch.setattr(Handler, "do_GET", vanish)
    status = reader.page.locator(".offline [role=status]")
    button = reader.page.get_by_role("button", name="Keep the whole English site")
    reader.open("en/downloads/")
    button.click()
    expect(status).to_contain_text("Not all of it is kept", timeout=PATIENCE)
    reader.open("en/downloads/")
    expect(status).to_contain_text("Not all of it is kept")
    monkeypatch.undo()
    button.click()
    expect(status).to_contain_text("is kept on this device", timeout=PATIENCE)
    expect(button).to_be_hidden()


def test_the_worker_can_be_removed(
    reader: Reader,
    host: Host,
    builds: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(builds["B"], tmp_path / "B")
    monkeypatch.setitem(sys.modules, "hooks/preview.py", SimpleNamespace(serving=False))
    config = SimpleNamespace(
        site_dir=str(tmp_path / "B"),
        plugins={"i18n": SimpleNamespace(building=False)},
        extra={"offline": False},
        extra_javascript=[],
    )
    on_config(config)
    on_post_build(config)
    assert not config.extra_javascript, "pages do not register it"
    for path in tmp_path.rglob("*.html"):
        html = re.sub(r'<script src="[^"]*offline.js"[^>]*></script>', "", path.read_text("utf-8"))
        path.write_text(html, "utf-8")
    host.site = tmp_path / "B"
    reader.open("rlhf/dpo/")
    reader.shows("B")
    reader.page.wait_for_function("caches.keys().then(names => !names.length)")
    assert (
        reader.page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)")
        == 0
    )


def test_a_host_that_changes_pages_is_read_without_the_worker(
    readers: Callable[[], Reader], host: Host, builds: dict[str, Path], tmp_path: Path
) -> None:
    shutil.copytree(builds["A"], tmp_path / "A")
    for path in tmp_path.rglob("index.html"):
        path.write_text(path.read_text("utf-8") + "<!-- added on the way -->", "utf-8")
    host.site = tmp_path / "A"
    reader = readers()
    reader.open("rlhf/dpo/")
    reader.page.wait_for_timeout(3000)
    assert (
        reader.page.evaluate(
            "navigator.serviceWorker.getRegistration().then(r => r?.active ?? null)"
        )
        is None
    )
    assert reader.open("").status == 200
