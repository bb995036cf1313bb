"""Connections drop and return: every screen catches up on its own, and nothing is sent twice."""

import re

import pytest
from playwright.async_api import Page, Response, Route, WebSocket, expect

from inbox import paths
from inbox.models import Message
from inbox.simulator import Fault, Faults
from tests.browser.relay import relay
from tests.browser.windows import (
    LOST_LINE,
    Windows,
    bubble,
    chip,
    composer,
    not_reloaded,
    row,
    status,
    takes_only_notes,
    write,
)
from tests.cast import GEORGE, NAOMI, STRANGER
from tests.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

OFFLINE = "No internet connection. Your text is saved."


async def thread_with_naomi(house: House, windows: Windows) -> Page:
    """Ruth's browser, connected and in its rooms."""
    windows.expected = LOST_LINE
    await house.text(NAOMI, "Hello")
    conversation = await house.cast.conversation()
    page = await windows.open(house.cast.ruth, paths.conversation(conversation.id))
    await in_rooms(house, page)
    return page


async def in_rooms(house: House, page: Page) -> None:
    """A push that arrives proves it."""
    await house.text(NAOMI, "Testing")
    await expect(bubble(page, "Testing")).to_be_visible()


async def test_missed_texts_appear_after_a_reconnect(house: House, windows: Windows) -> None:
    ruth = await thread_with_naomi(house, windows)
    daniel = await windows.open(house.cast.daniel, paths.conversation(1))
    await write(ruth, "Are you coming?")
    await expect(status(ruth, "Are you coming?")).to_have_text("Delivered")
    house.network.faults = Faults(delivery_fails=Fault(next=1, code=30003))

    await ruth.context.set_offline(True)
    await expect(chip(ruth)).to_have_text(OFFLINE)
    await house.text(NAOMI, "I am on my way")
    await house.text(STRANGER, "Hello?")
    await write(daniel, "See you soon, Naomi")
    await expect(status(daniel, "See you soon")).to_have_text("Not delivered")
    await house.text(NAOMI, "STOP")
    await takes_only_notes(daniel)
    await expect(bubble(ruth, "on my way")).to_have_count(0)
    await expect(ruth.get_by_role("tab", name="Reply")).to_be_visible()

    await ruth.context.set_offline(False)
    await expect(chip(ruth)).to_be_hidden()
    await expect(bubble(ruth, "I am on my way")).to_be_visible()
    await expect(status(ruth, "See you soon")).to_have_text("Not delivered")
    await takes_only_notes(ruth)
    await expect(row(ruth, "(202) 555-0199")).to_contain_text("Hello?")
    await expect(ruth.locator(".row").first).to_contain_text("Naomi Park")
    await expect(ruth.locator("#counts")).to_have_text(re.compile("^1"))
    await not_reloaded(ruth)


async def test_a_reply_written_offline_is_sent_once(house: House, windows: Windows) -> None:
    ruth = await thread_with_naomi(house, windows)
    await ruth.context.set_offline(True)
    await write(ruth, "First, from the tunnel")
    await write(ruth, "Second, from the tunnel")
    await expect(status(ruth, "First, from")).to_contain_text("when you are back online")
    await expect(chip(ruth)).to_have_text(OFFLINE)
    assert await Message.filter(kind="out").count() == 0

    await ruth.context.set_offline(False)
    await expect(status(ruth, "First, from")).to_have_text("Delivered")
    await expect(status(ruth, "Second, from")).to_have_text("Delivered")
    await expect(ruth.locator(".message-out")).to_have_count(2)
    await house.settled()
    await sent_once(house, "First, from the tunnel", "Second, from the tunnel")
    await not_reloaded(ruth)


async def sent_once(house: House, *bodies: str) -> None:
    """In the database and on the handset, in this order, and nothing else."""
    stored = await Message.filter(kind="out").order_by("id").values_list("body", flat=True)
    assert tuple(stored) == bodies
    arrived = [one.body for one in house.world.handset(NAOMI).bubbles if not one.mine]
    assert tuple(arrived) == bodies


@pytest.mark.parametrize("said", [["offline", "online"], ["offline"]], ids=["a blip", "a mistake"])
async def test_a_falsely_reported_disconnect_is_soon_live_again(
    house: House, windows: Windows, said: list[str]
) -> None:
    """As when a phone switches networks, or a browser is wrong about it."""
    ruth = await thread_with_naomi(house, windows)
    daniel = await windows.open(house.cast.daniel, paths.conversation(1))
    await expect(daniel.locator(".presence-face")).to_have_count(1)
    await ruth.evaluate("window.dispatchEvent(new Event('offline'))")
    await expect(daniel.locator(".presence-face")).to_have_count(0)
    await expect(chip(ruth)).to_have_text(OFFLINE)
    for word in said[1:]:
        await ruth.evaluate("word => window.dispatchEvent(new Event(word))", word)
    await expect(chip(ruth)).to_be_hidden()
    await expect(daniel.locator(".presence-face")).to_have_count(1)
    await house.text(NAOMI, "Are you there?")
    await expect(bubble(ruth, "Are you there?")).to_be_visible()
    await not_reloaded(ruth)


