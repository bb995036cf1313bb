"""Scheduled texts: shown at the end of their conversation until their time comes, then queued.

Then the bubble takes its place among those that were sent. See `Message.position`.
"""

from datetime import datetime
from typing import Any

from tortoise.exceptions import IntegrityError

from inbox import db
from inbox.clock import now
from inbox.models.change import change
from inbox.models.conversation import PREVIEW_LENGTH, Conversation
from inbox.models.conversations.search_index import index_text
from inbox.models.conversations.triage import Then, do_along
from inbox.models.draft import Draft
from inbox.models.message import TOO_OLD, Message
from inbox.models.outbox.moves import Move, move
from inbox.models.staff import Staff
from inbox.models.texts.reply import (
    answered,
    check_unseen,
    filled_in,
    in_queue,
    lift,
    with_key,
    write,
)
from inbox.rules.refusals import CannotSend, checked_body
from inbox.rules.segments import measure

# All of them are shown in one list, at the end of their conversation.
MAX_SCHEDULED = 20


async def schedule(
    conversation: Conversation,
    *,
    by: Staff,
    body: str,
    key: str,
    at: datetime,
    seen: int | None = None,
    then: Then | None = None,
) -> Message:
    """Like `reply`, but queued at this time. Raises CannotSend, or Collision."""
    written = checked_body(body)
    body = filled_in(conversation, written)
    if already := await with_key(conversation, key, body):
        return already
    if code := conversation.refusal:
        raise CannotSend(code)
    try:
        async with change(conversation.id) as revision:
            await check_unseen(conversation, by, seen)
            await _check_room(conversation)
            message = await write(
                conversation, by.id, body, key, revision, status="scheduled", scheduled_for=at
            )
            await note_next(conversation.id)
            await Draft.sent(by, conversation, "reply", written)
            await do_along(conversation, then or Then(), revision, by=by)
    except IntegrityError:
        if already := await with_key(conversation, key, body):
            return already
        raise
    return message


async def _check_room(conversation: Conversation) -> None:
    waiting = Message.filter(conversation_id=conversation.id, status="scheduled")
    if await waiting.count() >= MAX_SCHEDULED:
        raise CannotSend("too_many_scheduled")


async def edit(message: Message, *, body: str, at: datetime) -> Message:
    """Change the text or the time of a scheduled text. Raises CannotSend.

    `message` comes with its conversation, the member, and the church.
    """
    body = filled_in(message.conversation, body)
    async with change(message.conversation_id) as revision:
        changed = await Message.filter(id=message.id, status="scheduled").update(
            body=body, segments=measure(body).count, scheduled_for=at, revision=revision
        )
        if not changed:
            raise CannotSend("not_waiting")
        await note_next(message.conversation_id)
        return await Message.get(id=message.id)


async def send_now(message: Message) -> Message:
    """Queue a scheduled text now. Raises CannotSend.

    `message` comes with its conversation, the member, and the church.
    """
    if code := message.conversation.refusal:
        raise CannotSend(code)
    sent = await _queue(message.id, message.conversation_id, None)
    if sent is None:
        raise CannotSend("not_waiting")
    return sent


async def due(most: int) -> list[Message]:
    """Scheduled texts whose time has come, oldest first."""
    # The status must be literal for the partial index to apply.
    found = await db.ids(
        "select id from message where status = 'scheduled' and scheduled_for <= ? "
        "order by scheduled_for, id limit ?",
        now(),
        most,
    )
    if not found:
        return []
    # Another worker may have released some of them in between.
    due = Message.filter(id__in=found, status="scheduled")
    return await due.order_by("scheduled_for", "id")


async def release(message: Message) -> Message | None:
    """Queue a text whose time has come, or let it fail. None if another worker has done so."""
    return await _queue(message.id, message.conversation_id, now())


async def _queue(id: int, conversation_id: int, at: datetime | None) -> Message | None:
    """`at` None: now, whatever time was chosen."""
    async with change(conversation_id) as revision:
        waiting = await Message.get_or_none(id=id, status="scheduled")
        if waiting is None or waiting.scheduled_for is None:
            return None
        if at and waiting.scheduled_for > at:
            return None
        conversation = await Conversation.whole().get(id=conversation_id)
        planned = waiting.scheduled_for if at else now()
        message = await _go(conversation, waiting, revision, planned)
        await note_next(conversation_id)
    return message


async def _go(
    conversation: Conversation, waiting: Message, revision: int, planned: datetime
) -> Message | None:
    too_late = planned + TOO_OLD
    code = "too_old" if now() > too_late else conversation.refusal
    columns = {"position": revision, "created_at": now(), "scheduled_for": None}
    if code is None:
        columns |= {**await in_queue(conversation, now()), "send_before": too_late}
    if not await _move(waiting, code, columns):
        return None
    message = await Message.get(id=waiting.id)
    await index_text(message)
    if code:
        # A text that failed is not a reply.
        await lift(conversation, message)
    else:
        await answered(conversation, message)
    return message


async def _move(waiting: Message, code: str | None, columns: dict[str, Any]) -> bool:
    """Queue the text, or let it fail with this code. False if someone else was first."""
    changed = await move(
        [
            Move(
                id=waiting.id,
                conversation_id=waiting.conversation_id,
                phone_number_id=waiting.phone_number_id,
                was="scheduled",
                start=("scheduled",),
                to="failed" if code else "queued",
                code=code,
                columns=columns,
            )
        ]
    )
    return bool(changed)


async def note_next(conversation_id: int) -> None:
    """Store when the next scheduled text goes, and how it begins; inside `change`."""
    texts = Message.filter(conversation_id=conversation_id, status="scheduled")
    following = await texts.order_by("scheduled_for", "id").first()
    await Conversation.filter(id=conversation_id).update(
        scheduled_for=following.scheduled_for if following else None,
        scheduled_body=following.body[:PREVIEW_LENGTH] if following else "",
    )
