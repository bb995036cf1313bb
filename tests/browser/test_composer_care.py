"""Typed text is never cut, lost, glued together, or sent with braces in it."""

import asyncio
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Locator, Page, Route, expect

from inbox import paths
from inbox.models import Broadcast, Draft, Message, SavedReply
from inbox.rules.segments import MAX_TEXT_LENGTH
from tests.browser.test_composer import choose, drafted, on_handset, tab, with_naomi
from tests.browser.windows import LOST_LINE, Windows, bubble, composer, row, shows, status, write
from tests.cast import GEORGE
from tests.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

ZONE = ZoneInfo("America/Chicago")
DESK = {"width": 1400, "height": 900}
REFUSED = ("status of 422",)
LONG = "word " * 348 + "amen"
OVER = f"{len(LONG) - MAX_TEXT_LENGTH} characters too many"
AT_MOST = "A text can have at most 1,600 characters. Shorten it, or send it in two parts."


async def pasted(field: Locator, text: str) -> None:
    """As a browser pastes: a field with a maximum length cuts the text."""
    await field.focus()
    await field.page.evaluate("text => document.execCommand('insertText', false, text)", text)


async def caret(field: Locator) -> int:
    return int(await field.evaluate("one => one.selectionStart"))


async def stands_at_the_end(field: Locator, text: str) -> None:
    await expect(field).to_have_value(text)
    assert await caret(field) == len(text)


async def test_a_text_that_is_too_long_stays_whole_and_unsent_until_it_is_shortened(
    house: House, windows: Windows
) -> None:
    ruth = await windows.open(house.cast.ruth, await with_naomi(house))
    meter = ruth.locator(".composer-meter")
    for name in ("Reply", "Private note"):
        await tab(ruth, name).click()
        await pasted(composer(ruth), LONG)
        await expect(composer(ruth)).to_have_value(LONG)
        await expect(meter).to_have_text(OVER)
        await composer(ruth).press("Enter")
        await expect(ruth.get_by_role("alert").filter(has_text=AT_MOST)).to_be_visible()
        await expect(composer(ruth)).to_have_value(LONG)
    await drafted(LONG)
    await ruth.reload()
    await expect(composer(ruth)).to_have_value(LONG)
    assert not await Message.exists(kind__in=("out", "note"))

    await composer(ruth).fill(LONG[:MAX_TEXT_LENGTH])
    await expect(meter).not_to_contain_text("too many")
    await composer(ruth).press("Enter")
    await expect(bubble(ruth, "word word")).to_be_visible()
    await until(lambda: Message.filter(body=LONG[:MAX_TEXT_LENGTH].strip()).exists())


async def test_a_scheduled_text_with_a_mistake_stays_open_with_what_was_typed(
    house: House, windows: Windows
) -> None:
    windows.expected = REFUSED
    ruth = await windows.open(house.cast.ruth, await with_naomi(house))
    await composer(ruth).fill("Good morning, Naomi")
    await choose(ruth, "Send later…", "Tomorrow morning")
    form = ruth.locator(".scheduled-form")
    await bubble(ruth, "Good morning").get_by_text("Edit", exact=True).click()
    words, at = form.locator("textarea"), form.locator("[name=at]")
    chosen = await at.input_value()
    now = f"{datetime.now(UTC).astimezone(ZONE):%Y-%m-%d}"
    await expect(at).to_have_attribute("min", re.compile(f"^{now}"))

    await words.fill("Good evening, Naomi")
    # A wrong clock, or a form that was open for a long time.
    await at.evaluate("one => { one.min = ''; one.value = '2020-01-01T08:00' }")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_role("alert")).to_contain_text("That time has passed already.")
    await expect(words).to_have_value("Good evening, Naomi")
    await expect(at).to_have_value("2020-01-01T08:00")

    await at.fill(chosen)
    await pasted(words, LONG)
    await form.get_by_role("button", name="Save").click()
    await expect(form.locator("segment-meter")).to_contain_text("characters too many")
    await expect(form.locator("segment-meter")).to_contain_text(AT_MOST)
    await words.fill("Good evening, {first_name}")
    await form.get_by_role("button", name="Save").click()
    await expect(bubble(ruth, "Good evening, Naomi")).to_be_visible()
    await expect(form).to_be_hidden()
    assert (await Message.get(kind="out")).body == "Good evening, Naomi"


