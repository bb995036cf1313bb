"""A saved reply: words that the church says again and again, with {first_name} for the member's."""

from tortoise import fields
from tortoise.models import Model

from inbox.models.church import Church


class SavedReply(Model):
    id = fields.BigIntField(primary_key=True)
    church: fields.ForeignKeyRelation[Church] = fields.ForeignKeyField(
        "inbox.Church", related_name="saved_replies", on_delete=fields.CASCADE
    )
    church_id: int
    title = fields.CharField(80)
    body = fields.TextField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "saved_reply"
        unique_together = (("church_id", "title"),)
