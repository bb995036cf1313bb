"""A broadcast is written next to the open chat, followed on every screen, and answered."""

import asyncio
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Locator, Page, Route, expect

from inbox import paths
from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Broadcast, Group, Member, Message, PhoneNumber
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.simulator import Fault, Faults
from tests.browser.windows import Windows, bubble, not_reloaded, row, shows, status
from tests.cast import GEORGE, NAOMI, STRANGER
from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"width": 390, "height": 844}
TEXT = "Dear {first_name}, who bakes for Sunday?"


async def a_congregation(house: House, many: int = 12) -> None:
    for number in range(many):
        await Member.with_phone(house.cast.grace.id, f"+120255502{number:02}", f"Miriam {number}")


async def send(page: Page) -> None:
    """Press Send and confirm."""
    await page.locator(".broadcast-form .form-foot .button").click()
    await page.locator(".ask .button-main").click()


async def begin(phone: Page) -> None:
    await phone.locator(".menu-new > summary").tap()
    await phone.locator(".menu-new").get_by_text("New broadcast").tap()


def outcome(page: Page, name: str) -> Locator:
    """The number of recipients with this outcome."""
    return page.locator(f".part[data-part={name}] strong")


def person(page: Page, name: str) -> Locator:
    """A recipient in the broadcast's list."""
    return page.locator(".recipient", has_text=name)


async def test_a_broadcast_is_written_next_to_an_open_chat_and_every_screen_shows_it(
    house: House, windows: Windows
) -> None:
    await a_congregation(house)
    await house.text(STRANGER, "Hi, who is this?")
    await house.text(GEORGE, "STOP")
    await house.text(NAOMI, "Good morning")
    talk = paths.conversation((await house.cast.conversation()).id)
    ruth = await windows.open(house.cast.ruth, talk)
    daniel = await windows.open(house.cast.daniel, paths.broadcasts())
    mercy = await windows.open(house.cast.mercy, talk)
    await shows(mercy, "Naomi Park")

    await ruth.get_by_role("link", name="New broadcast").click()
    await expect(ruth.locator(".audience-count")).to_have_text("14 members will get it")
    await expect(row(ruth, "Naomi Park")).to_be_visible()
    await expect(ruth).to_have_url(re.compile(paths.new_broadcast()))
    await ruth.locator(".audience-left summary").click()
    await expect(ruth.locator(".audience-left li")).to_contain_text(["George Bell"])
    await ruth.get_by_label("Leave out the 1 number without a name").check()
    await expect(ruth.locator(".audience-count")).to_have_text("13 members will get it")

    await ruth.get_by_label("Message").fill("Dear , who bakes for Sunday?")
    await ruth.get_by_label("Message").evaluate("field => field.setSelectionRange(5, 5)")
    await ruth.get_by_role("button", name="First name").click()
    await expect(ruth.get_by_label("Message")).to_have_value(TEXT)
    await expect(ruth.locator(".cost-line")).to_contain_text("1 text each · 13 in total")
    await expect(ruth.locator(".preview")).to_contain_text("Dear Miriam, who bakes")

    await ruth.get_by_role("button", name="Send to 13 members…").click()
    await expect(ruth.get_by_role("heading", name="Send to 13 members?")).to_be_visible()
    await expect(ruth.locator(".ask")).to_contain_text("To: everyone with a name")
    await expect(ruth.locator(".ask")).to_contain_text("“Dear Miriam, who bakes for Sunday?”")
    await expect(ruth.locator(".ask")).to_contain_text("As Miriam 0 will read it")
    await ruth.locator(".ask").get_by_role("button", name="Cancel").click()
    assert not await Broadcast.exists()
    await send(ruth)

    await daniel.locator(".broadcast-row").click()
    for page in (ruth, daniel):
        await expect(page.locator(".progress-state")).to_have_text("Sent to 13 members")
        await expect(outcome(page, "arrived")).to_have_text("13")
    await expect(daniel.locator(".broadcast-row")).to_contain_text("Sent to 13 members")
    # In an open thread the copy is a bubble like any other, and the row stays the same.
    await expect(bubble(mercy, "Dear Naomi, who bakes")).to_contain_text("Broadcast")
    await expect(status(mercy, "Dear Naomi, who bakes")).to_have_text("Delivered")
    await expect(row(mercy, "Naomi Park")).to_contain_text("Good morning")
    assert [one.body for one in house.world.handset(STRANGER).bubbles if not one.mine] == []
    await not_reloaded(ruth, daniel, mercy)

    await ruth.go_back()
    await ruth.go_back()
    await shows(ruth, "Naomi Park")


