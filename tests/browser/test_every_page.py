"""Every page, wide and narrow, light and dark: it fits, logs no error, and names everything."""

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from inbox import paths
from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Broadcast, Conversation, Group, Media, Message, SavedReply, Session, Staff
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.broadcasts.stopping import stop_broadcast
from inbox.models.conversations.listing import FIRST_ROWS
from inbox.models.texts import scheduled
from inbox.models.texts.notes import add_note
from inbox.models.texts.reply import reply
from inbox.simulator import Fault, Faults, text_from
from tests.browser.looks import DESKTOP, INK, PHONE, check, check_access, check_width, check_words
from tests.browser.windows import Windows, bubble, composer, follow, row, shows, status
from tests.cast import GEORGE, GRACE_NUMBER, NAOMI, PASSWORD, STRANGER
from tests.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def a_busy_day(house: House) -> list[Conversation]:
    """Something of everything: one full conversation, one opted out, one unknown."""
    await text_from(house.network, NAOMI, GRACE_NUMBER, "From the picnic", pictures=3)
    await house.network.settled()
    await until(_pictures_are_stored)
    await house.text(GEORGE, "Averylongwordwithoutanyspaces" * 6)
    await house.text(GEORGE, "STOP")
    await house.text(STRANGER, "Hello from https://an.example/" + "long/" * 30)
    await three_broadcasts(house)
    await house.text(NAOMI, "Yes, gladly")
    await everything_staff_can_write(house)
    return await Conversation.all().order_by("id")


async def three_broadcasts(house: House) -> None:
    """One that missed some recipients, one for tomorrow, and one canceled in time."""
    church, ruth, tomorrow = house.cast.grace, house.cast.ruth, now() + timedelta(days=1)
    house.network.faults = Faults(delivery_fails=Fault(next=1, code=30003))
    for body, at in (
        ("Dear {first_name}, hello", None),
        ("Choir at seven", tomorrow),
        ("Never mind", tomorrow),
    ):
        one = await compose_broadcast(
            church, by=ruth, body=body, target_type="all", key=new_key(), send_after=at
        )
        if not at:
            house.app.context.wake_worker()
            await until(lambda: Broadcast.filter(enlisted_at__isnull=False).exists())
            await house.settled()
    await stop_broadcast(one)


async def everything_staff_can_write(house: House) -> None:
    """A failed text, a note, a scheduled text, and one that can still be undone."""
    ruth, naomi = house.cast.ruth, await house.cast.conversation()
    house.network.faults = Faults(delivery_fails=Fault(next=1, code=30003))
    await reply(naomi, by=ruth, body="Thank you for the pictures!", key=new_key())
    house.app.context.wake_worker()
    await house.settled()
    called = "@Ruth Adeyemi, who else was there?"
    await add_note(naomi, by=house.cast.daniel, body=called, key=new_key())
    tomorrow = now() + timedelta(days=1)
    await scheduled.schedule(naomi, by=ruth, body="See you", key=new_key(), at=tomorrow)
    await Staff.filter(id=ruth.id).update(undo_seconds=20)
    await ruth.refresh_from_db()
    undone = await reply(naomi, by=ruth, body="Oh no", key=new_key())
    await Message.filter(id=undone.id).update(send_after=tomorrow)


async def _pictures_are_stored() -> bool:
    return await Media.filter(status="stored").count() == 3


async def test_the_pages_of_the_inbox(house: House, windows: Windows) -> None:
    await a_busy_day(house)
    pages = [
        paths.inbox(),
        paths.inbox("needs-reply"),
        paths.inbox("mentions"),
        paths.inbox("scheduled"),
        paths.inbox("done"),
        paths.inbox("all", "unread", "name"),
        paths.new_conversation(),
        paths.new_conversation("na"),
        paths.new_conversation("202 555 0177"),
        paths.search(),
        paths.search("hello"),
    ]
    await check_each(await windows.open(house.cast.ruth, viewport=DESKTOP), pages)


