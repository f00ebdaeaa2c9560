"""Page weight and speed on a slow phone: CPU four times slower, slow 4G, nothing in the cache."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from tests.browser import launch
from tests.server import serve

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
WATCH = """
window.bench = { shift: 0, maths: 0 }
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) bench.shift += entry.value
}).observe({ type: "layout-shift", buffered: true })
const look = () => {
  const math = document.querySelector("math")
  const ready = math?.getBoundingClientRect().width && document.fonts.check('16px "STIX Two Math"')
  if (ready) requestAnimationFrame(() => (bench.maths = performance.now()))
  else requestAnimationFrame(look)
}
requestAnimationFrame(look)
"""


@dataclass
class Reading:
    """One opening of a page: seconds, kilobytes, and how much the layout moved."""

    paint: float
    maths: float
    shift: float
    kilobytes: float
    requests: int
    hosts: int


def read(browser: Browser, address: str, path: str) -> Reading:
    context = browser.new_context(**PHONE)
    page = context.new_page()
    session = context.new_cdp_session(page)
    sizes: list[float] = []
    urls: list[str] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    session.on("Network.requestWillBeSent", lambda event: urls.append(event["request"]["url"]))
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    page.add_init_script(WATCH)
    page.goto(address + path, wait_until="networkidle")
    bench = page.evaluate("bench")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    context.close()
    others = {url.split("/")[2] for url in urls if url.startswith("http") and address not in url}
    return Reading(
        paint / 1000,
        max(bench["maths"], paint) / 1000 if bench["maths"] else 0,
        bench["shift"],
        sum(sizes) / 1000,
        len(urls),
        len(others),
    )


def longest(site: Path) -> str:
    page = max(site.rglob("index.html"), key=lambda path: path.stat().st_size)
    return "/" + page.parent.relative_to(site).as_posix() + "/"


def main(site: Path) -> None:
    print(f"Phone 412×823, CPU ÷{CPU_SLOWDOWN}, slow 4G, median of {ROUNDS}")
    print(
        f"{'page':40}{'paint s':>9}{'maths s':>9}{'shift':>8}{'KB':>8}{'requests':>10}{'hosts':>7}"
    )
    with serve(site) as address, sync_playwright() as playwright:
        browser = launch(playwright)
        for path in ("/", longest(site), "/rlhf/dpo/", "/en/rlhf/dpo/"):
            rounds = [read(browser, address, path) for _ in range(ROUNDS)]
            middle = [median(getattr(r, name) for r in rounds) for name in Reading.__annotations__]
            paint, maths, shift, kilobytes, requests, hosts = middle
            print(
                f"{path:40}{paint:9.2f}{maths:9.2f}{shift:8.3f}{kilobytes:8.0f}{requests:10.0f}{hosts:7.0f}"
            )
        browser.close()
