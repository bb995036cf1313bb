"""A group of members: a choir, the youth, the soup kitchen's volunteers."""

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q
from tortoise.functions import Count
from tortoise.models import Model

from inbox import db
from inbox.i18n import N_
from inbox.models.church import Church
from inbox.models.member import Member

MAX_NAME_LENGTH = 80
# All groups are shown in one list, to choose from.
MAX_GROUPS = 500
TOO_MANY = N_(
    "There are already %(most)s groups, which is the limit. Delete one you no longer need."
)


class TooManyGroups(Exception):
    """The church already has MAX_GROUPS."""


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

    @classmethod
    async def all_of(cls, church_id: int) -> "list[Group]":
        return await cls.filter(church_id=church_id).order_by("name", "id").limit(MAX_GROUPS)

    @classmethod
    async def named(cls, church_id: int, name: str) -> "Group":
        """Find or create a group, ignoring case.

        Raises ValueError if the name is empty, and TooManyGroups.
        """
        name = _spelled(name)
        if not name:
            raise ValueError("a group has a name")
        if group := await cls.called(church_id, name):
            return group
        await cls.check_room(church_id)
        try:
            return await cls.create(church_id=church_id, name=name)
        except IntegrityError:
            return await cls.get(church_id=church_id, name=name)

    @classmethod
    async def called(cls, church_id: int, name: str) -> "Group | None":
        """The group with this name, ignoring case."""
        return await cls.filter(church_id=church_id, name__iexact=_spelled(name)).first()

    @classmethod
    async def check_room(cls, church_id: int) -> None:
        """Raises TooManyGroups."""
        if await cls.filter(church_id=church_id).count() >= MAX_GROUPS:
            raise TooManyGroups

    @classmethod
    async def sizes(cls, church_id: int) -> dict[int, int]:
        """How many members each group has, by the group's id."""
        here = Membership.filter(group__church_id=church_id).annotate(size=Count("id"))
        return {
            row["group_id"]: row["size"]
            for row in await here.group_by("group_id").values("group_id", "size")
        }

    async def rename(self, name: str) -> None:
        """Raises ValueError if the name is empty or taken."""
        name = _spelled(name)
        same = Group.filter(church_id=self.church_id, name__iexact=name).exclude(id=self.id)
        if not name or await same.exists():
            raise ValueError("a group has a name of its own")
        try:
            await Group.filter(id=self.id).update(name=name)
        except IntegrityError:
            # Another group took this name at the same moment.
            raise ValueError("a group has a name of its own") from None

    async def page(self, after: Member | None, limit: int) -> list[Member]:
        """The group's members by name; `after` is the last one on the previous page."""
        found = Member.filter(memberships__group_id=self.id)
        if after:
            found = found.filter(Q(name__gt=after.name) | Q(name=after.name, id__gt=after.id))
        return await found.order_by("name", "id").limit(limit)

    @classmethod
    async def ids_with(cls, member: Member) -> set[int]:
        """The ids of the groups that this member is in."""
        found = await Membership.filter(member_id=member.id).values("group_id")
        return {row["group_id"] for row in found}

    async def ids_among(self, members: list[Member]) -> set[int]:
        """The ids of those of these members who are in the group."""
        here = Membership.filter(group_id=self.id, member_id__in=[one.id for one in members])
        return {row["member_id"] for row in await here.values("member_id")}

    async def add(self, members: list[Member]) -> None:
        ids = [member.id for member in members if member.church_id == self.church_id]
        async with db.transaction():
            await Member.take_revisions(ids)
            await Membership.bulk_create(
                [Membership(group_id=self.id, member_id=id) for id in ids], ignore_conflicts=True
            )

    async def remove(self, member: Member) -> None:
        async with db.transaction():
            await Member.take_revisions([member.id])
            await Membership.filter(group_id=self.id, member_id=member.id).delete()


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


def _spelled(name: str) -> str:
    return " ".join(name.split())[:MAX_NAME_LENGTH].strip()
