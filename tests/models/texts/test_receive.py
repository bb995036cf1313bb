"""A text arrives: once, in its member's conversation, and its consent keyword is respected."""

import asyncio
from typing import Any

import pytest

from inbox.models import Church, Conversation, Media, Member, Message, ReadMark
from inbox.models.texts.receive import Received, receive
from tests.cast import NAOMI, STRANGER, Cast
from tests.costs import asked
from tests.models.queueing import queue, sid


async def text(
    cast: Cast, body: str, number: int = 1, from_: str = NAOMI, **has: Any
) -> Received | None:
    return await receive(cast.grace_number, sid=sid(number), from_=from_, body=body, **has)


async def test_the_same_text_twice_is_one_message(cast: Cast) -> None:
    assert await text(cast, "Hello")
    assert await text(cast, "Hello") is None

    conversation = await cast.conversation()
    assert await Message.all().count() == 1
    assert conversation.inbound_count == 1


async def test_the_same_text_many_times_at_once_is_one_message(cast: Cast) -> None:
    received = await asyncio.gather(
        *(text(cast, "Hello", from_=STRANGER, attachments=[("https://a/1", "image/png")])
          for _ in range(8))
    )  # fmt: skip
    assert sum(one is not None for one in received) == 1
    assert await Message.all().count() == await Media.all().count() == 1
    assert (await Conversation.get()).inbound_count == 1


async def test_many_texts_at_once_from_an_unknown_number_are_one_conversation(cast: Cast) -> None:
    await asyncio.gather(*(text(cast, f"{n}", n, from_=STRANGER) for n in range(8)))

    conversation = await Conversation.get().select_related("member")
    assert conversation.inbound_count == 8
    assert conversation.member.shown_name("US") == "(202) 555-0199"
    revisions = await Message.all().values_list("revision", flat=True)
    assert sorted(revisions) == list(range(1, 9))  # type: ignore[type-var]


async def test_the_same_sid_at_two_churches_is_two_texts(cast: Cast) -> None:
    assert await text(cast, "Hello")
    assert await receive(cast.hope_number, sid=sid(1), from_=NAOMI, body="Hello")


async def test_the_row_shows_the_newest_text(cast: Cast) -> None:
    received = await text(cast, "The long story of " + "a" * 500)
    assert received
    [message] = received.messages

    conversation = await cast.conversation()
    assert conversation.last_message_id == message.id
    assert conversation.last_at == message.created_at
    assert conversation.last_body.startswith("The long story of aaa")
    assert len(conversation.last_body) == 120
    assert (conversation.last_kind, conversation.last_status) == ("in", "received")


async def test_needs_reply_counts_from_the_first_unanswered_text(cast: Cast) -> None:
    await text(cast, "Could somebody drive me?", 1)
    since = (await cast.conversation()).needs_reply_since
    assert since
    await text(cast, "On Sunday, I mean", 2)
    assert (await cast.conversation()).needs_reply_since == since

    await queue(cast, body="Yes")
    assert not (await cast.conversation()).needs_reply


async def test_a_text_after_stop_needs_a_reply(cast: Cast) -> None:
    """Not by text, but a member in need must not be overlooked."""
    await text(cast, "STOP", 1)
    assert not (await cast.conversation()).needs_reply
    await text(cast, "My father has died", 2)
    assert (await cast.conversation()).needs_reply
    assert (await Member.get(id=cast.naomi.id)).refusal == "opted_out"


@pytest.mark.parametrize(
    ("sender", "owed"),
    [("SUPPORT", False), ("+266696687", False), ("68849", True), (STRANGER, True)],
)
@pytest.mark.parametrize("unreachable", [None, "21614"])
async def test_only_a_sender_without_a_number_needs_no_reply_and_is_still_unread(
    cast: Cast, sender: str, owed: bool, unreachable: str | None
) -> None:
    member = await Member.with_phone(cast.grace.id, sender)
    await member.note_unreachable(unreachable)
    await text(cast, "Your code is 4711", from_=sender)
    conversation = await cast.conversation(member)
    assert conversation.needs_reply is owed
    assert conversation.inbound_count == 1, "unread for everyone"
    assert conversation.state == "open"


async def test_texts_that_arrived_since_someone_read_are_unread(cast: Cast) -> None:
    await text(cast, "One", 1)
    await ReadMark.set(cast.ruth, await cast.conversation())
    await text(cast, "Two", 2)
    await text(cast, "Three", 3)

    conversation = await cast.conversation()
    read = (await ReadMark.of(cast.ruth, [conversation.id]))[conversation.id]
    assert conversation.inbound_count - read == 2


@pytest.mark.parametrize("body", ["STOP", "stop.", "Unsubscribe", "opt out"])
async def test_stop_opts_out_and_appears_in_the_conversation(cast: Cast, body: str) -> None:
    received = await text(cast, body)
    assert received
    assert [(one.kind, one.event) for one in received.messages] == [
        ("in", None),
        ("event", "opted_out"),
    ]
    assert (await Member.get(id=cast.naomi.id)).refusal == "opted_out"
    assert not (await cast.conversation()).needs_reply, "no reply is possible"
    assert not await Message.exists(kind="out"), "the provider has replied already"