async def test_the_threads(house: House, windows: Windows) -> None:
    conversations = await a_busy_day(house)
    page = await windows.open(house.cast.ruth, viewport=DESKTOP)
    await check_each(page, [paths.conversation(one.id) for one in conversations])
    await page.set_viewport_size({"width": 1440, "height": 800})
    await follow(page, paths.conversation(1))
    await expect(page.get_by_role("button", name="Undo")).to_be_visible()
    await expect(page.get_by_text("Can be texted")).to_be_visible()
    await expect(page.locator(".message").last).to_contain_text("Scheduled")
    await expect(page.locator(".message-note .called")).to_be_visible()
    await expect(page.get_by_role("link", name="Answers “")).to_be_visible()


async def test_the_broadcasts(house: House, windows: Windows) -> None:
    await a_busy_day(house)
    sent, scheduled, stopped = await Broadcast.all().order_by("id")
    outcomes = ("answered", "arrived", "failed", "left_out")
    pages = [
        paths.broadcasts(),
        paths.new_broadcast(),
        *(f"{paths.broadcast(sent.id)}?outcome={outcome}" for outcome in outcomes),
        paths.broadcast(scheduled.id),
        paths.broadcast(stopped.id),
    ]
    await check_each(await windows.open(house.cast.ruth, viewport=DESKTOP), pages)


async def check_each(page: Page, addresses: Sequence[str]) -> None:
    for address in addresses:
        await follow(page, address)
        await check(page)


async def test_everything_that_opens_over_a_page(house: House, windows: Windows) -> None:
    await a_busy_day(house)
    await SavedReply.create(church=house.cast.grace, title="Times", body="Sundays at 9.")
    page = await windows.open(house.cast.ruth, paths.conversation(1), viewport=DESKTOP)
    composer_of = page.locator(".composer")
    for opener, opened in (
        (page.locator(".menu-assign > summary"), page.locator(".menu-assign .menu-panel")),
        (page.locator(".menu-snooze > summary"), page.locator(".menu-snooze .menu-panel").first),
        (page.locator(".menu-more > summary"), page.locator(".menu-more .menu-panel")),
        (
            composer_of.get_by_role("button", name="Saved replies"),
            page.get_by_role("option", name="Times"),
        ),
        (page.locator(".menu-filters > summary"), page.locator(".menu-filters .menu-panel")),
        (page.locator(".scheduled-edit > summary"), page.get_by_label("Text", exact=True)),
        (page.get_by_role("tab", name="Private note"), page.get_by_text("Only staff see this")),
        (page.locator("a.picture").first, page.get_by_role("dialog", name="Photos")),
    ):
        await opener.click()
        await expect(opened).to_be_visible()
        await check_access(page)
        await page.keyboard.press("Escape")
    await composer_of.get_by_role("button", name="Emoji").click()
    await expect(page.get_by_role("searchbox", name="Find an emoji")).to_be_focused()
    # Not all of the two thousand.
    await page.keyboard.type("folded")
    await check_access(page)
    await page.keyboard.press("Escape")
    await composer(page).blur()
    for keys, name in (("?", "Keyboard shortcuts"), ("Control+k", "Search and commands")):
        await page.keyboard.press(keys)
        await expect(page.get_by_role("dialog", name=name)).to_be_visible()
        await check_access(page)
        await page.keyboard.press("Escape")
    await page.locator(".row-link").first.focus()
    await page.keyboard.press("x")
    await expect(page.locator(".bulk-count")).to_be_visible()
    await check_access(page)


async def test_the_pages_of_the_settings(house: House, windows: Windows) -> None:
    choir = await Group.create(church=house.cast.grace, name="Choir")
    await choir.add([house.cast.naomi])
    await SavedReply.create(church=house.cast.grace, title="Times", body="Sundays at 9.")
    ruth = await windows.open(house.cast.ruth, viewport=DESKTOP)
    await check_each(ruth, [*SETTINGS, paths.group_settings(choir.id), paths.api_token_settings()])
    await ruth.get_by_label("Name").fill("Website")
    await ruth.get_by_role("button", name="Create a token").click()
    await expect(ruth.get_by_text("Copy the new token now.")).to_be_visible()
    await check(ruth)
    mercy = await windows.open(house.cast.mercy, viewport=DESKTOP)
    not_hers = (paths.church_settings(), paths.twilio_settings(), paths.staff_settings())
    await check_each(mercy, not_hers)


