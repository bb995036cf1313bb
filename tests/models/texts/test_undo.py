"""Undoing a reply before it is sent leaves everything as if it had never been written."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Conversation, Message, Staff
from inbox.models.conversations import triage
from inbox.models.conversations.listing import page as page_of
from inbox.models.conversations.thread import changed_in
from inbox.models.outbox import dispatch, outcomes
from inbox.models.texts.reply import reply, retry
from inbox.models.texts.undo import Undone, undo
from inbox.rules.refusals import CannotSend
from tests.cast import NAOMI, Cast
from tests.models.broadcasts.test_recipients import says, sent
from tests.models.conversations.test_triage import a_question
from tests.models.queueing import claim, queue
from tests.models.texts.test_receive import text
from tests.models.texts.test_reply import failed

AS_BEFORE = (
    "last_message_id last_at last_body last_kind last_status needs_reply_since owed_since "
    "state inbound_count answering_id"
).split()


def stands(conversation: Conversation) -> dict[str, Any]:
    return {name: getattr(conversation, name) for name in AS_BEFORE}


async def slow(cast: Cast, seconds: int = 60) -> Staff:
    """Pastor Ruth, with an undo window."""
    cast.ruth.undo_seconds = seconds
    return cast.ruth


async def say(cast: Cast, body: str = "On my way", by: Staff | None = None) -> Message:
    conversation = await cast.conversation()
    return await reply(conversation, by=by or cast.ruth, body=body, key=new_key())


async def test_a_reply_waits_for_its_writers_undo_window(cast: Cast) -> None:
    await slow(cast, 20)
    message = await say(cast)
    assert message.send_after and message.send_before
    assert timedelta(seconds=19) < message.send_after - now() <= timedelta(seconds=20)
    assert await claim(cast.grace_number) == []
    await Message.filter(id=message.id).update(send_after=now())
    assert [one.id for one in await claim(cast.grace_number)] == [message.id]


async def test_a_program_does_not_have_to_wait(cast: Cast) -> None:
    message = await reply(await cast.conversation(), by=None, body="Hi", key=new_key())
    assert message.send_after and message.send_after <= now()


async def test_a_later_reply_never_overtakes_one_that_may_still_be_undone(cast: Cast) -> None:
    await slow(cast)
    first = await say(cast, "First")
    second = await say(cast, "Second", by=cast.daniel)
    assert first.send_after and second.send_after and second.send_after >= first.send_after
    assert await claim(cast.grace_number) == []
    await Message.all().update(send_after=now())
    assert [one.id for one in await claim(cast.grace_number)] == [first.id]

    other = await cast.conversation(cast.george)
    elsewhere = await reply(other, by=cast.daniel, body="Hi", key=new_key())
    assert elsewhere.send_after and elsewhere.send_after <= now(), "each conversation separately"


async def test_everything_is_as_it_was_before(cast: Cast) -> None:
    await a_question(cast)
    before = await cast.conversation()
    message = await say(cast)
    assert stands(await cast.conversation()) != stands(before)

    back = await undo(message, by=cast.ruth)
    assert back.body == "On my way"
    after = await cast.conversation()
    assert stands(after) == stands(before) and after.revision == before.revision + 2
    assert await claim(cast.grace_number) == []
    with pytest.raises(CannotSend, match="already_undone"):
        await undo(await Message.get(id=message.id), by=cast.ruth)


async def test_the_members_next_text_answers_the_broadcast_again(cast: Cast) -> None:
    supper = await sent(cast)
    before = await cast.conversation()
    assert before.answering_id == supper.id
    first, second = await say(cast, "First"), await say(cast, "Second")
    assert (await cast.conversation()).answering_id is None

    await undo(first, by=cast.ruth)
    assert (await cast.conversation()).answering_id is None, "the second still stands"
    await undo(second, by=cast.ruth)
    assert stands(await cast.conversation()) == stands(before)
    assert (await says(cast, NAOMI, "I will")).answers_id == supper.id


async def test_a_broadcast_sent_meanwhile_is_the_one_they_answer(cast: Cast) -> None:
    await sent(cast)
    message = await say(cast)
    newer = await sent(cast, "And who washes up?")
    await undo(message, by=cast.ruth)
    assert (await cast.conversation()).answering_id == newer.id


async def test_an_empty_conversation_is_empty_again(cast: Cast) -> None:
    before = await cast.conversation()
    await undo(await say(cast), by=cast.ruth)
    assert stands(await cast.conversation()) == stands(before)
    assert await page_of(cast.ruth) == []


async def test_a_text_that_needed_no_reply_needs_none_afterward(cast: Cast) -> None:
    conversation = await a_question(cast)
    await triage.need_no_reply(conversation)
    await undo(await say(cast), by=cast.ruth)
    assert not (await cast.conversation()).needs_reply


async def test_a_snoozed_conversation_still_comes_back_with_needs_reply(cast: Cast) -> None:
    since = (await a_question(cast)).needs_reply_since
    await triage.snooze(await cast.conversation(), now() + timedelta(days=1), by=cast.daniel)
    before = await cast.conversation()
    await undo(await say(cast), by=cast.ruth)
    assert stands(await cast.conversation()) == stands(before)
    await triage.wake(before, by=cast.ruth)
    assert (await cast.conversation()).needs_reply_since == since


async def test_done_along_with_it_is_not_done(cast: Cast) -> None:
    await a_question(cast)
    before = await cast.conversation()
    message = await say(cast)
    await triage.finish(await cast.conversation(), by=cast.ruth)
    back = await undo(message, by=cast.ruth)
    assert stands(await cast.conversation()) == stands(before)
    assert [one.event for one in back.messages if one.is_event] == ["reopened"]


async def test_a_snooze_along_with_it_is_undone(cast: Cast) -> None:
    await a_question(cast)
    before = await cast.conversation()
    message = await say(cast)
    await triage.snooze(await cast.conversation(), now() + timedelta(days=1), by=cast.ruth)
    await undo(message, by=cast.ruth)
    assert stands(await cast.conversation()) == stands(before)


async def test_done_by_a_colleague_stays_done(cast: Cast) -> None:
    await a_question(cast)
    message = await say(cast)
    await triage.finish(await cast.conversation(), by=cast.daniel)
    await undo(message, by=cast.ruth)
    conversation = await cast.conversation()
    assert conversation.state == "done" and not conversation.needs_reply
    await triage.reopen(conversation, by=cast.daniel)
    assert (await cast.conversation()).needs_reply


async def test_texts_that_arrived_meanwhile_stay_newest_and_the_old_wait_is_restored(
    cast: Cast,
) -> None:
    since = (await a_question(cast)).needs_reply_since
    message = await say(cast)
    await text(cast, "Hello?", 2)
    newest = (await cast.conversation()).last_message_id
    await undo(message, by=cast.ruth)
    conversation = await cast.conversation()
    assert conversation.last_message_id == newest
    assert conversation.needs_reply_since == since


async def test_needs_reply_returns_unless_another_reply_stands(
    cast: Cast,
) -> None:
    since = (await a_question(cast)).needs_reply_since
    first, second = await say(cast, "First"), await say(cast, "Second")
    await undo(first, by=cast.ruth)
    conversation = await cast.conversation()
    assert not conversation.needs_reply and conversation.last_body == "Second"
    await undo(second, by=cast.ruth)
    assert (await cast.conversation()).needs_reply_since == since


async def test_a_text_that_a_worker_has_begun_cannot_be_undone(cast: Cast) -> None:
    message = await say(cast)
    [claimed] = await claim(cast.grace_number)
    with pytest.raises(CannotSend, match="not_waiting"):
        await undo(message, by=cast.ruth)
    # Nor one that was tried and will be retried: the provider may have it.
    assert await dispatch.mark_attempt(claimed)
    await outcomes.refused(claimed, "connection")
    assert (await Message.get(id=message.id)).status == "queued"
    with pytest.raises(CannotSend, match="not_waiting"):
        await undo(message, by=cast.ruth)


async def test_only_one_of_several_simultaneous_undos_gets_the_words(cast: Cast) -> None:
    await slow(cast)
    message = await say(cast)
    all_of_them = (cast.ruth, cast.daniel, cast.mercy, cast.ruth)
    backs = await asyncio.gather(
        *(undo(message, by=one) for one in all_of_them), return_exceptions=True
    )
    assert [one.body for one in backs if isinstance(one, Undone)] == ["On my way"]
    assert [str(one) for one in backs if isinstance(one, CannotSend)] == ["already_undone"] * 3


async def test_undo_during_a_claim_wins_or_loses_cleanly(cast: Cast) -> None:
    for n in range(6):
        message = await say(cast, f"Number {n}")
        claimed, back = await asyncio.gather(
            claim(cast.grace_number), undo(message, by=cast.ruth), return_exceptions=True
        )
        assert not isinstance(claimed, BaseException)
        assert bool(claimed) == isinstance(back, CannotSend)
        await Message.filter(status="sending").update(status="delivered")


async def test_a_single_copy_of_a_broadcast_cannot_be_undone(cast: Cast) -> None:
    message = await queue(cast, priority=10)
    with pytest.raises(CannotSend, match="not_waiting"):
        await undo(message, by=cast.ruth)


async def test_a_slow_browser_that_sends_it_again_sends_nothing(cast: Cast) -> None:
    message = await say(cast)
    await undo(message, by=cast.ruth)
    again = await reply(await cast.conversation(), by=cast.ruth, body="On my way", key=message.key)
    assert again.id == message.id and again.is_undone
    assert await claim(cast.grace_number) == []


async def test_an_undone_retry_can_be_pressed_again(cast: Cast) -> None:
    first = await failed(cast)
    again = await retry(first, by=cast.ruth)
    back = await undo(again, by=cast.ruth)
    assert {one.id for one in back.messages} == {first.id, again.id}
    first = await Message.get(id=first.id).select_related(
        "conversation__member", "conversation__church"
    )
    assert not first.retried
    once_more = await retry(first, by=cast.ruth)
    assert [one.id for one in await claim(cast.grace_number)] == [once_more.id]


async def helped_out(conversation: Conversation) -> list[tuple[str, int | None]]:
    lines = await Message.filter(conversation_id=conversation.id, event="helped_out").order_by("id")
    return [(line.body, line.author_id) for line in lines if not line.is_undone]


async def test_helping_out_is_noted_once_per_assignee(cast: Cast) -> None:
    conversation = await a_question(cast)
    await say(cast, by=cast.mercy)
    assert await helped_out(conversation) == [], "no one is assigned"
    await triage.assign(conversation, cast.daniel, by=cast.daniel)
    await say(cast, by=cast.daniel)
    assert await helped_out(conversation) == []
    message = await say(cast, by=cast.mercy)
    assert await helped_out(conversation) == [("Daniel Ortiz", cast.mercy.id)]
    await say(cast, by=cast.mercy)
    assert len(await helped_out(conversation)) == 1
    await say(cast, by=cast.ruth)
    assert len(await helped_out(conversation)) == 2

    await undo(message, by=cast.mercy)
    assert await helped_out(conversation) == [("Daniel Ortiz", cast.ruth.id)]
    await triage.assign(conversation, cast.ruth, by=cast.ruth)
    await say(cast, by=cast.mercy)
    assert ("Ruth Adeyemi", cast.mercy.id) in await helped_out(conversation)


async def test_a_reply_and_its_side_effects_are_stored_together_or_not_at_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await a_question(cast)
    await triage.assign(conversation, cast.daniel, by=cast.daniel)
    before = stands(await cast.conversation())
    done = triage.Then(done=True)

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the database is gone")

    with monkeypatch.context() as patched:
        patched.setattr(triage, "_finish", broken)
        with pytest.raises(RuntimeError):
            await reply(conversation, by=cast.mercy, body="Hi", key=new_key(), then=done)
    assert not await Message.exists(kind="out")
    assert await helped_out(conversation) == []
    assert stands(await cast.conversation()) == before

    message = await reply(conversation, by=cast.mercy, body="Hi", key=new_key(), then=done)
    changed = await changed_in(conversation, message.revision)
    assert [one.event for one in changed] == [None, "helped_out", "done"]
    assert (await cast.conversation()).state == "done"
