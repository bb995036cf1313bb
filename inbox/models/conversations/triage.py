"""Who a conversation is assigned to, and whether it is open, snoozed, or done.

Each verb may be called twice: if nothing changes, no second line appears in the conversation. The
returned lines are for the screens. No verb moves a conversation up or marks it unread.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from inbox import db
from inbox.clock import now
from inbox.models.change import change
from inbox.models.conversation import Conversation, State
from inbox.models.message import Message, add_event, below
from inbox.models.staff import Staff


@dataclass(frozen=True)
class Then:
    """What the author of a text does with its conversation along with it; by default, nothing."""

    done: bool = False
    snooze_until: datetime | None = None


async def assign(conversation: Conversation, to: Staff | None, *, by: Staff) -> list[Message]:
    """Assign the conversation to this person, or to no one."""
    async with _changing(conversation) as (here, revision):
        before = here.assignee
        if here.assignee_id == (to.id if to else None):
            return []
        here.assignee = to
        await here.save(update_fields=["assignee_id"])
        if to is None:
            was = before.name if before else ""
            return [await add_event(here, "unassigned", revision, by=by, body=was)]
        event = "taken" if to.id == by.id else "assigned"
        return [await add_event(here, event, revision, by=by, body=to.name)]


async def release(person: Staff) -> None:
    """Unassign all conversations of someone who leaves. Nobody decided about each of them, so they
    get no line about it."""
    await db.rows(
        "update conversation set assignee_id = null, revision = revision + 1 "
        "where church_id = ? and assignee_id = ? returning id",
        person.church_id,
        person.id,
    )


async def snooze(conversation: Conversation, until: datetime, *, by: Staff) -> list[Message]:
    """Hide the conversation until then, or until the member texts. A reply that is owed waits with
    it."""
    async with _changing(conversation) as (here, revision):
        return await _snooze(here, until, revision, by)


async def _snooze(here: Conversation, until: datetime, revision: int, by: Staff) -> list[Message]:
    if here.state == "snoozed" and here.snoozed_until == until:
        return []
    await _set_aside(here, "snoozed", until)
    return [await add_event(here, "snoozed", revision, by=by, body=until.isoformat())]


async def wake(conversation: Conversation, *, by: Staff | None) -> list[Message]:
    """Reopen it, and owe again what was owed. Without `by`: only if its snooze is over."""
    async with _changing(conversation) as (here, revision):
        is_due = here.snoozed_until is not None and here.snoozed_until <= now()
        if here.state != "snoozed" or (by is None and not is_due):
            return []
        await take_up(here)
        return [await add_event(here, "woke", revision, by=by)]


async def due_snoozes(most: int) -> list[Conversation]:
    due = Conversation.filter(state="snoozed", snoozed_until__lte=now())
    return await due.order_by("snoozed_until").limit(most)


async def finish(conversation: Conversation, *, by: Staff) -> list[Message]:
    async with _changing(conversation) as (here, revision):
        return await _finish(here, revision, by)


async def _finish(here: Conversation, revision: int, by: Staff) -> list[Message]:
    if here.state == "done":
        return []
    await _set_aside(here, "done", None)
    return [await add_event(here, "done", revision, by=by)]


async def reopen(conversation: Conversation, *, by: Staff) -> list[Message]:
    """Undo: what was owed when it was marked as done is owed again."""
    async with _changing(conversation) as (here, revision):
        if here.state != "done":
            return []
        await take_up(here)
        return [await add_event(here, "reopened", revision, by=by)]


async def open_again(conversation_ids: Sequence[int]) -> None:
    """Reopen conversations whose members have texted; inside `change`. A wait counts from its start
    if the conversation was snoozed, and is over if it was done."""
    marks = ", ".join("?" for _ in conversation_ids)
    await db.rows(
        "update conversation set state = 'open', snoozed_until = null, owed_since = null, "
        "needs_reply_since = case when state = 'snoozed' then owed_since end "
        f"where id in ({marks}) and state <> 'open' returning id",
        *conversation_ids,
    )


async def need_no_reply(conversation: Conversation) -> None:
    """Owe no reply, though nothing was sent: a "thank you" needs no answer."""
    async with _changing(conversation) as (here, _):
        if here.needs_reply_since:
            here.owed_since, here.needs_reply_since = here.needs_reply_since, None
        elif here.state != "open":
            here.owed_since = None
        await here.save(update_fields=["needs_reply_since", "owed_since"])


async def need_reply(conversation: Conversation) -> None:
    """Undo that, or mark that the member asked in another way. Snoozed and done conversations stay
    as they are."""
    async with _changing(conversation) as (here, _):
        if here.state == "open" and here.needs_reply_since is None:
            here.needs_reply_since, here.owed_since = here.owed_since or now(), None
            await here.save(update_fields=["needs_reply_since", "owed_since"])


async def do_along(conversation: Conversation, then: Then, revision: int, *, by: Staff) -> None:
    """Mark the conversation as done or snooze it along with a text; inside `change`."""
    here = await Conversation.get(id=conversation.id)
    if then.done:
        await _finish(here, revision, by)
    elif then.snooze_until:
        await _snooze(here, then.snooze_until, revision, by)


async def help_out(conversation: Conversation, revision: int, *, by: Staff) -> None:
    """Note, once per assignee, that someone else has replied in their conversation; inside
    `change`."""
    here = await Conversation.get(id=conversation.id).select_related("assignee")
    if here.assignee is None or here.assignee_id == by.id:
        return
    lines = Message.filter(conversation_id=here.id, kind="event").order_by("-position", "-id")
    handed = await lines.filter(event__in=("assigned", "taken")).first()
    since = below(lines, handed.place) if handed else lines
    if not await since.filter(event="helped_out", author_id=by.id).exists():
        await add_event(here, "helped_out", revision, by=by, body=here.assignee.name)


@asynccontextmanager
async def _changing(conversation: Conversation) -> AsyncIterator[tuple[Conversation, int]]:
    """The conversation as it is once no one else can change it, and its next revision."""
    async with change(conversation.id) as revision:
        here = await Conversation.get(id=conversation.id).select_related("assignee")
        yield here, revision


async def _set_aside(here: Conversation, state: State, until: datetime | None) -> None:
    if here.state == "open":
        here.owed_since, here.needs_reply_since = here.needs_reply_since, None
    here.state, here.snoozed_until = state, until
    await here.save(update_fields=["state", "snoozed_until", "needs_reply_since", "owed_since"])


async def take_up(here: Conversation) -> None:
    """Reopen a snoozed or done conversation, and owe again what was owed; inside `change`."""
    here.needs_reply_since, here.owed_since = here.owed_since, None
    here.state, here.snoozed_until = "open", None
    await here.save(update_fields=["state", "snoozed_until", "needs_reply_since", "owed_since"])
