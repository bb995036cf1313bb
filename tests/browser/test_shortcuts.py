"""Single keys do what the page says, and nothing while a dialog or menu is open."""

import string

import pytest
from playwright.async_api import Locator, Page, expect

from inbox import paths
from inbox.models import Message
from tests.browser.windows import Windows, bubble, composer, shows
from tests.cast import NAOMI
from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Everything a shortcut presses, and every field it moves to.
PRESSED = """() => {
  window.pressed = []
  document.addEventListener("click", ({ target, isTrusted }) => {
    if (!isTrusted) window.pressed.push(target.outerHTML.slice(0, 80))
  }, true)
}"""
EVERY_KEY = string.ascii_lowercase + "?/."


async def in_conversation(house: House, windows: Windows) -> Page:
    await house.text(NAOMI, "Could somebody drive me?")
    thread = paths.conversation((await house.cast.conversation()).id)
    page = await windows.open(house.cast.ruth, thread)
    await shows(page, "Naomi Park")
    return page


async def assert_no_key_does_anything(page: Page, opened: Locator) -> None:
    address = page.url
    for key in EVERY_KEY:
        await page.keyboard.press(key)
    assert await page.evaluate("window.pressed") == []
    await expect(opened).to_be_visible()
    await expect(page.locator("dialog[open]")).to_have_count(0)
    await expect(composer(page)).not_to_be_focused()
    assert page.url == address


async def test_send_later_moves_to_a_time_and_enter_never_sends_now(
    house: House, windows: Windows
) -> None:
    ruth = await in_conversation(house, windows)
    # Also after the menu was closed with that part unfolded, and with other parts unfolded.
    for unfolded in ("Send later…", "Send and snooze"):
        await composer(ruth).fill("See you on Sunday")
        await ruth.locator(".send-more").click()
        await ruth.locator(".menu-send summary", has_text=unfolded).click()
        await ruth.keyboard.press("Escape")
        await ruth.locator(".thread-scroll").focus()
        await ruth.keyboard.press("l")
        times = ruth.locator(".menu-send [data-when]").locator("visible=true")
        await expect(times.first).to_be_focused()
        await ruth.keyboard.press("Escape")
    await ruth.locator(".thread-scroll").focus()
    await ruth.keyboard.press("l")
    await expect(times.first).to_be_focused()
    await ruth.keyboard.press("Enter")
    await expect(bubble(ruth, "See you on Sunday")).to_have_attribute("data-status", "scheduled")
    assert all(one.mine for one in house.world.handset(NAOMI).bubbles)
    assert (await house.cast.conversation()).state == "open"


async def test_with_nothing_to_send_send_later_leaves_enter_without_effect(
    house: House, windows: Windows
) -> None:
    ruth = await in_conversation(house, windows)
    await ruth.locator(".thread-scroll").focus()
    await ruth.keyboard.press("l")
    later = ruth.locator(".menu-send summary", has_text="Send later…")
    await expect(later).to_be_focused()
    await ruth.keyboard.press("Enter")
    await expect(later).to_be_focused()
    assert not await Message.exists(kind="out")


async def test_no_key_is_a_shortcut_while_something_is_open_over_the_page(
    house: House, windows: Windows
) -> None:
    ruth = await in_conversation(house, windows)
    await ruth.evaluate(PRESSED)
    await ruth.locator(".thread-scroll").focus()
    await ruth.keyboard.press("m")
    await expect(ruth.get_by_text("Choose a conversation")).to_be_visible()
    assert await ruth.evaluate("window.pressed.length") == 1
    await ruth.locator(".row-link").first.click()
    await shows(ruth, "Naomi Park")
    await composer(ruth).fill("A reply that must wait")

    await ruth.evaluate("window.pressed = []")
    seen = 0
    for menu in await ruth.locator("details.menu:has(> summary)").all():
        summary = menu.locator("> summary")
        if not await summary.is_visible():
            continue
        for leave_focus in (False, True):
            await summary.click()
            panel = menu.locator("> .menu-panel")
            await expect(panel).to_be_visible()
            if leave_focus or await panel.locator("input:focus").count():
                await ruth.locator(".thread-scroll").focus()
            await assert_no_key_does_anything(ruth, panel)
            await summary.click()
        seen += 1
    assert seen > 4

    emoji = ruth.locator("emoji-picker")
    await ruth.get_by_title("Emoji").click()
    await emoji.locator("button").first.focus()
    await ruth.evaluate("window.pressed = []")
    await assert_no_key_does_anything(ruth, emoji)
    assert not await Message.exists(kind="out")


async def test_the_first_letters_of_a_name_move_to_it_in_a_menu(
    house: House, windows: Windows
) -> None:
    ruth = await in_conversation(house, windows)
    await composer(ruth).fill("A reply that must wait")
    await ruth.locator(".thread-scroll").focus()
    await ruth.keyboard.press("a")
    await expect(ruth.get_by_role("button", name="Me", exact=True)).to_be_focused()
    await ruth.keyboard.type("Ortiz")
    await expect(ruth.get_by_role("button", name="Daniel Ortiz")).to_be_focused()
    await ruth.keyboard.press("Escape")
    await ruth.keyboard.press("a")
    await ruth.keyboard.type("mercy l")
    await expect(ruth.get_by_role("button", name="Mercy Lind")).to_be_focused()
    await ruth.keyboard.press("Enter")
    await expect(ruth.locator(".menu-assign > summary")).to_contain_text("Mercy Lind")
    await expect(composer(ruth)).to_have_value("A reply that must wait")
    assert not await Message.exists(kind="out")


async def test_the_list_of_keys_fits_the_screen(house: House, windows: Windows) -> None:
    ruth = await windows.open(house.cast.ruth, viewport={"width": 1280, "height": 800})
    await ruth.keyboard.press("?")
    keys = ruth.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(keys).to_be_visible()
    assert await keys.evaluate("one => one.scrollHeight <= one.clientHeight")


async def test_only_one_command_is_highlighted(house: House, windows: Windows) -> None:
    ruth = await in_conversation(house, windows)
    await ruth.keyboard.press("Control+k")
    commands = ruth.locator(".command")
    await commands.nth(2).hover()
    for at in (3, 1):
        await commands.nth(at).hover()
        await expect(commands.nth(at)).to_have_attribute("aria-selected", "true")
        await expect(ruth.locator(".command[aria-selected=true]")).to_have_count(1)
        ground = "all => new Set(all.map((one) => getComputedStyle(one).backgroundColor)).size"
        assert await commands.evaluate_all(ground) == 2
    await expect(ruth.locator(".command-icon:empty")).to_have_count(0)
