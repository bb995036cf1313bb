"""A draft: what one person has begun to write in one conversation."""

from typing import Literal

from tortoise import fields
from tortoise.models import Model

from inbox.models.conversation import Conversation
from inbox.models.staff import Staff

DraftKind = Literal["reply", "note"]


class Draft(Model):
    id = fields.BigIntField(primary_key=True)
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField(
        "inbox.Staff", related_name="drafts", on_delete=fields.CASCADE
    )
    staff_id: int
    conversation: fields.ForeignKeyRelation[Conversation] = fields.ForeignKeyField(
        "inbox.Conversation", related_name="drafts", on_delete=fields.CASCADE
    )
    conversation_id: int
    kind: DraftKind = fields.CharField(5)  # type: ignore[assignment]
    body = fields.TextField()
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "draft"
        unique_together = (("staff_id", "conversation_id", "kind"),)
