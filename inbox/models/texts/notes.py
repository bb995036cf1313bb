"""Notes among staff. A note is never sent, and may mention colleagues."""

from tortoise.exceptions import IntegrityError

from inbox.models.change import change
from inbox.models.conversation import Conversation
from inbox.models.draft import Draft
from inbox.models.mention import Mention
from inbox.models.message import Message
from inbox.models.staff import Staff
from inbox.models.texts.reply import with_key
from inbox.rules.mentions import mentioned
from inbox.rules.refusals import checked_body


async def add_note(conversation: Conversation, *, by: Staff, body: str, key: str) -> Message:
    """Add a note. The same key twice is the same note. It neither moves the conversation up nor
    counts as a reply.

    The worker notifies the staff it mentions. Raises CannotSend only for its body.
    """
    body = checked_body(body)
    if already := await with_key(conversation, key, body):
        return already
    named = await _named(body, by)
    try:
        async with change(conversation.id) as revision:
            note = await Message.create(
                church_id=conversation.church_id,
                conversation=conversation,
                phone_number_id=conversation.phone_number_id,
                author=by,
                kind="note",
                body=body,
                status="received",
                key=key,
                revision=revision,
                position=revision,
                notify=bool(named),
            )
            await Mention.note(note, named)
            await Draft.sent(by, conversation, "note", body)
    except IntegrityError:
        if already := await with_key(conversation, key, body):
            return already
        raise
    return note


async def _named(body: str, by: Staff) -> set[int]:
    """The ids of the church's staff mentioned in the note, except its author."""
    if "@" not in body:
        return set()
    here = await Staff.filter(church_id=by.church_id, left_at=None).values("id", "name")
    return mentioned(body, {row["id"]: row["name"] for row in here}) - {by.id}