@pytest.mark.parametrize("body", ["ALTO", "¡Pare!", "Dar de baja"])
async def test_a_church_in_spanish_understands_stop_in_spanish(cast: Cast, body: str) -> None:
    await Church.filter(id=cast.grace.id).update(language="es")
    received = await text(cast, body)

    assert received
    [_, line] = received.messages
    assert (line.event, line.body) == ("opted_out", body), "Twilio does not know the word"
    assert (await Member.get(id=cast.naomi.id)).refusal == "opted_out"
    assert not (await cast.conversation()).needs_reply


async def test_spanish_stop_words_are_conversation_to_a_church_in_english(cast: Cast) -> None:
    await text(cast, "ALTO")
    assert (await Member.get(id=cast.naomi.id)).refusal is None
    assert (await cast.conversation()).needs_reply


@pytest.mark.parametrize(("wrote", "shown"), [("AYUDA", "AYUDA"), ("Info", "Info"), ("help", "")])
async def test_help_in_spanish_is_shown_as_written(cast: Cast, wrote: str, shown: str) -> None:
    await Church.filter(id=cast.grace.id).update(language="es")
    received = await text(cast, wrote)
    assert received
    line = received.messages[-1]
    assert (line.event, line.body) == ("asked_help", shown), "HELP itself is the usual word"


async def test_stop_twice_is_recorded_twice_and_counts_once(cast: Cast) -> None:
    await text(cast, "STOP", 1)
    since = (await Member.get(id=cast.naomi.id)).opted_out_at
    await text(cast, "STOP", 2)

    assert await Message.filter(event="opted_out").count() == 1
    assert await Message.filter(kind="in").count() == 2
    assert (await Member.get(id=cast.naomi.id)).opted_out_at == since
    assert not (await cast.conversation()).needs_reply


async def test_stop_in_a_sentence_is_conversation(cast: Cast) -> None:
    await text(cast, "Stop by on Sunday!")
    assert (await Member.get(id=cast.naomi.id)).refusal is None
    assert (await cast.conversation()).needs_reply


@pytest.mark.parametrize("body", ["START", "yes", "Unstop"])
async def test_start_after_stop_opts_in(cast: Cast, body: str) -> None:
    await text(cast, "STOP", 1)
    received = await text(cast, body, 2)

    assert received and received.messages[-1].event == "opted_in"
    assert received.messages[-1].body == ("" if body == "START" else body)
    assert (await Member.get(id=cast.naomi.id)).refusal is None


async def test_yes_from_a_member_who_never_stopped_is_an_answer(cast: Cast) -> None:
    received = await text(cast, "Yes")
    assert received and len(received.messages) == 1
    assert (await cast.conversation()).needs_reply


async def test_help_is_shown_and_left_to_staff(cast: Cast) -> None:
    received = await text(cast, "HELP")
    assert received and received.messages[-1].event == "asked_help"
    assert (await cast.conversation()).needs_reply
    assert not await Message.exists(kind="out")


async def test_the_providers_own_reading_of_a_word_outranks_ours(cast: Cast) -> None:
    """With Advanced Opt-Out, a church has its own keywords in its own languages."""
    await text(cast, "Basta", opt_out_type="stop")
    assert (await Member.get(id=cast.naomi.id)).refusal == "opted_out"


async def test_a_member_who_texts_can_be_reached(cast: Cast) -> None:
    await cast.naomi.note_unreachable("30005")
    await text(cast, "New phone")
    assert (await Member.get(id=cast.naomi.id)).refusal is None


async def test_a_text_from_another_network_is_stored_whatever_its_sender_is_called(
    cast: Cast,
) -> None:
    assert await text(cast, "Hello", from_="whatsapp:+12025550142")
    assert await text(cast, "Hello", 2, from_="x" * 64)


async def burst(cast: Cast, count: int) -> list[Received | None]:
    """This many texts at once, each from another sender."""
    return await asyncio.gather(
        *(
            receive(cast.grace_number, sid=sid(n), from_=f"+1202555{n + 200:04d}", body="Hello")
            for n in range(count)
        )
    )


async def test_new_members_of_a_burst_are_created_together(cast: Cast) -> None:
    with asked() as statements:
        assert None not in await burst(cast, 40)
    assert await Member.filter(church=cast.grace, name="").count() == 40
    made = [sql for sql, _ in statements if sql.lower().startswith("insert into member ")]
    assert 1 <= len(made) <= 2, "the first text begins at once, the others wait for it"


async def test_a_burst_of_duplicates_costs_only_a_lookup(cast: Cast) -> None:
    await burst(cast, 40)
    with asked() as statements:
        assert await burst(cast, 40) == [None] * 40
    asked_for = [sql for sql, _ in statements if " message " in sql]
    assert 1 <= len(asked_for) <= 2
    assert all(sql.startswith("select provider_sid") for sql in asked_for)
    assert await Message.filter(kind="in").count() == 40
