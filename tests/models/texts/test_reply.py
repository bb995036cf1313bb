"""A reply passes the one gate, and is sent once, however often Send is pressed."""

import asyncio

import pytest

from inbox.keys import new_key
from inbox.models import Church, Conversation, Member, Message, Staff
from inbox.models.conversations import triage
from inbox.models.message import BROADCAST_PRIORITY
from inbox.models.texts.notes import add_note
from inbox.models.texts.reply import Collision, reply, retry
from inbox.rules.refusals import CannotSend
from tests.cast import Cast
from tests.models.conversations.test_triage import a_question
from tests.models.queueing import claim, queue
from tests.models.texts.test_receive import text


async def why_not(conversation: Conversation, body: str = "Hi", key: str | None = None) -> str:
    with pytest.raises(CannotSend) as no:
        await reply(conversation, by=None, body=body, key=key or new_key())
    return no.value.code


async def test_nobody_is_texted_against_their_will(cast: Cast) -> None:
    await cast.naomi.opt_out()
    assert await why_not(await cast.conversation()) == "opted_out"
    assert not await Message.exists(kind="out")


async def test_a_number_that_gets_no_texts_is_not_texted(cast: Cast) -> None:
    await cast.naomi.note_unreachable("21614")
    assert await why_not(await cast.conversation()) == "unreachable"


async def test_a_sender_with_a_name_instead_of_a_number_gets_no_reply(cast: Cast) -> None:
    support = await Member.with_phone(cast.grace.id, "SUPPORT")
    assert await why_not(await cast.conversation(support)) == "named_sender"


async def test_a_member_who_wrote_over_another_service_gets_no_reply(cast: Cast) -> None:
    there = await Member.with_phone(cast.grace.id, "whatsapp:+12025550150")
    assert await why_not(await cast.conversation(there)) == "other_channel"


async def test_a_short_code_can_be_answered(cast: Cast) -> None:
    code = await Member.with_phone(cast.grace.id, "68849")
    assert await queue(cast, code)


async def test_a_church_without_an_account_texts_nobody(cast: Cast) -> None:
    await Church.filter(id=cast.grace.id).update(twilio_token_sealed=None)
    assert await why_not(await cast.conversation()) == "not_connected"


async def test_a_reply_must_have_content_and_not_too_much(cast: Cast) -> None:
    conversation = await cast.conversation()
    assert await why_not(conversation, " \n ") == "empty"
    assert await why_not(conversation, "x" * 1601) == "too_long"


async def test_sending_twice_under_one_key_is_one_text(cast: Cast) -> None:
    conversation, key = await cast.conversation(), new_key()
    one = await reply(conversation, by=cast.ruth, body="Hi", key=key)
    other = await reply(conversation, by=cast.ruth, body="Hi", key=key)
    assert one.id == other.id


async def test_pressing_send_many_times_at_once_is_one_text(cast: Cast) -> None:
    conversation, key = await cast.conversation(), new_key()
    sent = await asyncio.gather(
        *(reply(conversation, by=cast.ruth, body="Hi", key=key) for _ in range(8))
    )
    assert len({message.id for message in sent}) == await Message.all().count() == 1
    # The later ones changed nothing.
    assert (await cast.conversation()).revision == 1


async def test_a_key_belongs_to_one_conversation(cast: Cast) -> None:
    message = await queue(cast)
    assert await why_not(await cast.conversation(cast.lydia), key=message.key) == "key_taken"


async def test_a_reply_is_the_newest_text_and_clears_needs_reply(cast: Cast) -> None:
    message = await queue(cast, body="Daniel will be there at 9.")
    conversation = await cast.conversation()
    assert conversation.last_message_id == message.id
    assert conversation.last_body == "Daniel will be there at 9."
    assert (conversation.last_kind, conversation.last_status) == ("out", "queued")
    assert not conversation.needs_reply


async def failed(cast: Cast) -> Message:
    message = await queue(cast, status="failed", error_code="30003")
    return await Message.get(id=message.id).select_related(
        "conversation__member", "conversation__church"
    )


async def test_retry_sends_a_failed_text_as_a_new_one(cast: Cast) -> None:
    message = await failed(cast)
    again = await retry(message, by=cast.ruth)

    assert (again.body, again.status, again.retry_of_id) == (message.body, "queued", message.id)
    assert (await Message.get(id=message.id)).retried
    assert [one.id for one in await claim(cast.grace_number)] == [again.id]


