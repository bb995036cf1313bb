"""Staff opt a member out, or undo what staff recorded. The member's own STOP outranks both."""

from datetime import timedelta

import pytest

from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Conversation, LeftOut, Member, Message, PhoneNumber
from inbox.models.broadcasts.progress import counts_of
from inbox.models.conversations.triage import need_no_reply
from inbox.models.members.consent import (
    OnlyTheyCanUndo,
    dismiss_hint,
    record_opt_out,
    undo_opt_out,
)
from inbox.models.outbox.dispatch import mark_attempt
from inbox.models.outbox.outcomes import held_back
from inbox.models.texts.reply import reply
from inbox.rules.phone import parse_phone
from inbox.rules.refusals import CannotSend
from tests.cast import HOPE_NUMBER, NAOMI, Cast
from tests.models.broadcasts.test_broadcast import compose, enlist
from tests.models.queueing import claim
from tests.models.texts.test_receive import text


async def naomi_now(cast: Cast) -> Member:
    return await Member.get(id=cast.naomi.id)


async def lines(conversation: Conversation) -> list[tuple[str | None, int | None, str]]:
    found = Message.filter(conversation_id=conversation.id, kind="event").order_by("id")
    return [(one.event, one.author_id, one.body) for one in await found]


async def test_every_conversation_says_who_opted_the_member_out(cast: Cast) -> None:
    other = await PhoneNumber.connect(cast.grace, "+12025550101", "PN" + "8" * 32, 0)
    here, there = await cast.conversation(), await Conversation.between(cast.naomi, other)
    changed = await record_opt_out(cast.naomi, by=cast.ruth)

    assert changed.conversation_ids == [here.id, there.id]
    for conversation in (here, there):
        assert await lines(conversation) == [("opt_out_recorded", cast.ruth.id, "Naomi Park")]
    now = await Conversation.get(id=here.id)
    assert [one.revision for one in changed.lines] == [now.revision, there.revision + 1]
    member = await naomi_now(cast)
    assert (member.refusal, member.opted_out_by) == ("opted_out", "Ruth Adeyemi")
    assert member.opted_out_at and member.opt_out_is_recorded


async def test_pressing_twice_records_once(cast: Cast) -> None:
    conversation = await cast.conversation()
    await record_opt_out(cast.naomi, by=cast.ruth)
    since = (await naomi_now(cast)).opted_out_at
    changed = await record_opt_out(await naomi_now(cast), by=cast.daniel)

    assert not changed.lines and len(await lines(conversation)) == 1
    member = await naomi_now(cast)
    assert (member.opted_out_at, member.opted_out_by) == (since, "Ruth Adeyemi")


async def test_a_member_who_was_never_texted_gets_a_conversation_that_shows_it(
    cast: Cast,
) -> None:
    assert not await Conversation.exists(member_id=cast.george.id)
    changed = await record_opt_out(cast.george, by=cast.ruth)
    conversation = await Conversation.get(member_id=cast.george.id)
    assert changed.conversation_ids == [conversation.id]
    assert conversation.last_at is None, "and it is in no list"


async def test_waiting_texts_are_stopped_with_the_reason_and_new_ones_are_refused(
    cast: Cast,
) -> None:
    conversation = await cast.conversation()
    await reply(conversation, by=cast.daniel, body="See you on Sunday", key=new_key())
    [message] = await claim(cast.grace_number)
    await record_opt_out(cast.naomi, by=cast.ruth)

    assert not await mark_attempt(message)
    await held_back(message)
    stopped = await Message.get(id=message.id)
    assert (stopped.status, stopped.error_code) == ("failed", "opted_out")
    with pytest.raises(CannotSend, match="opted_out"):
        await reply(await cast.conversation(), by=cast.ruth, body="Hello?", key=new_key())


