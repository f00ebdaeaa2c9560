"""The link check calls gone only what is said to be gone, and says what it could not check."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from hooks.checks.archive import ARCHIVE
from scripts import links

ROOT = Path(__file__).parents[2]


class Status(BaseHTTPRequestHandler):
    """Answers /404 with 404, and so on; knows archived copies of /404 and /410, the latter lost."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        self.send_response(200 if address.query else int(address.path.rpartition("/")[2]))
        self.end_headers()
        if address.query:
            self.wfile.write(json.dumps({"archived_snapshots": self.copies()}).encode())

    def copies(self) -> dict[str, object]:
        [url] = parse_qs(urlsplit(self.path).query)["url"]
        opens = {"/404": 200, "/410": 404}.get(urlsplit(url).path)
        if opens is None:
            return {}
        host = f"http://{self.headers['Host']}"
        copy = f"{host}/web/20250102030405/https://a.example/{opens}"
        return {"closest": {"available": True, "status": "200", "url": copy}}

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def host() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Status)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_report(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "PAUSE", 0)
    monkeypatch.setattr(links, "AVAILABLE", f"{host}/wayback/available?url=")
    zhihu = "https://zhuanlan.zhihu.com/p/1"
    addresses = {str(n): f"{host}/{n}" for n in (200, 403, 404, 410)} | {"essay": zhihu}
    text = links.report(addresses)
    gone, unclear, unchecked = (text.index(f"## {h}") for h in links.HEADINGS.values())
    assert text.startswith("5 sources") and f"{host}/200" not in text
    assert gone < text.index(f"- `404`: <{host}/404> 404") < unclear
    assert gone < text.index(f"- `410`: <{host}/410> 410") < unclear
    assert unclear < text.index(f"- `403`: <{host}/403> 403") < unchecked
    assert unchecked < text.index(f"- `essay`: <{zhihu}>\n  No archived copy.")
    copy = f"{host}/web/20250102030405/https://a.example/"
    assert f"- `404`: <{host}/404> 404\n  `archive = {{{copy}200}},`" in text
    assert f"- `410`: <{host}/410> 410\n  A copy is named but did not open: <{copy}404>" in text
    assert text.endswith(links.NOTE)


def test_nothing_to_report(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "PAUSE", 0)
    assert links.report({"a": f"{host}/200"}) == "1 sources of `references.bib` have an address."


def test_an_archive_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "PAUSE", 0)
    monkeypatch.setattr(links, "AVAILABLE", "http://127.0.0.1:9/?url=")
    assert links.copy("https://a.example/").startswith("The archive did not answer: ")


def test_a_recorded_copy_stands_for_its_source() -> None:
    copy = "https://web.archive.org/web/20250102030405/https://a.example/"
    archive = f"  archive = {{{copy}}},\n"
    entries = f"@misc{{a,\n  url = {{https://a.example/}},\n{archive}}}\n@misc{{b,\n{archive}}}\n"
    assert links.sources(entries) == {"a": copy, "b": copy}
    assert ARCHIVE.fullmatch(copy)


def test_a_host_that_is_not_there_is_unclear() -> None:
    assert links.ask("http://127.0.0.1:9/")[0] == "unclear"


def test_every_address_of_the_bibliography_is_found() -> None:
    text = (ROOT / "references.bib").read_text("utf-8")
    assert len(links.sources(text)) == text.count("  url = {") > 100
