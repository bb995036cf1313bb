"""A mention: a note that names a colleague, who finds the conversation in their Mentions view."""

from collections.abc import Collection

from tortoise import fields
from tortoise.models import Model

from inbox.clock import now
from inbox.models.change import change
from inbox.models.conversation import Conversation
from inbox.models.message import Message
from inbox.models.staff import Staff


class Mention(Model):
    """The newest note in a conversation that names this person."""

    id = fields.BigIntField(primary_key=True)
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField(
        "inbox.Staff", related_name="mentions", on_delete=fields.CASCADE
    )
    staff_id: int
    conversation: fields.ForeignKeyRelation[Conversation] = fields.ForeignKeyField(
        "inbox.Conversation", related_name="mentions", on_delete=fields.CASCADE
    )
    conversation_id: int
    message: fields.ForeignKeyRelation[Message] = fields.ForeignKeyField(
        "inbox.Message", related_name="mentions", on_delete=fields.CASCADE
    )
    message_id: int
    created_at = fields.DatetimeField(auto_now_add=True)
    # When they opened the conversation. Until then, the mention is counted.
    seen_at = fields.DatetimeField(null=True)

    class Meta:
        table = "mention"
        unique_together = (("staff_id", "conversation_id"),)
        indexes = (("conversation_id",),)

    @classmethod
    async def note(cls, note: Message, staff_ids: Collection[int]) -> None:
        """Record whom a note names; inside `change`."""
        here = cls.filter(conversation_id=note.conversation_id, staff_id__in=list(staff_ids))
        await here.delete()
        await cls.bulk_create(
            cls(staff_id=id, conversation_id=note.conversation_id, message_id=note.id)
            for id in sorted(staff_ids)
        )

    @classmethod
    async def see(cls, staff: Staff, conversation_id: int) -> bool:
        """Mark the mention as seen. True if it was new."""
        unseen = cls.filter(staff_id=staff.id, conversation_id=conversation_id, seen_at=None)
        # Its row shows this on each of this person's screens.
        async with change(conversation_id):
            return bool(await unseen.update(seen_at=now()))
