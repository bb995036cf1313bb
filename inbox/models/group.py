"""A group of members: a choir, the youth, those who bring soup."""

from tortoise import fields
from tortoise.models import Model

from inbox.models.church import Church
from inbox.models.member import Member


class Group(Model):
    id = fields.BigIntField(primary_key=True)
    church: fields.ForeignKeyRelation[Church] = fields.ForeignKeyField(
        "inbox.Church", related_name="groups", on_delete=fields.RESTRICT
    )
    church_id: int
    name = fields.CharField(80)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "member_group"
        unique_together = (("church_id", "name"),)

    async def add(self, members: list[Member]) -> None:
        await Membership.bulk_create(
            [
                Membership(group_id=self.id, member_id=member.id)
                for member in members
                if member.church_id == self.church_id
            ],
            ignore_conflicts=True,
        )


class Membership(Model):
    id = fields.BigIntField(primary_key=True)
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "inbox.Group", related_name="memberships", on_delete=fields.CASCADE
    )
    group_id: int
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "inbox.Member", related_name="memberships", on_delete=fields.CASCADE
    )
    member_id: int

    class Meta:
        table = "membership"
        unique_together = (("group_id", "member_id"),)
        indexes = (("member_id",),)