async def test_a_broadcast_leaves_them_out_and_says_so(cast: Cast) -> None:
    await record_opt_out(cast.naomi, by=cast.ruth)
    broadcast = await compose(cast)
    await enlist(broadcast)
    await broadcast.refresh_from_db()
    assert (await counts_of(broadcast))["opted_out"] == 1
    [left_out] = await LeftOut.filter(broadcast_id=broadcast.id)
    assert (left_out.member_id, left_out.reason) == (cast.naomi.id, "opted_out")


async def test_needs_reply_ends_if_no_reply_can_be_sent(cast: Cast) -> None:
    await text(cast, "Please stop sending texts")
    waited_since = (await cast.conversation()).needs_reply_since
    assert waited_since
    await record_opt_out(cast.naomi, by=cast.ruth)
    conversation = await cast.conversation()
    assert (conversation.needs_reply_since, conversation.owed_since) == (None, waited_since)
    await undo_opt_out(await naomi_now(cast), by=cast.ruth)
    conversation = await cast.conversation()
    assert (conversation.needs_reply_since, conversation.owed_since) == (waited_since, None)


async def test_a_conversation_that_needed_no_reply_needs_none_after_an_undone_opt_out(
    cast: Cast,
) -> None:
    await text(cast, "Thank you")
    await need_no_reply(await cast.conversation())
    assert (await cast.conversation()).owed_since, "the premise: it could be restored"
    await record_opt_out(cast.naomi, by=cast.ruth)
    await undo_opt_out(await naomi_now(cast), by=cast.ruth)
    assert not (await cast.conversation()).needs_reply


async def test_staff_undo_what_staff_recorded(cast: Cast) -> None:
    conversation = await cast.conversation()
    await record_opt_out(cast.naomi, by=cast.ruth)
    await undo_opt_out(await naomi_now(cast), by=cast.daniel)

    assert (await lines(conversation))[1:] == [("opt_out_undone", cast.daniel.id, "Naomi Park")]
    member = await naomi_now(cast)
    assert (member.refusal, member.opted_out_by) == (None, None)
    assert not (await undo_opt_out(member, by=cast.daniel)).lines, "once is enough"


@pytest.mark.parametrize("recorded", [False, True])
async def test_only_the_member_can_undo_a_stop(cast: Cast, recorded: bool) -> None:
    if recorded:
        await record_opt_out(cast.naomi, by=cast.ruth)
    received = await text(cast, "STOP")
    assert received and received.messages[-1].event == "opted_out", (
        "the event is recorded in any case"
    )

    before = await lines(await cast.conversation())
    with pytest.raises(OnlyTheyCanUndo):
        await undo_opt_out(await naomi_now(cast), by=cast.ruth)
    assert await lines(await cast.conversation()) == before
    member = await naomi_now(cast)
    assert (member.refusal, member.opt_out_is_recorded) == ("opted_out", False)

    await text(cast, "START", 2)
    assert (await naomi_now(cast)).refusal is None


async def test_an_opt_out_is_dated_from_the_first_request(cast: Cast) -> None:
    await record_opt_out(cast.naomi, by=cast.ruth)
    since = (await naomi_now(cast)).opted_out_at
    await text(cast, "STOP")
    assert (await naomi_now(cast)).opted_out_at == since


@pytest.mark.parametrize(("body", "refusal"), [("START", None), ("Unstop", None)])
async def test_the_members_start_undoes_what_staff_recorded(
    cast: Cast, body: str, refusal: str | None
) -> None:
    await record_opt_out(cast.naomi, by=cast.ruth)
    received = await text(cast, body)
    assert received and received.messages[-1].event == "opted_in"
    assert (await naomi_now(cast)).refusal is refusal


async def test_yes_may_answer_something_else_and_undoes_no_recorded_opt_out(cast: Cast) -> None:
    await record_opt_out(cast.naomi, by=cast.ruth)
    received = await text(cast, "Yes")
    assert received and len(received.messages) == 1
    assert (await naomi_now(cast)).refusal == "opted_out"
    assert (await cast.conversation()).needs_reply


