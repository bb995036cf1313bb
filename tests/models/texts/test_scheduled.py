"""A text for later waits in its conversation, and is queued once, when its time comes."""

import asyncio
from datetime import datetime, timedelta

import pytest

from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Church, Message
from inbox.models.conversation import PREVIEW_LENGTH
from inbox.models.message import TOO_OLD
from inbox.models.outbox.receipts import settle
from inbox.models.texts import scheduled
from inbox.models.texts.reply import Collision, reply
from inbox.models.texts.scheduled import MAX_SCHEDULED
from inbox.models.texts.undo import take_back
from inbox.rules.refusals import CannotSend
from tests.cast import Cast
from tests.models.conversations.test_triage import a_question
from tests.models.queueing import claim, queue, sid
from tests.models.texts.test_receive import text

HOUR = timedelta(hours=1)


async def schedule(
    cast: Cast, body: str = "See you tomorrow", at: datetime | None = None, key: str = ""
) -> Message:
    at = at or now() + HOUR
    conversation = await cast.conversation()
    return await scheduled.schedule(
        conversation, by=cast.ruth, body=body, key=key or new_key(), at=at
    )


async def time_comes(message: Message, ago: timedelta = timedelta(seconds=1)) -> None:
    await Message.filter(id=message.id).update(scheduled_for=now() - ago)


async def release(message: Message) -> Message | None:
    return await scheduled.release(await Message.get(id=message.id))


async def test_it_waits_unseen_by_the_outbox_and_answers_nothing_yet(cast: Cast) -> None:
    await a_question(cast)
    before = await cast.conversation()
    message = await schedule(cast)

    assert (message.status, message.send_after) == ("scheduled", None)
    after = await cast.conversation()
    assert after.scheduled_for == message.scheduled_for and after.needs_reply
    assert (after.last_message_id, after.last_at) == (before.last_message_id, before.last_at)
    assert after.revision == message.revision == before.revision + 1
    assert await claim(cast.grace_number) == [] and await scheduled.due(10) == []
    assert await release(message) is None, "its time has not come"


async def test_when_its_time_comes_it_is_an_ordinary_reply_with_the_same_key(cast: Cast) -> None:
    await a_question(cast)
    message = await schedule(cast)
    later = await text(cast, "Are you there?", 2)
    await time_comes(message)
    assert [one.id for one in await scheduled.due(10)] == [message.id]

    sent = await release(message)
    assert sent and sent.key == message.key and sent.author_id == cast.ruth.id
    assert later and sent.id > later.messages[0].id > message.id, "it stands where time puts it"
    conversation = await cast.conversation()
    assert (conversation.scheduled_for, conversation.needs_reply_since) == (None, None)
    assert (conversation.last_message_id, conversation.last_status) == (sent.id, "queued")
    assert [one.id for one in await claim(cast.grace_number)] == [sent.id]
    assert await Message.filter(key=message.key).count() == 1


async def test_however_many_workers_see_it_come_it_goes_once(cast: Cast) -> None:
    message = await schedule(cast)
    await time_comes(message)
    waiting = await Message.get(id=message.id)
    released = await asyncio.gather(*(scheduled.release(waiting) for _ in range(6)))
    assert len([one for one in released if one]) == 1
    assert await Message.filter(kind="out").count() == 1


async def test_scheduling_twice_under_one_key_is_one_text_before_and_after_it_went(
    cast: Cast,
) -> None:
    key = new_key()
    first = await schedule(cast, key=key)
    assert (await schedule(cast, key=key)).id == first.id
    await time_comes(first)
    sent = await release(first)
    assert sent and (await schedule(cast, key=key)).id == sent.id
    with pytest.raises(CannotSend, match="key_taken"):
        await schedule(cast, "Something else", key=key)


async def test_who_may_not_be_texted_when_its_time_comes_is_not(cast: Cast) -> None:
    await a_question(cast)
    message = await schedule(cast)
    await time_comes(message)
    await cast.naomi.opt_out()
    failed = await release(message)
    assert failed and (failed.status, failed.error_code) == ("failed", "opted_out")
    conversation = await cast.conversation()
    assert conversation.last_status == "failed" and conversation.scheduled_for is None
    assert conversation.needs_reply, "nobody has been answered"
    assert await claim(cast.grace_number) == []


async def test_a_church_that_is_not_connected_any_more_is_told(cast: Cast) -> None:
    message = await schedule(cast)
    await time_comes(message)
    await Church.filter(id=cast.grace.id).update(twilio_token_sealed=None)
    failed = await release(message)
    assert failed and (failed.status, failed.error_code) == ("failed", "not_connected")


async def test_a_worker_that_was_away_sends_it_late_but_not_too_late(cast: Cast) -> None:
    late, too_late = await schedule(cast, "Late"), await schedule(cast, "Too late")
    await time_comes(late, TOO_OLD - HOUR)
    await time_comes(too_late, TOO_OLD + HOUR)
    sent, failed = await release(late), await release(too_late)
    assert sent and sent.status == "queued" and sent.send_before
    assert sent.send_before < now() + HOUR + timedelta(minutes=1), "counted from its own time"
    assert failed and (failed.status, failed.error_code) == ("failed", "too_old")


