"""A member whom a broadcast did not text, and why."""

from tortoise import fields
from tortoise.models import Model

from inbox.models.broadcast import Broadcast
from inbox.models.member import Member


class LeftOut(Model):
    id = fields.BigIntField(primary_key=True)
    broadcast: fields.ForeignKeyRelation[Broadcast] = fields.ForeignKeyField(
        "inbox.Broadcast", related_name="left_out", on_delete=fields.CASCADE
    )
    broadcast_id: int
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "inbox.Member", related_name="left_out", on_delete=fields.CASCADE
    )
    member_id: int
    # A reason code, such as "opted_out".
    reason = fields.CharField(20)

    class Meta:
        table = "left_out"
        unique_together = (("broadcast_id", "member_id"),)


def why_not(member: Member) -> str:
    """Why this member is left out, as precisely as we know."""
    refusal = member.broadcast_refusal or "unreachable"
    return member.unreachable or refusal if refusal == "unreachable" else refusal
