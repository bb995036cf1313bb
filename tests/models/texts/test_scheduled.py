"""A scheduled text waits in its conversation and is queued once, when it is due."""

import asyncio
from datetime import datetime, timedelta

import pytest

from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Church, Message, PhoneNumber
from inbox.models.conversation import PREVIEW_LENGTH
from inbox.models.conversations import thread, triage
from inbox.models.conversations.search import find_texts
from inbox.models.conversations.triage import Then
from inbox.models.message import TOO_OLD
from inbox.models.outbox import dispatch, outcomes
from inbox.models.outbox.receipts import settle
from inbox.models.texts import scheduled
from inbox.models.texts.reply import Collision, reply
from inbox.models.texts.scheduled import MAX_SCHEDULED
from inbox.models.texts.undo import undo
from inbox.rules.refusals import CannotSend
from tests.cast import Cast
from tests.models.conversations.test_search import bodies, index
from tests.models.conversations.test_triage import a_question
from tests.models.queueing import NO_LIMIT, claim, marked, queue, sid
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


async def test_it_waits_outside_the_outbox_and_answers_nothing_yet(cast: Cast) -> None:
    await a_question(cast)
    before = await cast.conversation()
    message = await schedule(cast)

    assert (message.status, message.send_after) == ("scheduled", None)
    after = await cast.conversation()
    assert after.scheduled_for == message.scheduled_for and after.needs_reply
    assert (after.last_message_id, after.last_at) == (before.last_message_id, before.last_at)
    assert after.revision == message.revision == before.revision + 1
    assert await claim(cast.grace_number) == [] and await scheduled.due(10) == []
    assert await release(message) is None, "it is not due yet"


async def test_when_due_it_is_an_ordinary_reply_with_the_same_key(cast: Cast) -> None:
    await a_question(cast)
    message = await schedule(cast)
    later = await text(cast, "Are you there?", 2)
    await time_comes(message)
    assert [one.id for one in await scheduled.due(10)] == [message.id]

    sent = await release(message)
    assert sent and sent.key == message.key and sent.author_id == cast.ruth.id
    assert later and sent.place > later.messages[0].place > message.place, "in order of time"
    assert sent.id == message.id and sent.scheduled_for is None
    conversation = await cast.conversation()
    assert (conversation.scheduled_for, conversation.needs_reply_since) == (None, None)
    assert (conversation.last_message_id, conversation.last_status) == (sent.id, "queued")
    assert [one.id for one in await claim(cast.grace_number)] == [sent.id]
    assert await Message.filter(key=message.key).count() == 1


async def test_it_is_sent_once_however_many_workers_see_it(cast: Cast) -> None:
    message = await schedule(cast)
    await time_comes(message)
    waiting = await Message.get(id=message.id)
    released = await asyncio.gather(*(scheduled.release(waiting) for _ in range(6)))
    assert len([one for one in released if one]) == 1
    assert await Message.filter(kind="out").count() == 1
    conversation = await cast.conversation()
    assert conversation.last_message_id == message.id and conversation.scheduled_for is None


