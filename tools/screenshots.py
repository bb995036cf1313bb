"""Screenshots of the practice church for the README: `bin/screenshots`."""

import asyncio
import shutil
import socket
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from playwright.async_api import Browser, Page, async_playwright, expect

from inbox.demo import demo
from inbox.practice.seed import PRACTICE_PASSWORD
from tests.browser.windows import PATIENCE, row, status, write
from tests.house import until
from tests.services import CHROMIUMS

DOCS = Path(__file__).parents[1] / "docs"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
OWNER = "ruth@grace.example"
MEMBER = "Dolores Whitfield"


async def main() -> None:
    port = two_free_ports()
    ended = asyncio.Event()
    with tempfile.TemporaryDirectory() as data:
        church = asyncio.create_task(demo("127.0.0.1", port, Path(data), None, ended))
        try:
            await until(lambda: answers(port), within=60)
            await take_pictures(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}")
        finally:
            ended.set()
            await church


def two_free_ports() -> int:
    """The first of two neighboring ports: the inbox and its handsets."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
                return port
            except OSError:
                continue


async def answers(port: int) -> bool:
    try:
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                return answer.ok
    except aiohttp.ClientError:
        return False


async def take_pictures(inbox: str, handsets: str) -> None:
    expect.set_options(timeout=PATIENCE)
    chromium = next(path for name in CHROMIUMS if (path := shutil.which(name)))
    DOCS.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--hide-scrollbars"]
        )
        await photograph(browser, inbox, handsets)
        await browser.close()


async def photograph(browser: Browser, inbox: str, handsets: str) -> None:
    like = {"locale": "en-US", "timezone_id": where_it_is_morning(), "color_scheme": "light"}
    # No animation is running when the picture is taken.
    like["reduced_motion"] = "reduce"
    phones = await browser.new_page(viewport=DESKTOP, **like)
    desk = await browser.new_page(viewport=DESKTOP, **like)
    pocket = await browser.new_page(
        viewport=PHONE, device_scale_factor=2, has_touch=True, is_mobile=True, **like
    )
    await sign_in(desk, inbox)
    await sign_in(pocket, inbox)
    await answer_another(desk)
    await row(desk, MEMBER).click()
    await row(pocket, MEMBER).tap()
    await talk(desk, phones, handsets)
    await desk.locator(".thread-name").hover()
    await desk.screenshot(path=DOCS / "inbox.png")
    await pocket.screenshot(path=DOCS / "phone.png")
    await phones.screenshot(path=DOCS / "handsets.png")


def where_it_is_morning() -> str:
    """A time zone in which it is ten o'clock, or shortly after, whenever the pictures are taken."""
    hours = 10 - datetime.now(UTC).hour
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"


async def sign_in(page: Page, inbox: str) -> None:
    await page.goto(inbox)
    await page.get_by_label("Email address").fill(OWNER)
    await page.get_by_label("Password").fill(PRACTICE_PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator(".row").first).to_be_visible()


async def answer_another(desk: Page) -> None:
    await row(desk, "Naomi Park").click()
    await write(desk, "From church, at 8:30. I'll save your boys the back seat!")
    await expect(status(desk, "the back seat")).to_have_text("Delivered")


async def talk(desk: Page, phones: Page, handsets: str) -> None:
    """A photo and its answer, from phone to screen and back."""
    await phones.goto(handsets)
    phone = phones.locator(".phone").filter(has_text=MEMBER)
    await phone.get_by_placeholder("Text the church").fill("This is what Earl sees from his bed!")
    await phone.get_by_role("button", name="Photo").click()
    await expect(desk.locator(".message img").last).to_be_visible()
    await write(desk, "What a view! Tell him I'm asking the men's group about the ramp tonight.")
    await expect(status(desk, "What a view!")).to_have_text("Delivered")
    await expect(phone.locator(".bubble").last).to_contain_text("What a view!")


if __name__ == "__main__":
    asyncio.run(main())