async def test_pressing_retry_many_times_at_once_sends_once(cast: Cast) -> None:
    message = await failed(cast)
    sent = await asyncio.gather(*(retry(message, by=cast.ruth) for _ in range(6)))
    sent.append(await retry(message, by=cast.daniel))
    assert len({one.id for one in sent}) == 1
    assert await Message.filter(status="queued").count() == 1


async def test_a_text_that_has_not_failed_is_not_sent_again(cast: Cast) -> None:
    message = await queue(cast)
    with pytest.raises(CannotSend, match="not_failed"):
        await retry(message, by=cast.ruth)


async def test_retry_passes_the_gate_too(cast: Cast) -> None:
    await failed(cast)
    await cast.naomi.opt_out()
    message = await Message.get().select_related("conversation__member", "conversation__church")
    with pytest.raises(CannotSend, match="opted_out"):
        await retry(message, by=cast.ruth)


async def test_another_text_under_the_same_key_is_refused_not_dropped(cast: Cast) -> None:
    conversation = await cast.conversation()
    key = new_key()
    first = await reply(conversation, by=cast.ruth, body="Service at 10", key=key)
    again = await reply(conversation, by=cast.ruth, body=" Service at 10\n", key=key)
    assert again.id == first.id

    with pytest.raises(CannotSend) as refusal:
        await reply(conversation, by=cast.ruth, body="Service is at 9", key=key)
    assert refusal.value.code == "key_taken"


async def answered_by(cast: Cast, by: Staff, seen: int | None, body: str = "On my way") -> Message:
    conversation = await cast.conversation()
    return await reply(conversation, by=by, body=body, key=new_key(), seen=seen)


async def test_the_second_of_two_simultaneous_replies_is_warned_first(cast: Cast) -> None:
    conversation = await a_question(cast)
    seen = conversation.revision
    sent = await asyncio.gather(
        *(answered_by(cast, one, seen) for one in (cast.ruth, cast.daniel, cast.mercy)),
        return_exceptions=True,
    )
    [first] = [one for one in sent if isinstance(one, Message)]
    collisions = [one for one in sent if isinstance(one, Collision)]
    assert len(collisions) == 2
    assert {message.id for one in collisions for message in one.messages} == {first.id}
    assert await Message.filter(kind="out").count() == 1
    assert (await cast.conversation()).revision == conversation.revision + 1, "nothing was changed"


async def test_staff_who_saw_the_other_reply_or_insist_are_not_stopped(cast: Cast) -> None:
    conversation = await a_question(cast)
    seen = conversation.revision
    first = await answered_by(cast, cast.ruth, seen)
    with pytest.raises(Collision):
        await answered_by(cast, cast.daniel, seen)
    assert await answered_by(cast, cast.daniel, first.position)
    assert await answered_by(cast, cast.mercy, None)


async def test_notes_count_as_answers_but_events_broadcasts_and_ones_own_texts_do_not(
    cast: Cast,
) -> None:
    conversation = await a_question(cast)
    seen = conversation.revision
    await triage.assign(conversation, cast.mercy, by=cast.mercy)
    await queue(cast, priority=BROADCAST_PRIORITY)
    await text(cast, "Hello?", 2)
    assert await answered_by(cast, cast.daniel, seen)
    assert await answered_by(cast, cast.daniel, seen, "And another thing")
    await Message.filter(kind="out").delete()

    note = await add_note(conversation, by=cast.ruth, body="I called her", key=new_key())
    with pytest.raises(Collision) as collision:
        await answered_by(cast, cast.daniel, seen)
    assert [one.id for one in collision.value.messages] == [note.id]


async def test_a_request_resent_by_a_slow_browser_does_not_collide_with_later_replies(
    cast: Cast,
) -> None:
    conversation = await a_question(cast)
    seen, key = conversation.revision, new_key()
    first = await reply(conversation, by=cast.ruth, body="Hi", key=key, seen=seen)
    await answered_by(cast, cast.daniel, None)
    again = await reply(conversation, by=cast.ruth, body="Hi", key=key, seen=seen)
    assert again.id == first.id
