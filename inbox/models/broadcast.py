"""A broadcast: one text to many, made of ordinary messages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.functions import Count
from tortoise.models import Model
from tortoise.queryset import QuerySet

from inbox import db
from inbox.models.audience import MOST_CHOSEN, Audience, TargetType
from inbox.models.change import change_many
from inbox.models.church import Church
from inbox.models.composing import check
from inbox.models.copies import BATCH, Sending
from inbox.models.member import Member
from inbox.models.message import Message, now
from inbox.models.outbound import TOO_OLD, CannotSend, checked_body
from inbox.models.phone_number import PhoneNumber
from inbox.models.staff import Staff


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
    # Taken before its counts are read for a screen, so that an older count never covers a newer.
    revision = fields.BigIntField(default=0)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "broadcast"
        indexes = (("church_id", "id"), ("enlisted_at", "send_after"))

    @classmethod
    async def compose(
        cls,
        church: Church,
        *,
        by: Staff | None,
        body: str,
        target_type: TargetType,
        target_ids: Sequence[int] = (),
        key: str,
        send_after: datetime | None = None,
    ) -> "Broadcast":
        """Store a broadcast; the worker enlists and sends it. Raises CannotSend.

        Ids of another church, or of nobody, are refused as "unknown_target".
        """
        body = checked_body(body)
        targets = sorted(set(target_ids))
        if already := await cls.get_or_none(key=key):
            same = (church.id, body, target_type, targets)
            if (already.church_id, already.body, already.target_type, already.target_ids) != same:
                raise CannotSend("key_taken")
            return already
        number = await PhoneNumber.main(church.id)
        if not church.connected or number is None:
            raise CannotSend("not_connected")
        await check(Audience(church.id, target_type, targets), body)
        try:
            return await cls.create(
                church=church,
                phone_number=number,
                author=by,
                key=key,
                body=body,
                target_type=target_type,
                target_ids=targets,
                send_after=send_after or now(),
            )
        except IntegrityError:
            return await cls.get(key=key, church_id=church.id)

    async def rewrite(
        self, *, body: str, target_type: TargetType, target_ids: Sequence[int], send_after: datetime
    ) -> None:
        """All of it anew, for as long as it waits for its time. Raises CannotSend."""
        body, targets = checked_body(body), sorted(set(target_ids))
        await check(Audience(self.church_id, target_type, targets), body)
        rewritten = await self._waiting_for_its_time().update(
            body=body, target_type=target_type, target_ids=targets, send_after=send_after
        )
        if not rewritten:
            raise CannotSend("broadcast_begun")
        await self.refresh_from_db()

    async def send_now(self) -> bool:
        """Not at its time but at once. False: it has begun already, or was stopped."""
        return bool(await self._waiting_for_its_time().update(send_after=now()))

    def _waiting_for_its_time(self) -> "QuerySet[Broadcast]":
        """Itself, if nobody has been enlisted for it."""
        return Broadcast.filter(
            id=self.id, enlisted_at=None, stopped_at=None, cursor=0, send_after__gt=now()
        )

    def audience(self) -> QuerySet[Member]:
        return Audience(self.church_id, self.target_type, self.target_ids).members()

    def sending(self, send_after: datetime) -> Sending:
        """What copies of it have in common that may leave from then on."""
        return Sending(
            self.church_id,
            self.phone_number_id,
            self.author_id,
            self.id,
            send_after,
            send_after + TOO_OLD,
        )

    async def stop(self) -> int:
        """Nothing more is sent; what is already on its way cannot be called back.

        Returns how many texts were stopped. From the first line on, none is enlisted or handed
        over any more, even if this should be cut short.
        """
        await Broadcast.filter(id=self.id, stopped_at=None).update(stopped_at=now())
        await self.refresh_from_db(fields=["stopped_at"])
        stopped = 0
        while waiting := await self._waiting():
            async with change_many(self.phone_number_id, waiting):
                stopped += await self._cancel(waiting)
        return stopped

    async def _waiting(self) -> list[int]:
        """Some of the conversations in which a copy is still queued."""
        queued = Message.filter(broadcast_id=self.id, status="queued")
        ids = await queued.limit(BATCH).values_list("conversation_id", flat=True)
        return [int(one) for one in ids]  # type: ignore[call-overload]

    async def _cancel(self, conversation_ids: Sequence[int]) -> int:
        canceled = await db.rows(
            "update message set status = 'canceled', settled_at = ?, revision = "
            "(select revision from conversation where conversation.id = conversation_id) "
            "where broadcast_id = ? and status = 'queued' "
            f"and conversation_id in ({db.marks(conversation_ids)}) returning id",
            now(),
            self.id,
            *conversation_ids,
        )
        return len(canceled)

    @classmethod
    async def is_stopped(cls, broadcast_id: int) -> bool:
        return await cls.exists(id=broadcast_id, stopped_at__isnull=False)

    async def counts(self) -> dict[str, int]:
        """How many copies stand at each status, and how many members were left out."""
        grouped = (
            await Message.filter(broadcast_id=self.id)
            .annotate(count=Count("id"))
            .group_by("status")
            .values("status", "count")
        )
        counts = {row["status"]: row["count"] for row in grouped}
        counts["opted_out"] = self.opted_out_count
        counts["unreachable"] = self.unreachable_count
        return counts

    @property
    def is_to_come(self) -> bool:
        """It waits for its time, and nobody has been enlisted for it."""
        begun = self.enlisted_at or self.stopped_at or self.cursor
        return not begun and self.send_after > now()

    @property
    def may_be_edited(self) -> bool:
        """A program may have chosen more people than the composer holds."""
        return self.is_to_come and len(self.target_ids) <= MOST_CHOSEN

    def status(self, counts: dict[str, int]) -> str:
        """scheduled, queued, sending, stopped or done."""
        if self.stopped_at:
            return "stopped"
        if self.enlisted_at is None:
            return "scheduled" if self.send_after > now() else "queued"
        under_way = ("queued", "sending", "unconfirmed")
        return "sending" if any(counts.get(status) for status in under_way) else "done"