SETTINGS = (
    paths.church_settings(),
    paths.people_settings(),
    paths.import_people(),
    paths.group_settings(),
    paths.twilio_settings(),
    paths.staff_settings(),
    paths.saved_reply_settings(),
    paths.preference_settings(),
    paths.session_settings(),
)


async def test_the_pages_in_spanish(house: House, windows: Windows) -> None:
    house.cast.grace.language = "es"
    await house.cast.grace.save(update_fields=["language"])
    await a_busy_day(house)
    pages = [
        paths.inbox(),
        paths.conversation(1),
        paths.conversation(2),
        paths.search("hello"),
        paths.new_broadcast(),
        paths.broadcast(1),
        *SETTINGS,
    ]
    page = await windows.open(house.cast.ruth, viewport=DESKTOP)
    await expect(page.locator("html")).to_have_attribute("lang", "es")
    # Colors and roles are the same as on the English pages.
    for address in pages:
        await follow(page, address)
        await check_words(page)


async def test_text_twice_as_large_still_fits(house: House, windows: Windows) -> None:
    await a_busy_day(house)
    page = await windows.open(house.cast.ruth, viewport=PHONE)
    pages = (
        paths.inbox(),
        paths.conversation(1),
        paths.conversation(2),
        paths.new_broadcast(),
        paths.broadcast(1),
        paths.people_settings(),
        paths.preference_settings(),
    )
    for address in pages:
        await follow(page, address)
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
        for size in (PHONE, DESKTOP):
            await page.set_viewport_size(size)
            await check_width(page)
        await page.evaluate("document.documentElement.removeAttribute('style')")


async def test_a_conversation_prints_whole_and_readable(house: House, windows: Windows) -> None:
    for number in range(30):
        await house.text(NAOMI, f"Text {number}")
    naomi = await house.cast.conversation()
    await reply(naomi, by=house.cast.ruth, body="Thank you", key=new_key())
    page = await windows.open(house.cast.ruth, paths.conversation(1), viewport=DESKTOP)
    await expect(bubble(page, "Thank you")).to_be_visible()
    await page.emulate_media(media="print")
    for hidden in (page.locator(".rail"), page.locator(".pane-list"), composer(page)):
        await expect(hidden).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollHeight") > DESKTOP["height"]
    own = bubble(page, "Thank you").locator(".bubble")
    await expect(own).to_have_css("color", await page.evaluate(INK))
    await expect(own).to_have_css("border-top-style", "solid")
    await page.emulate_media(media="screen")


