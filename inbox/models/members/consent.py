"""Consent: staff record that a member wants no more texts, and undo it.

Members themselves text STOP and START. STOP outranks a recorded opt-out: Twilio then blocks texts
too, and only START undoes it. The gate, `Member.refusal`, treats both the same.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from inbox import db
from inbox.models.change import change
from inbox.models.conversation import Conversation
from inbox.models.member import Member
from inbox.models.message import Message, add_event
from inbox.models.phone_number import PhoneNumber
from inbox.models.staff import Staff
from inbox.rules.keywords import is_yes


class OnlyTheyCanUndo(Exception):
    """The member texted STOP, so only they can undo that, by texting START."""

    def __init__(self, conversations: list[Conversation]) -> None:
        super().__init__()
        self.conversation_ids = [one.id for one in conversations]


@dataclass
class ConsentChange:
    """The member's conversations, and the new lines in them that say what was done, if anything."""

    conversation_ids: list[int] = field(default_factory=list)
    lines: list[Message] = field(default_factory=list)


async def record_opt_out(member: Member, *, by: Staff | None) -> ConsentChange:
    """Send nothing from now on, queued texts included. `by` None: a program.

    Nothing changes for a member who is already opted out.
    """
    await _give_conversation(member)
    async with _changing(member) as conversations:
        if not await member.record_opt_out(by.name if by else ""):
            return _changed(conversations, [])
        await _await_nothing(member)
        return _changed(conversations, await _say("opt_out_recorded", conversations, member, by))


async def undo_opt_out(member: Member, *, by: Staff | None) -> ConsentChange:
    """Allow texts to the member again. Nothing changes for a member who is not opted out.

    Raises OnlyTheyCanUndo. A STOP that Twilio got but we never saw still blocks texts there.
    """
    async with _changing(member) as conversations:
        if await member.undo_opt_out():
            await _await_again(member)
            lines = await _say("opt_out_undone", conversations, member, by)
            return _changed(conversations, lines)
        if member.opted_out_at:
            raise OnlyTheyCanUndo(conversations)
        return _changed(conversations, [])


async def dismiss_hint(conversation: Conversation, message_id: int) -> None:
    """Dismiss the hint that this text may ask for no more texts; the member stays opted in.

    A hint from a newer text, which staff have not read, stays.
    """
    async with change(conversation.id):
        hinted = Conversation.filter(id=conversation.id, opt_out_hint_id=message_id)
        await hinted.update(opt_out_hint_id=None)


async def opt_in(member: Member, *, body: str, said_at: datetime | None) -> bool:
    """Apply the member's own START, inside `change`; `said_at` None: just now. True if anything
    changed.

    It counts unless it was sent before the opt-out or the last STOP, since a text may be found
    late. Twilio rounds to seconds, so equal times do not mean "before". To undo an opt-out that
    staff recorded, it must be a plain START: "yes" may answer something else.
    """
    decided = [at for at in (member.opted_out_at, member.last_stop_at) if at]
    if member.opted_out_at and said_at and said_at < max(decided):
        return False
    if member.opt_out_is_recorded and is_yes(body):
        return False
    return await member.opt_in()


async def _give_conversation(member: Member) -> None:
    """Create a conversation for the event if the member has none."""
    if not await Conversation.exists(member_id=member.id):
        number = await PhoneNumber.main(member.church_id)
        if number:
            await Conversation.between(member, number)


@asynccontextmanager
async def _changing(member: Member) -> AsyncIterator[list[Conversation]]:
    """One transaction with all of the member's conversations, each with its next revision taken."""
    async with db.transaction():
        await db.rows(
            "update conversation set revision = revision + 1 where member_id = ? returning id",
            member.id,
        )
        yield await Conversation.filter(member_id=member.id).order_by("id")


async def _await_nothing(member: Member) -> None:
    """Owe no replies, since no text can reach the member, and drop the hint."""
    await db.rows(
        "update conversation set "
        "owed_since = case when state = 'open' then needs_reply_since else owed_since end, "
        "needs_reply_since = null, opt_out_hint_id = null where member_id = ? returning id",
        member.id,
    )


async def _await_again(member: Member) -> None:
    """Owe again the replies that were owed before the opt-out."""
    await db.rows(
        "update conversation set needs_reply_since = owed_since, owed_since = null "
        "where member_id = ? and state = 'open' and needs_reply_since is null "
        "and owed_since is not null returning id",
        member.id,
    )


async def _say(
    event: str, conversations: list[Conversation], member: Member, by: Staff | None
) -> list[Message]:
    return [
        await add_event(one, event, one.revision, by=by, body=member.name) for one in conversations
    ]


def _changed(conversations: list[Conversation], lines: list[Message]) -> ConsentChange:
    return ConsentChange([one.id for one in conversations], lines)
