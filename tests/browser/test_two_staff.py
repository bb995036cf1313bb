"""Ruth and Daniel have the inbox open; members text from their phones; no one reloads."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, Route, expect

from inbox import paths
from inbox.keys import new_key
from inbox.models import Conversation, Member, Message
from inbox.simulator import Fault, Faults
from tests.browser.windows import (
    Windows,
    bubble,
    composer,
    not_reloaded,
    row,
    shows,
    status,
    takes_only_notes,
    write,
)
from tests.cast import GEORGE, NAOMI, PASSWORD, STRANGER
from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")


def texts_on(house: House, number: str) -> list[str]:
    """What has arrived on a member's handset."""
    return [bubble.body for bubble in house.world.handset(number).bubbles if not bubble.mine]


async def test_a_text_and_its_answer_travel_between_a_phone_and_two_screens(
    house: House, windows: Windows
) -> None:
    handset = await windows.open(None, house.simulator.url)
    ruth = await windows.open(house.cast.ruth)
    daniel = await windows.open(house.cast.daniel)
    await expect(ruth.get_by_text("No conversations yet")).to_be_visible()

    phone = handset.locator(".phone").filter(has_text="(202) 555-0142")
    house.world.handset(NAOMI)
    await handset.reload()
    await phone.get_by_placeholder("Text the church").fill("Could somebody drive me on Sunday?")
    await phone.get_by_role("button", name="Send").click()
    for page in (ruth, daniel):
        await expect(row(page, "Naomi Park")).to_contain_text("drive me on Sunday?")
        await expect(row(page, "Naomi Park").locator(".badge")).to_have_text(re.compile("^1"))

    for page in (ruth, daniel):
        await row(page, "Naomi Park").click()
        await shows(page, "Naomi Park")
    await write(ruth, "Daniel will be there at 9.")
    await expect(status(ruth, "there at 9.")).to_have_text("Delivered")
    await expect(status(daniel, "there at 9.")).to_have_text("Delivered")
    await expect(bubble(daniel, "there at 9.").locator(".message-author")).to_have_text(
        "Ruth Adeyemi"
    )
    await expect(phone.locator(".bubble").last).to_contain_text("Daniel will be there at 9.")

    await house.text(NAOMI, "You are a blessing")
    for page in (ruth, daniel):
        await expect(bubble(page, "You are a blessing")).to_be_visible()
        await expect(row(page, "Naomi Park")).to_contain_text("You are a blessing")
    await not_reloaded(ruth, daniel)