async def test_a_lost_response_does_not_cause_a_second_text(house: House, windows: Windows) -> None:
    ruth = await thread_with_naomi(house, windows)
    lost = 0

    async def lose(route: Route) -> None:
        nonlocal lost
        if lost:
            await route.continue_()
            return
        lost += 1
        answer = await route.fetch()
        assert answer.ok
        await route.abort("connectionreset")

    await ruth.route("**" + paths.messages(1), lose)
    await write(ruth, "Only once, please")
    async with ruth.expect_response(is_reply):
        pass
    await expect(status(ruth, "Only once")).to_have_text("Delivered")
    await expect(bubble(ruth, "Only once")).to_have_count(1)
    await house.settled()
    assert lost == 1
    await sent_once(house, "Only once, please")


def is_reply(answer: Response) -> bool:
    return answer.request.method == "POST" and answer.url.endswith("/messages") and answer.ok


async def test_a_broken_connection_is_restored(house: House, windows: Windows) -> None:
    async with relay(house.url) as line:
        windows.url = line.url
        ruth = await thread_with_naomi(house, windows)
        assert line.cut() > 0
        await house.text(NAOMI, "Said while nobody listened")
        await house.text(GEORGE, "Me too")
        await expect(bubble(ruth, "while nobody listened")).to_be_visible()
        await expect(row(ruth, "George Bell")).to_contain_text("Me too")
        await not_reloaded(ruth)


async def test_every_screen_continues_after_the_inbox_restarts(
    house: House, windows: Windows
) -> None:
    windows.expected = (*LOST_LINE, "status of 50")
    ruth = await thread_with_naomi(house, windows)
    rows = await windows.open(house.cast.daniel)
    broadcasts = await windows.open(house.cast.daniel, paths.broadcasts())

    await house.stop()
    await expect(chip(ruth)).to_have_text("Reconnecting…")
    await write(ruth, "Written while the inbox was down")
    await expect(status(ruth, "inbox was down")).to_have_text("Not sent yet, trying again")

    await house.start()
    await house.text(NAOMI, "Are you there?")
    await expect(bubble(ruth, "Are you there?")).to_be_visible()
    await expect(status(ruth, "inbox was down")).to_have_text("Delivered")
    await expect(chip(ruth)).to_be_hidden()
    await expect(row(rows, "Naomi Park")).to_contain_text("inbox was down")
    await house.settled()
    await sent_once(house, "Written while the inbox was down")
    await expect(chip(broadcasts)).to_be_hidden()
    await not_reloaded(ruth, rows, broadcasts)


# If the clock jumped further than the ping timeout, the library itself would disconnect.
HIDE = """() => {
  Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true })
  document.dispatchEvent(new Event("visibilitychange"))
}"""
SHOW = """seconds => {
  const clock = Date.now
  Date.now = () => clock() + seconds * 1000
  delete document.visibilityState
  document.dispatchEvent(new Event("visibilitychange"))
}"""


async def test_returning_to_a_tab_detects_a_dead_connection(house: House, windows: Windows) -> None:
    async with relay(house.url) as line:
        windows.url = line.url
        ruth = await thread_with_naomi(house, windows)
        rows = await windows.open(house.cast.ruth, device="laptop")
        await house.text(NAOMI, "Said to both")
        await expect(row(rows, "Naomi Park")).to_contain_text("Said to both")
        for page in (ruth, rows):
            await page.evaluate(HIDE)
        assert line.freeze() > 0
        await house.text(NAOMI, "Said to a dead line")
        # The premise: nothing arrives, and the page does not notice.
        with pytest.raises(AssertionError):
            await expect(bubble(ruth, "dead line")).to_be_visible(timeout=1_000)
        await expect(chip(ruth)).to_be_hidden()

        for page in (ruth, rows):
            await page.evaluate(SHOW, 10)
        await expect(bubble(ruth, "dead line")).to_be_visible(timeout=5_000)
        await expect(row(rows, "Naomi Park")).to_contain_text("dead line", timeout=5_000)
        await expect(bubble(ruth, "dead line")).to_have_count(1)
        await house.text(NAOMI, "And alive again")
        await expect(bubble(ruth, "alive again")).to_have_count(1)
        await not_reloaded(ruth, rows)
        await ruth.close()  # Its clock is wrong now.
        await rows.close()


