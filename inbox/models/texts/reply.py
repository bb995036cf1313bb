"""Replying: a reply is stored as queued, and the worker sends it from there."""

from datetime import datetime, timedelta
from typing import Any

from tortoise.exceptions import IntegrityError

from inbox import db
from inbox.clock import now
from inbox.i18n import translate
from inbox.keys import new_key
from inbox.models.broadcasts.copies import take_its_place
from inbox.models.change import change
from inbox.models.conversation import PREVIEW_LENGTH, Conversation
from inbox.models.conversations.triage import Then, do_along, help_out
from inbox.models.draft import Draft
from inbox.models.message import REPLY_PRIORITY, TOO_OLD, Message
from inbox.models.staff import Staff
from inbox.rules.merge import STAND_IN, merge
from inbox.rules.refusals import CannotSend, check_fields, checked_body
from inbox.rules.segments import measure

# The most of others' new texts shown at once.
MAX_UNSEEN = 20
# How long a text goes after the one it waits behind, at least.
BEHIND = timedelta(microseconds=1)


class Collision(Exception):
    """A colleague has replied meanwhile. `messages` are theirs, oldest first."""

    def __init__(self, messages: list[Message]) -> None:
        super().__init__()
        self.messages = messages


async def reply(
    conversation: Conversation,
    *,
    by: Staff | None,
    body: str,
    key: str,
    seen: int | None = None,
    then: Then | None = None,
) -> Message:
    """Queue a text to the member, with their name filled in, and do what goes along with it. The
    same key twice is the same message, and does nothing more.

    `conversation` comes with its member and church. `seen` is the position of the newest message
    that the author has seen, or None to skip that check. All that changes has the message's
    revision. Raises CannotSend, or Collision.
    """
    written = checked_body(body)
    body = filled_in(conversation, written)
    if already := await with_key(conversation, key, body):
        return already
    if code := conversation.refusal:
        raise CannotSend(code)
    try:
        async with change(conversation.id) as revision:
            await check_unseen(conversation, by, seen)
            message = await queue(
                conversation, by.id if by else None, body, key, revision, _leaving(by)
            )
            await answered(conversation, message)
            await Draft.sent(by, conversation, "reply", written)
            if by:
                await help_out(conversation, revision, by=by)
                await do_along(conversation, then or Then(), revision, by=by)
    except IntegrityError:
        if already := await with_key(conversation, key, body):
            return already
        raise
    return message


def _leaving(by: Staff | None) -> datetime:
    """When it may go. Until then, its author can undo it."""
    return now() + timedelta(seconds=by.undo_seconds if by else 0)


async def retry(message: Message, *, by: Staff) -> Message:
    """Send a failed text again as a new message; pressing twice sends once.

    `message` comes with its conversation, the member, and the church. Raises CannotSend.
    """
    conversation = message.conversation
    if not message.has_failed:
        raise CannotSend("not_failed")
    if code := conversation.refusal:
        raise CannotSend(code)
    try:
        async with change(conversation.id) as revision:
            again = await queue(
                conversation, by.id, message.body, new_key(), revision, now(), retry_of=message
            )
            message.retried, message.revision = True, revision
            await message.save(update_fields=["retried", "revision"])
            # A broadcast never moves a conversation up and is not a reply.
            if not await take_its_place(message, again):
                await answered(conversation, again)
    except IntegrityError:
        return await Message.get(retry_of_id=message.id)
    return again


def filled_in(conversation: Conversation, body: str) -> str:
    """The text for this member. Raises CannotSend, like `checked_body`."""
    check_fields(body)
    stand_in = translate(conversation.church.language, STAND_IN)
    return checked_body(merge(body, first_name=conversation.member.first_name, stand_in=stand_in))


