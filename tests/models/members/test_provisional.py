"""A number that staff only opened is no member yet: it may be a typo."""

from collections.abc import Awaitable, Callable

import pytest

from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Conversation, Group, Member
from inbox.models.broadcasts.audience import Audience
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.broadcasts.enqueueing import enlist
from inbox.models.conversations import triage
from inbox.models.members.adding import PhoneTaken, add_member
from inbox.models.members.consent import record_opt_out, undo_opt_out
from inbox.models.members.importing import carry_out, plan
from inbox.models.members.naming import name_member
from inbox.models.texts.notes import add_note
from inbox.models.texts.receive import receive
from inbox.models.texts.reply import reply
from inbox.models.texts.undo import undo
from tests.cast import STRANGER, Cast
from tests.member_lists import lines_of


async def opened(cast: Cast) -> Conversation:
    member = await Member.with_phone(cast.grace.id, STRANGER, provisional=True)
    return await cast.conversation(member)


async def everyone(cast: Cast) -> set[str]:
    audience = Audience(cast.grace.id, "all")
    listed = {one.phone for one in await Member.listed(cast.grace.id)}
    assert {one.phone for one in await audience.members()} == listed
    assert (await audience.reach(by_name=False)).willing == len(
        [one for one in await audience.members() if not one.broadcast_refusal]
    )
    return listed


async def test_an_opened_number_is_not_among_everyone(cast: Cast) -> None:
    before = await everyone(cast)
    await opened(cast)
    assert await everyone(cast) == before


async def test_opening_the_number_of_a_member_changes_nothing(cast: Cast) -> None:
    before = await everyone(cast)
    await Member.with_phone(cast.grace.id, cast.naomi.phone, provisional=True)
    assert cast.naomi.phone in await everyone(cast) == before


async def text_them(cast: Cast, conversation: Conversation) -> None:
    await reply(conversation, by=cast.ruth, body="Welcome to Grace", key=new_key())


async def hear_from_them(cast: Cast, conversation: Conversation) -> None:
    await receive(cast.grace_number, sid="SM" + "1" * 32, from_=STRANGER, body="Hello")


async def note(cast: Cast, conversation: Conversation) -> None:
    await add_note(conversation, by=cast.ruth, body="Visited on Sunday", key=new_key())


async def put_off(cast: Cast, conversation: Conversation) -> None:
    await triage.snooze(conversation, now().replace(year=now().year + 1), by=cast.ruth)


async def name(cast: Cast, conversation: Conversation) -> None:
    await name_member(conversation.member, "Ada Stone")


async def write_about(cast: Cast, conversation: Conversation) -> None:
    await conversation.member.write_about("Sings alto", over="")


async def put_into_group(cast: Cast, conversation: Conversation) -> None:
    group = await Group.named(cast.grace.id, "Choir")
    await group.add([conversation.member])


async def opt_out(cast: Cast, conversation: Conversation) -> None:
    await record_opt_out(conversation.member, by=cast.ruth)


async def undo_what_was_never_recorded(cast: Cast, conversation: Conversation) -> None:
    await undo_opt_out(conversation.member, by=cast.ruth)


async def import_after_a_plan_without_them(cast: Cast, conversation: Conversation) -> None:
    found = await plan(cast.grace, lines_of(f"Name,Phone\nAda Stone,{STRANGER}"))
    found.new, found.named = found.named, []
    await carry_out(cast.grace, found)
    assert (await Member.get(id=conversation.member_id)).name == "Ada Stone"


async def import_with_name(cast: Cast, conversation: Conversation) -> None:
    found = await plan(cast.grace, lines_of(f"Name,Phone\nAda Stone,{STRANGER}"))
    assert found.named
    await carry_out(cast.grace, found)


async def import_without_name(cast: Cast, conversation: Conversation) -> None:
    found = await plan(cast.grace, lines_of(f"Phone\n{STRANGER}"))
    assert found.here
    await carry_out(cast.grace, found)