async def test_returning_to_a_tab_keeps_a_live_connection(house: House, windows: Windows) -> None:
    ruth = await thread_with_naomi(house, windows)
    sockets: list[WebSocket] = []
    asked: list[str] = []
    answered: list[str] = []

    def sent(frame: str) -> None:
        if "alive" in frame:
            asked.append(frame)

    def received(frame: str) -> None:
        if frame.startswith("43"):
            answered.append(frame)

    def listen(socket: WebSocket) -> None:
        sockets.append(socket)
        socket.on("framesent", lambda frame: sent(str(frame)))
        socket.on("framereceived", lambda frame: received(str(frame)))

    ruth.on("websocket", listen)
    await ruth.reload()
    await house.text(NAOMI, "Before she goes")
    await expect(bubble(ruth, "Before she goes")).to_be_visible()
    await ruth.evaluate(HIDE)
    answered.clear()
    await ruth.evaluate(SHOW, 10)

    async def heard() -> bool:
        numbers = [frame.removeprefix("42").partition("[")[0] for frame in asked]
        return any(frame.startswith(f"43{number}[") for number in numbers for frame in answered)

    await until(heard)
    await house.text(NAOMI, "Welcome back")
    await expect(bubble(ruth, "Welcome back")).to_be_visible()
    assert len(sockets) == 1
    await ruth.close()


async def test_a_draft_survives_a_reload_and_waits_in_its_own_conversation(
    house: House, windows: Windows
) -> None:
    ruth = await thread_with_naomi(house, windows)
    await house.text(GEORGE, "Hi")
    await composer(ruth).fill("Half a thou")
    await row(ruth, "George Bell").click()
    await expect(ruth.locator(".thread-name")).to_have_text("George Bell")
    await expect(composer(ruth)).to_have_value("")
    await row(ruth, "Naomi Park").click()
    await expect(composer(ruth)).to_have_value("Half a thou")
    await ruth.reload()
    await expect(composer(ruth)).to_have_value("Half a thou")


async def test_an_ended_session_is_signed_out_and_keeps_nothing_open(
    house: House, windows: Windows
) -> None:
    ruth = await thread_with_naomi(house, windows)
    other = await windows.open(house.cast.ruth, paths.session_settings(), device="laptop")
    await other.get_by_role("button", name="Sign out").nth(1).click()
    await expect(ruth.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_an_offline_reply_survives_a_reload_and_its_tab(
    house: House, windows: Windows
) -> None:
    windows.expected = (*LOST_LINE, "status of 50")
    async with relay(house.url) as line:
        windows.url = line.url
        ruth = await thread_with_naomi(house, windows)
        await house.stop()
        line.cut()
        await write(ruth, "Written before the reload")
        await expect(status(ruth, "before the reload")).to_have_text("Not sent yet, trying again")
        await ruth.goto(line.url + paths.inbox())
        await expect(ruth.get_by_role("heading", name="No connection")).to_be_visible()
        await ruth.close()

        await house.start()
        again = await windows.open(house.cast.ruth, paths.conversation(1))
        await expect(status(again, "before the reload")).to_have_text("Delivered")
        await house.settled()
        await sent_once(house, "Written before the reload")
        await again.reload()
        await expect(bubble(again, "before the reload")).to_have_count(1)
        await house.settled()
        await sent_once(house, "Written before the reload")


async def test_a_page_requested_offline_opens_after_the_reconnect(
    house: House, windows: Windows
) -> None:
    thread = await thread_with_naomi(house, windows)
    # Everything browsers report about a connection, but no error of our pages.
    windows.expected = [known for known in LOST_LINE if known != "Failed to fetch"]
    phone = await windows.open(
        house.cast.ruth, paths.inbox(), device="phone", viewport={"width": 390, "height": 844}
    )
    await row(phone, "Naomi Park").click()
    await expect(composer(phone)).to_be_visible()
    await expect(chip(phone)).to_be_hidden()
    await phone.context.set_offline(True)
    await phone.get_by_role("link", name="Back to the list").click()
    await expect(chip(phone)).to_have_text(
        "No internet connection. The page opens when it is back."
    )
    await expect(composer(phone)).to_be_visible()

    await phone.context.set_offline(False)
    await expect(row(phone, "Naomi Park")).to_be_visible()
    await expect(composer(phone)).to_have_count(0)
    await expect(chip(phone)).to_be_hidden()
    await expect(phone).to_have_url(re.compile("/inbox$"))
    await expect(composer(thread)).to_be_visible()
    await not_reloaded(phone)