async def test_high_contrast_shows_bubbles_and_what_is_chosen(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Hello")
    page = await windows.open(
        house.cast.ruth,
        paths.conversation(1),
        device="high contrast",
        viewport=DESKTOP,
        forced_colors="active",
    )
    await expect(bubble(page, "Hello").locator(".bubble")).to_have_css("border-top-style", "solid")
    for chosen in (
        page.locator(".row-link[aria-current]"),
        page.locator(".rail-link[aria-current]"),
        page.get_by_role("tab", name="Reply"),
    ):
        await expect(chosen).to_have_css("outline-style", "solid")


async def test_the_pages_for_people_who_are_not_signed_in(house: House, windows: Windows) -> None:
    windows.expected = ("status of 404",)
    page = await windows.open(None, paths.sign_in(), viewport=DESKTOP)
    await check(page)
    await follow(page, "/nowhere")
    await expect(page.get_by_role("heading", name="Not found")).to_be_visible()
    await check(page)


async def test_the_handsets(house: House, windows: Windows) -> None:
    await a_busy_day(house)
    page = await windows.open(None, house.simulator.url, viewport=DESKTOP)
    await check(page)


async def test_a_new_installation_is_set_up_in_the_browser(house: House, windows: Windows) -> None:
    await Session.all().delete()
    await Staff.all().delete()
    account = house.world.add_account("Saint Anne")
    house.world.add_number(account, "+12065550100")
    windows.expected = ("status of 422",)
    page = await windows.open(None, "/", viewport=DESKTOP)
    await check(page)
    await page.get_by_label("Church name").fill("Saint Anne")
    await page.get_by_label("Your name").fill("Mary Stone")
    await page.get_by_label("Your email address").fill("mary@anne.example")
    await page.get_by_label("Choose a password").fill(PASSWORD)
    await page.get_by_role("button", name="Open the inbox").click()

    await expect(page.get_by_role("heading", name="Twilio", level=1)).to_be_visible()
    await check(page)
    other_tab = await windows.open(None, paths.inbox(), viewport=DESKTOP)
    await expect(other_tab.get_by_text("Connect your phone number")).to_be_visible()
    await check(other_tab)

    await page.get_by_label("Account SID").fill(account.sid)
    await page.get_by_label("Auth Token").fill("0" * 32)
    await page.get_by_label("Phone number").fill("(206) 555-0100")
    await page.get_by_role("button", name="Check and connect").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.get_by_label("Auth Token").fill(account.auth_token)
    await page.get_by_role("button", name="Check and connect").click()
    await expect(page.get_by_text("You can now send and receive texts.")).to_be_visible()
    await check(page)

    await house.text(NAOMI, "Hello Saint Anne", to="+12065550100")
    await expect(row(other_tab, "(202) 555-0142")).to_contain_text("Hello Saint Anne")


async def test_a_phone_goes_from_the_list_to_a_thread_and_back(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Could somebody drive me on Sunday?")
    await house.text(GEORGE, "Hi")
    page = await windows.open(
        house.cast.ruth, device="phone", viewport=PHONE, has_touch=True, is_mobile=True
    )
    await row(page, "Naomi Park").tap()
    await shows(page, "Naomi Park")
    await expect(page.locator(".pane-list")).to_be_hidden()
    await expect(bubble(page, "drive me")).to_be_in_viewport()
    await expect(composer(page)).to_be_in_viewport()
    await expect(page).to_have_url(re.compile(r"/inbox/\d+$"))

    await composer(page).fill("Daniel will")
    await page.get_by_role("button", name="Send").tap()
    await expect(status(page, "Daniel will")).to_have_text("Delivered")
    await expect(composer(page)).to_be_in_viewport()

    await page.get_by_role("link", name="Back to the list").tap()
    await expect(row(page, "Naomi Park")).to_be_in_viewport()
    await expect(page.locator(".composer-text")).to_have_count(0)
    await row(page, "George Bell").tap()
    await shows(page, "George Bell")
    await expect(page).to_have_url(re.compile(paths.conversation(2)))
    # Turbo shows the thread just before its own visit ends. Going back at that moment must work.
    await page.go_back()
    await expect(row(page, "George Bell")).to_be_in_viewport()


async def test_the_keyboard_reaches_everything(house: House, windows: Windows) -> None:
    await house.text(NAOMI, "Could somebody drive me on Sunday?")
    await house.text(GEORGE, "Hi")
    page = await windows.open(house.cast.ruth, viewport=DESKTOP)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await tab_to(page, ".row-link")
    await expect(row(page, "George Bell").locator(".row-link")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(row(page, "Naomi Park").locator(".row-link")).to_be_focused()
    await page.keyboard.press("Enter")
    await shows(page, "Naomi Park")
    await expect(composer(page)).to_be_focused()
    await page.keyboard.type("Daniel will")
    await page.keyboard.press("Enter")
    await expect(status(page, "Daniel will")).to_have_text("Delivered")

    await page.reload()
    await page.locator(".row-link").last.focus()
    await tab_to(page, ".composer-text")


async def tab_to(page: Page, selector: str) -> None:
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await page.evaluate("css => document.activeElement.matches(css)", selector):
            return
    pytest.fail(f"The Tab key does not reach {selector}")


async def test_a_page_of_rows_scrolls_on_to_the_oldest(house: House, windows: Windows) -> None:
    for number in range(60):
        await house.text(f"+1202555{100 + number % 100:04}", f"Text {number}")
    assert await Message.filter(kind="in").count() == 60
    page = await windows.open(house.cast.ruth)
    await expect(page.locator(".row")).to_have_count(FIRST_ROWS)
    await page.locator(".row").last.scroll_into_view_if_needed()
    await expect(page.locator(".row")).to_have_count(60)
    names = await page.locator(".row-text").all_inner_texts()
    assert names == [f"Text {number}" for number in reversed(range(60))]
    await expect(page.locator(".row[data-unread]")).to_have_count(60)
