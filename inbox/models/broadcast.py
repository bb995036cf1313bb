"""A broadcast: one text to many, made of ordinary messages."""

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
# The most members that can be chosen one by one.
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
    # Chosen by whoever sends it, so that sending twice is one broadcast.
    key = fields.CharField(36, unique=True)
    body = fields.TextField()
    target_type: TargetType = fields.CharField(12)  # type: ignore[assignment]
    # Ids of groups or members, according to the type.
    target_ids: Any = fields.JSONField(default=list)
    send_after = fields.DatetimeField()
    # The last member that was enlisted: where the next batch goes on, after a restart too.
    cursor = fields.BigIntField(default=0)
    opted_out_count = fields.IntField(default=0)
    unreachable_count = fields.IntField(default=0)
    enlisted_at = fields.DatetimeField(null=True)
    stopped_at = fields.DatetimeField(null=True)
    # After it was stopped: the last conversation in which its copy has been canceled. None when no
    # copy waits to be canceled.
    canceled_until = fields.BigIntField(null=True)
    # Taken before its counts are read for a screen, so that an older count never covers a newer.
    revision = fields.BigIntField(default=0)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "broadcast"
        # One more, of those with a `canceled_until`, is in migrations/0013: the ORM cannot say it.
        indexes = (("church_id", "id"), ("enlisted_at", "send_after"))

    @classmethod
    def visible_to(cls, viewer: Viewer) -> "QuerySet[Broadcast]":
        """Those of the numbers whose conversations this viewer sees."""
        return cls.filter(Scope.of(viewer).condition())

    async def send_now(self) -> bool:
        """Not at its time but at once. False: it has begun already, or was stopped."""
        return bool(await self.not_yet_begun().update(send_after=now()))

    def not_yet_begun(self) -> "QuerySet[Broadcast]":
        """Itself, if nobody has been enlisted for it."""
        return Broadcast.filter(
            id=self.id, enlisted_at=None, stopped_at=None, cursor=0, send_after__gt=now()
        )

    @classmethod
    async def is_stopped(cls, broadcast_id: int) -> bool:
        return await cls.exists(id=broadcast_id, stopped_at__isnull=False)

    @property
    def is_to_come(self) -> bool:
        """It waits for its time, and nobody has been enlisted for it."""
        begun = self.enlisted_at or self.stopped_at or self.cursor
        return not begun and self.send_after > now()

    @property
    def may_be_edited(self) -> bool:
        """A program may have chosen more people than the composer holds."""
        return self.is_to_come and len(self.target_ids) <= MAX_CHOSEN

    def status(self, counts: dict[str, int]) -> str:
        """scheduled, queued, sending, stopped or done."""
        if self.stopped_at:
            return "stopped"
        if self.enlisted_at is None:
            return "scheduled" if self.send_after > now() else "queued"
        under_way = ("queued", "sending", "unconfirmed")
        return "sending" if any(counts.get(status) for status in under_way) else "done"
