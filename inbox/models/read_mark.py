"""How far one member of staff has read one conversation."""

from collections.abc import Sequence

from tortoise import fields
from tortoise.models import Model

from inbox.models.conversation import Conversation
from inbox.models.staff import Staff


class ReadMark(Model):
    id = fields.BigIntField(primary_key=True)
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField(
        "inbox.Staff", related_name="read_marks", on_delete=fields.CASCADE
    )
    staff_id: int
    conversation: fields.ForeignKeyRelation[Conversation] = fields.ForeignKeyField(
        "inbox.Conversation", related_name="read_marks", on_delete=fields.CASCADE
    )
    conversation_id: int
    # How many of the conversation's inbound messages have been read.
    inbound_read = fields.IntField(default=0)

    class Meta:
        table = "read_mark"
        unique_together = (("staff_id", "conversation_id"),)

    @classmethod
    async def set(cls, staff: Staff, conversation: Conversation) -> int:
        """Everything that has come so far is read by this person."""
        read = conversation.inbound_count
        await cls.bulk_create(
            [cls(staff_id=staff.id, conversation_id=conversation.id, inbound_read=read)],
            on_conflict=("staff_id", "conversation_id"),
            update_fields=("inbound_read",),
        )
        return read

    @classmethod
    async def of(cls, staff: Staff, conversation_ids: Sequence[int]) -> dict[int, int]:
        marks = cls.filter(staff_id=staff.id, conversation_id__in=list(conversation_ids))
        return {mark.conversation_id: mark.inbound_read for mark in await marks}