async def test_nothing_is_scheduled_for_who_may_not_be_texted(cast: Cast) -> None:
    await cast.naomi.opt_out()
    with pytest.raises(CannotSend, match="opted_out"):
        await schedule(cast)


async def test_the_list_knows_when_the_next_one_goes_and_how_it_begins(cast: Cast) -> None:
    first, second = await schedule(cast, "a"), await schedule(cast, "b", now() + 2 * HOUR)

    async def next_one() -> tuple[datetime | None, str]:
        conversation = await cast.conversation()
        return conversation.scheduled_for, conversation.scheduled_body

    assert await next_one() == (first.scheduled_for, "a")
    await scheduled.edit(second, body="c" * 200, at=now() + HOUR / 2)
    at = (await Message.get(id=second.id)).scheduled_for
    assert await next_one() == (at, "c" * PREVIEW_LENGTH)
    await scheduled.edit(second, body="d", at=now() + HOUR / 2)
    assert (await next_one())[1] == "d"
    await take_back(second, by=cast.ruth)
    assert await next_one() == (first.scheduled_for, "a")
    await scheduled.send_now(await whole(first))
    assert await next_one() == (None, "")


async def whole(message: Message) -> Message:
    found = Message.get(id=message.id)
    return await found.select_related("conversation__member", "conversation__church")


async def test_words_and_time_can_be_changed_until_it_goes(cast: Cast) -> None:
    message = await schedule(cast)
    at = now() + 2 * HOUR
    edited = await scheduled.edit(message, body=" Ten o'clock\r\n", at=at)
    assert (edited.body, edited.scheduled_for, edited.id) == ("Ten o'clock", at, message.id)
    assert edited.revision > message.revision and edited.key == message.key
    with pytest.raises(CannotSend, match="empty"):
        await scheduled.edit(message, body=" ", at=at)

    await time_comes(message)
    await release(message)
    with pytest.raises(CannotSend, match="not_waiting"):
        await scheduled.edit(message, body="Too late", at=at)
    assert (await Message.get(kind="out")).body == "Ten o'clock"


async def test_it_can_be_sent_at_once_and_only_once(cast: Cast) -> None:
    message = await whole(await schedule(cast))
    sent = await scheduled.send_now(message)
    assert (sent.status, sent.key) == ("queued", message.key)
    with pytest.raises(CannotSend, match="not_waiting"):
        await scheduled.send_now(message)
    assert len(await claim(cast.grace_number)) == 1


async def test_it_is_not_sent_at_once_to_who_may_not_be_texted_and_goes_on_waiting(
    cast: Cast,
) -> None:
    message = await schedule(cast)
    await cast.naomi.opt_out()
    with pytest.raises(CannotSend, match="opted_out"):
        await scheduled.send_now(await whole(message))
    assert (await Message.get(id=message.id)).status == "scheduled"


async def test_what_is_cancelled_never_goes_and_its_words_come_back(cast: Cast) -> None:
    message = await schedule(cast)
    back = await take_back(message, by=cast.daniel)
    assert back.body == "See you tomorrow" and [one.id for one in back.messages] == [message.id]
    assert (await cast.conversation()).scheduled_for is None
    gone = await Message.get(id=message.id)
    assert (gone.kind, gone.status, gone.body) == ("undone", "canceled", "")
    assert gone.revision > message.revision

    await time_comes(message)
    assert await scheduled.due(10) == [] and await release(message) is None
    with pytest.raises(CannotSend, match="taken_back"):
        await take_back(gone, by=cast.ruth)
    assert (await schedule(cast, key=message.key)).is_undone, "sent again by a slow browser"
    assert await claim(cast.grace_number) == []


async def test_cancelled_as_its_time_comes_it_either_goes_or_does_not(cast: Cast) -> None:
    for n in range(6):
        message = await schedule(cast, f"Number {n}")
        await time_comes(message)
        waiting = await Message.get(id=message.id)
        tried = await asyncio.gather(
            scheduled.release(waiting),
            take_back(waiting, by=cast.ruth),
            return_exceptions=True,
        )
        sent = await Message.filter(key=message.key, status="queued").count()
        back = not isinstance(tried[1], BaseException)
        assert back != bool(sent), tried
        assert back or isinstance(tried[1], CannotSend), tried


async def test_a_receipt_is_never_about_a_text_that_still_waits(cast: Cast) -> None:
    message = await schedule(cast)
    await settle(cast.grace.id, key=message.key, sid=sid(1), status="delivered", code=None)
    assert (await Message.get(id=message.id)).status == "scheduled"


async def test_who_schedules_collides_with_who_answered_but_not_with_what_waits(
    cast: Cast,
) -> None:
    conversation = await a_question(cast)
    assert conversation.last_message_id
    seen = conversation.last_message_id
    await schedule(cast)
    await reply(conversation, by=cast.daniel, body="On my way", key=new_key(), seen=seen)
    with pytest.raises(Collision):
        await scheduled.schedule(
            conversation, by=cast.ruth, body="x", key=new_key(), at=now() + HOUR, seen=seen
        )
    assert await Message.filter(status="scheduled").count() == 1


async def test_so_many_may_wait_in_one_conversation(cast: Cast) -> None:
    for n in range(MAX_SCHEDULED):
        await schedule(cast, f"{n}")
    with pytest.raises(CannotSend, match="too_many_scheduled"):
        await schedule(cast, "One more")
    await queue(cast)
