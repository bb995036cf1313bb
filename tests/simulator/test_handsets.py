"""The page of simulated phones: over HTTP, and in a real browser."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

import aiohttp
import pytest
from bs4 import BeautifulSoup
from playwright.async_api import ConsoleMessage, Page, async_playwright, expect

from inbox.simulator import Fault, Faults, text_from
from inbox.simulator.faults import NAMES
from inbox.simulator.handsets import FAULT_WORDS, PHONES_OPEN
from tests.simulator.town import CHURCH, NAOMI, Town

JSON = {"Accept": "application/json"}
PHONE = "12025550142"


@pytest.fixture
async def web(town: Town) -> AsyncIterator[aiohttp.ClientSession]:
    town.world.load([(NAOMI, "Naomi Park"), ("+12025550143", "James Whitfield")])
    async with aiohttp.ClientSession(town.simulator.url) as session:
        yield session


async def page_of(web: aiohttp.ClientSession, path: str = "/") -> BeautifulSoup:
    async with web.get(path) as answer:
        assert answer.status == 200
        return BeautifulSoup(await answer.text(), "html.parser")


def words(page: BeautifulSoup, selector: str) -> list[str]:
    return [re.sub(r"\s+", " ", found.get_text(" ", strip=True)) for found in page.select(selector)]


async def test_the_page_says_that_nothing_is_real_and_shows_the_known_phones(
    web: aiohttp.ClientSession,
) -> None:
    page = await page_of(web)
    assert "No real text is ever sent." in page.get_text()
    assert words(page, ".owner h2") == ["Naomi Park", "James Whitfield"]
    assert words(page, ".owner p") == ["(202) 555-0142", "(202) 555-0143"]


async def test_nothing_on_the_page_is_inline(web: aiohttp.ClientSession) -> None:
    async with web.get("/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        page = BeautifulSoup(await answer.text(), "html.parser")
    assert "unsafe" not in policy
    assert not page.select("style, [style], script:not([src])")
    for link in page.select("script[src], link[href], img[src]"):
        async with web.get(str(link.get("src") or link.get("href"))) as answer:
            assert answer.status == 200


async def test_only_the_newest_phones_are_open_and_the_newest_comes_first(
    town: Town, web: aiohttp.ClientSession
) -> None:
    for last in range(PHONES_OPEN + 3):
        await text_from(town.simulator.network, f"+120255501{last + 50}", CHURCH, "Hello")
    shown = words(await page_of(web), ".owner h2")
    assert len(shown) == PHONES_OPEN
    assert shown[0] == f"(202) 555-01{PHONES_OPEN + 2 + 50}"


async def test_a_closed_phone_is_found_by_name_or_number_and_opened(
    web: aiohttp.ClientSession,
) -> None:
    assert words(await page_of(web, "/handsets?q=james"), "a span") == ["James Whitfield"]
    assert words(await page_of(web, "/handsets?q=555-0142"), "a span") == ["Naomi Park"]
    assert words(await page_of(web, "/handsets?q=zebra"), "a") == []
    assert words(await page_of(web, "/?open=12025550143"), ".owner h2")[0] == "James Whitfield"
    assert words(await page_of(web, f"/handsets/{PHONE}"), ".owner h2") == ["Naomi Park"]


async def test_a_text_typed_on_a_phone_reaches_the_church(
    town: Town, web: aiohttp.ClientSession
) -> None:
    form = {"to": CHURCH, "body": "two\r\nlines "}
    async with web.post(f"/handsets/{PHONE}/texts", data=form, headers=JSON) as answer:
        assert answer.status == 201
    await town.settled()
    assert town.application.texts[0]["Body"] == "two\nlines"
    page = await page_of(web)
    assert words(page, f"#phone_{PHONE} .mine p") == ["two lines"]


async def test_without_scripts_the_form_leads_back_to_the_page(
    town: Town, web: aiohttp.ClientSession
) -> None:
    form = {"to": CHURCH, "body": "", "word": "STOP"}
    async with web.post(f"/handsets/{PHONE}/texts", data=form) as answer:
        page = BeautifulSoup(await answer.text(), "html.parser")
    assert town.world.has_stopped(town.number, NAOMI)
    assert "unsubscribed" in words(page, f"#phone_{PHONE} .automatic p")[0]


async def test_a_photo_is_sent_and_shown(town: Town, web: aiohttp.ClientSession) -> None:
    form = {"to": CHURCH, "body": "look", "photo": "1"}
    async with web.post(f"/handsets/{PHONE}/texts", data=form, headers=JSON) as answer:
        assert answer.status == 201
    await town.settled()
    assert town.application.texts[0]["NumMedia"] == "1"
    [picture] = (await page_of(web)).select(".picture")
    async with web.get(str(picture["src"])) as answer:
        assert answer.content_type == "image/png"
    async with web.get(f"/handsets/{PHONE}/pictures/ME0") as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        (PHONE, {"to": CHURCH, "body": "  "}, 400),
        (PHONE, {"to": CHURCH, "body": "a" * 1601}, 400),
        (PHONE, {"to": "+13035550100", "body": "Hello"}, 404),
        ("19995550100", {"to": CHURCH, "body": "Hello"}, 404),
    ],
)
async def test_an_invalid_text_is_answered_with_a_sentence(
    town: Town, web: aiohttp.ClientSession, path: str, form: dict[str, str], status: int
) -> None:
    async with web.post(f"/handsets/{path}/texts", data=form, headers=JSON) as answer:
        assert answer.status == status
    assert town.account.messages == {}


async def test_a_phone_is_added_by_number(town: Town, web: aiohttp.ClientSession) -> None:
    form = {"number": "(202) 555-0177", "name": "Grace Okafor"}
    async with web.post("/handsets", data=form, headers=JSON) as answer:
        assert "Grace Okafor" in (await answer.json())["html"]
    assert town.world.handsets["+12025550177"].name == "Grace Okafor"
    async with web.post("/handsets", data={"number": "nobody"}, headers=JSON) as answer:
        assert (answer.status, await answer.json()) == (
            400,
            {"error": "That is not a phone number."},
        )


async def test_another_site_cannot_text(town: Town, web: aiohttp.ClientSession) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    form = {"to": CHURCH, "body": "Hello"}
    async with web.post(f"/handsets/{PHONE}/texts", data=form, headers=headers) as answer:
        assert answer.status == 403
    assert town.account.messages == {}
    async with web.get("/", headers=headers) as answer:
        assert answer.status == 200


async def test_typed_text_stays_text(town: Town, web: aiohttp.ClientSession) -> None:
    town.world.load([(NAOMI, "<b>Naomi</b>")])
    await text_from(town.simulator.network, NAOMI, CHURCH, "<script>alert(1)</script>")
    page = await page_of(web)
    assert not page.select("script:not([src]), .owner b")
    assert words(page, ".mine p") == ["<script>alert(1)</script>"]


def test_every_fault_is_described_in_plain_words() -> None:
    assert {name for _, rows in FAULT_WORDS for name, _, _ in rows} == set(NAMES)


@asynccontextmanager
async def live_events(
    web: aiohttp.ClientSession,
) -> AsyncIterator[AsyncIterator[tuple[str, dict[str, object]]]]:
    async def events(
        answer: aiohttp.ClientResponse,
    ) -> AsyncIterator[tuple[str, dict[str, object]]]:
        name = ""
        while line := (await answer.content.readline()).decode().strip("\n") or name:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))

    async with asyncio.timeout(5), web.get("/handsets/live") as answer:
        yield events(answer)


async def test_phones_faults_and_problems_arrive_live(
    town: Town, web: aiohttp.ClientSession
) -> None:
    town.simulator.network.faults = Faults(receipts_lost=Fault(chance=0.5))
    async with live_events(web) as events:
        async for name, data in events:
            if name == "faults":
                assert data["receipts_lost"]["chance"] == 0.5  # type: ignore[index]
                town.application.answers = [500]
                await text_from(town.simulator.network, NAOMI, CHURCH, "Hello there")
            if name == "phone" and "Hello there" in str(data["html"]):
                break
        async for name, data in events:
            if name == "complaints" and "11200" in str(data["html"]):
                break


class Watchers(set[Callable[[str], None]]):
    """Reports when one of them has left."""

    def __init__(self) -> None:
        self.left = asyncio.Event()

    def discard(self, watcher: object) -> None:
        super().discard(cast(Callable[[str], None], watcher))
        self.left.set()


async def test_a_viewer_who_leaves_is_forgotten(town: Town, web: aiohttp.ClientSession) -> None:
    town.world.watchers = watchers = Watchers()
    async with live_events(web) as events:
        await anext(events)
        assert len(watchers) == 1
    await asyncio.wait_for(watchers.left.wait(), 5)
    assert not watchers


def is_fault(line: ConsoleMessage) -> bool:
    """Chromium also reports each refusal that the page handles."""
    return line.type == "error" and "status of 400" not in line.text


@pytest.fixture
async def browser_page(town: Town, chromium_path: str) -> AsyncIterator[Page]:
    town.world.load([(NAOMI, "Naomi Park"), ("+12025550143", "James Whitfield")])
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox"]
        )
        page = await browser.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if is_fault(line) else None)
        await page.goto(town.simulator.url)
        await expect(page.locator("#line")).to_have_text("Live")
        yield page
        await browser.close()
        assert faults == []


async def test_a_text_arrives_on_the_open_page_during_typing(
    town: Town, browser_page: Page
) -> None:
    naomi = browser_page.locator(f"#phone_{PHONE}")
    await naomi.locator("textarea").fill("half a sent")
    await town.client.messages.create_async(to=NAOMI, from_=CHURCH, body="Choir at seven")
    await expect(naomi.locator(".theirs p")).to_have_text("Choir at seven")
    await expect(naomi.locator("textarea")).to_have_value("half a sent")
    await naomi.locator("textarea").press("Enter")
    await expect(naomi.locator(".mine p")).to_have_text("half a sent")
    await expect(naomi.locator("textarea")).to_have_value("")
    await town.settled()
    assert [told["Body"] for told in town.application.texts] == ["half a sent"]


async def test_the_buttons_stop_start_and_photo_do_what_they_say(
    town: Town, browser_page: Page
) -> None:
    naomi = browser_page.locator(f"#phone_{PHONE}")
    await naomi.locator("textarea").fill("still typing")
    await naomi.get_by_role("button", name="STOP").click()
    await expect(naomi.locator(".automatic p")).to_contain_text("unsubscribed")
    await expect(naomi.locator("textarea")).to_have_value("still typing")
    await naomi.get_by_role("button", name="START").click()
    await expect(naomi.locator(".automatic p").last).to_contain_text("re-subscribed")
    await naomi.get_by_role("button", name="Photo").click()
    await expect(naomi.locator(".picture")).to_be_visible()
    await expect(naomi.locator(".mine p").last).to_have_text("still typing")


async def test_phones_are_searched_added_and_put_away(town: Town, browser_page: Page) -> None:
    await browser_page.get_by_role("button", name="Put James Whitfield’s phone away").click()
    await expect(browser_page.locator(".phone")).to_have_count(1)
    await browser_page.get_by_label("Name or number").fill("jam")
    await browser_page.locator("#found a", has_text="James Whitfield").click()
    await expect(browser_page.locator(".phone").first).to_contain_text("James Whitfield")
    await browser_page.get_by_label("Number", exact=True).fill("202 555 0188")
    await browser_page.get_by_role("button", name="Add", exact=True).click()
    await expect(browser_page.locator(".phone").first).to_contain_text("(202) 555-0188")
    await browser_page.get_by_label("Number", exact=True).fill("12")
    await browser_page.get_by_role("button", name="Add", exact=True).click()
    await expect(browser_page.locator("#add .problem")).to_have_text("That is not a phone number.")


async def test_the_number_of_phones_on_the_page_is_limited(town: Town, browser_page: Page) -> None:
    for last in range(PHONES_OPEN + 4):
        await text_from(town.simulator.network, f"+120255501{last + 50}", CHURCH, "Hello")
    newest = browser_page.locator(f"#phone_120255501{PHONES_OPEN + 3 + 50}")
    await expect(newest).to_be_visible()
    await expect(browser_page.locator(".phone")).to_have_count(PHONES_OPEN)


async def test_faults_are_selected_in_plain_words_and_cleared(
    town: Town, browser_page: Page
) -> None:
    await browser_page.locator("summary", has_text="Make trouble").click()
    late = browser_page.get_by_label("Receipts come late")
    async with browser_page.expect_response("**/_simulator/faults"):
        await late.select_option("always")
    fault = town.simulator.network.faults.receipts_late
    assert (fault.chance, fault.seconds) == (1.0, (2.0, 10.0))
    async with browser_page.expect_response("**/_simulator/faults"):
        await browser_page.get_by_role("button", name="No trouble").click()
    assert town.simulator.network.faults.receipts_late.chance == 0
    await expect(late).to_have_value("0")


async def test_the_page_fits_a_phone(browser_page: Page) -> None:
    await browser_page.set_viewport_size({"width": 390, "height": 844})
    too_wide = await browser_page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert too_wide == 0
