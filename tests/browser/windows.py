"""The staff's browsers: what they open, and where things are on their screens."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from playwright.async_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Locator,
    Page,
    expect,
)

from inbox.models import Staff
from tests.cast import token_of

PATIENCE = 15_000  # milliseconds; two cores may be busy with other tests

# What a browser itself says of a line that is down, on top of what our pages say.
LOST_LINE = (
    r"net::ERR_INTERNET_DISCONNECTED",
    r"net::ERR_CONNECTION_REFUSED",
    r"net::ERR_CONNECTION_RESET",
    r"net::ERR_EMPTY_RESPONSE",
    r"net::ERR_NETWORK_CHANGED",
    r"net::ERR_SOCKET_NOT_CONNECTED",
    r"^WebSocket connection to ",
    r"Failed to fetch",
)


class Profiles:
    """Browser profiles: a cookie jar each, and a cache that the next test finds warm."""

    def __init__(self, chromium: Browser, control: CDPSession) -> None:
        self._chromium = chromium
        self._control = control
        self._kept: dict[str, BrowserContext] = {}

    async def get(self, name: str, like: dict[str, Any]) -> BrowserContext:
        key = f"{name} {sorted(like.items())}"
        if key not in self._kept:
            self._kept[key] = await self._chromium.new_context(reduced_motion="reduce", **like)
            self._kept[key].set_default_timeout(PATIENCE)
        return self._kept[key]

    async def window(self, context: BrowserContext) -> Page:
        """Not a tab behind another one of this profile: those are drawn once a second."""
        if not context.pages:
            return await context.new_page()
        session = await context.new_cdp_session(context.pages[0])
        about = (await session.send("Target.getTargetInfo"))["targetInfo"]
        await session.detach()
        target = {"url": "about:blank", "newWindow": True, "background": False}
        async with context.expect_page() as opening:
            profile = {"browserContextId": about["browserContextId"]}
            await self._control.send("Target.createTarget", target | profile)
        return await opening.value


@dataclass
class Windows:
    """Tabs, and all that their pages complain of, which fails the test unless it is `expected`."""

    profiles: Profiles
    url: str
    expected: Sequence[str] = ()
    complaints: list[str] = field(default_factory=list)
    _open: set[BrowserContext] = field(default_factory=set)

    async def open(
        self, staff: Staff | None, path: str = "/inbox", device: str = "desk", **like: Any
    ) -> Page:
        """A new tab; `like` is what Playwright knows of the device, such as its viewport."""
        name = f"{staff.name if staff else 'nobody'} at the {device}"
        context = await self.profiles.get(name, like)
        if context not in self._open:
            self._open.add(context)
            await context.clear_cookies()
            await self._forget(context)
            if staff:
                await self._sign_in(context, staff)
        page = await self.profiles.window(context)
        page.on("dialog", lambda question: question.accept())
        page.on("pageerror", lambda error: self._note(page, str(error)))
        page.on("console", lambda line: self._hear(page, line))
        await page.goto(urljoin(self.url, path))
        await page.evaluate("window.loadedOnce = true")
        return page

    async def _forget(self, context: BrowserContext) -> None:
        """What the pages of the test before have kept here."""
        page = await context.new_page()
        await page.goto(urljoin(self.url, "/healthz"))
        await page.evaluate("localStorage.clear()")
        await page.close()

    async def _sign_in(self, context: BrowserContext, staff: Staff) -> None:
        token = await token_of(staff)
        await context.add_cookies(
            [{"name": "inbox", "value": token, "url": self.url, "httpOnly": True}]
        )

    def _hear(self, page: Page, line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            self._note(page, line.text)

    def _note(self, page: Page, complaint: str) -> None:
        if not any(re.search(known, complaint) for known in self.expected):
            self.complaints.append(f"{page.url}: {complaint}")

    async def close(self) -> None:
        for context in self._open:
            for page in context.pages:
                await page.close()
            await context.set_offline(False)


def row(page: Page, name: str) -> Locator:
    """Somebody's row in the list."""
    return page.locator(".row").filter(has=page.locator(".row-name", has_text=name))


def bubble(page: Page, text: str) -> Locator:
    return page.locator(".message", has_text=text)


def status(page: Page, text: str) -> Locator:
    """The words under one of our own bubbles."""
    return bubble(page, text).locator(".status-words")


def composer(page: Page) -> Locator:
    return page.locator(".composer-text")


def chip(page: Page) -> Locator:
    return page.locator("connection-chip")


async def follow(page: Page, path: str) -> None:
    """Load another page of the inbox in this tab."""
    await page.goto(urljoin(page.url, path))


async def write(page: Page, text: str) -> None:
    """Type a reply and press Enter."""
    await composer(page).fill(text)
    await composer(page).press("Enter")


async def not_reloaded(*pages: Page) -> None:
    """What stands there came by itself."""
    for page in pages:
        assert await page.evaluate("window.loadedOnce === true")


async def shows(page: Page, name: str) -> None:
    """The thread with this person is open."""
    await expect(page.locator(".thread-name")).to_have_text(name)