async def test_edits_to_a_scheduled_text_survive_a_colleagues_change_and_navigation(
    house: House, windows: Windows
) -> None:
    await house.text(GEORGE, "Hi")
    thread = await with_naomi(house)
    ruth = await windows.open(house.cast.ruth, thread)
    daniel = await windows.open(house.cast.daniel, thread)
    await composer(ruth).fill("Good morning, Naomi")
    await choose(ruth, "Send later…", "Tomorrow morning")
    words = ruth.locator(".scheduled-form textarea")
    await bubble(ruth, "Good morning").get_by_text("Edit", exact=True).click()
    cancel = bubble(ruth, "Good morning").get_by_role("button", name="Cancel")
    await expect(cancel).to_be_hidden()
    await words.fill("Good night, Naomi")

    await row(ruth, "George Bell").click()
    await shows(ruth, "George Bell")
    await row(ruth, "Naomi Park").click()
    await expect(words).to_have_value("Good night, Naomi")

    edit = bubble(daniel, "Good morning")
    await edit.get_by_text("Edit", exact=True).click()
    await edit.locator("textarea").fill("Good day, Naomi")
    await edit.get_by_role("button", name="Save").click()
    await expect(bubble(ruth, "Good day")).to_be_visible()
    await expect(words).to_have_value("Good night, Naomi")
    await expect(words).to_be_focused()
    await expect(ruth.locator(".scheduled-form [role=alert]")).to_contain_text(
        "changed it in the meantime"
    )

    await bubble(daniel, "Good day").get_by_role("button", name="Cancel").click()
    await expect(bubble(ruth, "Good day")).to_have_count(0)
    await expect(composer(ruth)).to_have_value("Good night, Naomi")
    await expect(ruth.locator(".composer-problem")).to_contain_text(
        "sent or canceled in the meantime"
    )
    assert not await Message.exists(status__in=("scheduled", "queued"))


async def one_for_later(page: Page, text: str) -> Locator:
    """A scheduled text, open for editing: the field with its words."""
    await composer(page).fill(text)
    await choose(page, "Send later…", "Tomorrow morning")
    await bubble(page, text).get_by_text("Edit", exact=True).click()
    return page.locator(".scheduled-form textarea")


async def test_edits_to_a_text_that_was_undone_before_saving_are_kept(
    house: House, windows: Windows
) -> None:
    windows.expected = REFUSED
    thread = await with_naomi(house)
    ruth = await windows.open(house.cast.ruth, thread)
    daniel = await windows.open(house.cast.daniel, thread)
    words = await one_for_later(ruth, "Good morning, Naomi")
    await words.fill("Good night, Naomi")
    asked: asyncio.Queue[Route] = asyncio.Queue()
    await ruth.route("**/schedule", asked.put)
    await ruth.get_by_role("button", name="Save", exact=True).click()
    saving = await asked.get()
    await bubble(daniel, "Good morning").get_by_role("button", name="Cancel").click()
    await expect(bubble(ruth, "Good morning")).to_have_count(0)
    await saving.continue_()
    await expect(composer(ruth)).to_have_value("Good night, Naomi")


async def test_a_form_that_was_only_opened_stays_open_when_its_text_changes(
    house: House, windows: Windows
) -> None:
    ruth = await windows.open(house.cast.ruth, await with_naomi(house))
    words = await one_for_later(ruth, "Good morning, Naomi")
    await expect(words).to_be_focused()
    waiting = await Message.get(status="scheduled")
    assert waiting.scheduled_for
    at = waiting.scheduled_for.astimezone(ZONE)
    changed = {"body": "Good evening", "at": at.strftime("%Y-%m-%dT%H:%M")}
    daniel = await house.browser(house.cast.daniel)
    path = paths.schedule(waiting.conversation_id, waiting.id)
    assert (await daniel.post(path, data=changed)).status == 200
    await expect(bubble(ruth, "Good evening")).to_be_visible()
    await expect(words).to_be_focused()
    await expect(words).to_have_value("Good evening")


async def test_edits_to_a_text_wait_for_their_writer_to_come_back(
    house: House, windows: Windows
) -> None:
    await house.text(GEORGE, "Hi")
    thread = await with_naomi(house)
    ruth = await windows.open(house.cast.ruth, thread)
    words = await one_for_later(ruth, "Good morning, Naomi")
    await words.fill("Good night, Naomi")
    await row(ruth, "George Bell").click()
    await shows(ruth, "George Bell")
    daniel = await windows.open(house.cast.daniel, thread)
    await bubble(daniel, "Good morning").get_by_role("button", name="Cancel").click()
    await expect(bubble(daniel, "Good morning")).to_have_count(0)
    await row(ruth, "Naomi Park").click()
    await expect(composer(ruth)).to_have_value("Good night, Naomi")
    await expect(ruth.locator(".composer-problem")).to_contain_text(
        "sent or canceled in the meantime"
    )


