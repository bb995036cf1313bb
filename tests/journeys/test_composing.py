"""From the composer to the phone, or not: scheduled texts, undo, and two who answer at once."""

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from inbox import db, paths
from inbox.clock import now
from inbox.dom_ids import dom_id
from inbox.keys import new_key
from inbox.models import Message, Staff
from tests.cast import NAOMI
from tests.house import House, until
from tests.web.test_triage import a_question, stream

ZONE = ZoneInfo("America/Chicago")


def tomorrow() -> str:
    return (datetime.now(ZONE) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")


def received(house: House) -> list[str]:
    """What was sent to Naomi's phone."""
    return [one.body for one in house.world.handset(NAOMI).bubbles if not one.mine]


def handed_over(house: House) -> int:
    """How many texts Twilio was given, from any church."""
    return sum(len(account.messages) for account in house.world.accounts.values())


async def scheduled(house: House, *, by: Staff) -> Message:
    conversation = await a_question(house)
    browser = await house.browser(by)
    path, key = paths.messages(conversation.id), new_key()
    status, _ = await stream(browser, path, body="Good morning", at=tomorrow(), key=key)
    assert status == 200
    return await Message.get(key=key)


async def its_time_comes(message: Message, ago: timedelta = timedelta(0)) -> None:
    await Message.filter(id=message.id).update(scheduled_for=now() - ago)


async def its_time_comes_while_down(house: House, message: Message, ago: timedelta) -> None:
    await house.stop()
    await db.open_database(house.app.config)
    await its_time_comes(message, ago)
    await db.close_database()
    await house.start()


async def is_delivered(message: Message) -> bool:
    return await Message.exists(key=message.key, status="delivered")


async def test_a_scheduled_text_arrives_once_when_it_is_due(house: House) -> None:
    message = await scheduled(house, by=house.cast.ruth)
    await house.settled()
    assert received(house) == [] and (await house.cast.conversation()).needs_reply
    await its_time_comes(message)
    await until(lambda: is_delivered(message))
    await house.settled()
    assert (
        received(house) == ["Good morning"] and await Message.filter(key=message.key).count() == 1
    )
    conversation = await house.cast.conversation()
    assert (conversation.last_body, conversation.needs_reply) == ("Good morning", False)


async def test_a_text_is_due_while_the_inbox_is_down(house: House) -> None:
    message = await scheduled(house, by=house.cast.ruth)
    await its_time_comes_while_down(house, message, timedelta(hours=11))
    await until(lambda: is_delivered(message))
    await house.settled()
    assert received(house) == ["Good morning"]


async def test_an_inbox_that_was_down_too_long_says_so_and_sends_nothing(house: House) -> None:
    message = await scheduled(house, by=house.cast.ruth)
    await its_time_comes_while_down(house, message, timedelta(hours=13))
    await until(lambda: Message.exists(key=message.key, status="failed", error_code="too_old"))
    await house.settled()
    assert received(house) == []


async def test_a_member_who_says_stop_meanwhile_is_not_texted(house: House) -> None:
    message = await scheduled(house, by=house.cast.ruth)
    await house.text(NAOMI, "STOP")
    before = handed_over(house)
    await its_time_comes(message)
    await until(lambda: Message.exists(key=message.key, status="failed", error_code="opted_out"))
    await house.settled()
    assert handed_over(house) == before and "Good morning" not in received(house)


async def test_twilio_never_gets_a_text_that_was_undone_in_time(house: House) -> None:
    conversation = await a_question(house)
    browser = await house.browser(house.cast.ruth)
    path = paths.messages(conversation.id)
    assert (await stream(browser, path, body="At once"))[0] == 200
    await house.settled()
    before = handed_over(house)
    assert received(house) == ["At once"], "the premise: what is not undone is sent"

    await Staff.filter(id=house.cast.ruth.id).update(undo_seconds=5)
    key = new_key()
    assert (await stream(browser, path, body="Dear Noami", key=key))[0] == 200
    message = await Message.get(key=key)
    assert (await stream(browser, paths.cancel(conversation.id, message.id)))[0] == 200
    # A browser that got no response sends it again.
    assert (await stream(browser, path, body="Dear Noami", key=key))[0] == 200

    await Staff.filter(id=house.cast.ruth.id).update(undo_seconds=1)
    assert (await stream(browser, path, body="Dear Naomi"))[0] == 200
    await house.settled()
    assert received(house) == ["At once", "Dear Naomi"]
    assert handed_over(house) == before + 1


async def test_undo_that_comes_too_late_says_so(house: House) -> None:
    conversation = await a_question(house)
    browser = await house.browser(house.cast.ruth)
    assert (await stream(browser, paths.messages(conversation.id), body="Hello"))[0] == 200
    await house.settled()
    message = await Message.get(kind="out")
    status, text = await stream(browser, paths.cancel(conversation.id, message.id))
    assert status == 422 and "This text is no longer waiting" in text
    assert f'id="{dom_id(message)}"' in text and 'data-status="delivered"' in text
    assert received(house) == ["Hello"]


@pytest.mark.parametrize("people", [2, 3])
async def test_only_one_of_several_simultaneous_answers_is_sent(house: House, people: int) -> None:
    conversation = await a_question(house)
    seen = str(conversation.revision)
    cast = house.cast
    browsers = [await house.browser(one) for one in (cast.ruth, cast.daniel, cast.mercy)[:people]]
    answers = await asyncio.gather(
        *(
            stream(one, paths.messages(conversation.id), body=f"Answer {n}", seen=seen)
            for n, one in enumerate(browsers)
        )
    )
    assert sorted(status for status, _ in answers) == [200] + [409] * (people - 1)
    await house.settled()
    [body] = received(house)
    for status, text in answers:
        assert body in text, "the others are shown it"
        assert status == 200 or "replied while you were writing" in text
