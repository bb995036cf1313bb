"""How soon a cheap phone can use the inbox: the practice church, in Chromium with a throttled CPU
and network.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, async_playwright

from bench.stand import Row, Server, inbox_on, keep, middle, rest, table
from inbox import db
from inbox.config import Config
from inbox.demo import seeded
from tests.cast import token_of
from tests.services import HEADLESS_CHROMIUMS

# Milliseconds until a request is answered, and megabits a second down and up.
NETWORKS = {"150 ms, 1.6 Mbit/s": (150, 1.6, 0.75), "slow preset": (562.5, 1.44, 0.675)}
# How many times slower than this machine.
SLOW_CPU = 4
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
GOALS: Row = {
    "requests": 15,
    "kB": 150,
    "page kB": "",
    "first": 1.5,
    "second": 1.0,
    "conversation": 0.5,
}
VISITS = 5
# Seconds that a finger rests on the screen, and seconds without requests after which a page is
# idle.
TAP, QUIET = 0.08, 2.5
MAX_MILLISECONDS = 60_000

# Marks in the page when it could first be used: its content is visible, and its scripts run.
WATCH = """
const seen = {}, waiting = {}
const defined = (...names) => names.every((name) => customElements.get(name))
const isSeen = {
  list: () => document.querySelector(".rows .row") && defined("row-list", "live-room"),
  thread: () => document.querySelector("#thread .messages > *") && defined("compose-box"),
}
const note = (name, at) => { seen[name] ??= at; waiting[name]?.(seen[name]) }
const look = () => {
  for (const name in isSeen)
    if (!seen[name] && isSeen[name]()) requestAnimationFrame(() => note(name, performance.now()))
}
setInterval(look, 25)
document.addEventListener("pointerdown", (event) => note("touch", event.timeStamp), true)
window.whenSeen = (name) =>
  new Promise((resolve) => (name in seen ? resolve(seen[name]) : (waiting[name] = resolve)))
"""


@dataclass
class Loaded:
    """Everything loaded: the bytes of each address, as transferred."""

    sizes: dict[str, int] = field(default_factory=dict)

    @property
    def kilobytes(self) -> float:
        return sum(self.sizes.values()) / 1000


def main() -> None:
    rows = asyncio.run(_measure())
    table("Load: the practice church on a cheap phone (seconds until it can be used)", rows)
    keep("load", rows)


async def _measure() -> list[Row]:
    async with _practice() as (server, cookie), _chromium() as chromium:
        rows: list[Row] = []
        for network in NETWORKS:
            rows.append(await _on(network, chromium, server, cookie))
        return [*rows, {"network": "goal", **GOALS}]


@asynccontextmanager
async def _practice() -> AsyncIterator[tuple[Server, dict[str, str]]]:
    """The practice church, served, and its owner's cookie."""
    with tempfile.TemporaryDirectory(prefix="inbox-bench-") as folder:
        config = Config.from_environ({"DATA_DIR": folder, "SEND_RATE": "0"})
        practice = await seeded(config)
        await db.open_database(config)
        token = await token_of(practice.owner)
        await db.close_database()
        async with inbox_on("", folder) as server:
            yield server, {"name": "inbox", "value": token, "url": server.url}


@asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    """The headless shell if available: the other loads 150 files of its own for each window."""
    path = next(found for name in HEADLESS_CHROMIUMS if (found := shutil.which(name)))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def _on(network: str, chromium: Browser, server: Server, cookie: dict[str, str]) -> Row:
    visits: list[tuple[Loaded, float, float, float]] = []
    for visit in range(VISITS + 1):
        context = await chromium.new_context(**PHONE)
        await context.add_init_script(WATCH)
        await context.add_cookies([cookie])  # type: ignore[list-item]
        page = await context.new_page()
        session = await context.new_cdp_session(page)
        loaded = await _watched(network, session)
        first = await _visit(page, server)
        # Copied, because the second visit loads something as well.
        cost = Loaded(dict(loaded.sizes))
        second = await _visit(page, server)
        visits.append((cost, first, second, await _open(visit, page, session)))
        await context.close()
    # The visit before these made the server render its templates for the first time.
    costs, first_times, second_times, openings = zip(*visits[1:], strict=True)
    return {
        "network": network,
        "requests": middle([len(one.sizes) for one in costs]),
        "kB": middle([one.kilobytes for one in costs]),
        "page kB": middle([one.sizes[f"{server.url}/inbox"] / 1000 for one in costs]),
        "first": middle(first_times),
        "second": middle(second_times),
        "conversation": middle(openings),
    }


async def _visit(page: Page, server: Server) -> float:
    """Seconds until the list can be used."""
    await page.goto(f"{server.url}/inbox", wait_until="commit", timeout=MAX_MILLISECONDS)
    usable = await _seen(page, "list") / 1000
    await rest(QUIET)
    return usable


async def _watched(network: str, session: CDPSession) -> Loaded:
    """Throttle the page, and count what it loads."""
    loaded, addresses = Loaded(), dict[str, str]()
    latency, down, up = NETWORKS[network]

    def ended(event: dict[str, Any]) -> None:
        if address := addresses.get(event["requestId"]):
            loaded.sizes[address] = int(event["encodedDataLength"])

    session.on(
        "Network.requestWillBeSent",
        lambda event: addresses.update({event["requestId"]: event["request"]["url"]}),
    )
    session.on("Network.loadingFinished", ended)
    await session.send("Network.enable")
    # What a service worker fetches is not throttled, so no page may come through it.
    await session.send("Network.setBypassServiceWorker", {"bypass": True})
    bytes_a_second = {"downloadThroughput": down * 1e6 / 8, "uploadThroughput": up * 1e6 / 8}
    conditions = {"offline": False, "latency": latency, **bytes_a_second}
    await session.send("Network.emulateNetworkConditions", conditions)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})
    return loaded


async def _seen(page: Page, name: str) -> float:
    """Milliseconds on the page's own clock until it could be used."""
    async with asyncio.timeout(MAX_MILLISECONDS / 1000):
        return float(await page.evaluate("name => whenSeen(name)", name))


async def _open(visit: int, page: Page, session: CDPSession) -> float:
    """Tap on one of the first rows. Seconds from the touch until the thread can be read and written
    in.
    """
    row = page.locator(".rows .row").nth(1 + visit % 5)
    box = await row.bounding_box()
    assert box
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    touch: dict[str, Any] = {"type": "touchStart", "touchPoints": [at]}
    # Not awaited: a busy page would turn the tap into a long press.
    touching = asyncio.create_task(session.send("Input.dispatchTouchEvent", touch))
    await rest(TAP)
    await session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await touching
    return (await _seen(page, "thread") - await _seen(page, "touch")) / 1000
