"""A mention: a private note names a colleague, who finds the conversation among their mentions."""

from tortoise import fields
from tortoise.models import Model

from inbox.models.conversation import Conversation
from inbox.models.message import Message
from inbox.models.staff import Staff


class Mention(Model):
    """The newest note of a conversation that names this person."""

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
    # When they opened the conversation; it is counted until then.
    seen_at = fields.DatetimeField(null=True)

    class Meta:
        table = "mention"
        unique_together = (("staff_id", "conversation_id"),)
        indexes = (("conversation_id",),)
