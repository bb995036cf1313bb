"""The composer over HTTP: a reply, a scheduled text, a note, and a draft."""

import html
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import aiohttp

from inbox import paths
from inbox.clock import now
from inbox.dom_ids import dom_id
from inbox.keys import new_key
from inbox.models import Conversation, Draft, Message, Staff
from inbox.models.texts import scheduled
from tests.cast import NAOMI
from tests.house import House
from tests.web.test_triage import a_question, post, stream

CHICAGO = ZoneInfo("America/Chicago")


def hours_from_now(hours: int) -> str:
    """As a date and time field has it, in a browser of that church."""
    return (datetime.now(CHICAGO) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


async def ask(house: House, by: Staff) -> tuple[aiohttp.ClientSession, Conversation]:
    return await house.browser(by), await a_question(house)


async def test_sent_and_done_in_one_request(house: House) -> None:
    browser, conversation = await ask(house, house.cast.ruth)
    status, text = await stream(
        browser, paths.messages(conversation.id), body="On my way", key=new_key(), then="done"
    )
    assert status == 200 and text.startswith('<turbo-stream action="put">')
    assert "On my way" in text and "Ruth Adeyemi marked this done" in text
    assert 'data-state="done"' in text
    await house.settled()
    conversation = await house.cast.conversation()
    assert (conversation.state, conversation.last_status) == ("done", "delivered")


async def test_sent_and_snoozed_in_one_request(house: House) -> None:
    browser, conversation = await ask(house, house.cast.ruth)
    path = paths.messages(conversation.id)
    status, text = await stream(browser, path, body="One moment", then="snooze:tomorrow")
    assert status == 200 and "Ruth Adeyemi snoozed this until" in text
    until = (await house.cast.conversation()).snoozed_until
    assert until and until.astimezone(CHICAGO).hour == 8


async def test_an_unknown_follow_up_is_refused_before_anything_is_sent(house: House) -> None:
    browser, conversation = await ask(house, house.cast.ruth)
    for then in ("never", "later", "snooze:", "snooze:never"):
        status, _, _ = await post(browser, paths.messages(conversation.id), body="Hi", then=then)
        assert status == 400, then
    assert not await Message.exists(kind="out")


async def test_a_resent_request_does_not_touch_what_arrived_meanwhile(
    house: House,
) -> None:
    browser, conversation = await ask(house, house.cast.ruth)
    form = {"body": "On my way", "key": new_key(), "then": "done"}
    assert (await stream(browser, paths.messages(conversation.id), **form))[0] == 200
    await house.text(NAOMI, "But I have moved!")
    assert (await stream(browser, paths.messages(conversation.id), **form))[0] == 200
    conversation = await house.cast.conversation()
    assert conversation.state == "open" and conversation.needs_reply
    assert await Message.filter(kind="out").count() == 1


async def test_staff_who_answer_for_an_assigned_colleague_are_named(house: House) -> None:
    browser, conversation = await ask(house, house.cast.mercy)
    daniel = str(house.cast.daniel.id)
    await post(browser, paths.assignment(conversation.id), staff_id=daniel)
    for body in ("On my way", "Almost there"):
        _, text = await stream(browser, paths.messages(conversation.id), body=body)
        assert ("Mercy Lind replied for Daniel Ortiz" in text) == (body == "On my way")


async def test_a_colleague_has_answered_meanwhile(house: House) -> None:
    browser, conversation = await ask(house, house.cast.ruth)
    seen = str(conversation.revision)
    daniels = await house.browser(house.cast.daniel)
    path = paths.messages(conversation.id)
    assert (await stream(daniels, path, body="I'll fetch her", seen=seen))[0] == 200

    status, text = await stream(browser, path, body="Daniel will come", key=new_key(), seen=seen)
    assert status == 409
    assert f'target="composer_problem_{conversation.id}"' in text
    assert "Daniel Ortiz replied while you were writing" in text
    theirs = await Message.get(kind="out")
    assert f'id="{dom_id(theirs)}"' in text, "it is on the page, too"
    assert html.unescape(text).count("I'll fetch her") >= 2

    assert (await stream(browser, path, body="Daniel will come", seen=str(theirs.position)))[
        0
    ] == 200
    assert await Message.filter(kind="out").count() == 2
    # A page from before positions sends the number that it reads in a place.
    assert (await stream(daniels, path, body="Me too", seen=seen))[0] == 409
    ours = await Message.filter(kind="out").order_by("-position").first()
    assert ours
    number = repr(float(str(ours.place)))
    assert (await stream(daniels, path, body="Me too", seen=number))[0] == 200
    # Without scripts, the server cannot know what was seen.
    assert (await post(browser, path, body="Once more"))[0] == 303


async def test_a_scheduled_text_uses_the_churchs_clock(house: House) -> None:
    browser, conversation = await ask(house, house.cast.ruth)
    path, at = paths.messages(conversation.id), hours_from_now(30)
    status, text = await stream(browser, path, body="Good morning", at=at, key=new_key())
    assert status == 200 and "Good morning" in text and 'data-status="scheduled"' in text
    message = await Message.get(kind="out")
    assert message.scheduled_for
    assert message.scheduled_for.astimezone(CHICAGO).strftime("%Y-%m-%dT%H:%M") == at
    async with browser.get(paths.conversation(conversation.id)) as page:
        assert "Good morning" in await page.text()


async def test_an_invalid_time_says_what_is_wrong_with_it(house: House) -> None:
    browser, conversation = await ask(house, house.cast.ruth)
    for at, problem in (
        ("2020-01-01T08:00", "That time has passed already."),
        ("2999-01-01T08:00", "That time is more than a year away."),
        ("2026-02-31T08:00", "That is not a date and time."),
        ("later", "That is not a date and time."),
    ):
        status, text = await stream(
            browser, paths.messages(conversation.id), body="Good morning", at=at
        )
        assert status == 422 and problem in text, at
        assert f'target="composer_problem_{conversation.id}"' in text
    assert not await Message.exists(kind="out")


async def test_a_request_resent_after_its_time_is_the_same_text(house: House) -> None:
    browser, conversation = await ask(house, house.cast.ruth)
    path, form = paths.messages(conversation.id), {"body": "Good morning", "key": new_key()}
    assert (await stream(browser, path, **form, at=hours_from_now(30)))[0] == 200
    assert (await stream(browser, path, **form, at="2020-01-01T08:00"))[0] == 200
    assert await Message.filter(kind="out").count() == 1


async def later(house: House, browser: aiohttp.ClientSession) -> Message:
    conversation = await house.cast.conversation()
    path, at = paths.messages(conversation.id), hours_from_now(30)
    assert (await stream(browser, path, body="Good morning", at=at))[0] == 200
    return await Message.get(status="scheduled")


async def test_a_scheduled_text_is_changed_in_place(house: House) -> None:
    browser, conversation = await ask(house, house.cast.ruth)
    message = await later(house, browser)
    path, at = paths.schedule(conversation.id, message.id), hours_from_now(50)
    status, text = await stream(browser, path, body="Good evening", at=at)
    assert status == 200 and f'id="{dom_id(message)}"' in text and "Good evening" in text
    assert (await stream(browser, path, body="Good night"))[0] == 200, "the time stays"
    changed = await Message.get(id=message.id)
    assert changed.body == "Good night" and changed.scheduled_for
    assert changed.scheduled_for.astimezone(CHICAGO).strftime("%Y-%m-%dT%H:%M") == at

    for form, problem in (
        ({"at": "2020-01-01T08:00"}, "That time has passed already."),
        ({"body": " "}, "This text is empty."),
    ):
        status, text = await stream(browser, path, **form)
        assert status == 422 and problem in text
    assert (await Message.get(id=message.id)).revision == changed.revision


async def test_a_scheduled_text_can_be_sent_at_once(house: House) -> None:
    browser, conversation = await ask(house, house.cast.ruth)
    message = await later(house, browser)
    status, text = await stream(browser, paths.send_now(conversation.id, message.id))
    assert status == 200 and f'id="{dom_id(message)}"' in text
    await house.settled()
    assert [one.body for one in house.world.handset(NAOMI).bubbles][-1] == "Good morning"


async def test_a_text_that_was_sent_meanwhile_is_neither_changed_nor_canceled(
    house: House,
) -> None:
    browser, conversation = await ask(house, house.cast.ruth)
    message = await later(house, browser)
    await Message.filter(id=message.id).update(scheduled_for=now())
    await scheduled.release(await Message.get(id=message.id))
    await house.settled()
    at = hours_from_now(30)
    for path, form in (
        (paths.cancel(conversation.id, message.id), {}),
        (paths.schedule(conversation.id, message.id), {"body": "x", "at": at}),
        (paths.send_now(conversation.id, message.id), {}),
    ):
        status, text = await stream(browser, path, **form)
        assert status == 422 and "This text is no longer waiting" in text, path
        assert f'id="{dom_id(message)}"' in text and 'data-status="delivered"' in text, path
    assert (await Message.get(key=message.key)).body == "Good morning"
    assert not await Draft.exists()


async def test_an_undone_text_is_in_the_composer_again_and_nowhere_else(house: House) -> None:
    await Staff.filter(id=house.cast.ruth.id).update(undo_seconds=20)
    browser, conversation = await ask(house, house.cast.ruth)
    await stream(browser, paths.messages(conversation.id), body="On my way")
    message = await Message.get(kind="out")
    status, text = await stream(browser, paths.cancel(conversation.id, message.id))
    assert status == 200 and f'id="{dom_id(message)}"' in text and "data-gone" in text
    assert await Draft.of(house.cast.ruth, [conversation.id]) == {conversation.id: "On my way"}
    async with browser.get(paths.conversation(conversation.id)) as page:
        assert dom_id(message) not in await page.text()
    # Pressed again on a screen that still shows it: by the same person, and by a colleague.
    for other in (browser, await house.browser(house.cast.daniel)):
        status, text = await stream(other, paths.cancel(conversation.id, message.id))
        assert status == 422 and "This text was already undone." in text
        assert f'id="{dom_id(message)}"' in text and "data-gone" in text
    assert await Draft.of(house.cast.daniel, [conversation.id]) == {}
    assert await Draft.of(house.cast.ruth, [conversation.id]) == {conversation.id: "On my way"}
    conversation = await house.cast.conversation()
    assert conversation.needs_reply
    await house.settled()
    assert not [one for one in house.world.handset(NAOMI).bubbles if not one.mine]


async def test_a_note_is_shown_to_staff_and_sent_to_nobody(house: House) -> None:
    browser, conversation = await ask(house, house.cast.ruth)
    form = {"body": "She is in hospital, @Daniel", "key": new_key()}
    status, text = await stream(browser, paths.notes(conversation.id), **form)
    assert status == 200 and "She is in hospital" in text and 'data-kind="note"' in text
    assert (await stream(browser, paths.notes(conversation.id), **form))[0] == 200
    await house.settled()
    assert await Message.filter(kind="note").count() == 1
    assert not [one for one in house.world.handset(NAOMI).bubbles if not one.mine]
    assert (await house.cast.conversation()).needs_reply
    status, text = await stream(browser, paths.notes(conversation.id), body=" ")
    assert status == 422 and "This text is empty." in text
    assert (await post(browser, paths.notes(conversation.id), body="x", key="no key"))[0] == 400


async def test_a_link_in_a_note_stays_whole(house: House) -> None:
    browser, conversation = await ask(house, house.cast.ruth)
    body = "See https://church.example/?by=@Daniel, @Mercy"
    _, text = await stream(browser, paths.notes(conversation.id), body=body)
    assert '<span class="called">@Mercy</span>' in text, "the premise"
    assert 'href="https://church.example/?by=@Daniel"' in text


async def test_only_its_writer_sees_a_draft(house: House) -> None:
    browser, conversation = await ask(house, house.cast.ruth)
    path = paths.draft(conversation.id)
    assert (await post(browser, path, kind="reply", body="Dear Naomi"))[0] == 204
    assert (await post(browser, path, kind="note", body="Ask her"))[0] == 204
    assert await Draft.texts(house.cast.ruth, conversation) == {
        "reply": "Dear Naomi",
        "note": "Ask her",
    }
    assert await Draft.texts(house.cast.daniel, conversation) == {"reply": "", "note": ""}
    assert (await post(browser, path, kind="note"))[0] == 204
    assert await Draft.filter(kind="note").count() == 0
    assert (await post(browser, path, kind="poem", body="x"))[0] == 400
    assert (await house.cast.conversation()).revision == conversation.revision


async def test_a_later_text_waits_its_turn_on_the_phone(house: House) -> None:
    """A short undo window never overtakes a long one."""
    await Staff.filter(id=house.cast.ruth.id).update(undo_seconds=1)
    browser, conversation = await ask(house, house.cast.ruth)
    await stream(browser, paths.messages(conversation.id), body="First")
    daniels = await house.browser(house.cast.daniel)
    await stream(daniels, paths.messages(conversation.id), body="Second")
    first, second = await Message.filter(kind="out").order_by("id")
    assert first.send_after and first.send_after > datetime.now(UTC) - timedelta(seconds=1)
    assert second.send_after and second.send_after >= first.send_after
    await house.settled()
    received = [one.body for one in house.world.handset(NAOMI).bubbles if not one.mine]
    assert received == ["First", "Second"]
