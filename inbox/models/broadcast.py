"""A broadcast: one text to many, made of ordinary messages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.functions import Count
from tortoise.models import Model
from tortoise.queryset import QuerySet

from inbox import db
from inbox.models.change import change_many
from inbox.models.church import Church
from inbox.models.conversation import Conversation
from inbox.models.group import Group
from inbox.models.member import Member
from inbox.models.message import BROADCAST_PRIORITY, Message, new_key, now
from inbox.models.outbound import TOO_OLD, CannotSend, checked_body
from inbox.models.phone_number import PhoneNumber
from inbox.models.staff import Staff
from inbox.rules.merge import merge
from inbox.rules.segments import measure

TargetType = Literal["all", "groups", "individual"]
TARGET_TYPES: tuple[TargetType, ...] = ("all", "groups", "individual")
BATCH = 200
MOST_TARGETS = 5_000


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
    target_type = fields.CharField(12)
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
        await _check_targets(church, target_type, target_ids)
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

    @classmethod
    async def to_enlist(cls) -> "list[Broadcast]":
        """Those whose time has come and whose members are not all enlisted yet."""
        return (
            await cls.filter(enlisted_at=None, stopped_at=None, send_after__lte=now())
            .order_by("send_after")
            .limit(20)
            .select_related("phone_number")
        )

    async def enlist(self) -> bool:
        """Queue the next batch of members, in one short transaction. False when all are in."""
        members = await self.audience().filter(id__gt=self.cursor).order_by("id").limit(BATCH)
        if not members:
            self.enlisted_at = now()
            await self.save(update_fields=["enlisted_at"])
            return False
        willing = [member for member in members if member.refusal is None]
        conversations = await self._conversations(willing)
        ids = [one.id for one in conversations.values()]
        async with change_many(self.phone_number_id, ids) as revisions:
            if await self._advance(members):
                await Message.bulk_create(
                    [self._copy(one, conversations[one.id], revisions) for one in willing],
                    ignore_conflicts=True,
                )
        await self.refresh_from_db(fields=["cursor", "stopped_at"])
        return self.stopped_at is None

    def audience(self) -> QuerySet[Member]:
        everyone = Member.filter(church_id=self.church_id)
        if self.target_type == "groups":
            return everyone.filter(memberships__group_id__in=self.target_ids).distinct()
        if self.target_type == "individual":
            return everyone.filter(id__in=self.target_ids)
        return everyone

    async def _conversations(self, members: Sequence[Member]) -> dict[int, Conversation]:
        """The members' conversations with this number, by member; made where there is none."""
        await Conversation.bulk_create(
            [
                Conversation(
                    church_id=self.church_id,
                    member_id=member.id,
                    phone_number_id=self.phone_number_id,
                )
                for member in members
            ],
            ignore_conflicts=True,
        )
        found = await Conversation.filter(
            phone_number_id=self.phone_number_id, member_id__in=[one.id for one in members]
        )
        return {conversation.member_id: conversation for conversation in found}

    async def _advance(self, members: Sequence[Member]) -> bool:
        """Move the cursor on. False: another worker has enlisted these, or it was stopped."""
        reasons = [member.refusal for member in members]
        moved = await db.rows(
            "update broadcast set cursor = ?, opted_out_count = opted_out_count + ?, "
            "unreachable_count = unreachable_count + ? "
            "where id = ? and cursor = ? and stopped_at is null returning id",
            members[-1].id,
            reasons.count("opted_out"),
            reasons.count("unreachable"),
            self.id,
            self.cursor,
        )
        return bool(moved)

    def _copy(
        self, member: Member, conversation: Conversation, revisions: dict[int, int]
    ) -> Message:
        body = merge(self.body, first_name=member.first_name)
        return Message(
            church_id=self.church_id,
            conversation_id=conversation.id,
            phone_number_id=self.phone_number_id,
            author_id=self.author_id,
            broadcast_id=self.id,
            direction="out",
            body=body,
            status="queued",
            key=new_key(),
            segments=measure(body).count,
            revision=revisions[conversation.id],
            send_after=self.send_after,
            send_before=self.send_after + TOO_OLD,
            priority=BROADCAST_PRIORITY,
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
        marks = ", ".join("?" for _ in conversation_ids)
        canceled = await db.rows(
            "update message set status = 'canceled', settled_at = ?, revision = "
            "(select revision from conversation where conversation.id = conversation_id) "
            f"where broadcast_id = ? and status = 'queued' and conversation_id in ({marks}) "
            "returning id",
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

    async def progress(self) -> dict[str, int]:
        """The counts for a screen, under a new revision."""
        taken = await db.rows(
            "update broadcast set revision = revision + 1 where id = ? returning revision", self.id
        )
        self.revision = taken[0]["revision"]
        await self.refresh_from_db(fields=["enlisted_at", "stopped_at"])
        return await self.counts()

    def status(self, counts: dict[str, int]) -> str:
        """scheduled, queued, sending, stopped or done."""
        if self.stopped_at:
            return "stopped"
        if self.enlisted_at is None:
            return "scheduled" if self.send_after > now() else "queued"
        under_way = ("queued", "sending", "unconfirmed")
        return "sending" if any(counts.get(status) for status in under_way) else "done"


async def _check_targets(
    church: Church, target_type: TargetType, target_ids: Sequence[int]
) -> None:
    wanted = set(target_ids)
    if target_type == "all":
        return
    if not wanted:
        raise CannotSend("no_target")
    if len(wanted) > MOST_TARGETS:
        raise CannotSend("too_many_targets")
    here = (
        Group.filter(church_id=church.id, id__in=wanted)
        if target_type == "groups"
        else Member.filter(church_id=church.id, id__in=wanted)
    )
    if await here.count() != len(wanted):
        raise CannotSend("unknown_target")
