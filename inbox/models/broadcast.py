"""A broadcast: one text to many members, sent as ordinary messages."""

from typing import Any, Literal

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

from inbox.clock import now
from inbox.models.church import Church
from inbox.models.phone_number import PhoneNumber
from inbox.models.scope import Scope, Viewer
from inbox.models.staff import Staff

TargetType = Literal["all", "named", "groups", "individual"]
# The most members that a broadcast can name one by one.
MAX_CHOSEN = 500


class Broadcast(Model):
    id = fields.BigIntField(primary_key=True)
    church: fields.ForeignKeyRelation[Church] = fields.ForeignKeyField(
        "inbox.Church", related_name="broadcasts", on_delete=fields.RESTRICT
    )
    church_id: int
    phone_number: fields.ForeignKeyRelation[PhoneNumber] = fields.ForeignKeyField(
        "inbox.PhoneNumber", related_name="broadcasts", on_delete=fields.RESTRICT
    )
    phone_number_id: int
    # None when a program sent it over the API.
    author: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "inbox.Staff", related_name="broadcasts", null=True, on_delete=fields.RESTRICT
    )
    author_id: int | None
    # Chosen by the sender, so that sending twice creates one broadcast.
    key = fields.CharField(36, unique=True)
    body = fields.TextField()
    target_type: TargetType = fields.CharField(12)  # type: ignore[assignment]
    # Ids of groups or members, depending on the type.
    target_ids: Any = fields.JSONField(default=list)
    send_after = fields.DatetimeField()
    # The last member enqueued. The next batch continues from here, even after a restart.
    cursor = fields.BigIntField(default=0)
    opted_out_count = fields.IntField(default=0)
    unreachable_count = fields.IntField(default=0)
    enlisted_at = fields.DatetimeField(null=True)
    stopped_at = fields.DatetimeField(null=True)
    # Once stopped: the last conversation whose copy has been canceled. None when no copies are left
    # to cancel.
    canceled_until = fields.BigIntField(null=True)
    # How many copies have each status, once that no longer changes: see broadcasts/progress.py.
    final_counts: Any = fields.JSONField(null=True)
    # Taken before its counts are read for a screen, so that an older count never replaces a newer
    # one.
    revision = fields.BigIntField(default=0)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "broadcast"
        # Another index, on rows with a `canceled_until`, is in migrations/0013: the ORM cannot
        # express it.
        indexes = (("church_id", "id"), ("enlisted_at", "send_after"))

    @classmethod
    def visible_to(cls, viewer: Viewer) -> "QuerySet[Broadcast]":
        """Broadcasts from the numbers whose conversations this viewer may see."""
        return cls.filter(Scope.of(viewer).condition())

    async def send_now(self) -> bool:
        """Send at once instead of at its scheduled time. False if it has already begun or was
        stopped."""
        return bool(await self.not_yet_begun().update(send_after=now()))

    def not_yet_begun(self) -> "QuerySet[Broadcast]":
        """This broadcast, if no member has been enqueued yet."""
        return Broadcast.filter(
            id=self.id, enlisted_at=None, stopped_at=None, cursor=0, send_after__gt=now()
        )

    @classmethod
    async def is_stopped(cls, broadcast_id: int) -> bool:
        return await cls.exists(id=broadcast_id, stopped_at__isnull=False)

    @property
    def is_to_come(self) -> bool:
        """Whether it is waiting for its time, with no member enqueued."""
        begun = self.enlisted_at or self.stopped_at or self.cursor
        return not begun and self.send_after > now()

    @property
    def may_be_edited(self) -> bool:
        """Whether it fits the composer: a program may have chosen more members than that."""
        return self.is_to_come and len(self.target_ids) <= MAX_CHOSEN

    def status(self, counts: dict[str, int]) -> str:
        """One of scheduled, queued, sending, stopped, or done."""
        if self.stopped_at:
            return "stopped"
        if self.enlisted_at is None:
            return "scheduled" if self.send_after > now() else "queued"
        under_way = ("queued", "sending", "unconfirmed")
        return "sending" if any(counts.get(status) for status in under_way) else "done"
