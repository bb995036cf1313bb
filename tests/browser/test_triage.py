"""Ruth and Daniel share the work: each sees at once what the other does with a conversation."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Locator, Page, expect

from inbox import paths
from inbox.clock import now
from inbox.models import Conversation
from tests.browser.windows import Windows, bubble, composer, not_reloaded, row, shows, write
from tests.cast import GEORGE, NAOMI, STRANGER
from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"width": 390, "height": 844}


def button(page: Page, name: str) -> Locator:
    return page.locator(".thread-actions").get_by_role("button", name=name, exact=True)


def event(page: Page, text: str) -> Locator:
    return page.locator(".event", has_text=text)


async def press(page: Page, key: str) -> None:
    """Press a key outside the text field."""
    await page.locator(".thread-scroll").focus()
    await page.keyboard.press(key)


async def count(page: Page, view: str, number: int) -> None:
    """The count that the rail shows for a view."""
    link = page.locator(f'.rail-link[href="{paths.inbox(view)}"] .count')
    if number:
        await expect(link).to_have_text(re.compile(rf"^{number}\D"))
    else:
        await expect(link).to_be_hidden()


async def test_an_assignment_shows_on_every_screen(house: House, windows: Windows) -> None:
    await house.text(NAOMI, "Could somebody drive me?")
    thread = paths.conversation((await house.cast.conversation()).id)
    ruth = await windows.open(house.cast.ruth, thread)
    daniel = await windows.open(house.cast.daniel, paths.inbox("mine"))
    free = await windows.open(house.cast.mercy, paths.inbox("unassigned"))
    await expect(daniel.get_by_text("You have no open conversations")).to_be_visible()
    await expect(row(free, "Naomi Park")).to_be_visible()

    await ruth.locator(".menu-assign > summary").click()
    await ruth.get_by_role("button", name="Daniel Ortiz").click()
    await expect(row(daniel, "Naomi Park")).to_be_visible()
    await expect(row(free, "Naomi Park")).to_have_count(0)
    await expect(event(ruth, "Ruth Adeyemi assigned this to Daniel Ortiz")).to_be_visible()
    await expect(ruth.locator(".menu-assign > summary")).to_contain_text("Daniel Ortiz")
    for page, number in ((daniel, 1), (ruth, 0), (free, 0)):
        await count(page, "mine", number)
        await count(page, "unassigned", 0)

    await row(daniel, "Naomi Park").click()
    await shows(daniel, "Naomi Park")
    await expect(event(daniel, "assigned this to Daniel Ortiz")).to_be_visible()
    await press(ruth, "i")
    await expect(event(daniel, "Ruth Adeyemi assigned this to themselves")).to_be_visible()
    await expect(row(daniel, "Naomi Park")).to_have_count(0)
    await count(ruth, "mine", 1)
    assert "unread" not in await row(ruth, "Naomi Park").inner_text()
    await not_reloaded(ruth, daniel, free)


async def test_done_on_one_screen_is_done_on_the_other_until_they_text(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Thank you!")
    thread = paths.conversation((await house.cast.conversation()).id, "needs-reply")
    ruth, daniel = [
        await windows.open(person, thread) for person in (house.cast.ruth, house.cast.daniel)
    ]
    await button(ruth, "Done").click()
    for page in (ruth, daniel):
        await expect(event(page, "Ruth Adeyemi marked this done")).to_be_visible()
        await expect(button(page, "Reopen")).to_be_visible()
        await expect(button(page, "Done")).to_be_hidden()
        await expect(row(page, "Naomi Park")).to_have_count(0)
        await count(page, "done", 1)
    await press(daniel, "e")
    for page in (ruth, daniel):
        await expect(event(page, "Daniel Ortiz reopened this")).to_be_visible()
        await expect(row(page, "Naomi Park")).to_have_count(1)
    await press(daniel, "e")
    await expect(button(ruth, "Reopen")).to_be_visible()
    await house.text(NAOMI, "One more thing")
    for page in (ruth, daniel):
        await expect(button(page, "Done")).to_be_visible()
        await expect(row(page, "Naomi Park")).to_contain_text("One more thing")
    await not_reloaded(ruth, daniel)


async def test_a_snoozed_conversation_disappears_and_comes_back(
    house: House, windows: Windows
) -> None:
    windows.expected = ("status of 422",)
    await house.text(NAOMI, "Is there a picnic in May?")
    conversation = await house.cast.conversation()
    ruth = await windows.open(house.cast.ruth, paths.conversation(conversation.id, "needs-reply"))
    daniel = await windows.open(house.cast.daniel, paths.inbox("snoozed"))
    await press(ruth, "s")
    await ruth.get_by_role("button", name="Tomorrow morning").click()
    await expect(row(daniel, "Naomi Park")).to_be_visible()
    await expect(row(ruth, "Naomi Park")).to_have_count(0)
    await expect(event(ruth, "Ruth Adeyemi snoozed this until tomorrow")).to_be_visible()
    await expect(ruth.locator(".thread-state").first).to_contain_text("tomorrow")
    await count(ruth, "needs-reply", 0)

    await Conversation.filter(id=conversation.id).update(snoozed_until=now())
    await expect(event(ruth, "Snooze ended")).to_be_visible()
    await expect(row(ruth, "Naomi Park")).to_be_visible()
    await expect(row(daniel, "Naomi Park")).to_have_count(0)
    await count(ruth, "needs-reply", 1)

    await press(ruth, "s")
    field = ruth.locator("#snooze_at")
    await field.fill("2020-01-01T08:00")
    await ruth.get_by_role("button", name="Snooze until then").click()
    await expect(ruth.get_by_role("alert")).to_contain_text("a future date and time")
    await field.fill((datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%dT08:00"))
    await ruth.get_by_role("button", name="Snooze until then").click()
    await expect(row(daniel, "Naomi Park")).to_be_visible()
    await expect(field).to_be_hidden()
    await house.text(NAOMI, "Never mind")
    await expect(row(daniel, "Naomi Park")).to_have_count(0)
    await expect(row(ruth, "Naomi Park")).to_contain_text("Never mind")
    await not_reloaded(ruth, daniel)


async def test_a_thank_you_needs_no_reply_and_unread_is_personal(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Thank you!")
    ruth = await windows.open(house.cast.ruth)
    other = await windows.open(house.cast.ruth, device="phone")
    daniel = await windows.open(house.cast.daniel)
    for page in (ruth, daniel):
        await row(page, "Naomi Park").click()
        await shows(page, "Naomi Park")
        await expect(row(page, "Naomi Park").locator(".badge")).to_be_hidden()
    await ruth.locator(".menu-more > summary").click()
    await ruth.get_by_role("button", name="No reply needed").click()
    for page in (ruth, daniel):
        await count(page, "needs-reply", 0)
        await expect(row(page, "Naomi Park").locator(".mark-late")).to_have_count(0)
        await expect(page.locator(".event")).to_have_count(0)

    await press(ruth, "m")
    await expect(ruth.get_by_text("Choose a conversation")).to_be_visible()
    for page in (ruth, other):
        await expect(row(page, "Naomi Park").locator(".badge")).to_have_text(re.compile("^1"))
    await expect(row(daniel, "Naomi Park").locator(".badge")).to_be_hidden()
    await not_reloaded(ruth, daniel, other)


async def test_a_number_gets_a_name_that_shows_everywhere(house: House, windows: Windows) -> None:
    await house.text(STRANGER, "Is this the church?")
    ruth = await windows.open(house.cast.ruth, paths.inbox("new"))
    daniel = await windows.open(house.cast.daniel)
    for page in (ruth, daniel):
        await row(page, "(202) 555-0199").click()
        await shows(page, "(202) 555-0199")
    await ruth.locator(".menu-name > summary").click()
    await ruth.get_by_label("Name", exact=True).fill("Amy Ston")
    await ruth.get_by_role("button", name="Save", exact=True).click()
    for page in (ruth, daniel):
        await shows(page, "Amy Ston")
        await expect(page).to_have_title(re.compile("Amy Ston$"))
        await count(page, "new", 0)
    await expect(row(daniel, "Amy Ston")).to_be_visible()
    await expect(ruth.get_by_text("Every number has a name")).to_be_visible()

    await daniel.locator(".menu-more > summary").click()
    await daniel.get_by_role("button", name="Change name…").click()
    name = daniel.get_by_label("Name", exact=True)
    await expect(name).to_have_value("Amy Ston")
    await name.fill("Amy Stone")
    await name.press("Enter")
    await shows(ruth, "Amy Stone")
    await not_reloaded(ruth, daniel)


async def test_answering_offers_to_take_the_conversation(house: House, windows: Windows) -> None:
    await house.text(NAOMI, "Hello")
    ruth = await windows.open(
        house.cast.ruth, paths.conversation((await house.cast.conversation()).id)
    )
    nudge = ruth.get_by_text("Assign this conversation to you?")
    await expect(nudge).to_be_hidden()
    await write(ruth, "Hello Naomi")
    await expect(nudge).to_be_visible()
    await ruth.get_by_role("button", name="Not now").click()
    await write(ruth, "How are you?")
    await expect(bubble(ruth, "How are you?")).to_be_visible()
    await expect(nudge).to_be_hidden()

    await house.text(GEORGE, "Hello, too")
    await row(ruth, "George Bell").click()
    await shows(ruth, "George Bell")
    await write(ruth, "Hello George")
    await ruth.get_by_role("button", name="Assign to me").click()
    await expect(event(ruth, "Ruth Adeyemi assigned this to themselves")).to_be_visible()
    await expect(nudge).to_be_hidden()
    await write(ruth, "I will see to it")
    await expect(bubble(ruth, "I will see to it")).to_be_visible()
    await expect(nudge).to_be_hidden()


async def test_shortcuts_work_only_outside_text_fields(house: House, windows: Windows) -> None:
    await house.text(NAOMI, "Hello")
    ruth = await windows.open(
        house.cast.ruth, paths.conversation((await house.cast.conversation()).id)
    )
    await composer(ruth).press_sequentially("imeas?")
    await expect(composer(ruth)).to_have_value("imeas?")
    await expect(button(ruth, "Done")).to_be_visible()
    await press(ruth, "?")
    await expect(ruth.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    await ruth.keyboard.press("e")
    await ruth.keyboard.press("Escape")
    await expect(ruth.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()
    await press(ruth, "a")
    await expect(ruth.get_by_role("button", name="Me", exact=True)).to_be_focused()
    await ruth.keyboard.press("ArrowDown")
    await expect(ruth.get_by_role("button", name="Daniel Ortiz")).to_be_focused()
    await ruth.keyboard.press("Escape")
    await expect(ruth.locator(".menu-assign > summary")).to_be_focused()
    await expect(ruth.locator(".event")).to_have_count(0)


async def test_one_menu_holds_everything_on_a_phone(house: House, windows: Windows) -> None:
    await house.text(NAOMI, "Hello")
    phone = await windows.open(house.cast.ruth, device="phone", viewport=PHONE, has_touch=True)
    await row(phone, "Naomi Park").click()
    await shows(phone, "Naomi Park")
    for opens, chosen in (("Assign…", "Daniel Ortiz"), ("Snooze…", "Next week")):
        await phone.locator(".menu-more > summary").click()
        await phone.get_by_role("button", name=opens).click()
        await phone.get_by_role("button", name=chosen).click()
        await expect(phone.get_by_role("button", name=chosen)).to_be_hidden()
    await expect(phone.locator(".thread-phone")).to_contain_text("Daniel Ortiz")
    await button(phone, "Done").click()
    await expect(event(phone, "marked this done")).to_be_visible()
    await phone.get_by_role("link", name="Back to the list").click()
    await phone.locator(".menu-views > summary").click()
    await phone.get_by_role("navigation", name="Views").get_by_role("link", name="Done").click()
    await expect(phone.get_by_role("heading", name="Done")).to_be_visible()
    await expect(row(phone, "Naomi Park")).to_be_visible()