async def test_a_late_start_from_before_the_opt_out_undoes_nothing(
    cast: Cast,
) -> None:
    await record_opt_out(cast.naomi, by=cast.ruth)
    since = (await naomi_now(cast)).opted_out_at
    assert since
    await text(cast, "START", said_at=since - timedelta(seconds=1))
    assert (await naomi_now(cast)).refusal == "opted_out"


async def test_a_stop_outlasts_an_earlier_start_that_is_found_late(cast: Cast) -> None:
    await text(cast, "STOP", 1)
    since = (await naomi_now(cast)).opted_out_at
    assert since
    await text(cast, "START", 2, said_at=since - timedelta(minutes=1))
    assert (await naomi_now(cast)).refusal == "opted_out"
    await text(cast, "START", 3, said_at=since + timedelta(minutes=1))
    assert (await naomi_now(cast)).refusal is None


async def test_the_last_stop_counts_against_a_late_start(cast: Cast) -> None:
    """Each STOP on its own, at any of the church's numbers and found in any order."""
    at = now() - timedelta(hours=1)
    await text(cast, "STOP", 1, said_at=at)
    await text(cast, "STOP", 2, said_at=at + timedelta(minutes=20))
    await text(cast, "STOP", 3, said_at=at + timedelta(minutes=5))
    await text(cast, "START", 4, said_at=at + timedelta(minutes=10))
    assert (await naomi_now(cast)).refusal == "opted_out"
    await text(cast, "START", 5, said_at=at + timedelta(minutes=30))
    assert (await naomi_now(cast)).refusal is None


async def test_a_late_stop_and_a_late_start_keep_their_order(cast: Cast) -> None:
    earlier = now() - timedelta(hours=1)
    await text(cast, "STOP", 1, said_at=earlier)
    await text(cast, "START", 2, said_at=earlier + timedelta(minutes=1))
    assert (await naomi_now(cast)).refusal is None


async def test_an_opt_out_by_a_program_is_not_a_stop(cast: Cast) -> None:
    conversation = await cast.conversation()
    await record_opt_out(cast.naomi, by=None)
    assert await lines(conversation) == [("opt_out_recorded", None, "Naomi Park")]
    assert (await naomi_now(cast)).opt_out_is_recorded
    assert (await undo_opt_out(await naomi_now(cast), by=cast.ruth)).lines


async def test_other_words_for_stop_suggest_an_opt_out_until_staff_decide(cast: Cast) -> None:
    received = await text(cast, "Please take me off the list")
    assert received
    conversation = await cast.conversation()
    assert conversation.hints_opt_out
    assert conversation.opt_out_hint_id == received.messages[0].id
    assert (await naomi_now(cast)).refusal is None, "nothing happens automatically"
    assert conversation.needs_reply

    await text(cast, "Thanks!", 2)
    assert (await cast.conversation()).hints_opt_out, "and it stays"
    assert conversation.opt_out_hint_id
    await dismiss_hint(conversation, conversation.opt_out_hint_id)
    assert not (await cast.conversation()).hints_opt_out

    await text(cast, "no me manden mensajes", 3)
    assert (await cast.conversation()).hints_opt_out
    await record_opt_out(cast.naomi, by=cast.ruth)
    assert not (await cast.conversation()).hints_opt_out
    await undo_opt_out(await naomi_now(cast), by=cast.ruth)
    assert not (await cast.conversation()).hints_opt_out, "that was decided"


async def test_start_clears_the_hint(cast: Cast) -> None:
    await text(cast, "Remove me", 1)
    await text(cast, "STOP", 2)
    assert not (await cast.conversation()).hints_opt_out
    await text(cast, "START", 3)
    assert not (await cast.conversation()).hints_opt_out


async def test_the_same_phone_in_another_church_stays_opted_in(cast: Cast) -> None:
    there = await Member.with_phone(cast.hope.id, NAOMI, "Naomi Park")
    number = await PhoneNumber.get(number=HOPE_NUMBER)
    conversation = await Conversation.between(there, number)
    await record_opt_out(cast.naomi, by=cast.ruth)
    assert (await Member.get(id=there.id)).refusal is None
    assert await lines(conversation) == []


