"""The composer: texts, notes, scheduled texts, undo, and two staff who write at once."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Locator, Page, expect

from inbox import paths
from inbox.clock import now
from inbox.models import Conversation, Draft, Message, SavedReply
from inbox.models.texts.undo import undo
from tests.browser.windows import (
    LOST_LINE,
    Windows,
    bubble,
    composer,
    not_reloaded,
    status,
    takes_only_notes,
    write,
)
from tests.cast import GEORGE, NAOMI
from tests.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"width": 390, "height": 844}
# Of every church in the cast.
ZONE = ZoneInfo("America/Chicago")
REFUSED = ("status of 409", "status of 422")


async def with_naomi(house: House) -> str:
    """The address of a conversation that needs a reply."""
    await house.text(NAOMI, "Could somebody drive me?")
    return paths.conversation((await house.cast.conversation()).id)


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tab", name=name)


def collision(page: Page) -> Locator:
    return page.locator(".collision")


async def choose(page: Page, *names: str) -> None:
    """In the menu next to Send."""
    await page.locator(".send-more").click()
    for name in names:
        await page.locator(".menu-send .menu-item", has_text=name).locator("visible=true").click()


def said(page: Page) -> Locator:
    """The texts in the thread, from top to bottom."""
    return page.locator(".messages > .message .bubble-text")


def on_handset(house: House) -> list[str]:
    return [one.body for one in house.world.handset(NAOMI).bubbles if not one.mine]


async def drafted(body: str) -> None:
    """The draft has reached the server."""

    async def there() -> bool:
        return await Draft.filter(body=body).exists()

    await until(there)


async def test_a_note_mentions_a_colleague_and_is_not_sent_to_the_member(
    house: House, windows: Windows
) -> None:
    thread = await with_naomi(house)
    ruth = await windows.open(house.cast.ruth, thread)
    daniel = await windows.open(house.cast.daniel, thread)
    await tab(ruth, "Private note").click()
    await expect(ruth.get_by_text("Only staff see this")).to_be_visible()
    await composer(ruth).press_sequentially("Could you ring her, @o")
    await expect(ruth.get_by_role("option")).to_contain_text(["Daniel Ortiz"])
    await composer(ruth).press("Backspace")
    await expect(ruth.get_by_role("option")).to_have_count(2)
    await composer(ruth).press("ArrowDown")
    await composer(ruth).press("ArrowUp")
    await composer(ruth).press("Enter")
    await expect(composer(ruth)).to_have_value("Could you ring her, @Daniel Ortiz ")
    await composer(ruth).press_sequentially("today?")
    await composer(ruth).press("Enter")

    await expect(bubble(daniel, "Could you ring her")).to_contain_text("Ruth Adeyemi")
    await expect(bubble(ruth, "Could you ring her")).to_have_count(1)
    note = await Message.get(kind="note")
    assert note.body == "Could you ring her, @Daniel Ortiz today?"
    await tab(ruth, "Reply").click()
    await write(ruth, "Somebody will ring you")
    await expect(status(ruth, "will ring you")).to_have_text("Delivered")
    assert on_handset(house) == ["Somebody will ring you"]
    await not_reloaded(ruth, daniel)


async def test_each_tab_keeps_its_own_draft(house: House, windows: Windows) -> None:
    ruth = await windows.open(house.cast.ruth, await with_naomi(house))
    await composer(ruth).fill("Dear Naomi")
    await tab(ruth, "Private note").click()
    await expect(composer(ruth)).to_have_value("")
    await composer(ruth).fill("Who knows her?")
    await composer(ruth).blur()
    await ruth.keyboard.press("r")
    await expect(composer(ruth)).to_be_focused()
    await expect(composer(ruth)).to_have_value("Dear Naomi")
    await expect(tab(ruth, "Private note")).to_have_attribute("data-written", "")
    await drafted("Who knows her?")
    await drafted("Dear Naomi")
    await ruth.reload()
    await expect(composer(ruth)).to_have_value("Dear Naomi")
    await tab(ruth, "Private note").click()
    await expect(composer(ruth)).to_have_value("Who knows her?")


async def test_staff_can_still_write_notes_if_the_member_cannot_be_texted(
    house: House, windows: Windows
) -> None:
    thread = await with_naomi(house)
    await house.text(NAOMI, "STOP")
    ruth = await windows.open(house.cast.ruth, thread)
    await takes_only_notes(ruth)
    await write(ruth, "Please do not text her any more")
    await expect(bubble(ruth, "do not text her")).to_be_visible()
    await until(lambda: Message.filter(kind="note").exists())


async def test_a_draft_is_the_same_on_every_screen_of_its_writer(
    house: House, windows: Windows
) -> None:
    thread = await with_naomi(house)
    desk = await windows.open(house.cast.ruth, thread)
    laptop = await windows.open(house.cast.ruth, thread, device="laptop")
    daniel = await windows.open(house.cast.daniel, thread)
    await composer(desk).fill("Half a thou")
    await expect(composer(laptop)).to_have_value("Half a thou")
    await composer(laptop).press("End")
    await composer(laptop).press_sequentially("ght")
    await expect(composer(desk)).to_have_value("Half a thought")
    await drafted("Half a thought")
    await desk.reload()
    await expect(composer(desk)).to_have_value("Half a thought")
    await expect(composer(daniel)).to_have_value("")

    await composer(desk).press("Enter")
    await expect(composer(laptop)).to_have_value("")
    await expect(status(laptop, "Half a thought")).to_have_text("Delivered")

    async def forgotten() -> bool:
        return not await Draft.exists()

    await until(forgotten)
    await not_reloaded(laptop, daniel)


async def test_a_draft_begun_offline_is_not_lost(house: House, windows: Windows) -> None:
    windows.expected = LOST_LINE
    thread = await with_naomi(house)
    ruth = await windows.open(house.cast.ruth, thread)
    await composer(ruth).fill("Before the tunnel")
    await drafted("Before the tunnel")
    await ruth.context.set_offline(True)
    await composer(ruth).fill("In the tunnel")
    await expect(ruth.locator("connection-chip")).to_contain_text("No internet")
    await ruth.close()
    await ruth.context.set_offline(False)
    again = await windows.open(house.cast.ruth, thread)
    await expect(composer(again)).to_have_value("In the tunnel")
    await drafted("In the tunnel")


async def test_a_slash_finds_a_saved_reply_that_is_sent_with_their_name(
    house: House, windows: Windows
) -> None:
    thread = await with_naomi(house)
    for title, body in (
        ("Ride to church", "Hi {first_name}, we can pick you up."),
        ("Service times", "Sundays at 9 and 11."),
    ):
        await SavedReply.create(church=house.cast.grace, title=title, body=body)
    ruth = await windows.open(house.cast.ruth, thread)
    await composer(ruth).press_sequentially("/")
    options = ruth.get_by_role("option")
    await expect(options).to_have_count(2)
    await expect(ruth.locator(".saved-reading")).to_have_text("Hi Naomi, we can pick you up.")
    await composer(ruth).press_sequentially("times")
    await expect(options).to_have_count(1)
    await expect(ruth.locator(".saved-reading")).to_have_text("Sundays at 9 and 11.")
    await composer(ruth).press("Enter")
    await expect(composer(ruth)).to_have_value("Sundays at 9 and 11.")
    await expect(options.locator("visible=true")).to_have_count(0)

    await composer(ruth).press_sequentially(" ")
    await ruth.get_by_role("button", name="Saved replies").click()
    await ruth.get_by_role("searchbox", name="Find a saved reply").fill("ride")
    await ruth.keyboard.press("Enter")
    await expect(composer(ruth)).to_have_value("Sundays at 9 and 11. Hi Naomi, we can pick you up.")
    await ruth.keyboard.press("Control+z")
    await expect(composer(ruth)).to_have_value("Sundays at 9 and 11. ")
    await composer(ruth).fill("either/or")
    await composer(ruth).press_sequentially("\n/")
    await expect(options.first).to_be_visible()
    await ruth.keyboard.press("Escape")
    await expect(options.first).to_be_hidden()
    await expect(composer(ruth)).to_be_focused()


async def test_an_emoji_is_found_by_its_name_and_remembered(house: House, windows: Windows) -> None:
    thread = await with_naomi(house)
    ruth = await windows.open(house.cast.ruth, thread)
    await composer(ruth).fill("Thank you!")
    await ruth.get_by_role("button", name="Emoji").click()
    await expect(ruth.get_by_role("heading", name="Smileys")).to_be_visible()
    await expect(ruth.get_by_role("searchbox", name="Find an emoji")).to_be_focused()
    await ruth.keyboard.type("folded")
    await expect(ruth.locator(".emoji-pages button").first).to_have_attribute(
        "aria-label", "folded hands"
    )
    await ruth.keyboard.press("ArrowDown")
    await ruth.keyboard.press("Enter")
    await expect(composer(ruth)).to_have_value("Thank you!🙏")
    await expect(composer(ruth)).to_be_focused()
    await expect(ruth.locator(".meter-why")).to_contain_text("🙏 takes more room")
    await ruth.get_by_role("button", name="Emoji").click()
    await expect(ruth.get_by_role("heading", name="Recently used")).to_be_visible()
    await ruth.keyboard.press("ArrowDown")
    await ruth.keyboard.press("Enter")
    await expect(composer(ruth)).to_have_value("Thank you!🙏🙏")

    await ruth.get_by_role("button", name="Emoji").click()
    await ruth.keyboard.type("no emoji has this name")
    await expect(ruth.get_by_text("No emoji matches.")).to_be_visible()
    await ruth.keyboard.press("Escape")
    await expect(composer(ruth)).to_be_focused()


async def test_characters_that_cost_more_are_shown_and_replaced(
    house: House, windows: Windows
) -> None:
    ruth = await windows.open(house.cast.ruth, await with_naomi(house))
    await composer(ruth).fill("It’s “at 9” – " + "please come " * 5)
    await expect(ruth.locator(".meter-count")).to_have_text("2 texts, 61 left")
    await expect(ruth.locator(".culprit")).to_have_text(["’", "“", "”", "–"])
    await ruth.get_by_role("button", name="Use plain characters").click()
    await expect(composer(ruth)).to_have_value('It\'s "at 9" - ' + "please come " * 5)
    await expect(ruth.locator(".meter-count")).to_have_text("1 text")
    await expect(ruth.locator(".meter-why")).to_have_text("Replaced: ’ “ ” –")
    await ruth.keyboard.press("Control+z")
    await expect(ruth.get_by_role("button", name="Use plain characters")).to_be_visible()
    await composer(ruth).fill("“Yes” 🙏")
    await expect(ruth.locator(".culprit")).to_have_text(["“", "”", "🙏"])
    await expect(ruth.get_by_role("button", name="Use plain characters")).to_have_count(0)


async def test_a_text_for_tomorrow_is_shown_below_and_its_words_return_when_it_is_canceled(
    house: House, windows: Windows
) -> None:
    thread = await with_naomi(house)
    ruth = await windows.open(house.cast.ruth, thread)
    daniel = await windows.open(house.cast.daniel, thread)
    await composer(ruth).fill("Good morning, Naomi")
    await choose(ruth, "Send later…", "Tomorrow morning")
    for page in (ruth, daniel):
        await expect(bubble(page, "Good morning")).to_have_attribute("data-status", "scheduled")
    scheduled = await Message.get(status="scheduled")
    assert scheduled.scheduled_for
    here = scheduled.scheduled_for.astimezone(ZONE)
    assert (here.hour, here.minute) == (8, 0)
    assert here.date() > datetime.now(UTC).astimezone(ZONE).date()

    # Its own list shows it; the others show the last message.
    planned = await windows.open(house.cast.mercy, paths.inbox("scheduled"))
    mine = await windows.open(house.cast.mercy, device="phone", viewport=PHONE, has_touch=True)
    shown, others = planned.locator(".row-bottom"), mine.locator(".row-bottom")
    await expect(shown.get_by_text("Good morning, Naomi")).to_be_visible()
    await expect(shown.get_by_text("Could somebody drive me?")).to_be_hidden()
    await expect(others.get_by_text("Could somebody drive me?")).to_be_visible()
    await expect(others.get_by_text("Good morning, Naomi")).to_be_hidden()
    times = planned.locator(".row-time").locator("visible=true")
    await expect(times).to_have_text(re.compile("^tomorrow, 8:00\\sAM"))

    await bubble(ruth, "Good morning").get_by_role("button", name="Cancel").click()
    for page in (ruth, daniel):
        await expect(bubble(page, "Good morning")).to_have_count(0)
    await expect(composer(ruth)).to_have_value("Good morning, Naomi")
    await expect(composer(daniel)).to_have_value("")
    assert on_handset(house) == []
    await not_reloaded(ruth, daniel)


async def test_a_text_on_its_way_stands_above_those_for_later_at_once(
    house: House, windows: Windows
) -> None:
    ruth = await windows.open(house.cast.ruth, await with_naomi(house))
    await composer(ruth).fill("Good morning, Naomi")
    await choose(ruth, "Send later…", "Tomorrow morning")
    await expect(bubble(ruth, "Good morning")).to_have_attribute("data-status", "scheduled")
    windows.expected = LOST_LINE
    await ruth.context.set_offline(True)
    await write(ruth, "I will drive you")
    here = ["Could somebody drive me?", "I will drive you", "Good morning, Naomi"]
    await expect(said(ruth)).to_have_text(here)
    await ruth.context.set_offline(False)
    await expect(status(ruth, "I will drive you")).to_have_text("Delivered")
    await expect(said(ruth)).to_have_text(here)


async def test_a_scheduled_text_moves_to_its_place_on_every_screen_when_it_is_due(
    house: House, windows: Windows
) -> None:
    windows.expected = LOST_LINE
    thread = await with_naomi(house)
    ruth = await windows.open(house.cast.ruth, thread)
    daniel = await windows.open(house.cast.daniel, thread)
    planned = await windows.open(house.cast.mercy, paths.inbox("scheduled"))
    await composer(daniel).fill("Good morning, Naomi")
    await choose(daniel, "Send later…", "Tomorrow morning")
    for page in (ruth, daniel):
        await expect(bubble(page, "Good morning")).to_have_attribute("data-status", "scheduled")
    await expect(planned.locator(".row")).to_have_count(1)
    await daniel.context.set_offline(True)
    await write(daniel, "I can drive you")
    await expect(status(daniel, "I can drive you")).to_contain_text("when you are back online")

    await house.text(NAOMI, "Are you there?")
    await expect(said(ruth)).to_have_text(
        ["Could somebody drive me?", "Are you there?", "Good morning, Naomi"]
    )
    await Message.filter(status="scheduled").update(scheduled_for=now())
    await expect(status(ruth, "Good morning")).to_have_text("Delivered")
    await house.text(NAOMI, "Good morning to you")
    in_order = ["Could somebody drive me?", "Are you there?", "Good morning, Naomi"]
    await expect(said(ruth)).to_have_text([*in_order, "Good morning to you"])
    await expect(planned.locator(".row")).to_have_count(0)
    # His screen has not heard that its time has come.
    await expect(said(daniel)).to_have_text(
        ["Could somebody drive me?", "I can drive you", "Good morning, Naomi"]
    )

    await daniel.context.set_offline(False)
    for page in (daniel, ruth):
        await expect(said(page)).to_have_text([*in_order, "Good morning to you", "I can drive you"])
    assert on_handset(house) == ["Good morning, Naomi", "I can drive you"]
    await not_reloaded(ruth, daniel, planned)
    again = await windows.open(house.cast.mercy, thread)
    await expect(said(again)).to_have_text([*in_order, "Good morning to you", "I can drive you"])


async def test_the_second_to_cancel_is_told_so_and_does_not_get_the_words(
    house: House, windows: Windows
) -> None:
    thread = await with_naomi(house)
    windows.expected = REFUSED
    daniel = await windows.open(house.cast.daniel, thread)
    await composer(daniel).fill("Good morning, Naomi")
    await choose(daniel, "Send later…", "Tomorrow morning")
    cancel = bubble(daniel, "Good morning").get_by_role("button", name="Cancel")
    await expect(cancel).to_be_visible()
    # Ruth was faster, and his screen does not know yet.
    await undo(await Message.get(status="scheduled"), by=house.cast.ruth)
    await cancel.click()
    await expect(daniel.locator(".composer-problem")).to_contain_text(
        "This text was already undone."
    )
    await expect(bubble(daniel, "Good morning")).to_have_count(0)
    await expect(composer(daniel)).to_have_value("")


async def test_a_custom_time_uses_the_churchs_clock(house: House, windows: Windows) -> None:
    ruth = await windows.open(
        house.cast.ruth, await with_naomi(house), device="away", timezone_id="Asia/Tokyo"
    )
    await composer(ruth).fill("Happy new year")
    await ruth.locator(".send-more").click()
    await ruth.locator(".menu-send").get_by_text("Send later…").click()
    await expect(ruth.locator("#send_zone")).to_have_text("Chicago time")
    field = ruth.get_by_label("Another time").locator("visible=true")
    year = datetime.now(UTC).year
    await field.fill(f"{year - 1}-01-01T09:30")
    await field.press("Enter")
    await expect(ruth.locator(".send-problem")).to_have_text(
        "Please choose a future date and time."
    )
    assert not await Message.exists(status="scheduled")
    tomorrow = await ruth.locator('[data-when="tomorrow"]').get_attribute("value")
    assert tomorrow
    await field.fill(tomorrow.replace("T08:00", "T09:30"))
    await field.press("Enter")
    await expect(bubble(ruth, "Happy new year")).to_have_attribute("data-status", "scheduled")
    text = await Message.get(status="scheduled")
    assert text.scheduled_for
    here = text.scheduled_for.astimezone(ZONE)
    assert here.strftime("%Y-%m-%dT%H:%M") == tomorrow.replace("T08:00", "T09:30")


async def test_an_undone_text_returns_to_the_composer(house: House, windows: Windows) -> None:
    thread = await with_naomi(house)
    house.cast.ruth.undo_seconds = 20
    await house.cast.ruth.save(update_fields=["undo_seconds"])
    ruth = await windows.open(house.cast.ruth, thread)
    daniel = await windows.open(house.cast.daniel, thread)
    await write(ruth, "See you on Sunay")
    await expect(bubble(daniel, "on Sunay")).to_be_visible()
    await composer(ruth).fill("And bring a coat")
    await ruth.get_by_role("button", name="Undo").click()
    for page in (ruth, daniel):
        await expect(bubble(page, "on Sunay")).to_have_count(0)
    await expect(composer(ruth)).to_have_value("See you on Sunay\nAnd bring a coat")
    await expect(composer(ruth)).to_be_focused()
    await expect(composer(daniel)).to_have_value("")
    assert on_handset(house) == []


async def test_send_and_done_and_send_and_snooze(house: House, windows: Windows) -> None:
    thread = await with_naomi(house)
    ruth = await windows.open(house.cast.ruth, thread)
    await composer(ruth).fill("You are welcome")
    await composer(ruth).press("Control+Shift+Enter")
    await expect(status(ruth, "You are welcome")).to_have_text("Delivered")
    await expect(ruth.locator(".event", has_text="marked this done")).to_be_visible()
    assert (await house.cast.conversation()).state == "done"

    await house.text(NAOMI, "One more thing")
    await composer(ruth).fill("Let me ask Daniel")
    await choose(ruth, "Send and snooze", "Tomorrow morning")
    await expect(status(ruth, "ask Daniel")).to_have_text("Delivered")
    await expect(ruth.locator(".event", has_text="snoozed this until")).to_be_visible()
    assert (await house.cast.conversation()).state == "snoozed"


async def test_two_who_answer_at_once_see_each_other_before_anything_is_sent(
    house: House, windows: Windows
) -> None:
    thread = await with_naomi(house)
    ruth = await windows.open(house.cast.ruth, thread)
    daniel = await windows.open(house.cast.daniel, thread)
    await composer(ruth).fill("I can drive her")
    await write(daniel, "I will drive you")
    await expect(collision(ruth)).to_contain_text("Daniel Ortiz replied while you were writing")
    await expect(collision(ruth)).to_contain_text("I will drive you")
    for _ in range(3):
        await ruth.keyboard.press("Enter")
        await expect(collision(ruth)).to_be_focused()
    await house.settled()
    assert on_handset(house) == ["I will drive you"]

    await ruth.get_by_role("button", name="Edit").click()
    await expect(collision(ruth)).to_have_count(0)
    await expect(composer(ruth)).to_be_focused()
    await write(ruth, "Daniel is coming")
    await expect(status(ruth, "Daniel is coming")).to_have_text("Delivered")

    await composer(ruth).fill("And I")
    await tab(ruth, "Private note").click()
    await write(daniel, "At nine")
    await expect(bubble(ruth, "At nine")).to_be_visible()
    await expect(collision(ruth)).to_be_hidden()
    await tab(ruth, "Reply").click()
    await expect(collision(ruth)).to_be_visible()
    await expect(collision(ruth)).to_contain_text("At nine")
    await ruth.get_by_role("button", name="Discard").click()
    await expect(composer(ruth)).to_have_value("")
    await expect(collision(ruth)).to_have_count(0)
    await house.text(NAOMI, "Thank you both")
    await composer(ruth).fill("Any time")
    await house.text(NAOMI, "Really")
    await expect(bubble(ruth, "Really")).to_be_visible()
    await expect(collision(ruth)).to_have_count(0)
    await not_reloaded(ruth, daniel)


async def test_the_server_reports_a_change_that_this_screen_missed(
    house: House, windows: Windows
) -> None:
    windows.expected = (*LOST_LINE, *REFUSED)
    thread = await with_naomi(house)
    ruth = await windows.open(house.cast.ruth, thread)
    daniel = await windows.open(house.cast.daniel, thread)
    await expect(ruth.locator("connection-chip")).to_be_hidden()
    await ruth.context.set_offline(True)
    await composer(ruth).fill("I can drive her")
    await composer(ruth).press("Control+Shift+Enter")
    await expect(status(ruth, "I can drive her")).to_contain_text("when you are back online")
    await write(daniel, "I will drive you")
    await expect(status(daniel, "I will drive you")).to_have_text("Delivered")

    await ruth.context.set_offline(False)
    await expect(collision(ruth)).to_contain_text("Daniel Ortiz replied while you were writing")
    await expect(composer(ruth)).to_have_value("I can drive her")
    await expect(bubble(ruth, "I can drive her")).to_have_count(0)
    await expect(bubble(ruth, "I will drive you")).to_be_visible()
    assert on_handset(house) == ["I will drive you"]

    await ruth.get_by_role("button", name="Send anyway").click()
    await expect(status(ruth, "I can drive her")).to_have_text("Delivered")
    await expect(composer(ruth)).to_have_value("")
    await expect(ruth.locator(".event", has_text="marked this done")).to_be_visible()
    assert on_handset(house) == ["I will drive you", "I can drive her"]


async def test_enter_sends_or_starts_a_new_line_by_preference(
    house: House, windows: Windows
) -> None:
    thread = await with_naomi(house)
    house.cast.daniel.enter_sends = False
    await house.cast.daniel.save(update_fields=["enter_sends"])
    daniel = await windows.open(house.cast.daniel, thread)
    await expect(daniel.locator(".composer-keys")).to_have_text("Ctrl+Enter to send")
    await composer(daniel).press_sequentially("One\nTwo")
    await expect(composer(daniel)).to_have_value("One\nTwo")
    await composer(daniel).press("Control+Enter")
    await expect(status(daniel, "One")).to_have_text("Delivered")

    ruth = await windows.open(house.cast.ruth, thread)
    await expect(ruth.locator(".composer-keys")).to_have_text("Enter to send")
    await composer(ruth).blur()
    await ruth.keyboard.press("Control+j")
    await expect(composer(ruth)).to_be_focused()
    await composer(ruth).press_sequentially("Three")
    await composer(ruth).press("Shift+Enter")
    await composer(ruth).press_sequentially("Four")
    await composer(ruth).press("Enter")
    await expect(status(ruth, "Three")).to_have_text("Delivered")
    assert on_handset(house) == ["One\nTwo", "Three\nFour"]


async def test_answering_for_an_assigned_colleague_warns_once(
    house: House, windows: Windows
) -> None:
    thread = await with_naomi(house)
    conversation = await house.cast.conversation()
    daniel = await house.browser(house.cast.daniel)
    ruth = await windows.open(house.cast.ruth, thread)
    claim = ruth.locator("claim-note")
    await expect(claim).to_be_hidden()
    given = {"staff_id": str(house.cast.daniel.id)}
    await daniel.post(paths.assignment(conversation.id), data=given)
    await expect(claim).to_be_visible()
    await expect(claim).to_contain_text("This is assigned to Daniel Ortiz.")
    await claim.get_by_role("button", name="Got it").click()
    await expect(claim).to_be_hidden()
    await expect(composer(ruth)).to_be_focused()
    await ruth.reload()
    await expect(composer(ruth)).to_be_visible()
    await expect(claim).to_be_hidden()


async def test_a_text_refused_elsewhere_waits_in_its_own_conversation(
    house: House, windows: Windows
) -> None:
    windows.expected = (*LOST_LINE, *REFUSED)
    thread = await with_naomi(house)
    await house.text(GEORGE, "Hi")
    george = await house.cast.conversation(house.cast.george)
    ruth = await windows.open(house.cast.ruth, thread)
    await expect(ruth.locator("connection-chip")).to_be_hidden()
    await ruth.context.set_offline(True)
    await write(ruth, "Are you well?")
    await expect(status(ruth, "Are you well?")).to_contain_text("when you are back online")
    await house.text(NAOMI, "STOP")
    assert await Conversation.exists(id=george.id)
    await ruth.evaluate("document.querySelector('turbo-frame#thread').replaceChildren()")
    await ruth.context.set_offline(False)
    await drafted("Are you well?")
    await ruth.goto(f"{windows.url}{paths.conversation(george.id)}")
    await expect(composer(ruth)).to_have_value("")
    await ruth.goto(f"{windows.url}{thread}")
    await expect(composer(ruth)).to_have_value("Are you well?")


async def test_everything_is_within_reach_of_a_thumb(house: House, windows: Windows) -> None:
    thread = await with_naomi(house)
    await SavedReply.create(church=house.cast.grace, title="Times", body="Sundays at 9.")
    phone = await windows.open(
        house.cast.ruth, thread, device="phone", viewport=PHONE, has_touch=True, is_mobile=True
    )
    await composer(phone).fill("Tomorrow, then")
    for thing in await phone.locator(".composer-box button").locator("visible=true").all():
        box = await thing.bounding_box()
        assert box and box["height"] >= 40 and box["x"] + box["width"] <= 390, (
            await thing.inner_html()
        )
    await phone.get_by_role("button", name="Saved replies").tap()
    await phone.get_by_role("option", name="Times").tap()
    await expect(composer(phone)).to_have_value(re.compile("Sundays at 9"))
    await choose(phone, "Send and done")
    await expect(status(phone, "Tomorrow, then")).to_have_text("Delivered")
    await expect(phone.locator(".event", has_text="marked this done")).to_be_visible()
    await tab(phone, "Private note").tap()
    await composer(phone).press_sequentially("@da")
    await phone.get_by_role("option", name="Daniel Ortiz").tap()
    await expect(composer(phone)).to_have_value("@Daniel Ortiz ")
    await phone.get_by_role("button", name="Add note").tap()
    await expect(bubble(phone, "@Daniel Ortiz")).to_be_visible()
