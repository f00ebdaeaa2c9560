"""Page weight and speed on a slow phone: CPU four times slower, slow 4G, nothing in the cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Page, Response

PHONE = {"viewport": {"width": 412, "height": 823}, "device_scale_factor": 2, "is_mobile": True}
# The "Slow 4G" preset of Chrome's developer tools.
SLOW_4G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1.44 * 1024 * 1024 / 8 * 0.9,
    "uploadThroughput": 675 * 1024 / 8 * 0.9,
}
CPU_SLOWDOWN = 4
ROUNDS = 3
SETTING = f"Phone 412×823, CPU ÷{CPU_SLOWDOWN}, slow 4G, nothing cached; median of {ROUNDS}"
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
WATCH = """
window.bench = { shift: 0, maths: 0 }
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) bench.shift += entry.value // nobody touches the page
}).observe({ type: "layout-shift", buffered: true })
const look = () => {
  const math = document.querySelector("math")
  const ready = math?.getBoundingClientRect().width && document.fonts.check('16px "STIX Two Math"')
  if (ready) requestAnimationFrame(() => (bench.maths = performance.now()))
  else requestAnimationFrame(look)
}
requestAnimationFrame(look)
"""


def open_phone(browser: Browser) -> tuple[Page, CDPSession]:
    page = browser.new_context(**PHONE).new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    return page, session


def _once(browser: Browser, url: str) -> dict[str, float]:
    page, session = open_phone(browser)
    sizes: list[float] = []
    hosts: list[str] = []
    kept: list[float] = []  # what the service worker fetches once the page is there
    page.context.on("response", lambda response: kept.append(_kept(response)))
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    session.on("Network.requestWillBeSent", lambda event: hosts.append(_host(event["request"])))
    page.add_init_script(WATCH)
    page.goto(url, wait_until="networkidle")
    bench = page.evaluate("bench")
    paint = page.wait_for_function(PAINT).json_value()
    page.evaluate("navigator.serviceWorker.ready")
    page.context.close()
    reading = {"first paint, s": paint / 1000}
    if bench["maths"]:
        reading["maths readable, s"] = max(bench["maths"], paint) / 1000
    return reading | {
        "layout shift": bench["shift"],
        "transferred, KB": sum(sizes) / 1000,
        "then for reading offline, KB": sum(kept) / 1000,
        "requests": len(hosts),
        "requests to other hosts": sum(host not in ("", urlsplit(url).netloc) for host in hosts),
    }


def _kept(response: Response) -> float:
    """The size of what only the worker asks for; the page's own parts it has from the browser's cache."""
    only = response.url.endswith(("/worker.js", "/offline.html"))
    return float(response.headers["content-length"]) if only else 0


def _host(request: dict[str, str]) -> str:
    return urlsplit(request["url"]).netloc  # none in data: and blob:


def medians(once: Callable[[], dict[str, float]]) -> dict[str, float]:
    """Each figure's median over some readings."""
    rounds = [once() for _ in range(ROUNDS)]
    return {figure: median(reading[figure] for reading in rounds) for figure in rounds[0]}


def read(browser: Browser, address: str, path: str) -> dict[str, float]:
    return medians(lambda: _once(browser, address + path))


def longest(site: Path, root: str) -> str:
    """The path of the longest page of the language that begins with ``root``."""
    pages = [path.parent.relative_to(site).as_posix() for path in site.rglob("index.html")]
    mine = [page for page in pages if page.startswith("en") == (root == "/en/") and page != "."]
    return f"/{max(mine, key=lambda page: (site / page / 'index.html').stat().st_size)}/"