async def with_key(conversation: Conversation, key: str, body: str) -> Message | None:
    """The message already stored under this key. Raises CannotSend if its text differs, since the
    new text would be lost."""
    message = await Message.get_or_none(key=key)
    if message is None:
        return None
    is_same = message.is_undone or message.body == body
    if message.conversation_id != conversation.id or not is_same:
        raise CannotSend("key_taken")
    return message


async def check_unseen(conversation: Conversation, by: Staff | None, seen: int | None) -> None:
    """Raises Collision if a colleague has written since. Inside `change`, so that if two press Send
    at once, the second one gets it."""
    if by is None or seen is None:
        return
    theirs = (
        await Message.filter(
            conversation_id=conversation.id,
            position__gt=seen,
            kind__in=("out", "note"),
            priority=REPLY_PRIORITY,
            author_id__isnull=False,
            author_id__not=by.id,
        )
        .exclude(status="scheduled")
        .order_by("position", "id")
        .limit(MAX_UNSEEN)
        .select_related("author")
        .prefetch_related("pictures")
    )
    if theirs:
        raise Collision(theirs)


async def queue(
    conversation: Conversation,
    author_id: int | None,
    body: str,
    key: str,
    revision: int,
    send_after: datetime,
    **more: Any,
) -> Message:
    """Queue a reply; inside `change`."""
    values = await in_queue(conversation, send_after)
    return await write(
        conversation, author_id, body, key, revision, status="queued", **values | more
    )


async def in_queue(conversation: Conversation, send_after: datetime) -> dict[str, Any]:
    """The columns of a reply that joins the queue now; inside `change`. It goes behind those that
    already wait, even if they can still be undone."""
    last = await _last_of_queue(conversation)
    if last:
        # Its id does not say that it is behind: a scheduled text got its own long ago.
        send_after = max(send_after, last + BEHIND)
    return {
        "send_after": send_after,
        "send_before": send_after + TOO_OLD,
        **await _ended(conversation),
    }


async def write(
    conversation: Conversation,
    author_id: int | None,
    body: str,
    key: str,
    revision: int,
    **more: Any,
) -> Message:
    """Store a text to the member, in the state given by `more`; inside `change`."""
    return await Message.create(
        church_id=conversation.church_id,
        conversation=conversation,
        phone_number_id=conversation.phone_number_id,
        author_id=author_id,
        kind="out",
        body=body,
        key=key,
        segments=measure(body).count,
        revision=revision,
        position=revision,
        priority=REPLY_PRIORITY,
        **more,
    )


async def _last_of_queue(conversation: Conversation) -> datetime | None:
    # A text that was tried already delays the ones behind it for as long as it takes.
    queued = await db.rows(
        # Read from the few queued replies of its number.
        "select id from message where phone_number_id = ? and conversation_id = ? "
        f"and status = 'queued' and priority = {REPLY_PRIORITY} and attempts = 0 "
        "order by send_after desc limit 1",
        conversation.phone_number_id,
        conversation.id,
    )
    last = await Message.get_or_none(id=queued[0]["id"]) if queued else None
    return last.send_after if last else None


async def _ended(conversation: Conversation) -> dict[str, Any]:
    """What a reply ends, stored with it for undo: see `undo`."""
    here = await Conversation.get(id=conversation.id)
    owed = here.needs_reply_since if here.state == "open" else here.owed_since
    return {"owed_since": owed, "was_answering": here.answering_id}


async def answered(conversation: Conversation, message: Message) -> None:
    await lift(conversation, message)
    await Conversation.filter(id=conversation.id).update(
        needs_reply_since=None, owed_since=None, answering_id=None
    )


async def lift(conversation: Conversation, message: Message | None) -> None:
    """Make this the newest text of the conversation; None: it has none."""
    await Conversation.filter(id=conversation.id).update(
        last_message_id=message.id if message else None,
        last_at=message.created_at if message else None,
        last_body=message.body[:PREVIEW_LENGTH] if message else "",
        last_attachments="",
        last_kind=message.kind if message else "",
        last_status=message.status if message else "",
    )