async def add(cast: Cast, conversation: Conversation) -> None:
    added = await add_member(cast.grace.id, STRANGER, "Ada Stone")
    assert added.conversation_ids == [conversation.id] and added.member.name == "Ada Stone"


async def broadcast_to_them(cast: Cast, conversation: Conversation) -> None:
    broadcast = await compose_broadcast(
        cast.grace,
        by=cast.ruth,
        body="We sing on Sunday",
        target_type="individual",
        target_ids=[conversation.member_id],
        key=new_key(),
    )
    while await enlist(broadcast):
        pass


@pytest.mark.parametrize(
    "step",
    [
        text_them,
        hear_from_them,
        note,
        name,
        write_about,
        put_into_group,
        opt_out,
        import_after_a_plan_without_them,
        import_with_name,
        import_without_name,
        add,
        broadcast_to_them,
    ],
    ids=lambda step: step.__name__,
)
async def test_they_are_a_member_once_anything_is_written_or_noted(
    cast: Cast, step: Callable[[Cast, Conversation], Awaitable[None]]
) -> None:
    conversation = await opened(cast)
    assert STRANGER not in await everyone(cast)
    await step(cast, conversation)
    assert (await Member.get(id=conversation.member_id)).provisional != "opened"
    assert STRANGER in await everyone(cast)


async def need_no_reply(cast: Cast, conversation: Conversation) -> None:
    await triage.need_no_reply(conversation)


async def assign_nobody(cast: Cast, conversation: Conversation) -> None:
    await triage.assign(conversation, None, by=cast.ruth)


@pytest.mark.parametrize(
    "step",
    [put_off, undo_what_was_never_recorded, need_no_reply, assign_nobody],
    ids=lambda step: step.__name__,
)
async def test_what_writes_nothing_keeps_a_number_out_of_the_lists_until_they_text(
    cast: Cast, step: Callable[[Cast, Conversation], Awaitable[None]]
) -> None:
    conversation = await opened(cast)
    await step(cast, conversation)
    assert STRANGER not in await everyone(cast)
    await hear_from_them(cast, conversation)
    assert STRANGER in await everyone(cast)


async def test_undoing_all_that_was_written_leaves_a_number_that_was_only_opened(
    cast: Cast,
) -> None:
    conversation = await opened(cast)
    cast.ruth.undo_seconds = 10
    for _ in range(2):
        first = await reply(conversation, by=cast.ruth, body="Hi?", key=new_key())
        second = await reply(conversation, by=cast.ruth, body="Ada?", key=new_key())
        assert STRANGER in await everyone(cast)
        await undo(second, by=cast.ruth)
        assert STRANGER in await everyone(cast)
        await undo(first, by=cast.ruth)
        assert STRANGER not in await everyone(cast)


async def test_undoing_takes_no_member_out_of_the_lists(cast: Cast) -> None:
    """Neither one of a list without names, nor one who got a note."""
    cast.ruth.undo_seconds = 10
    listed = await Member.with_phone(cast.grace.id, "+12025550177")
    noted = await opened(cast)
    await add_note(noted, by=cast.ruth, body="Visited on Sunday", key=new_key())
    for conversation in (await cast.conversation(listed), noted):
        text = await reply(conversation, by=cast.ruth, body="Hi?", key=new_key())
        await undo(text, by=cast.ruth)
    assert {listed.phone, STRANGER} <= await everyone(cast)


async def test_a_number_is_added_once(cast: Cast) -> None:
    added = await add_member(cast.grace.id, STRANGER, "Ada Stone")
    assert not added.member.provisional
    with pytest.raises(PhoneTaken) as taken:
        await add_member(cast.grace.id, STRANGER, "Carl Stone")
    assert taken.value.member.name == "Ada Stone"
    assert (await Member.get(id=added.member.id)).name == "Ada Stone"
