"""A private note: visible only to staff, and it may mention a colleague."""

import asyncio

import pytest

from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Mention, Message, Staff
from inbox.models.conversations.listing import page as page_of
from inbox.models.texts.notes import add_note
from inbox.rules.refusals import CannotSend
from tests.cast import Cast
from tests.models.conversations.test_triage import a_question
from tests.models.queueing import claim


async def note(cast: Cast, body: str, by: Staff | None = None) -> Message:
    conversation = await cast.conversation()
    return await add_note(conversation, by=by or cast.ruth, body=body, key=new_key())


async def named() -> dict[int, int]:
    """The newest note that mentions each person, by person."""
    return {one.staff_id: one.message_id for one in await Mention.all()}


async def test_a_note_is_no_reply_and_is_sent_to_nobody(cast: Cast) -> None:
    await a_question(cast)
    before = await cast.conversation()
    said = await note(cast, " She is in hospital. \r\n")

    assert (said.body, said.kind, said.status) == ("She is in hospital.", "note", "received")
    after = await cast.conversation()
    assert after.revision == said.revision == before.revision + 1
    for name in ("last_message_id", "last_at", "last_body", "inbound_count", "needs_reply_since"):
        assert getattr(after, name) == getattr(before, name), name
    assert await claim(cast.grace_number) == []


async def test_a_note_can_be_written_about_a_member_who_may_not_be_texted(cast: Cast) -> None:
    await cast.naomi.opt_out()
    assert (await note(cast, "She prefers calls.")).id


async def test_a_note_under_one_key_is_one_note_however_often_it_is_sent(cast: Cast) -> None:
    conversation, key = await cast.conversation(), new_key()
    body = "@Daniel Ortiz please call"
    sent = await asyncio.gather(
        *(add_note(conversation, by=cast.ruth, body=body, key=key) for _ in range(6))
    )
    sent.append(await add_note(conversation, by=cast.ruth, body=body, key=key))
    assert len({one.id for one in sent}) == await Message.all().count() == 1
    assert await Mention.all().count() == 1
    with pytest.raises(CannotSend, match="key_taken"):
        await add_note(conversation, by=cast.ruth, body="Something else", key=key)


@pytest.mark.parametrize(("body", "code"), [(" \n", "empty"), ("x" * 1601, "too_long")])
async def test_a_note_must_have_words_and_not_too_many(cast: Cast, body: str, code: str) -> None:
    with pytest.raises(CannotSend, match=code):
        await note(cast, body)


async def test_mentioned_staff_find_the_newest_note_that_mentions_them(cast: Cast) -> None:
    first = await note(cast, "@Daniel and @Mercy Lind, and I, @Ruth, could visit")
    assert await named() == {cast.daniel.id: first.id, cast.mercy.id: first.id}
    assert first.notify, "they must be notified"
    await Mention.filter(staff_id=cast.daniel.id).update(seen_at=now())

    second = await note(cast, "@daniel did you?")
    assert await named() == {cast.daniel.id: second.id, cast.mercy.id: first.id}
    assert await Mention.filter(staff_id=cast.daniel.id, seen_at=None).exists()


async def test_former_staff_and_those_of_another_church_are_not_mentioned(cast: Cast) -> None:
    await cast.daniel.leave(by=cast.ruth)
    said = await note(cast, "@Daniel Ortiz, @Sam Reid")
    assert await named() == {} and not said.notify


async def test_only_the_mentioned_person_marks_a_mention_as_seen(cast: Cast) -> None:
    said = await note(cast, "@Daniel @Mercy")
    assert await Mention.see(cast.daniel, said.conversation_id)
    assert not await Mention.see(cast.daniel, said.conversation_id)
    assert await Mention.see(cast.mercy, said.conversation_id)
    assert not await Mention.see(cast.ruth, said.conversation_id)


async def test_a_conversation_with_only_notes_is_in_no_list(cast: Cast) -> None:
    await note(cast, "New to us")
    assert await page_of(cast.ruth) == []
