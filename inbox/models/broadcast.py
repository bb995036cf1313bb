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
from inbox.models.copies import (
    Copy,
    Sending,
    await_answers,
    leave_out,
    open_conversations,
    queue_copies,
)
from inbox.models.member import Member
from inbox.models.message import Message, now
from inbox.models.outbound import TOO_OLD, CannotSend, checked_body
from inbox.models.phone_number import PhoneNumber
from inbox.models.staff import Staff
from inbox.rules.ladder import FAILED
from inbox.rules.merge import STAND_IN, fields_in, merge, unknown_in
from inbox.rules.reasons import reason_for
from inbox.rules.segments import MAX_BODY, measure
from inbox.words import translate

# So many people are enlisted in one transaction: on SQLite, everybody else waits for it.
BATCH = 500


class TooLongFor(CannotSend):
    """With this person's name in it, the text is longer than can be sent."""

    def __init__(self, name: str) -> None:
        super().__init__("too_long_merged")
        self.name = name


class NotFilledIn(CannotSend):
    """In this text stands a {field}, written so, that would reach everybody as it stands."""

    def __init__(self, field: str) -> None:
        super().__init__("unknown_field")
        self.field = field


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
        await _check(Audience(church.id, target_type, targets), body)
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
        await _check(Audience(self.church_id, target_type, targets), body)
        rewritten = await self._waiting_for_its_time().update(
            body=body, target_type=target_type, target_ids=targets, send_after=send_after
        )
        if not rewritten:
            raise CannotSend("broadcast_begun")
        await self.refresh_from_db()

    @classmethod
    async def to_enlist(cls) -> "list[Broadcast]":
        """Those whose time has come and whose members are not all enlisted yet."""
        return (
            await cls.filter(enlisted_at=None, stopped_at=None, send_after__lte=now())
            .order_by("send_after")
            .limit(20)
            .select_related("phone_number")
        )

    async def send_now(self) -> bool:
        """Not at its time but at once. False: it has begun already, or was stopped."""
        return bool(await self._waiting_for_its_time().update(send_after=now()))

    def _waiting_for_its_time(self) -> "QuerySet[Broadcast]":
        """Itself, if nobody has been enlisted for it."""
        return Broadcast.filter(
            id=self.id, enlisted_at=None, stopped_at=None, cursor=0, send_after__gt=now()
        )

    async def enlist(self) -> bool:
        """Queue the next batch of members, in one short transaction. False when all are in."""
        members = await self.audience().filter(id__gt=self.cursor).order_by("id").limit(BATCH)
        if not members:
            self.enlisted_at = now()
            await self.save(update_fields=["enlisted_at"])
            return False
        willing = [member for member in members if member.refusal is None]
        stand_in = translate(await Church.language_of(self.church_id), STAND_IN)
        opened = await open_conversations(self.phone_number_id, [member.id for member in willing])
        async with change_many(self.phone_number_id, list(opened.values())) as revisions:
            if await self._advance(members):
                copies = []
                for member in willing:
                    here = opened[member.id]
                    copies.append(self._copy(member, here, revisions[here], stand_in))
                await queue_copies(self._sending(self.send_after), copies)
                await await_answers(self.id, list(opened.values()))
                await leave_out(self.id, {one.id: why_not(one) for one in members if one.refusal})
        await self.refresh_from_db(fields=["cursor", "stopped_at"])
        return self.stopped_at is None

    def audience(self) -> QuerySet[Member]:
        return Audience(self.church_id, self.target_type, self.target_ids).members()

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

    def _copy(self, member: Member, conversation_id: int, revision: int, stand_in: str) -> Copy:
        body = merge(self.body, first_name=member.first_name, stand_in=stand_in)
        return Copy(conversation_id, body, measure(body).count, revision)

    def _sending(self, send_after: datetime) -> Sending:
        return Sending(
            self.church_id,
            self.phone_number_id,
            self.author_id,
            self.id,
            send_after,
            send_after + TOO_OLD,
        )

    async def retry_failed(self) -> int:
        """Send the copies again that failed and may go now; pressing twice sends once.

        Each new copy takes the place of the failed one in this broadcast. How many there are.
        """
        retried, last = 0, 0
        while failed := await self._failed(after=last):
            last = failed[-1].id
            again = [one for one in failed if reason_for(one.error_code).worth_retrying]
            async with change_many(
                self.phone_number_id, [one.conversation_id for one in again]
            ) as revisions:
                retried += await self._queue_again(again, revisions)
        return retried

    async def _failed(self, after: int) -> list[Message]:
        """Some of the failed copies, oldest first, of those who may still be texted."""
        return (
            await Message.filter(
                broadcast_id=self.id,
                status__in=FAILED,
                retried=False,
                id__gt=after,
                conversation__member__opted_out_at=None,
                conversation__member__unreachable=None,
            )
            .order_by("id")
            .limit(BATCH)
        )

    async def _queue_again(self, failed: Sequence[Message], revisions: dict[int, int]) -> int:
        if not failed:
            return 0
        given_up = await db.rows(
            "update message set retried = true, broadcast_id = null, revision = (select revision "
            "from conversation where conversation.id = message.conversation_id) "
            f"where broadcast_id = ? and retried = false and id in ({db.marks(failed)}) "
            "and exists (select 1 from broadcast where broadcast.id = ? "
            "and broadcast.stopped_at is null) returning id",
            self.id,
            *(one.id for one in failed),
            self.id,
        )
        ours = {row["id"] for row in given_up}
        copies = [
            Copy(
                one.conversation_id, one.body, one.segments, revisions[one.conversation_id], one.id
            )
            for one in failed
            if one.id in ours
        ]
        await queue_copies(self._sending(now()), copies)
        await await_answers(self.id, [copy.conversation_id for copy in copies])
        return len(copies)

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


def why_not(member: Member) -> str:
    """Why this member is left out, as closely as is known."""
    return "opted_out" if member.opted_out_at else member.unreachable or "unreachable"


async def _check(audience: Audience, body: str) -> None:
    """Raises CannotSend."""
    if field := unknown_in(body):
        raise NotFilledIn(field)
    await audience.check()
    await _check_length(audience, body)


async def _check_length(audience: Audience, body: str) -> None:
    """Raises TooLongFor. Few texts are so long that a name could make a difference."""
    longest_name = Member._meta.fields_map["name"].max_length  # type: ignore[attr-defined]
    if "first_name" not in fields_in(body) or len(body) + body.count("{") * longest_name < MAX_BODY:
        return
    for member in await audience.members():
        if len(merge(body, first_name=member.first_name)) > MAX_BODY and not member.refusal:
            raise TooLongFor(member.shown_name)