async def test_an_answer_is_marked_in_its_conversation_and_counted_on_the_page(
    house: House, windows: Windows
) -> None:
    await house.text(GEORGE, "Hello")
    one = await compose_broadcast(
        house.cast.grace, by=house.cast.ruth, body=TEXT, target_type="all", key=new_key()
    )
    house.app.context.wake_worker()
    ruth = await windows.open(house.cast.ruth, paths.broadcast(one.id))
    daniel = await windows.open(house.cast.daniel)
    await expect(outcome(ruth, "arrived")).to_have_text("2")
    await expect(row(daniel, "Naomi Park")).to_have_count(0)

    await house.text(NAOMI, "I do! Two cakes")
    await expect(outcome(ruth, "answered")).to_have_text("1")
    await expect(ruth.locator(".broadcast-row .mark-answers")).to_contain_text("1")
    await expect(ruth.locator(".broadcast-row")).to_contain_text("Dear [First name], who bakes")
    await expect(person(ruth, "Naomi Park")).to_contain_text("Two cakes")
    await expect(daniel.locator(".row").first).to_contain_text("Naomi Park")
    await row(daniel, "Naomi Park").click()
    await expect(bubble(daniel, "Two cakes")).to_contain_text("“Dear Naomi, who bakes for Sunday?”")

    await outcome(ruth, "arrived").click()
    await expect(person(ruth, "George Bell")).to_be_visible()
    await outcome(ruth, "answered").click()
    await expect(ruth.locator(".recipient")).to_have_count(1)
    await not_reloaded(ruth, daniel)
    await person(ruth, "Naomi Park").get_by_role("link").click()
    await shows(ruth, "Naomi Park")
    await expect(bubble(ruth, "Two cakes")).to_be_in_viewport()


async def test_failed_recipients_are_listed_by_name_and_can_be_sent_to_again(
    house: House, windows: Windows
) -> None:
    house.network.faults = Faults(delivery_fails=Fault(next=1, code=30003))
    one = await compose_broadcast(
        house.cast.grace, by=house.cast.ruth, body=TEXT, target_type="all", key=new_key()
    )
    house.app.context.wake_worker()
    ruth = await windows.open(house.cast.ruth, paths.broadcast(one.id))
    daniel = await windows.open(house.cast.daniel, paths.broadcast(one.id))
    for page in (ruth, daniel):
        await expect(outcome(page, "failed")).to_have_text("1")
        await expect(page.locator(".recipients-title")).to_have_text("Not delivered")
        await expect(page.locator(".recipient")).to_contain_text("switched off")

    await ruth.get_by_role("button", name="Retry").click()
    await ruth.locator(".ask .button-main").click()
    for page in (ruth, daniel):
        await expect(outcome(page, "failed")).to_have_count(0)
        await expect(outcome(page, "arrived")).to_have_text("2")
        await expect(page.get_by_role("button", name="Retry")).to_have_count(0)
    for number in (NAOMI, GEORGE):
        assert len(house.world.handset(number).bubbles) == 1
    await not_reloaded(ruth, daniel)


async def test_a_scheduled_broadcast_is_seen_by_all_and_sent_now_or_canceled(
    house: House, windows: Windows
) -> None:
    ruth = await windows.open(house.cast.ruth, paths.new_broadcast())
    daniel = await windows.open(house.cast.daniel, paths.broadcasts())
    await schedule(ruth, "The first one")
    await expect(daniel.locator(".broadcast-row")).to_contain_text("Scheduled for")
    await expect(daniel.locator("#counts_broadcasts")).to_have_text(re.compile("^1"))
    first = await Broadcast.get()
    zone = ZoneInfo(house.cast.grace.timezone)
    assert f"{first.send_after.astimezone(zone):%H:%M}" == "18:30"
    assert not await Message.exists()

    await daniel.locator(".broadcast-row").click()
    await daniel.get_by_role("button", name="Send now").click()
    await daniel.locator(".ask .button-main").click()
    for page in (ruth, daniel):
        await expect(page.locator(".progress-state")).to_have_text("Sent to 2 members")

    await ruth.get_by_role("link", name="New broadcast").click()
    await schedule(ruth, "The second one")
    await ruth.locator(".progress").get_by_role("button", name="Cancel").click()
    await ruth.locator(".ask").get_by_role("button", name="Cancel the broadcast").click()
    await expect(ruth.locator(".progress-state")).to_have_text("Canceled before anything was sent")
    await expect(daniel.locator(".broadcast-row").first).to_contain_text("Canceled")
    assert not await Message.exists(body="The second one")
    await not_reloaded(ruth, daniel)