async def test_saving_ones_own_edit_is_no_colleagues_change(house: House, windows: Windows) -> None:
    windows.expected = LOST_LINE
    ruth = await windows.open(house.cast.ruth, await with_naomi(house))
    # Nothing is pushed: only the response replaces the bubble.
    await ruth.evaluate("window.dispatchEvent(new Event('offline'))")
    words = await one_for_later(ruth, "Good morning, Naomi")
    await words.fill("Good night, {first_name}")
    await ruth.get_by_role("button", name="Save", exact=True).click()
    await expect(bubble(ruth, "Good night, Naomi")).to_be_visible()
    await expect(words).to_be_hidden()


async def save(page: Page) -> None:
    await page.locator(".about-form .button-main").click()


async def test_when_two_write_about_one_member_both_are_read(
    house: House, windows: Windows
) -> None:
    windows.expected = REFUSED
    thread = await with_naomi(house)
    both = (house.cast.ruth, house.cast.daniel)
    pages = [await windows.open(one, thread, viewport=DESK) for one in both]
    for page in pages:
        await page.locator(".about-edit > summary").click()
    first, second = (page.get_by_label("Notes about this member") for page in pages)
    await first.fill("Never mind")
    await pages[0].get_by_role("button", name="Keep it as it is").click()
    await expect(first).to_be_hidden()
    await pages[0].locator(".about-edit > summary").click()
    await expect(first).to_have_value("")
    await first.fill("Her mother is ill.")
    await second.fill("Sings alto.")
    await save(pages[0])
    await expect(first).to_be_hidden()
    await save(pages[1])
    problem = pages[1].locator(".about-form [role=alert]")
    await expect(problem).to_contain_text("changed this in the meantime: “Her mother is ill.”")
    await expect(second).to_have_value("Sings alto.")
    await save(pages[1])
    await expect(second).to_be_hidden()
    await expect(pages[0].locator(".about")).to_have_text("Sings alto.")

    await pages[1].locator(".about-edit > summary").click()
    await second.fill("")
    await pasted(second, LONG * 2)
    await save(pages[1])
    await expect(problem).to_contain_text("This can have at most 2000 characters")
    await second.fill("Her mother is ill. Sings alto.")
    await save(pages[1])
    await expect(second).to_be_hidden()
    for page in pages:
        await expect(page.locator(".about")).to_have_text("Her mother is ill. Sings alto.")


async def test_a_draft_continues_at_its_end(house: House, windows: Windows) -> None:
    house.cast.ruth.undo_seconds = 20
    await house.cast.ruth.save(update_fields=["undo_seconds"])
    thread = await with_naomi(house)
    await Draft.keep(house.cast.ruth, await house.cast.conversation(), "reply", "Half a thought")
    ruth = await windows.open(house.cast.ruth, thread)
    await expect(composer(ruth)).to_be_focused()
    await stands_at_the_end(composer(ruth), "Half a thought")

    await write(ruth, "See you on Sunay")
    await ruth.get_by_role("button", name="Undo").click()
    await expect(bubble(ruth, "on Sunay")).to_have_count(0)
    await stands_at_the_end(composer(ruth), "See you on Sunay")
    await choose(ruth, "Send later…", "Tomorrow morning")
    await bubble(ruth, "on Sunay").get_by_role("button", name="Cancel").click()
    await expect(bubble(ruth, "on Sunay")).to_have_count(0)
    await stands_at_the_end(composer(ruth), "See you on Sunay")


async def test_an_error_disappears_after_a_success(house: House, windows: Windows) -> None:
    windows.expected = REFUSED
    ruth = await windows.open(house.cast.ruth, await with_naomi(house))
    await composer(ruth).fill("Good morning")
    await choose(ruth, "Send later…", "Tomorrow morning")
    cancel = bubble(ruth, "Good morning").get_by_role("button", name="Cancel")
    await expect(cancel).to_be_visible()
    scheduled = await Message.get(status="scheduled")
    # It has left meanwhile, and this screen does not know yet.
    await Message.filter(id=scheduled.id).update(status="failed")
    await cancel.click()
    problem = ruth.locator(".composer-problem")
    await expect(problem).to_contain_text("This text is no longer waiting")
    await bubble(ruth, "Good morning").get_by_role("button", name="Retry").click()
    await expect(problem).to_be_empty()
    await expect(status(ruth, "Good morning").last).to_have_text("Delivered")


