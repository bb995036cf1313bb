"""A reply is written: it is stored as queued, and is on its way from that moment."""

from datetime import datetime, timedelta

from tortoise.exceptions import IntegrityError

from inbox.models.change import change
from inbox.models.conversation import PREVIEW_LENGTH, Conversation
from inbox.models.message import REPLY_PRIORITY, Message, new_key, now
from inbox.models.staff import Staff
from inbox.rules.segments import MAX_BODY, measure

# An answer that is half a day late is worse than one that says it was not sent.
TOO_OLD = timedelta(hours=12)


class CannotSend(Exception):
    """A text that is refused before it is stored; `code` is a reason code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def reply(
    conversation: Conversation,
    *,
    by: Staff | None,
    body: str,
    key: str,
    send_after: datetime | None = None,
) -> Message:
    """Queue a text to the member. The same key twice is the same message.

    `conversation` comes with its member and church. Raises CannotSend.
    """
    body = checked_body(body)
    if already := await _with_key(conversation, key, body):
        return already
    if code := conversation.refusal:
        raise CannotSend(code)
    try:
        async with change(conversation.id) as revision:
            message = await _queue(conversation, by, body, key, revision, send_after or now())
            await _answered(conversation, message)
    except IntegrityError:
        if already := await _with_key(conversation, key, body):
            return already
        raise
    return message


async def retry(message: Message, *, by: Staff) -> Message:
    """Send a failed text once more, as a new message; pressing twice sends once.

    `message` comes with its conversation, the member and the church. Raises CannotSend.
    """
    conversation = message.conversation
    if not message.has_failed:
        raise CannotSend("not_failed")
    if code := conversation.refusal:
        raise CannotSend(code)
    try:
        async with change(conversation.id) as revision:
            again = await _queue(
                conversation, by, message.body, new_key(), revision, now(), retry_of=message
            )
            message.retried, message.revision = True, revision
            await message.save(update_fields=["retried", "revision"])
            await _answered(conversation, again)
    except IntegrityError:
        return await Message.get(retry_of_id=message.id)
    return again


def checked_body(body: str) -> str:
    """The text as it will be sent. Raises CannotSend when there is none or too much of it."""
    body = body.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not body:
        raise CannotSend("empty")
    if len(body) > MAX_BODY:
        raise CannotSend("too_long")
    return body


async def _with_key(conversation: Conversation, key: str, body: str) -> Message | None:
    """The same text again is the same message; another text under its key would be lost."""
    message = await Message.get_or_none(key=key)
    if message and (message.conversation_id, message.body) != (conversation.id, body):
        raise CannotSend("key_taken")
    return message


async def _queue(
    conversation: Conversation,
    by: Staff | None,
    body: str,
    key: str,
    revision: int,
    send_after: datetime,
    retry_of: Message | None = None,
) -> Message:
    return await Message.create(
        church_id=conversation.church_id,
        conversation=conversation,
        phone_number_id=conversation.phone_number_id,
        author=by,
        direction="out",
        body=body,
        status="queued",
        key=key,
        segments=measure(body).count,
        revision=revision,
        retry_of=retry_of,
        send_after=send_after,
        send_before=send_after + TOO_OLD,
        priority=REPLY_PRIORITY,
    )


async def _answered(conversation: Conversation, message: Message) -> None:
    await Conversation.filter(id=conversation.id).update(
        last_message_id=message.id,
        last_at=message.created_at,
        last_body=message.body[:PREVIEW_LENGTH],
        last_direction="out",
        last_status="queued",
        needs_reply_since=None,
        owed_since=None,
    )