async def schedule(page: Page, text: str) -> None:
    tomorrow = datetime.now(ZoneInfo("America/Chicago")) + timedelta(days=1)
    await page.get_by_label("Message").fill(text)
    await page.locator(".choice", has_text="Later").click()
    await page.get_by_label("Day and time").fill(f"{tomorrow:%Y-%m-%d}T18:30")
    await expect(page.locator(".audience-count")).to_contain_text("2 members")
    await page.get_by_role("button", name="Schedule…").click()
    await expect(page.get_by_role("heading", name="Schedule this for 2 members?")).to_be_visible()
    await expect(page.locator(".ask")).to_contain_text("6:30")
    await page.locator(".ask .button-main").click()
    await expect(page.locator(".progress-state")).to_contain_text("Will be sent")


async def test_stop_cancels_unsent_texts_on_every_screen(house: House, windows: Windows) -> None:
    await a_congregation(house, 20)
    # One text a second.
    await PhoneNumber.filter(id=house.cast.grace_number.id).update(send_rate=1)
    ruth = await windows.open(house.cast.ruth, paths.new_broadcast())
    daniel = await windows.open(house.cast.daniel, paths.broadcasts())
    await ruth.get_by_label("Message").fill(TEXT)
    await expect(ruth.locator(".cost-line")).to_contain_text("less than a minute")
    await send(ruth)
    await expect(ruth.locator(".progress-state")).to_have_text(re.compile(r"Sending: \d+ of 22"))
    await expect(ruth.locator(".progress-pace")).to_contain_text("a minute")
    await ruth.get_by_role("button", name="Stop").click()
    await ruth.locator(".ask").get_by_role("button", name="Stop").click()
    await expect(ruth.locator(".progress-state")).to_have_text(
        re.compile(r"Stopped after \d+ of 22")
    )
    await expect(daniel.locator(".broadcast-row")).to_contain_text("Stopped after")
    await outcome(ruth, "stopped").click()
    await expect(ruth.locator(".recipients-title")).to_have_text("Stopped before it was sent")
    await expect(ruth.locator(".recipient").first).to_be_visible()
    await not_reloaded(ruth, daniel)


async def test_the_chosen_outcome_stays_when_an_earlier_answer_is_late(
    house: House, windows: Windows
) -> None:
    await a_congregation(house, 20)
    await PhoneNumber.filter(id=house.cast.grace_number.id).update(send_rate=1)
    ruth = await windows.open(house.cast.ruth, paths.new_broadcast())
    asked: asyncio.Queue[Route] = asyncio.Queue()
    # The page's own request names no outcome; this test never answers it.
    await ruth.route(re.compile(r"/people$"), asked.put)
    await ruth.get_by_label("Message").fill(TEXT)
    await send(ruth)
    await asked.get()
    async with ruth.expect_event("requestfailed", lambda one: one.url.endswith("/people")):
        await outcome(ruth, "waiting").click()
    await expect(ruth.locator(".recipients-title")).to_have_text("Waiting")
    async with ruth.expect_response(re.compile(r"/people\?outcome=waiting$")):
        pass  # From now on it follows the numbers for the chosen outcome.
    await expect(ruth.locator(".recipients-title")).to_have_text("Waiting")


async def test_recipients_are_chosen_on_a_phone_and_the_text_survives(
    house: House, windows: Windows
) -> None:
    choir = await Group.create(church=house.cast.grace, name="Choir")
    await choir.add([house.cast.naomi])
    await house.text(NAOMI, "Good morning")
    page = await windows.open(
        house.cast.ruth, device="phone", viewport=PHONE, has_touch=True, is_mobile=True
    )
    await begin(page)
    await expect(page.locator(".pane-list")).to_be_hidden()
    await page.locator(".choice", has_text="Groups").tap()
    await page.locator(".choice", has_text="Choir").tap()
    await expect(page.locator(".audience-count")).to_have_text("1 member will get it")

    await page.locator(".choice", has_text="Selected members").tap()
    await page.get_by_label("Add members").fill("bel")
    await page.get_by_role("option", name="George Bell").tap()
    await page.get_by_label("Add members").fill("par")
    await page.get_by_role("option", name="Naomi Park").tap()
    await expect(page.locator(".audience-count")).to_have_text("2 members will get it")
    await page.locator(".pick", has_text="George Bell").get_by_role("button").tap()
    await expect(page.locator(".audience-count")).to_have_text("1 member will get it")
    await page.get_by_label("Message").fill("Choir at six, {first_name}")
    send_button = page.get_by_role("button", name="Send to 1 member…")
    await expect(send_button).to_be_in_viewport()

    await page.get_by_role("link", name="Back to the list").tap()
    await expect(row(page, "Naomi Park")).to_be_in_viewport()
    await begin(page)
    await expect(page.get_by_label("Message")).to_have_value("Choir at six, {first_name}")
    await expect(page.locator(".pick")).to_contain_text(["Naomi Park"])
    await send_button.tap()
    await page.locator(".ask .button-main").tap()
    await expect(page.locator(".progress-state")).to_have_text("Sent to 1 member")
    await page.get_by_role("link", name="Back to the list").tap()
    await expect(row(page, "Naomi Park")).to_be_in_viewport()
    await begin(page)
    await expect(page.get_by_label("Message")).to_have_value("")