async def test_a_saved_reply_is_not_glued_to_existing_text(house: House, windows: Windows) -> None:
    church = house.cast.grace
    await SavedReply.create(church=church, title="Times", body="Hi {first_name}. Sundays at 9.")
    await SavedReply.create(church=church, title="Where", body="12 Oak Street\nUpstairs")
    ruth = await windows.open(house.cast.ruth, await with_naomi(house))

    async def put_in(title: str) -> None:
        await ruth.get_by_role("button", name="Saved replies").click()
        await ruth.get_by_role("option", name=title).click()

    await put_in("Times")
    await put_in("Times")
    twice = "Hi Naomi. Sundays at 9. Hi Naomi. Sundays at 9."
    await expect(composer(ruth)).to_have_value(twice)
    await composer(ruth).fill("Ruth")
    await composer(ruth).press("Home")
    await put_in("Where")
    await expect(composer(ruth)).to_have_value("12 Oak Street\nUpstairs\nRuth")


async def test_a_first_name_is_filled_in_in_a_single_reply_too(
    house: House, windows: Windows
) -> None:
    ruth = await windows.open(house.cast.ruth, await with_naomi(house))
    await composer(ruth).fill("Hola {nombre}")
    await expect(ruth.locator(".meter-unknown")).to_have_text(
        "{nombre} is not replaced; only {first_name} is."
    )
    await composer(ruth).fill("Hi {first_name}, yes we can")
    await expect(ruth.locator(".meter-unknown")).to_have_count(0)
    looked_at = asyncio.Event()

    async def held(route: Route) -> None:
        await looked_at.wait()
        await route.continue_()

    await ruth.route("**/messages", held)
    await composer(ruth).press("Enter")
    await expect(status(ruth, "Hi Naomi, yes we can")).to_have_text("Waiting")
    looked_at.set()
    await expect(status(ruth, "Hi Naomi, yes we can")).to_have_text("Delivered")
    assert on_handset(house) == ["Hi Naomi, yes we can"]
    await expect(composer(ruth)).to_have_value("")


async def test_a_text_with_an_unfilled_field_is_not_sent(house: House, windows: Windows) -> None:
    page = await windows.open(house.cast.ruth, paths.new_broadcast())
    await page.locator("#broadcast_body").fill("Hola {nombre}")
    meter = page.locator("broadcast-form segment-meter")
    await expect(meter).to_contain_text("{nombre} is not replaced; only {first_name} is")
    await page.get_by_role("button", name="Send to").click()
    await expect(page.get_by_role("alert")).to_contain_text("Correct it, or leave out the braces")
    await expect(meter).to_contain_text("only {first_name} is. Nothing was sent. Correct it")
    await expect(page.locator("dialog[open]")).to_have_count(0)
    await expect(page.locator("#broadcast_body")).to_have_value("Hola {nombre}")
    assert not await Broadcast.exists()


async def test_no_offer_to_take_the_conversation_follows_done(
    house: House, windows: Windows
) -> None:
    house.cast.ruth.undo_seconds = 20
    await house.cast.ruth.save(update_fields=["undo_seconds"])
    ruth = await windows.open(house.cast.ruth, await with_naomi(house))
    question = ruth.get_by_text("Assign this conversation to you?")
    await write(ruth, "On my way")
    await expect(question).to_be_visible()
    await ruth.get_by_role("button", name="Undo").click()
    await expect(composer(ruth)).to_have_value("On my way")
    await expect(question).to_be_hidden()
    await composer(ruth).press("Control+Shift+Enter")
    await expect(ruth.locator(".event", has_text="marked this done")).to_be_visible()
    await expect(question).to_be_hidden()


async def test_the_most_common_emoji_comes_first(house: House, windows: Windows) -> None:
    ruth = await windows.open(house.cast.ruth, await with_naomi(house))
    await ruth.get_by_role("button", name="Emoji", exact=True).click()
    for asked, first in (("pray", "🙏"), ("heart", "❤️"), ("prayer", "📿"), ("chur", "⛪")):
        await ruth.get_by_placeholder("Find an emoji").fill(asked)
        await expect(ruth.locator(".emoji-pages button").first).to_contain_text(first)


async def test_the_key_hints_match_how_this_person_sends(house: House, windows: Windows) -> None:
    house.cast.daniel.enter_sends = False
    await house.cast.daniel.save(update_fields=["enter_sends"])
    for person, keys in ((house.cast.ruth, ["Enter"]), (house.cast.daniel, ["Ctrl", "Enter"])):
        page = await windows.open(person)
        await page.keyboard.press("?")
        sends = page.locator("#keys dl > div:visible", has=page.get_by_text("Send", exact=True))
        await expect(sends.locator("kbd")).to_have_text(keys)
