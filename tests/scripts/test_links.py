"""The link check calls gone only what is said to be gone, and says what it could not check."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scripts import links

ROOT = Path(__file__).parents[2]


class Status(BaseHTTPRequestHandler):
    """Answers /404 with 404, and so on."""

    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/")))
        self.end_headers()

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
    zhihu = "https://zhuanlan.zhihu.com/p/1"
    addresses = {str(n): f"{host}/{n}" for n in (200, 403, 404, 410)} | {"essay": zhihu}
    text = links.report(addresses)
    gone, unclear, unchecked = (text.index(f"## {h}") for h in links.HEADINGS.values())
    assert text.startswith("5 sources") and f"{host}/200" not in text
    assert gone < text.index(f"- `404`: <{host}/404> 404") < unclear
    assert gone < text.index(f"- `410`: <{host}/410> 410") < unclear
    assert unclear < text.index(f"- `403`: <{host}/403> 403") < unchecked
    assert unchecked < text.index(f"- `essay`: <{zhihu}>")


def test_a_host_that_is_not_there_is_unclear() -> None:
    assert links.ask("http://127.0.0.1:9/")[0] == "unclear"


def test_every_address_of_the_bibliography_is_found() -> None:
    text = (ROOT / "references.bib").read_text("utf-8")
    assert len(links.sources(text)) == text.count("  url = {") > 100