async def test_a_stop_on_another_channel_holds_for_the_phone(cast: Cast) -> None:
    for channel, phone in (("whatsapp", cast.naomi.phone), ("whatsapp", "+12025550177")):
        elsewhere = await Member.with_phone(cast.grace.id, f"{channel}:{phone}")
        assert await elsewhere.opt_out()
        by_text = await Member.with_phone(cast.grace.id, phone)
        assert (by_text.refusal, by_text.opt_out_is_recorded) == ("opted_out", False)
    assert (await Member.get(id=cast.george.id)).refusal is None
    # Their START is heard where they write it.
    by_text = await Member.get(id=cast.naomi.id)
    assert await by_text.opt_in() and not by_text.refusal
    assert not await Member.exists(church_id=cast.hope.id, opted_out_at__isnull=False)


@pytest.mark.parametrize(
    "said_as", ["+5215512345678", "whatsapp:+5215512345678", "whatsapp:+525512345678"]
)
async def test_a_stop_from_mexico_holds_for_both_ways_to_write_the_number(
    cast: Cast, said_as: str
) -> None:
    listed = await Member.with_phone(cast.grace.id, parse_phone("+52 1 55 1234 5678") or "")
    before = await Member.with_phone(cast.grace.id, "+5215512345678")
    await (await Member.with_phone(cast.grace.id, said_as)).opt_out()
    for one in (listed, before):
        await one.refresh_from_db()
        assert one.refusal == "opted_out"


async def test_a_stop_by_text_holds_on_other_channels(cast: Cast) -> None:
    elsewhere = await Member.with_phone(cast.grace.id, f"whatsapp:{cast.naomi.phone}")
    assert elsewhere.refusal == "other_channel"
    await cast.naomi.opt_out()
    await elsewhere.refresh_from_db()
    assert elsewhere.refusal == "opted_out"


async def test_a_stop_from_an_address_without_a_phone_concerns_nobody_else(cast: Cast) -> None:
    for address in ("SUPPORT", "68849", "messenger:12345678901"):
        before = await Member.all().count()
        sender = await Member.with_phone(cast.grace.id, address)
        await sender.opt_out()
        assert await Member.all().count() == before + 1
    assert await Member.filter(opted_out_at__isnull=False).count() == 3


async def test_what_staff_record_on_another_channel_holds_for_the_phone(cast: Cast) -> None:
    elsewhere = await Member.with_phone(cast.grace.id, f"whatsapp:{NAOMI}")
    await record_opt_out(elsewhere, by=cast.ruth)
    by_text = await naomi_now(cast)
    assert (by_text.refusal, by_text.opted_out_by) == ("opted_out", cast.ruth.name)
    await undo_opt_out(by_text, by=cast.ruth)
    await elsewhere.refresh_from_db()
    assert (elsewhere.refusal, (await naomi_now(cast)).refusal) == ("opted_out", None)


async def test_undoing_an_opt_out_lets_nobody_be_texted_who_never_texted_us(cast: Cast) -> None:
    phone = "+12025550177"
    elsewhere = await Member.with_phone(cast.grace.id, f"whatsapp:{phone}")
    await elsewhere.undo_opt_out()
    assert not await Member.exists(phone=phone)
    await record_opt_out(elsewhere, by=cast.ruth)
    await undo_opt_out(elsewhere, by=cast.ruth)
    assert elsewhere.opted_out_at is None
    assert (await Member.get(phone=phone)).broadcast_refusal == "opted_out"


async def test_undoing_what_staff_recorded_leaves_a_stop_on_another_channel(cast: Cast) -> None:
    elsewhere = await Member.with_phone(cast.grace.id, f"whatsapp:{NAOMI}")
    await record_opt_out(cast.naomi, by=cast.ruth)
    await Member.filter(id=elsewhere.id).update(opted_out_by=None)
    await undo_opt_out(cast.naomi, by=cast.ruth)
    await elsewhere.refresh_from_db()
    assert elsewhere.refusal == "opted_out" and (await naomi_now(cast)).refusal is None
