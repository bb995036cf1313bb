"""Drafts: stored for their writer, and gone once sent."""

import asyncio

from inbox.keys import new_key
from inbox.models import Draft
from inbox.models.draft import MAX_LENGTH
from inbox.models.texts.notes import add_note
from inbox.models.texts.reply import reply
from tests.cast import Cast


async def test_the_last_draft_is_stored_and_an_empty_one_is_not(cast: Cast) -> None:
    conversation = await cast.conversation()
    for body in ("Dear", "Dear Naomi", "Dear Naomi, "):
        assert await Draft.keep(cast.ruth, conversation, "reply", body) == body
    assert await Draft.texts(cast.ruth, conversation) == {"reply": "Dear Naomi, ", "note": ""}
    assert await Draft.all().count() == 1
    assert await Draft.keep(cast.ruth, conversation, "reply", " \n") == ""
    assert not await Draft.exists()


async def test_many_saves_at_once_make_one_draft(cast: Cast) -> None:
    conversation = await cast.conversation()
    await asyncio.gather(
        *(Draft.keep(cast.ruth, conversation, "reply", f"Dear {n}") for n in range(8))
    )
    [draft] = await Draft.all()
    assert draft.body.startswith("Dear ")


async def test_each_person_has_one_of_each_kind_in_each_conversation(cast: Cast) -> None:
    conversation, other = await cast.conversation(), await cast.conversation(cast.george)
    await Draft.keep(cast.ruth, conversation, "note", "Ask her")
    await Draft.keep(cast.ruth, conversation, "reply", "Dear Naomi")
    await Draft.keep(cast.ruth, other, "note", "Ask him")
    await Draft.keep(cast.daniel, conversation, "reply", "Hello")

    both = await Draft.of(cast.ruth, [conversation.id, other.id])
    assert both == {conversation.id: "Dear Naomi", other.id: "Ask him"}
    assert await Draft.of(cast.daniel, [other.id]) == {}
    assert (await Draft.texts(cast.daniel, conversation))["reply"] == "Hello"


async def test_the_length_of_a_draft_is_limited(cast: Cast) -> None:
    conversation = await cast.conversation()
    kept = await Draft.keep(cast.ruth, conversation, "reply", "x" * (MAX_LENGTH + 1))
    assert len(kept) == MAX_LENGTH


async def test_sending_deletes_the_draft(cast: Cast) -> None:
    conversation = await cast.conversation()
    await Draft.keep(cast.daniel, conversation, "reply", "Hello there")
    await Draft.keep(cast.ruth, conversation, "note", "Ask her")
    # Saved while it was still being written.
    await Draft.keep(cast.ruth, conversation, "reply", "Hello ")
    await reply(conversation, by=cast.ruth, body="Hello there", key=new_key())
    assert await Draft.texts(cast.ruth, conversation) == {"reply": "", "note": "Ask her"}
    await add_note(conversation, by=cast.ruth, body="Ask her", key=new_key())
    assert await Draft.of(cast.ruth, [conversation.id]) == {}
    assert await Draft.of(cast.daniel, [conversation.id]) == {conversation.id: "Hello there"}


async def test_a_draft_begun_while_a_text_was_being_submitted_stays(cast: Cast) -> None:
    conversation = await cast.conversation()
    await Draft.keep(cast.ruth, conversation, "reply", "And another thing")
    await reply(conversation, by=cast.ruth, body="Hello there", key=new_key())
    assert (await Draft.texts(cast.ruth, conversation))["reply"] == "And another thing"


async def test_restored_words_come_before_a_new_draft(cast: Cast) -> None:
    conversation = await cast.conversation()
    assert await Draft.give_back(cast.ruth, conversation, "Hello") == "Hello"
    assert await Draft.give_back(cast.ruth, conversation, "Dear") == "Dear\nHello"
    assert (await Draft.texts(cast.ruth, conversation))["reply"] == "Dear\nHello"
