"""How far one member of staff has read one conversation."""

from collections.abc import Sequence

from tortoise import fields
from tortoise.models import Model

from inbox import db
from inbox.models.conversation import Conversation
from inbox.models.scope import Scope
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
        """Mark everything so far as read by this person."""
        mark = await db.rows(
            "insert into read_mark (staff_id, conversation_id, inbound_read) values (?, ?, ?) "
            "on conflict (staff_id, conversation_id) do update set inbound_read = case "
            # What was read stays read, whichever tab reports first.
            "when excluded.inbound_read > read_mark.inbound_read then excluded.inbound_read "
            "else read_mark.inbound_read end returning inbound_read",
            staff.id,
            conversation.id,
            conversation.inbound_count,
        )
        return int(mark[0]["inbound_read"])

    @classmethod
    async def set_unread(cls, staff: Staff, conversation: Conversation) -> int:
        """Mark the newest text as unread for this person. Returns how many are read."""
        read = max(conversation.inbound_count - 1, 0)
        await cls.set(staff, conversation)
        await cls.filter(staff_id=staff.id, conversation_id=conversation.id).update(
            inbound_read=read
        )
        return read

    @classmethod
    async def begin(cls, staff: Staff) -> None:
        """Mark everything as read for new staff: texts from before they joined are not news to
        them."""
        await db.rows(
            "insert into read_mark (staff_id, conversation_id, inbound_read) "
            "select staff.id, conversation.id, inbound_count from staff "
            f"join conversation on {Scope.of(staff).sql()} "
            "where staff.id = ? and inbound_count > 0 "
            "on conflict (staff_id, conversation_id) do nothing",
            staff.id,
        )

    @classmethod
    async def of(cls, staff: Staff, conversation_ids: Sequence[int]) -> dict[int, int]:
        marks = cls.filter(staff_id=staff.id, conversation_id__in=list(conversation_ids))
        return {mark.conversation_id: mark.inbound_read for mark in await marks}
