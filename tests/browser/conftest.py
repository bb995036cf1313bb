"""A real browser with the scripts as served, and the whole house behind it.

One browser serves all tests. It lives in the event loop of the session, and so do they.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from inbox.config import Config
from inbox.files import STATIC
from tests.browser.windows import PATIENCE, Profiles, Windows
from tests.databases import Databases
from tests.house import House, running_house
from tests.services import free_port


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium(chromium_path: str) -> AsyncIterator[Browser]:
    async with running_chromium(chromium_path) as browser:
        yield browser


@asynccontextmanager
async def running_chromium(path: str) -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def profiles(chromium: Browser) -> Profiles:
    return await Profiles.of(chromium)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def whole_profiles(whole_chromium_path: str) -> AsyncIterator[Profiles]:
    """The full browser: the headless shell installs no app and shows no notification."""
    async with running_chromium(whole_chromium_path) as chromium:
        yield await Profiles.of(chromium)


@pytest.fixture(scope="session")
def port() -> int:
    """One certificate for every house, so that what browsers have cached stays valid."""
    return free_port()


@pytest_asyncio.fixture(loop_scope="session")
async def house(
    config: Config, port: int, database: str, databases: Databases
) -> AsyncIterator[House]:
    """The inbox, its worker, and the Twilio simulator, in the browser's event loop."""
    async with running_house(config, port=port, cast=databases.cast(database)) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="session")
async def windows(profiles: Profiles, house: House) -> AsyncIterator[Windows]:
    windows = Windows(profiles, house.url)
    yield windows
    await windows.close()
    assert windows.complaints == []


@pytest.fixture(scope="session")
def static_url() -> Iterator[str]:
    """Serves static/, with an empty page at its root."""
    with serving(partial(_Handler, directory=str(STATIC))) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser, static_url: str) -> AsyncIterator[Page]:
    """An empty page of the same origin as the scripts. Any error on it fails the test."""
    page = await chromium.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None,
    )
    await page.goto(static_url)
    yield page
    await page.close()
    assert complaints == []


@contextmanager
def serving(handler: "partial[_Handler]") -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(SimpleHTTPRequestHandler):
    # The policy of our pages: a script that needs more fails here, too.
    policy = "default-src 'self'; connect-src 'self'; img-src 'self' data:"

    def do_GET(self) -> None:
        if self.path != "/":
            return super().do_GET()
        page = b'<!doctype html><html lang="en"><link rel="icon" href="/icon.svg"><title>x</title>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", self.policy)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)
        return None

    def log_message(self, format: str, *args: object) -> None:
        pass
