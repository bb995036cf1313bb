"""Search, the command bar, and the keys: everything is found and reached without a mouse."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from inbox import paths
from inbox.models import Member, Message, SavedReply
from inbox.models.conversations.search import find_texts
from tests.browser.windows import Windows, composer, not_reloaded, row, shows
from tests.cast import GEORGE, NAOMI
from tests.house import House, until
from tests.models.conversations.test_search import a_text

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"width": 390, "height": 844}


async def press(page: Page, *keys: str) -> None:
    """Press keys outside a text field."""
    await page.evaluate("document.activeElement?.blur()")
    for key in keys:
        await page.keyboard.press(key)


def field(page: Page) -> Locator:
    return page.locator("#search_field")


def bar(page: Page) -> Locator:
    return page.get_by_role("combobox", name="What would you like to do?")


def option(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.locator("#commands_list").get_by_role("option", name=name)


async def talk(house: House) -> None:
    """A long conversation with one rare word far up."""
    await house.text(NAOMI, "José brings the soup")
    conversation = await house.cast.conversation()
    await Message.bulk_create(
        [a_text(conversation, f"And another thing, number {n}") for n in range(59)]
    )
    await house.text(NAOMI, "And one thing more")

    async def indexed() -> bool:
        return len(await find_texts(house.cast.ruth, "thing", limit=100)) == 60

    await until(indexed, every=0.1)


async def test_a_word_leads_to_its_place_in_the_conversation(
    house: House, windows: Windows
) -> None:
    await talk(house)
    ruth = await windows.open(house.cast.ruth)
    await press(ruth, "/")
    await expect(field(ruth)).to_be_focused()
    await ruth.keyboard.type("soup jose")
    found = ruth.locator(".found-text")
    await expect(found).to_have_count(1)
    await expect(found.locator("mark")).to_have_text(["José", "soup"])
    await expect(ruth).to_have_url(re.compile(r"/search\?q=soup(\+|%20)jose$"))
    await expect(ruth.locator("#announcer")).to_have_text("Found: 0 members, 1 text")

    await ruth.keyboard.press("ArrowDown")
    await expect(found).to_be_focused()
    await ruth.keyboard.press("Enter")
    await shows(ruth, "Naomi Park")
    await expect(ruth.locator(".bubble", has_text="brings the soup")).to_be_in_viewport()
    await ruth.go_back()
    await expect(field(ruth)).to_have_value("soup jose")
    await expect(found).to_have_count(1)


async def test_words_without_spaces_and_parts_of_numbers_are_found_and_marked(
    house: House, windows: Windows
) -> None:
    texts = {
        "祈祷会": "水曜日の祈祷会は七時からです",
        "禱告會": "星期三晚上的禱告會改到七點",
        "기도회": "수요기도회는 일곱 시입니다",
        "อธิษฐาน": "พรุ่งนี้มีการประชุมอธิษฐานตอนเจ็ดโมง",
        "2025550177": "رقمي (202) 555-0177 شكرا",
    }
    for text in texts.values():
        await house.text(NAOMI, text)

    async def indexed() -> bool:
        return all([await find_texts(house.cast.ruth, q) for q in texts])

    await until(indexed, every=0.1)
    await Member.with_phone(house.cast.grace.id, "+12025550150", "林美玲")
    ruth = await windows.open(house.cast.ruth, paths.search())
    for q, text in texts.items():
        await field(ruth).fill(q)
        found = ruth.locator(".found-text")
        await expect(found).to_have_count(1)
        await expect(found).to_contain_text(text)
        hit = "202) 555-0177" if q.isdigit() else q
        await expect(found.locator("mark")).to_have_text([hit])
    await field(ruth).fill("美玲")
    await expect(ruth.locator(".found-name")).to_have_text(["林美玲"])


async def test_scrolling_loads_all_results(house: House, windows: Windows) -> None:
    await talk(house)
    phone = await windows.open(house.cast.ruth, device="phone", viewport=PHONE, has_touch=True)
    await phone.get_by_role("link", name="Search").click()
    await field(phone).fill("thing")
    await expect(phone.locator(".found-text")).to_have_count(20)
    for count in (40, 60):
        await phone.locator(".found-text").last.scroll_into_view_if_needed()
        await expect(phone.locator(".found-text")).to_have_count(count)
    await field(phone).fill("nothing of it")
    await expect(phone.get_by_text("Nothing was found for")).to_be_visible()
    await phone.get_by_role("link", name="Back to the list").click()
    await expect(row(phone, "Naomi Park")).to_be_visible()
    await not_reloaded(phone)


async def test_members_are_found_while_typing_to_search_and_to_write(
    house: House, windows: Windows
) -> None:
    await Member.with_phone(house.cast.grace.id, "+12025550150", "José Ruiz")
    ruth = await windows.open(house.cast.ruth)
    await press(ruth, "c")
    write_to = ruth.get_by_role("searchbox", name="A name or a phone number")
    await expect(write_to).to_be_focused()
    await ruth.keyboard.type("jose")
    await expect(ruth.locator(".found-name")).to_have_text(["José Ruiz"])
    await ruth.keyboard.press("ArrowDown")
    await ruth.keyboard.press("Enter")
    await shows(ruth, "José Ruiz")
    await press(ruth, "/")
    await expect(field(ruth)).to_be_focused()
    await ruth.keyboard.type("0142")
    await ruth.get_by_role("button", name="Naomi Park").click()
    await shows(ruth, "Naomi Park")
    await not_reloaded(ruth)


async def test_the_command_bar_works_with_the_keyboard_alone(
    house: House, windows: Windows
) -> None:
    await SavedReply.create(church=house.cast.grace, title="Service times", body="At 9 and 11")
    await house.text(NAOMI, "Could somebody drive me?")
    thread = paths.conversation((await house.cast.conversation()).id)
    ruth = await windows.open(house.cast.ruth, thread)
    await expect(composer(ruth)).to_be_focused()

    await ruth.keyboard.press("Control+k")
    await expect(bar(ruth)).to_be_focused()
    await expect(option(ruth, "Assign to me")).to_be_visible()
    await ruth.keyboard.type("assi")
    await expect(option(ruth, "Assign a")).to_have_attribute("aria-selected", "true")
    await ruth.keyboard.press("ArrowDown")
    await expect(option(ruth, "Assign to me")).to_have_attribute("aria-selected", "true")
    await ruth.keyboard.press("Enter")
    await expect(ruth.get_by_text("Ruth Adeyemi assigned this to themselves")).to_be_visible()

    await ruth.keyboard.press("Control+k")
    await ruth.keyboard.type("service")
    await expect(option(ruth, "Service times")).to_have_attribute("aria-selected", "true")
    await ruth.keyboard.press("Enter")
    await expect(composer(ruth)).to_have_value("At 9 and 11")

    await ruth.keyboard.press("Control+k")
    await ruth.keyboard.type("george")
    await expect(option(ruth, "George Bell")).to_have_attribute("aria-selected", "true")
    await ruth.keyboard.press("Enter")
    await shows(ruth, "George Bell")
    await ruth.keyboard.press("Control+k")
    recent = ruth.get_by_role("group", name="Recent").get_by_role("option")
    await expect(recent.first).to_contain_text("George Bell")
    await ruth.keyboard.press("Escape")
    await expect(bar(ruth)).to_be_hidden()
    await expect(composer(ruth)).to_be_focused()

    await ruth.keyboard.press("Control+k")
    await ruth.keyboard.type("drive")
    await expect(option(ruth, re.compile("^Search all texts for “drive”"))).to_be_visible()
    await ruth.keyboard.press("ArrowUp")
    await ruth.keyboard.press("Enter")
    await expect(field(ruth)).to_have_value("drive")
    await expect(ruth.locator(".found-text mark")).to_have_text(["drive"])
    await not_reloaded(ruth)


async def test_keys_open_views_and_the_next_conversation_that_waits(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "First")
    await house.text(GEORGE, "Second")
    ruth = await windows.open(house.cast.ruth)
    for key, view in (("r", "needs-reply"), ("m", "mine"), ("d", "done"), ("i", "all")):
        await press(ruth, "g", key)
        await expect(ruth).to_have_url(re.compile(re.escape(paths.inbox(view)) + "$"))
    await expect(ruth.get_by_role("heading", name="All conversations")).to_be_visible()

    await ruth.keyboard.press("Control+.")
    await shows(ruth, "Naomi Park")
    await composer(ruth).fill("On my way")
    await ruth.keyboard.press("Control+.")
    await shows(ruth, "George Bell")
    await press(ruth, "n")
    await expect(ruth.get_by_role("tab", name="Private note")).to_have_attribute(
        "aria-selected", "true"
    )
    await press(ruth, "r")
    await expect(composer(ruth)).to_be_focused()
    await press(ruth, "u")
    await expect(ruth.locator(".row-link").first).to_be_focused()
    await press(ruth, "g", "b")
    await expect(ruth).to_have_url(re.compile(r"/broadcasts$"))
    await press(ruth, "b")
    await expect(ruth).to_have_url(re.compile(r"/broadcasts/new$"))


async def test_a_g_that_nothing_follows_is_forgotten_and_what_follows_does_nothing_else(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Hello")
    ruth = await windows.open(
        house.cast.ruth, paths.conversation((await house.cast.conversation()).id)
    )
    done = ruth.get_by_text("marked this done")
    await press(ruth, "g", "e")
    await press(ruth, "g")
    await ruth.evaluate("() => new Promise((done) => setTimeout(done, 1300))")
    await press(ruth, "m")
    await expect(ruth.get_by_text("Choose a conversation")).to_be_visible()
    await expect(ruth).not_to_have_url(re.compile("view=mine"))
    await row(ruth, "Naomi Park").click()
    await shows(ruth, "Naomi Park")
    await expect(done).to_have_count(0)
    await press(ruth, "e")
    await expect(done).to_have_count(1)


async def test_single_letter_keys_can_be_turned_off(house: House, windows: Windows) -> None:
    await house.text(NAOMI, "Hello")
    thread = paths.conversation((await house.cast.conversation()).id)
    ruth = await windows.open(house.cast.ruth, thread, device="other desk")
    done = ruth.get_by_text("marked this done")
    await press(ruth, "?")
    keys = ruth.get_by_role("dialog", name="Keyboard shortcuts")
    switch = keys.get_by_role("checkbox", name="Shortcuts without Ctrl are on")
    await expect(switch).to_be_checked()
    await switch.uncheck()
    await ruth.keyboard.press("Escape")
    await expect(keys).to_be_hidden()
    await ruth.reload()
    await shows(ruth, "Naomi Park")
    await press(ruth, "e", "?", "j")
    await ruth.keyboard.press("Control+k")
    await expect(bar(ruth)).to_be_focused()
    await ruth.keyboard.type("keys")
    await ruth.keyboard.press("Enter")
    await expect(switch).not_to_be_checked()
    await expect(done).to_have_count(0)
    await switch.check()
    await ruth.keyboard.press("Escape")
    await press(ruth, "e")
    await expect(done).to_have_count(1)
