"""The staff's browsers: what they open, and where things are on their screens."""

import re
from collections.abc import Callable, Sequence
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
    ViewportSize,
    expect,
)
from playwright.async_api import Error as PlaywrightError

from inbox.models import Staff
from tests.cast import token_of

PATIENCE = 15_000  # milliseconds; two cores may be busy with other tests

# What the browser itself logs when a connection is down, in addition to what our pages log.
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


# Windows that stay open between tests, of all profiles, and of one.
MAX_SPARE, MAX_SPARE_OF_ONE = 8, 2


class Profiles:
    """Browser profiles: a cookie jar each, and a cache that the next test finds warm.

    Opening a window, which has its own process, takes longer than most of what a test does in it.
    So windows are emptied and kept for the next test. One with an init script, a routed socket, or
    its own clock cannot be emptied: its test closes it.
    """

    def __init__(self, chromium: Browser, control: CDPSession) -> None:
        self._chromium = chromium
        self._control = control
        self._kept: dict[str, BrowserContext] = {}
        self.spare: list[Page] = []

    @classmethod
    async def of(cls, chromium: Browser) -> "Profiles":
        return cls(chromium, await chromium.new_browser_cdp_session())

    async def get(self, name: str, like: dict[str, Any]) -> BrowserContext:
        key = f"{name} {sorted(like.items())}"
        if key not in self._kept:
            self._kept[key] = await self._chromium.new_context(reduced_motion="reduce", **like)
            self._kept[key].set_default_timeout(PATIENCE)
        return self._kept[key]

    async def window(self, context: BrowserContext) -> Page:
        """Not a tab behind another one of this profile: those are drawn once a second."""
        for page in self.spare:
            if page.context == context:
                self.spare.remove(page)
                return page
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

    async def put_back(self, page: Page, url: str, size: ViewportSize | None) -> None:
        """As if new: without history and storage."""
        of_one = [one for one in self.spare if one.context == page.context]
        if len(of_one) >= MAX_SPARE_OF_ONE:
            return await page.close()
        try:
            await page.unroute_all(behavior="ignoreErrors")
            await page.goto(url)
            await page.evaluate("sessionStorage.clear()")
            await page.emulate_media(color_scheme="light", reduced_motion="reduce")
            await page.mouse.move(0, 0)
            if size:
                await page.set_viewport_size(size)
            session = await page.context.new_cdp_session(page)
            await session.send("Page.resetNavigationHistory")
            await session.detach()
        except PlaywrightError:
            # Its inbox has stopped, or the tab has closed.
            return await page.close()
        self.spare.append(page)
        if len(self.spare) > MAX_SPARE:
            await self.spare.pop(0).close()


@dataclass
class Windows:
    """Tabs, and all errors on their pages, which fail the test unless they are `expected`."""

    profiles: Profiles
    url: str
    expected: Sequence[str] = ()
    complaints: list[str] = field(default_factory=list)
    _contexts: set[BrowserContext] = field(default_factory=set)
    _open: "list[_Window]" = field(default_factory=list)

    async def open(
        self, staff: Staff | None, path: str = "/inbox", device: str = "desk", **like: Any
    ) -> Page:
        """A new tab. `like` is a device description of Playwright, such as its viewport."""
        name = f"{staff.name if staff else 'nobody'} at the {device}"
        context = await self.profiles.get(name, like)
        page = await self.profiles.window(context)
        if context not in self._contexts:
            self._contexts.add(context)
            await context.clear_cookies()
            await self._forget(page)
            if staff:
                await self._sign_in(context, staff)
        window = _Window(page, page.viewport_size)
        window.hear("dialog", lambda question: question.accept())
        window.hear("pageerror", lambda error: self._note(page, str(error)))
        window.hear("console", lambda line: self._hear(page, line))
        self._open.append(window)
        await page.goto(urljoin(self.url, path))
        await page.evaluate("window.loadedOnce = true")
        return page

    async def _forget(self, page: Page) -> None:
        """What the pages of the previous test stored."""
        # A window that was put back is there already.
        if page.url != self._nothing:
            await page.goto(self._nothing)
        await page.evaluate("localStorage.clear()")

    @property
    def _nothing(self) -> str:
        """A page of the inbox without scripts."""
        return urljoin(self.url, "/healthz")

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
        windows, self._open = self._open, []
        ours = [window.page for window in windows]
        for context in self._contexts:
            await context.set_offline(False)
        for window in windows:
            window.be_silent()
            if not window.page.is_closed():
                await self.profiles.put_back(window.page, self._nothing, window.size)
        for context in self._contexts:
            for page in context.pages:
                if page not in ours and page not in self.profiles.spare:
                    await page.close()


@dataclass
class _Window:
    page: Page
    size: ViewportSize | None
    _heard: list[tuple[str, Callable[[Any], Any]]] = field(default_factory=list)

    def hear(self, event: Any, handler: Callable[[Any], Any]) -> None:
        self._heard.append((event, handler))
        self.page.on(event, handler)

    def be_silent(self) -> None:
        for event, handler in self._heard:
            self.page.remove_listener(event, handler)


def row(page: Page, name: str) -> Locator:
    """Someone's row in the list."""
    return page.locator(".row").filter(has=page.locator(".row-name", has_text=name))


def bubble(page: Page, text: str) -> Locator:
    return page.locator(".message", has_text=text)


def status(page: Page, text: str) -> Locator:
    """The line under one of our own bubbles."""
    return bubble(page, text).locator(".status-words")


def composer(page: Page) -> Locator:
    return page.locator(".composer-text")


async def takes_only_notes(page: Page) -> None:
    """The member cannot be texted, so there is no field for a reply."""
    await expect(page.get_by_role("tab", name="Reply")).to_be_hidden()
    await expect(page.get_by_role("tab", name="Private note")).to_have_attribute(
        "aria-selected", "true"
    )
    await expect(page.get_by_text("Only staff see this")).to_be_visible()
    await expect(composer(page)).to_have_attribute("placeholder", re.compile("^Write a note"))
    await expect(composer(page)).to_be_enabled()


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
    """This was filled in automatically."""
    for page in pages:
        assert await page.evaluate("window.loadedOnce === true")


async def shows(page: Page, name: str) -> None:
    """The thread with this person is open."""
    await expect(page.locator(".thread-name")).to_have_text(name)
