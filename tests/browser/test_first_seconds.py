"""The first seconds of a page, before Socket.IO has loaded."""

import asyncio

import pytest
from playwright.async_api import Browser, Page, Route, expect

from inbox import paths
from inbox.models import ReadMark
from tests.browser.windows import LOST_LINE, Windows, bubble, chip, not_reloaded, row, status, write
from tests.cast import NAOMI
from tests.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

LIBRARY = "**/socket.io-*.js*"
RECONNECTING = "Reconnecting…"


async def before_it_opens(house: House, windows: Windows) -> Page:
    """Ruth's tab before the first page with scripts."""
    windows.expected = (*LOST_LINE, "net::ERR_FAILED")
    await house.text(NAOMI, "Hello")
    return await windows.open(house.cast.ruth, "/healthz", device="train")


async def open_thread(house: House, page: Page) -> None:
    await page.goto(house.url + paths.conversation(1))
    await page.evaluate("window.loadedOnce = true")


async def test_a_script_that_failed_to_load_is_loaded_a_moment_later(
    house: House, windows: Windows
) -> None:
    ruth = await before_it_opens(house, windows)
    lost: list[str] = []

    async def lose_twice(route: Route) -> None:
        if len(lost) == 2:
            return await route.continue_()
        lost.append(route.request.url)
        await route.abort()

    await ruth.route(LIBRARY, lose_twice)
    await open_thread(house, ruth)
    await expect(chip(ruth)).to_have_text(RECONNECTING)
    await house.text(NAOMI, "Anyone there?")
    await expect(chip(ruth)).to_be_hidden()
    assert len(lost) == 2, "the premise"
    await expect(bubble(ruth, "Anyone there?")).to_be_visible()
    await not_reloaded(ruth)


async def test_a_script_requested_on_a_dead_connection_is_requested_again(
    house: House, windows: Windows
) -> None:
    """The first request is never answered, and the browser will not ask there again."""
    ruth = await before_it_opens(house, windows)
    frozen: list[Route] = []

    async def freeze(route: Route) -> None:
        if frozen:
            return await route.continue_()
        frozen.append(route)

    await ruth.route(LIBRARY, freeze)
    await open_thread(house, ruth)
    await expect(chip(ruth)).to_have_text(RECONNECTING)
    await house.text(NAOMI, "Anyone there?")
    await expect(chip(ruth)).to_be_hidden()
    await expect(bubble(ruth, "Anyone there?")).to_have_count(1)
    await frozen[0].continue_()
    await house.text(NAOMI, "Live at last")
    await expect(bubble(ruth, "Live at last")).to_have_count(1)
    await not_reloaded(ruth)


async def test_nothing_is_missing_whatever_happens_meanwhile(
    house: House, windows: Windows
) -> None:
    """Texts come and go, the connection drops and returns, and another page is opened."""
    ruth = await before_it_opens(house, windows)
    arrives, asked = asyncio.Event(), asyncio.Event()

    async def delay(route: Route) -> None:
        asked.set()
        await arrives.wait()
        await route.continue_()

    await ruth.route(LIBRARY, delay)
    await open_thread(house, ruth)
    await asyncio.wait_for(asked.wait(), 15)
    await house.text(NAOMI, "Are you there?")
    await write(ruth, "On my way")
    await expect(status(ruth, "On my way")).not_to_have_text("Sending…")
    await ruth.context.set_offline(True)
    await expect(chip(ruth)).to_contain_text("No internet connection")
    await ruth.context.set_offline(False)
    await ruth.evaluate("dispatchEvent(new Event('offline')); dispatchEvent(new Event('online'))")
    await ruth.get_by_role("link", name="Broadcasts").first.click()
    await expect(ruth).to_have_url(house.url + paths.broadcasts())
    await ruth.go_back()
    await expect(bubble(ruth, "On my way")).to_have_count(1)

    arrives.set()
    await expect(chip(ruth)).to_be_hidden()
    await expect(bubble(ruth, "Are you there?")).to_have_count(1)
    await expect(status(ruth, "On my way")).to_have_text("Delivered")
    await house.text(NAOMI, "Live at last")
    await expect(bubble(ruth, "Live at last")).to_have_count(1)
    await expect(ruth.locator(".message")).to_have_count(4)
    await not_reloaded(ruth)


async def test_a_tab_hidden_before_its_first_frame_continues_in_the_background(
    chromium: Browser, static_url: str
) -> None:
    """Otherwise it would receive nothing until it is shown, and no sound would alert anyone."""
    page = await chromium.new_page()
    await page.goto(static_url)
    await page.evaluate(
        """async () => {
          window.requestAnimationFrame = () => 0  // a hidden tab has no frames
          window.times = 0
          const { whenIdle } = await import("/js/page/idle.js")
          whenIdle(() => { window.times += 1 })
        }"""
    )
    assert await page.evaluate("document.visibilityState") == "visible", "the premise"
    for _ in range(2):
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await page.wait_for_function("window.times > 0", polling=50, timeout=5_000)
    assert await page.evaluate("window.times") == 1
    await page.close()


async def test_a_thread_is_read_only_once_it_is_displayed(house: House, windows: Windows) -> None:
    await house.text(NAOMI, "Hello")
    ruth = await windows.open(house.cast.ruth)
    await ruth.evaluate(
        """() => {
          const unseen = new CSSStyleSheet()
          unseen.replaceSync("message-list { display: none !important }")
          document.adoptedStyleSheets = [unseen]
        }"""
    )
    await row(ruth, "Naomi").locator("a").first.click()
    await expect(bubble(ruth, "Hello")).to_have_count(1)
    await house.text(NAOMI, "Anyone?")
    await expect(bubble(ruth, "Anyone?")).to_have_count(1)
    assert [one.inbound_read for one in await ReadMark.filter(staff_id=house.cast.ruth.id)] == []
    await expect(bubble(ruth, "Anyone?")).to_be_hidden()

    await ruth.evaluate("document.adoptedStyleSheets = []")
    await expect(bubble(ruth, "Anyone?")).to_be_in_viewport()

    async def is_read() -> bool:
        return await ReadMark.filter(staff_id=house.cast.ruth.id, inbound_read=2).exists()

    await until(is_read)
