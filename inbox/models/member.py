"""A member: someone with a phone who belongs to a church, and what they allow us to send."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.expressions import F, Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from inbox import db
from inbox.clock import now
from inbox.models.church import Church
from inbox.rules.names import MAX_NAME_LENGTH, first_name
from inbox.rules.phone import (
    HIDDEN,
    MIN_LENGTH,
    PREMIUM,
    TOLL_FREE,
    addresses_of,
    is_hidden,
    is_named_sender,
    is_on_other_channel,
    is_premium,
    is_short_code,
    is_toll_free,
    phone_behind,
    show_phone,
)
from inbox.rules.reasons import Reason, reason_for

MAX_ABOUT_LENGTH = 2_000
Provisional = Literal["", "opened", "written"]
CONSENT = ("opted_out_at", "opted_out_by", "last_stop_at")


class AboutTooLong(ValueError):
    """More than MAX_ABOUT_LENGTH characters."""


class WrittenMeanwhile(Exception):
    """The text to be replaced is no longer the stored one."""


def _any_of(texts: Sequence[str]) -> str:
    return ", ".join(f"'{text}'" for text in texts)


# Members with a `Member.refusal`, in SQL. Only digits and "+" make a number.
REFUSED_SQL = (
    "(member.opted_out_at is not null or member.unreachable is not null "
    "or ltrim(member.phone, '+0123456789') <> '' "
    f"or (substr(member.phone, 1, 1) = '+' and length(member.phone) < {MIN_LENGTH}) "
    f"or member.phone in ({_any_of(HIDDEN)}) "
    f"or substr(member.phone, 1, 5) in ({_any_of(PREMIUM)}))"
)
# Members who count among everyone.
LISTED_SQL = "member.provisional <> 'opened'"
# Members with a `Member.broadcast_refusal`. A short code has only digits.
BROADCAST_REFUSED_SQL = (
    f"({REFUSED_SQL} or ltrim(member.phone, '0123456789') = '' "
    f"or substr(member.phone, 1, 5) in ({_any_of(TOLL_FREE)}))"
)


class Member(Model):
    id = fields.BigIntField(primary_key=True)
    church: fields.ForeignKeyRelation[Church] = fields.ForeignKeyField(
        "inbox.Church", related_name="members", on_delete=fields.RESTRICT
    )
    church_id: int
    # Empty for a number that has no name yet.
    name = fields.CharField(MAX_NAME_LENGTH, default="")
    # E.164, or the provider's name for a sender on a network other than SMS.
    phone = fields.CharField(64)
    opted_out_at = fields.DatetimeField(null=True)
    # The name of who recorded the opt-out; empty for a program. None if the member texted STOP:
    # then Twilio blocks texts as well, and only the member can undo it.
    opted_out_by = fields.CharField(120, null=True)
    # When the member last texted STOP, opted out already or not.
    last_stop_at = fields.DatetimeField(null=True)
    # Why texts cannot reach this phone at all, as a reason code such as "21614" (a landline).
    unreachable = fields.CharField(20, null=True)
    # Staff's notes on the member, shown beside each of their conversations.
    about = fields.TextField(default="", db_default="")
    # Orders the changes to what screens show beside the member's conversations: notes and groups.
    revision = fields.BigIntField(default=0, db_default=0)
    # "opened": a number that staff opened, with nothing written or noted yet. It is in no list of
    # members and gets no broadcast to everyone, since it may be a typo. "written": it is in the
    # lists, unless its only text is undone. Empty for all other members.
    provisional: Provisional = fields.CharField(8, default="", db_default="")  # type: ignore[assignment]
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "member"
        unique_together = (("church_id", "phone"),)
        indexes = (("church_id", "name"), ("church_id", "id"))

    @classmethod
    def listed(cls, church_id: int) -> QuerySet["Member"]:
        """The church's members, without numbers that staff only opened."""
        return cls.filter(church_id=church_id).exclude(provisional="opened")

    @classmethod
    async def with_phone(
        cls, church_id: int, phone: str, name: str = "", *, provisional: bool = False
    ) -> "Member":
        """Find or create a member; two texts arriving at once create only one."""
        member = await cls.get_or_none(church_id=church_id, phone=phone)
        if member:
            return member
        try:
            return await cls.create(
                church_id=church_id,
                phone=phone,
                name=name,
                provisional="opened" if provisional else "",
            )
        except IntegrityError:
            return await cls.get(church_id=church_id, phone=phone)

    @classmethod
    async def keep(cls, ids: Sequence[int]) -> int:
        """List these members for good. Returns how many were provisional."""
        return await cls.filter(id__in=ids).exclude(provisional="").update(provisional="")

    @classmethod
    async def list_if_written(cls, ids: Sequence[int]) -> None:
        """List those of these provisional members who have a text or a note. Take the others out of
        the lists: their only text was undone."""
        await db.rows(
            "update member set provisional = case when exists (select 1 from message "
            "join conversation on conversation.id = message.conversation_id "
            "where conversation.member_id = member.id and message.kind in ('in', 'out', 'note')) "
            f"then 'written' else 'opened' end where id in ({db.marks(ids)}) "
            "and provisional <> '' returning id",
            *ids,
        )

    @property
    def is_named(self) -> bool:
        return bool(self.name)

    def shown_name(self, country: str) -> str:
        """The name, or the phone number as dialed in this country (ISO 3166)."""
        return self.name or self.shown_phone(country)

    def shown_phone(self, country: str) -> str:
        return show_phone(self.phone, country)

    @property
    def first_name(self) -> str | None:
        return first_name(self.name)

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper() or "#"

    @property
    def refusal(self) -> str | None:
        """Why this member may not be texted, as a reason code, or None: the one gate.

        Replies, broadcasts, and the outbox all check here; the outbox just before sending.
        """
        if self.opted_out_at:
            return "opted_out"
        if is_named_sender(self.phone):
            return "named_sender"
        if is_on_other_channel(self.phone):
            return "other_channel"
        if is_hidden(self.phone):
            return "hidden_number"
        if is_premium(self.phone):
            return "premium_number"
        return "unreachable" if self.unreachable else None

    @property
    def broadcast_refusal(self) -> str | None:
        """Why a broadcast leaves this member out, as a reason code, or None."""
        if refusal := self.refusal:
            return refusal
        if is_short_code(self.phone):
            return "short_code"
        return "toll_free" if is_toll_free(self.phone) else None

    @property
    def opt_out_is_recorded(self) -> bool:
        """Whether staff or a program recorded the opt-out, so that staff can undo it."""
        return self.opted_out_at is not None and self.opted_out_by is not None

    @property
    def reason(self) -> Reason | None:
        """Why a broadcast leaves this member out, in plain words and as precisely as we know."""
        refusal = self.broadcast_refusal
        if refusal is None:
            return None
        return reason_for(self.unreachable if refusal == "unreachable" else refusal)

    async def opt_out(self, said_at: datetime | None = None) -> bool:
        """The member texted STOP, just now unless `said_at`. It outranks a recorded opt-out. True
        if anything changed.

        It holds for the phone, whichever channel it was said on: also for the member who has this
        phone's number, and is created so that nobody adds them later.
        """
        at = said_at or now()
        here = await self._all_on_this_phone()
        earlier = Q(last_stop_at=None) | Q(last_stop_at__lt=at)
        await Member.filter(earlier, id__in=here).update(last_stop_at=at)
        changed = await db.rows(
            "update member set opted_out_at = coalesce(opted_out_at, ?), opted_out_by = null "
            f"where id in ({db.marks(here)}) "
            "and (opted_out_at is null or opted_out_by is not null) returning id",
            at,
            *here,
        )
        await self.refresh_from_db(fields=CONSENT)
        return any(row["id"] == self.id for row in changed)

    async def _all_on_this_phone(self) -> list[int]:
        phone = phone_behind(self.phone)
        if phone is None:
            return [self.id]
        if phone != self.phone:
            unnamed = Member(church_id=self.church_id, phone=phone)
            await Member.bulk_create([unnamed], ignore_conflicts=True)
        others = Member.filter(church_id=self.church_id, phone__in=addresses_of(phone))
        ids = sorted({self.id, *(row["id"] for row in await others.values("id"))})
        if db.speaks_postgres():
            # In order, as in `take_revisions`.
            marks = db.marks(ids)
            await db.rows(
                f"select id from member where id in ({marks}) order by id for update", *ids
            )
        return ids

    async def record_opt_out(self, by: str) -> bool:
        """Record an opt-out for the member; `by` is a name. True if anything changed. It holds for
        the phone, as STOP does."""
        here = await self._all_on_this_phone()
        others = Member.filter(id__in=here, opted_out_at=None).exclude(id=self.id)
        await others.update(opted_out_at=now(), opted_out_by=by)
        members = Member.filter(id=self.id, opted_out_at=None)
        return await self._set_consent(members, opted_out_at=now(), opted_out_by=by)

    async def undo_opt_out(self) -> bool:
        """Undo a recorded opt-out, never the member's own STOP. True if anything changed.

        Other addresses of the phone stay opted out until it is undone there: one may exist only
        because of the opt-out, and nobody agreed to texts to it.
        """
        members = Member.filter(id=self.id, opted_out_by__isnull=False)
        return await self._set_consent(members, opted_out_at=None, opted_out_by=None)

    async def opt_in(self) -> bool:
        """The member texted START. True if anything changed."""
        members = Member.filter(id=self.id, opted_out_at__isnull=False)
        return await self._set_consent(members, opted_out_at=None, opted_out_by=None)

    async def _set_consent(self, members: QuerySet["Member"], **values: object) -> bool:
        changed = await members.update(provisional="", **values)
        await self.refresh_from_db(fields=CONSENT)
        return bool(changed)

    async def write_about(self, text: str, *, over: str) -> None:
        """Replace the notes `over` with `text`. Raises AboutTooLong, or WrittenMeanwhile if `over`
        is no longer stored; then nothing changes."""
        text = _plain(text)
        if len(text) > MAX_ABOUT_LENGTH:
            raise AboutTooLong(len(text))
        as_known = Member.filter(id=self.id, about=_plain(over))
        changed = await as_known.update(about=text, revision=F("revision") + 1, provisional="")
        await self.refresh_from_db(fields=["about", "revision"])
        if not changed and self.about != text:
            raise WrittenMeanwhile

    @classmethod
    async def take_revisions(cls, ids: Sequence[int]) -> None:
        """Take the next revision of each of these members, inside a transaction. Read what they
        show after the revision, so that it is at least as new. They are no longer provisional."""
        if not ids:
            return
        # In order, so that two who change the same members do not wait for each other forever.
        locked = "order by id for update" if db.speaks_postgres() else ""
        await db.rows(
            "update member set revision = revision + 1, provisional = '' where id in "
            f"(select id from member where id in ({db.marks(ids)}) {locked})",
            *ids,
        )

    async def note_unreachable(self, code: str | None) -> None:
        if self.unreachable != code:
            self.unreachable = code
            await self.save(update_fields=["unreachable"])


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