async def test_scheduling_twice_under_one_key_is_one_text_before_and_after_sending(
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


async def test_it_takes_its_place_among_other_texts_when_it_is_due(cast: Cast) -> None:
    await a_question(cast)
    message = await schedule(cast)
    await text(cast, "Are you there?", 2)
    conversation = await cast.conversation()
    await reply(conversation, by=cast.daniel, body="Yes", key=new_key())
    await time_comes(message)
    before = now()
    sent = await release(message)
    await text(cast, "Thank you", 3)

    assert sent and sent.created_at >= before and sent.revision == sent.position
    conversation = await cast.conversation()
    said = (await thread.newest(conversation)).messages
    assert [one.body for one in said] == [
        "Could somebody drive me?",
        "Are you there?",
        "Yes",
        "See you tomorrow",
        "Thank you",
    ]
    assert [one.key for one in await thread.changed_in(conversation, sent.revision)] == [sent.key]


async def test_a_failed_one_stays_where_it_failed(cast: Cast) -> None:
    await a_question(cast)
    message = await schedule(cast)
    await text(cast, "STOP", 2)
    await time_comes(message)
    failed = await release(message)
    assert failed and (failed.id, failed.status) == (message.id, "failed")
    assert failed.settled_at and failed.send_after is None
    said = (await thread.newest(await cast.conversation())).messages
    assert [one.body or one.event for one in said][-3:] == ["STOP", "opted_out", failed.body]


async def test_it_never_overtakes_a_reply_that_may_still_be_undone(cast: Cast) -> None:
    message = await schedule(cast)
    cast.ruth.undo_seconds = 60
    first = await reply(await cast.conversation(), by=cast.ruth, body="First", key=new_key())
    await time_comes(message)
    sent = await release(message)
    assert sent and sent.id < first.id, "the premise"
    assert await claim(cast.grace_number) == []

    at = now() + 2 * timedelta(minutes=1)
    [claimed] = await dispatch.claim(cast.grace_number, at, 25, NO_LIMIT)
    assert claimed.id == first.id
    await outcomes.accepted(await marked(claimed), sid(9), "accepted")
    await PhoneNumber.all().update(busy_until=0)
    [claimed] = await dispatch.claim(cast.grace_number, at, 25, NO_LIMIT)
    assert claimed.id == sent.id


async def test_several_for_the_same_minute_are_sent_in_the_order_shown(
    cast: Cast,
) -> None:
    at = now() + HOUR
    made = [await schedule(cast, f"{n}", at) for n in range(4)]
    shown = [one.id for one in (await thread.newest(await cast.conversation())).messages]
    await Message.filter(status="scheduled").update(scheduled_for=now())
    due = await scheduled.due(10)
    assert [one.id for one in due] == shown == [one.id for one in made]
    for one in due:
        await scheduled.release(one)
    sent = await Message.filter(status="queued").order_by("send_after", "id")
    assert [one.id for one in sent] == shown
    assert len({one.send_after for one in sent}) == len(sent)


async def test_it_is_sent_once_while_everything_else_happens_in_the_conversation(
    cast: Cast,
) -> None:
    await a_question(cast)
    for n in range(4):
        message = await schedule(cast, f"Number {n}")
        await time_comes(message)
        waiting = await Message.get(id=message.id)
        conversation = await cast.conversation()
        await asyncio.gather(
            scheduled.release(waiting),
            text(cast, f"Text {n}", 10 + n),
            reply(conversation, by=cast.daniel, body=f"Reply {n}", key=new_key()),
            triage.assign(conversation, [cast.ruth, cast.daniel][n % 2], by=cast.ruth),
            scheduled.release(waiting),
        )
        sent = await Message.get(id=message.id)
        assert sent.status == "queued" and sent.revision >= sent.position > message.position
    positions = [one.position for one in await Message.exclude(kind="event")]
    assert len(set(positions)) == len(positions), "each change has its own place"


async def test_a_text_sent_at_once_while_its_time_was_changed_is_sent_once(cast: Cast) -> None:
    for n in range(4):
        message = await whole(await schedule(cast, f"Number {n}"))
        tried = await asyncio.gather(
            scheduled.send_now(message),
            scheduled.edit(message, body=f"Other {n}", at=now() + 2 * HOUR),
            scheduled.send_now(message),
            return_exceptions=True,
        )
        sent = [one for one in (tried[0], tried[2]) if isinstance(one, Message)]
        assert len(sent) == 1, tried
        edited = isinstance(tried[1], Message)
        assert (await Message.get(id=message.id)).body == f"{'Other' if edited else 'Number'} {n}"
        assert (await Message.get(id=message.id)).status == "queued"


async def test_it_is_found_by_its_words_as_soon_as_it_is_sent_and_at_its_place(cast: Cast) -> None:
    message = await schedule(cast, "Old soup")
    await scheduled.edit(message, body="New soup", at=now() + HOUR)
    await text(cast, "Are you there?", 2)
    # The index is long past its id.
    await index()
    assert await bodies(cast.ruth, "soup") == []

    sent = await scheduled.send_now(await whole(message))
    [found] = await find_texts(cast.ruth, "soup")
    assert (found.id, found.body) == (message.id, "New soup")
    assert await bodies(cast.ruth, "old") == []
    around = await thread.around(await cast.conversation(), found)
    assert [one.body for one in around.messages] == ["Are you there?", "New soup"]
    await index()
    assert await bodies(cast.ruth, "soup") == ["New soup"]

    await undo(sent, by=cast.ruth)
    await index()
    assert await bodies(cast.ruth, "soup") == []


async def test_a_failed_one_is_found_too(cast: Cast) -> None:
    message = await schedule(cast, "Cold soup")
    await index()
    await cast.naomi.opt_out()
    await time_comes(message)
    await release(message)
    assert await bodies(cast.ruth, "soup") == ["Cold soup"]


async def test_undone_after_it_was_due_it_leaves_the_same_state_as_canceled(cast: Cast) -> None:
    await a_question(cast)
    message = await schedule(cast)
    later = await text(cast, "Are you there?", 2)
    before = await cast.conversation()
    sent = await scheduled.send_now(await whole(message))
    assert not (await cast.conversation()).needs_reply, "the premise"

    back = await undo(sent, by=cast.ruth)
    assert back.body == "See you tomorrow"
    after = await cast.conversation()
    assert later and after.last_message_id == later.messages[0].id == before.last_message_id
    assert (after.needs_reply_since, after.last_body) == (
        before.needs_reply_since,
        "Are you there?",
    )
    assert await claim(cast.grace_number) == []


async def test_undoing_it_leaves_what_was_done_when_it_was_written(cast: Cast) -> None:
    conversation = await a_question(cast)
    message = await scheduled.schedule(
        conversation,
        by=cast.ruth,
        body="See you tomorrow",
        key=new_key(),
        at=now() + HOUR,
        then=Then(done=True),
    )
    assert (await cast.conversation()).state == "done"
    sent = await scheduled.send_now(await whole(message))
    await undo(sent, by=cast.ruth)
    assert (await cast.conversation()).state == "done", "the event is older than what was undone"


async def test_undoing_it_leaves_what_it_answered_to_the_reply_below_it(cast: Cast) -> None:
    await a_question(cast)
    message = await schedule(cast)
    earlier = await reply(await cast.conversation(), by=cast.daniel, body="Hi", key=new_key())
    await text(cast, "Are you there?", 2)
    owed_since = (await cast.conversation()).needs_reply_since
    sent = await scheduled.send_now(await whole(message))
    assert sent.id < earlier.id and sent.owed_since == owed_since, "the premise"

    await undo(sent, by=cast.ruth)
    assert (await cast.conversation()).needs_reply_since == owed_since
    assert (await Message.get(id=earlier.id)).owed_since != owed_since


async def test_a_member_who_may_not_be_texted_when_it_is_due_is_not(cast: Cast) -> None:
    await a_question(cast)
    message = await schedule(cast)
    await time_comes(message)
    await cast.naomi.opt_out()
    failed = await release(message)
    assert failed and (failed.status, failed.error_code) == ("failed", "opted_out")
    conversation = await cast.conversation()
    assert conversation.last_status == "failed" and conversation.scheduled_for is None
    assert conversation.needs_reply, "no one has been answered"
    assert await claim(cast.grace_number) == []


async def test_a_church_that_is_no_longer_connected_is_told(cast: Cast) -> None:
    message = await schedule(cast)
    await time_comes(message)
    await Church.filter(id=cast.grace.id).update(twilio_token_sealed=None)
    failed = await release(message)
    assert failed and (failed.status, failed.error_code) == ("failed", "not_connected")


async def test_a_worker_that_was_down_sends_it_late_but_not_too_late(cast: Cast) -> None:
    late, too_late = await schedule(cast, "Late"), await schedule(cast, "Too late")
    await time_comes(late, TOO_OLD - HOUR)
    await time_comes(too_late, TOO_OLD + HOUR)
    sent, failed = await release(late), await release(too_late)
    assert sent and sent.status == "queued" and sent.send_before
    assert sent.send_before < now() + HOUR + timedelta(minutes=1), "counted from its own time"
    assert failed and (failed.status, failed.error_code) == ("failed", "too_old")


async def test_nothing_is_scheduled_for_a_member_who_may_not_be_texted(cast: Cast) -> None:
    await cast.naomi.opt_out()
    with pytest.raises(CannotSend, match="opted_out"):
        await schedule(cast)


async def test_the_list_shows_when_the_next_one_is_due_and_how_it_begins(cast: Cast) -> None:
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
    await undo(second, by=cast.ruth)
    assert await next_one() == (first.scheduled_for, "a")
    await scheduled.send_now(await whole(first))
    assert await next_one() == (None, "")


async def whole(message: Message) -> Message:
    found = Message.get(id=message.id)
    return await found.select_related("conversation__member", "conversation__church")


async def test_words_and_time_can_be_changed_until_it_is_sent(cast: Cast) -> None:
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


async def test_it_is_not_sent_at_once_to_a_blocked_member_and_keeps_waiting(
    cast: Cast,
) -> None:
    message = await schedule(cast)
    await cast.naomi.opt_out()
    with pytest.raises(CannotSend, match="opted_out"):
        await scheduled.send_now(await whole(message))
    assert (await Message.get(id=message.id)).status == "scheduled"


async def test_a_canceled_text_is_never_sent_and_its_words_come_back(cast: Cast) -> None:
    message = await schedule(cast)
    back = await undo(message, by=cast.daniel)
    assert back.body == "See you tomorrow" and [one.id for one in back.messages] == [message.id]
    assert (await cast.conversation()).scheduled_for is None
    gone = await Message.get(id=message.id)
    assert (gone.kind, gone.status, gone.body) == ("undone", "canceled", "")
    assert gone.revision > message.revision

    await time_comes(message)
    assert await scheduled.due(10) == [] and await release(message) is None
    with pytest.raises(CannotSend, match="already_undone"):
        await undo(gone, by=cast.ruth)
    assert (await schedule(cast, key=message.key)).is_undone, "sent again by a slow browser"
    assert await claim(cast.grace_number) == []


async def test_canceled_just_as_it_is_due_it_is_either_sent_or_not(cast: Cast) -> None:
    for n in range(6):
        message = await schedule(cast, f"Number {n}")
        await time_comes(message)
        waiting = await Message.get(id=message.id)
        tried = await asyncio.gather(
            scheduled.release(waiting),
            undo(waiting, by=cast.ruth),
            return_exceptions=True,
        )
        sent = await Message.filter(key=message.key, status="queued").count()
        back = not isinstance(tried[1], BaseException)
        assert back != bool(sent), tried
        assert back or isinstance(tried[1], CannotSend), tried


async def test_a_receipt_never_settles_a_scheduled_text(cast: Cast) -> None:
    message = await schedule(cast)
    await settle(cast.grace.id, key=message.key, sid=sid(1), status="delivered", code=None)
    assert (await Message.get(id=message.id)).status == "scheduled"


async def test_scheduling_collides_with_a_reply_but_not_with_a_scheduled_text(
    cast: Cast,
) -> None:
    conversation = await a_question(cast)
    seen = conversation.revision
    await schedule(cast)
    await reply(conversation, by=cast.daniel, body="On my way", key=new_key(), seen=seen)
    with pytest.raises(Collision):
        await scheduled.schedule(
            conversation, by=cast.ruth, body="x", key=new_key(), at=now() + HOUR, seen=seen
        )
    assert await Message.filter(status="scheduled").count() == 1


async def test_the_number_of_scheduled_texts_per_conversation_is_limited(cast: Cast) -> None:
    for n in range(MAX_SCHEDULED):
        await schedule(cast, f"{n}")
    with pytest.raises(CannotSend, match="too_many_scheduled"):
        await schedule(cast, "One more")
    await queue(cast)