async def test_the_bubble_appears_before_the_server_knows_of_it(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Hello")
    conversation = await house.cast.conversation()
    ruth = await windows.open(house.cast.ruth, paths.conversation(conversation.id))
    may_pass = asyncio.Event()

    async def hold(route: Route) -> None:
        await may_pass.wait()
        await route.continue_()

    await ruth.route("**" + paths.messages(conversation.id), hold)
    await write(ruth, "Good morning, Naomi")
    await expect(status(ruth, "Good morning")).to_have_text("Waiting")
    await expect(composer(ruth)).to_have_value("")
    assert not await Message.exists(kind="out")
    pending = await bubble(ruth, "Good morning").get_attribute("id")

    may_pass.set()
    await expect(status(ruth, "Good morning")).to_have_text("Delivered")
    await expect(bubble(ruth, "Good morning")).to_have_count(1)
    assert await bubble(ruth, "Good morning").get_attribute("id") == pending


async def test_a_failed_text_says_why_and_can_be_sent_again(house: House, windows: Windows) -> None:
    await house.text(NAOMI, "Hello")
    conversation = await house.cast.conversation()
    ruth = await windows.open(house.cast.ruth, paths.conversation(conversation.id))
    daniel = await windows.open(house.cast.daniel, paths.conversation(conversation.id))
    house.network.faults = Faults(delivery_fails=Fault(next=1, code=30003))

    await write(ruth, "Are you there?")
    for page in (ruth, daniel):
        await expect(status(page, "Are you there?")).to_have_text("Not delivered")
        await expect(bubble(page, "Are you there?")).to_contain_text("switched off")
        await expect(row(page, "Naomi Park")).to_contain_text("was not delivered")
    assert texts_on(house, NAOMI) == []

    await daniel.get_by_role("button", name="Retry").click()
    for page in (ruth, daniel):
        first, second = bubble(page, "Are you there?").first, bubble(page, "Are you there?").last
        await expect(bubble(page, "Are you there?")).to_have_count(2)
        await expect(first).to_contain_text("Sent again below")
        await expect(second.locator(".status-words")).to_have_text("Delivered")
        await expect(page.get_by_role("button", name="Retry")).to_have_count(0)
    assert texts_on(house, NAOMI) == ["Are you there?"]
    await not_reloaded(ruth, daniel)


async def test_stop_closes_every_composer_and_start_opens_it_again(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Hello")
    conversation = await house.cast.conversation()
    pages = [
        await windows.open(person, paths.conversation(conversation.id))
        for person in (house.cast.ruth, house.cast.daniel)
    ]
    for page in pages:
        await expect(composer(page)).to_be_enabled()

    await house.text(NAOMI, "STOP")
    for page in pages:
        await takes_only_notes(page)
        await expect(page.locator(".gate")).to_contain_text("START")
        await expect(page.locator(".event")).to_contain_text("They texted STOP")

    await house.text(NAOMI, "START")
    for page in pages:
        await expect(page.locator(".gate")).to_have_text("")
        await page.get_by_role("tab", name="Reply").click()
    await write(pages[0], "Welcome back")
    await expect(status(pages[1], "Welcome back")).to_have_text("Delivered")


async def test_an_unknown_number_becomes_a_row_that_shows_the_number(
    house: House, windows: Windows
) -> None:
    ruth = await windows.open(house.cast.ruth)
    await house.text(STRANGER, "Is this the church?")
    await row(ruth, "(202) 555-0199").click()
    await shows(ruth, "(202) 555-0199")
    await expect(bubble(ruth, "Is this the church?")).to_be_visible()


async def test_unread_is_personal_and_read_in_all_tabs(house: House, windows: Windows) -> None:
    ruth_list = await windows.open(house.cast.ruth)
    ruth_thread = await windows.open(house.cast.ruth)
    ruth_phone = await windows.open(house.cast.ruth, device="phone")
    daniel = await windows.open(house.cast.daniel)
    await house.text(NAOMI, "One")
    await house.text(NAOMI, "Two")
    for page in (ruth_list, ruth_thread, ruth_phone, daniel):
        await expect(row(page, "Naomi Park").locator(".badge")).to_have_text(re.compile("^2"))

    await row(ruth_thread, "Naomi Park").click()
    for page in (ruth_thread, ruth_list, ruth_phone):
        await expect(row(page, "Naomi Park").locator(".badge")).to_be_hidden()
    await expect(row(daniel, "Naomi Park").locator(".badge")).to_have_text(re.compile("^2"))

    await daniel.reload()
    await expect(row(daniel, "Naomi Park").locator(".badge")).to_have_text(re.compile("^2"))
    await ruth_phone.reload()
    await expect(row(ruth_phone, "Naomi Park").locator(".badge")).to_be_hidden()


async def test_conversations_that_need_a_reply_are_counted_in_the_rail_and_the_title(
    house: House, windows: Windows
) -> None:
    ruth = await windows.open(house.cast.ruth)
    waiting = await windows.open(house.cast.ruth, paths.inbox("needs-reply"))
    settings = await windows.open(house.cast.daniel, paths.staff_settings())
    await expect(waiting.get_by_text("Nobody is waiting")).to_be_visible()
    await house.text(NAOMI, "When is the picnic?")
    await house.text(GEORGE, "Is there parking?")
    for page in (ruth, waiting, settings):
        await expect(page.locator("#counts")).to_have_text(re.compile("^2"))
        await expect(page).to_have_title(re.compile(r"^\(2\) "))
    await expect(waiting.locator(".row")).to_have_count(2)

    await row(waiting, "Naomi Park").click()
    await write(waiting, "At noon")
    for page in (ruth, waiting, settings):
        await expect(page.locator("#counts")).to_have_text(re.compile("^1"))
        await expect(page).to_have_title(re.compile(r"^\(1\) "))
    await expect(waiting.locator(".row")).to_have_count(1)
    await expect(waiting).to_have_title("(1) Naomi Park")
    await expect(ruth.locator(".row")).to_have_count(2)
    await not_reloaded(ruth, waiting, settings)


async def test_older_texts_load_on_scrolling_up_and_nothing_jumps(
    house: House, windows: Windows
) -> None:
    conversation = await long_talk(house, 120)
    ruth = await windows.open(house.cast.ruth, paths.conversation(conversation.id))
    await expect(bubble(ruth, "Text 119.")).to_be_in_viewport()
    await expect(bubble(ruth, "Text 10.")).to_have_count(0)

    first = bubble(ruth, "Text 70.")
    await first.scroll_into_view_if_needed()
    before = await first.bounding_box()
    await expect(bubble(ruth, "Text 20.")).to_have_count(1)
    after = await first.bounding_box()
    assert before and after and abs(before["y"] - after["y"]) < 2

    await bubble(ruth, "Text 20.").scroll_into_view_if_needed()
    await expect(bubble(ruth, "Text 0.")).to_have_count(1)
    await expect(ruth.locator(".message")).to_have_count(120)
    numbers = [text.split(".")[0] for text in await ruth.locator(".bubble-text").all_inner_texts()]
    assert numbers == [f"Text {number}" for number in range(120)]

    await house.text(NAOMI, "And one more")
    await ruth.get_by_role("button", name="1 new message").click()
    await expect(bubble(ruth, "And one more")).to_be_in_viewport()


async def long_talk(house: House, length: int) -> Conversation:
    conversation = await house.cast.conversation()
    start = datetime.now(UTC) - timedelta(days=2)
    await Message.bulk_create(
        [
            Message(
                church_id=conversation.church_id,
                conversation_id=conversation.id,
                phone_number_id=conversation.phone_number_id,
                kind="in" if number % 3 else "out",
                status="received" if number % 3 else "delivered",
                body=f"Text {number}.",
                key=new_key(),
                revision=0,
                position=0,
                created_at=start + timedelta(minutes=number),
            )
            for number in range(length)
        ]
    )
    return conversation


async def test_a_conversation_starts_with_a_name_or_a_number(
    house: House, windows: Windows
) -> None:
    ruth = await windows.open(house.cast.ruth)
    daniel = await windows.open(house.cast.daniel)
    await look_for(ruth, "geo")
    await ruth.get_by_role("button", name="George Bell").click()
    await shows(ruth, "George Bell")
    await expect(row(daniel, "George Bell")).to_have_count(0)
    await write(ruth, "Happy birthday, George")
    await expect(status(ruth, "Happy birthday")).to_have_text("Delivered")
    await expect(row(daniel, "George Bell")).to_contain_text("Happy birthday")
    assert texts_on(house, GEORGE) == ["Happy birthday, George"]

    await look_for(ruth, "202 555 0177")
    await ruth.get_by_role("button", name="Text (202) 555-0177").click()
    await shows(ruth, "(202) 555-0177")
    await write(ruth, "Welcome to Grace Chapel")
    await expect(row(daniel, "(202) 555-0177")).to_contain_text("Welcome to Grace")
    await house.settled()
    assert texts_on(house, "+12025550177") == ["Welcome to Grace Chapel"]
    await not_reloaded(ruth, daniel)


async def look_for(page: Page, words: str) -> None:
    await page.locator(".rail").get_by_role("link", name="New message").click()
    await page.get_by_role("searchbox").fill(words)


async def test_enter_opens_the_only_member_found_and_goes_to_the_first_of_several(
    house: House, windows: Windows
) -> None:
    windows.expected = ("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    await Member.with_phone(house.cast.grace.id, "+12025550144", "George Adeyemi")
    ruth = await windows.open(house.cast.ruth)
    await look_for(ruth, "nobody")
    field = ruth.get_by_role("searchbox")
    await field.press("Enter")
    await expect(ruth.get_by_text("No member is called “nobody”")).to_be_visible()
    # At once, before the results are there.
    await field.fill("geo")
    await field.press("Enter")
    await expect(ruth.get_by_role("button", name="George Adeyemi")).to_be_focused()
    # While the results are those of other words, Enter chooses none of them.
    await field.fill("george b")
    await expect(ruth.locator(".found-row")).to_have_text([re.compile("George Bell")])
    await ruth.context.set_offline(True)
    await field.fill("naomi")
    async with ruth.expect_event("requestfailed"):
        await field.press("Enter")
    await ruth.context.set_offline(False)
    await expect(ruth.get_by_role("heading", name="New message")).to_be_visible()
    await field.press("Enter")
    await shows(ruth, "Naomi Park")


async def test_staff_sign_in_with_email_and_password_and_out_again(
    house: House, windows: Windows
) -> None:
    windows.expected = (r"status of 422",)
    page = await windows.open(None, paths.inbox())
    await page.get_by_label("Email address").fill("ruth@grace.example")
    await page.get_by_label("Password").fill("not her password")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_contain_text("do not match")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="All conversations")).to_be_visible()
    await page.get_by_role("button", name="Sign out").first.click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_signing_out_leaves_no_names_in_a_shared_browser(
    house: House, windows: Windows
) -> None:
    windows.expected = (r"status of 401",)  # the number of recipients, requested a moment too late
    page = await windows.open(house.cast.ruth, paths.new_broadcast())
    await page.locator(".broadcast-body").fill("Dear Naomi, the soup is at six")
    await page.evaluate("sessionStorage.setItem('recent:1', '[\"Naomi Park\"]')")
    kept = "Object.values(localStorage).concat(Object.values(sessionStorage)).join()"
    await page.wait_for_function(f"{kept}.includes('Dear Naomi')")
    await page.get_by_role("button", name="Sign out").first.click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "Naomi" not in await page.evaluate(kept)