async def test_a_text_that_a_name_makes_too_long_is_not_sent(
    house: House, windows: Windows
) -> None:
    await Member.with_phone(house.cast.grace.id, STRANGER, "Wolfeschlegelsteinhausen Park")
    ruth = await windows.open(house.cast.ruth, paths.new_broadcast())
    await ruth.get_by_label("Message").fill("x" * 1580 + "{first_name}")
    await expect(ruth.get_by_role("alert")).to_contain_text("Wolfeschlegelsteinhausen")
    await expect(ruth.locator(".broadcast-form .form-foot .button")).to_be_disabled()


async def test_a_scheduled_broadcast_is_edited_and_every_screen_shows_it(
    house: House, windows: Windows
) -> None:
    choir = await Group.create(church=house.cast.grace, name="Choir")
    await choir.add([house.cast.naomi])
    broadcast = await compose_broadcast(
        house.cast.grace,
        by=house.cast.ruth,
        body=TEXT,
        target_type="all",
        key=new_key(),
        send_after=now() + timedelta(days=2),
    )
    ruth = await windows.open(house.cast.ruth, paths.new_broadcast())
    await ruth.get_by_label("Message").fill("Something else that was begun")
    await ruth.goto(f"{house.url}{paths.broadcast(broadcast.id)}")
    daniel = await windows.open(house.cast.daniel, paths.broadcast(broadcast.id))
    await expect(daniel.locator(".broadcast-text")).to_contain_text("to everyone")

    await ruth.locator(".progress").get_by_role("link", name="Edit").click()
    field = ruth.get_by_label("Message")
    await expect(field).to_have_value(TEXT)
    await field.fill("Dear choir, we sing on Sunday.")
    await ruth.get_by_text("Groups", exact=True).locator("visible=true").last.click()
    await ruth.get_by_text("Choir").locator("visible=true").click()
    await expect(ruth.locator(".audience-count")).to_have_text("1 member will get it")
    await send(ruth)
    for page in (ruth, daniel):
        await expect(page.locator(".broadcast-text")).to_contain_text("we sing on Sunday.")
        await expect(page.locator(".broadcast-text")).to_contain_text("to Choir")
        await expect(row(page, "we sing on Sunday.")).to_be_visible()
        await expect(page.locator(".broadcast-row")).to_have_count(1)
    # A draft begun elsewhere is still there.
    await ruth.goto(f"{house.url}{paths.new_broadcast()}")
    await expect(field).to_have_value("Something else that was begun")


async def test_a_broadcast_sent_while_it_was_edited_is_unchanged(
    house: House, windows: Windows
) -> None:
    broadcast = await compose_broadcast(
        house.cast.grace,
        by=house.cast.ruth,
        body="Hello all",
        target_type="all",
        key=new_key(),
        send_after=now() + timedelta(days=2),
    )
    windows.expected = ("status of 422",)
    ruth = await windows.open(house.cast.ruth, paths.edit_broadcast(broadcast.id))
    await ruth.get_by_label("Message").fill("Hello nobody")
    await expect(ruth.locator(".audience-count")).to_have_text("2 members will get it")
    assert await broadcast.send_now()
    house.app.context.wake_worker()
    await send(ruth)
    await expect(ruth.locator(".note-bad")).to_contain_text("This broadcast has started sending")
    await expect(ruth.get_by_label("Message")).to_have_value("Hello nobody")
    await house.settled()
    assert {one.body for one in await Message.filter(kind="out")} == {"Hello all"}
    await ruth.get_by_role("link", name="Keep it as it is").click()
    await expect(ruth.locator(".progress-state")).to_have_text("Sent to 2 members")


async def test_fields_of_other_choices_do_not_flash_before_the_scripts_run(
    house: House, windows: Windows
) -> None:
    page = await windows.open(
        house.cast.ruth, paths.new_broadcast(), "desk without scripts", java_script_enabled=False
    )
    for choice, field in (
        ("Groups", page.get_by_text("There are no groups yet.")),
        ("Later", page.get_by_label("Day and time")),
    ):
        await expect(field).to_be_hidden()
        await page.locator(".choice", has_text=choice).click()
        await expect(field).to_be_visible()
