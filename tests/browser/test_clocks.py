"""The church's clock and the reader's: screens say whose time is meant if the two differ."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from inbox import paths
from inbox.models import Message
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.conversations import triage
from tests.browser.test_composer import with_naomi
from tests.browser.windows import Windows, bubble, composer, row
from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

ZONE = ZoneInfo("America/Chicago")
AWAY = {"device": "away", "timezone_id": "Asia/Tokyo", "locale": "en-US"}
AT_HOME = {"device": "at home", "timezone_id": "America/Chicago", "locale": "en-US"}


async def open_at_both(house: House, windows: Windows, path: str) -> tuple[Page, Page]:
    """Ruth's screens in Tokyo and in Chicago, where the church is."""
    away = await windows.open(house.cast.ruth, path, **AWAY)
    return away, await windows.open(house.cast.ruth, path, **AT_HOME)


async def test_a_scheduled_text_is_offered_and_shown_by_one_clock(
    house: House, windows: Windows
) -> None:
    away, home = await open_at_both(house, windows, await with_naomi(house))
    for page, said in ((away, "8:00 AM · Chicago time"), (home, "8:00 AM")):
        await page.locator(".send-more").click()
        await page.locator(".menu-send").get_by_text("Send later…").click()
        hint = page.locator('[data-when="tomorrow"] .menu-hint')
        assert (await hint.inner_text()).endswith(said)
        await page.keyboard.press("Escape")
    await composer(away).fill("Good morning, Naomi")
    await away.locator(".send-more").click()
    await away.locator(".menu-send").get_by_text("Send later…").click()
    await away.locator('[data-when="tomorrow"]').click()
    goes = bubble(away, "Good morning").locator(".status-words")
    await expect(goes).to_contain_text("8:00 AM · Chicago time")
    await goes.locator("local-time").hover()
    await expect(goes.locator("local-time")).to_have_attribute("title", _tokyo("GMT+9"))
    goes = bubble(home, "Good morning").locator(".status-words")
    await expect(goes).to_contain_text("8:00 AM")
    await expect(goes).not_to_contain_text("time")
    await bubble(away, "Good morning").get_by_text("Edit").click()
    field = away.get_by_label("Will be sent (church time) · Chicago time")
    text = await Message.get(status="scheduled")
    assert text.scheduled_for
    there = text.scheduled_for.astimezone(ZONE)
    await expect(field).to_have_value(f"{there:%Y-%m-%dT%H:%M}")

    for page, said in ((away, "8:00 AM · Chicago time$"), (home, "8:00 AM$")):
        await page.goto(f"{house.url}{paths.inbox('scheduled')}")
        goes = row(page, "Naomi Park").locator(".row-time").locator("visible=true")
        await expect(goes).to_have_text(_words(f"tomorrow, {said}"))
        name = row(page, "Naomi Park").locator(".row-name")
        assert not await name.evaluate("one => one.scrollWidth > one.clientWidth"), "not cut off"


async def test_a_snooze_names_its_clock(house: House, windows: Windows) -> None:
    path = await with_naomi(house)
    away, home = await open_at_both(house, windows, path)
    hints = away.locator(".menu-snooze .menu-hint")
    await expect(hints).to_have_text(
        ["in 3 hours", "8:00 AM · Chicago time", "Monday, 8:00 AM · Chicago time"]
    )
    await expect(home.locator(".menu-snooze .menu-hint")).to_have_text(
        ["in 3 hours", "8:00 AM", "Monday, 8:00 AM"]
    )
    conversation = await house.cast.conversation()
    there = datetime.now(UTC).astimezone(ZONE) + timedelta(days=30)
    until = there.replace(hour=8, minute=0, second=0, microsecond=0)
    await triage.snooze(conversation, until.astimezone(UTC), by=house.cast.ruth)
    for page, said in ((away, r"8:00 AM · Chicago time$"), (home, "8:00 AM$")):
        await page.reload()
        await expect(page.locator(".thread-state local-time")).to_have_text(_words(said))
        await expect(page.locator(".event local-time").first).to_have_text(_words(said))


async def test_a_broadcast_names_it_too(house: House, windows: Windows) -> None:
    noon = datetime.now(UTC).astimezone(ZONE) + timedelta(days=30)
    noon = noon.replace(hour=12, minute=0, second=0, microsecond=0)
    broadcast = await compose_broadcast(
        house.cast.grace,
        by=house.cast.ruth,
        body="Choir at seven",
        target_type="all",
        key="a-broadcast-for-later",
        send_after=noon.astimezone(UTC),
    )
    away, home = await open_at_both(house, windows, paths.broadcast(broadcast.id))
    await expect(away.locator(".progress-state")).to_contain_text("12:00 PM · Chicago time")
    await expect(home.locator(".progress-state")).to_have_text(
        _words("12:00 PM · to 2 members as of now$")
    )
    await expect(row(away, "Choir at seven").locator(".row-text")).to_have_text(
        _words("12:00 PM · Chicago time$")
    )


async def test_spanish_uses_the_clock_of_the_readers_region(house: House, windows: Windows) -> None:
    house.cast.grace.language = "es"
    await house.cast.grace.save(update_fields=["language"])
    page = await windows.open(house.cast.ruth, await with_naomi(house), **AT_HOME)
    await expect(page.locator(".menu-snooze .menu-hint").nth(1)).to_have_text("8:00 a.m.")
    await page.locator(".send-more").click()
    await page.locator(".menu-send").get_by_text("Enviar más tarde…").click()
    await expect(page.locator('[data-when="tomorrow"] .menu-hint')).to_have_text(
        re.compile(r"8:00\sa\.\s?m\.$")
    )


def _words(pattern: str) -> "re.Pattern[str]":
    # Chromium writes a narrow space before AM and PM.
    return re.compile(pattern.replace(" AM", r"\sAM").replace(" PM", r"\sPM"))


def _tokyo(name: str) -> "re.Pattern[str]":
    return re.compile(re.escape(name) + "$")
