"""A conversation: everything said between one member and one phone number, for ever."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.models import Model
from tortoise.queryset import QuerySet

from inbox.models.church import Church
from inbox.models.listing import Cursor, Listing
from inbox.models.member import Member
from inbox.models.phone_number import PhoneNumber
from inbox.models.staff import Staff
from inbox.models.views import containers, inside

if TYPE_CHECKING:
    from inbox.models.broadcast import Broadcast
    from inbox.models.mention import Mention

PREVIEW_LENGTH = 120

State = Literal["open", "snoozed", "done"]


class Conversation(Model):
    id = fields.BigIntField(primary_key=True)
    church: fields.ForeignKeyRelation[Church] = fields.ForeignKeyField(
        "inbox.Church", related_name="conversations", on_delete=fields.RESTRICT
    )
    church_id: int
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "inbox.Member", related_name="conversations", on_delete=fields.RESTRICT
    )
    member_id: int
    phone_number: fields.ForeignKeyRelation[PhoneNumber] = fields.ForeignKeyField(
        "inbox.PhoneNumber", related_name="conversations", on_delete=fields.RESTRICT
    )
    phone_number_id: int
    # Taken by `change` alone; see there.
    revision = fields.BigIntField(default=0)
    # The newest reply or inbound text, kept here so that the list is one indexed read.
    # Broadcasts do not lift a conversation; the answers to them do.
    last_message_id = fields.BigIntField(null=True)
    last_at = fields.DatetimeField(null=True)
    last_body = fields.CharField(PREVIEW_LENGTH, default="")
    # The content types of what came with it, with blanks between them.
    last_attachments = fields.TextField(default="", db_default="")
    last_direction = fields.CharField(5, default="")
    last_status = fields.CharField(12, default="")
    inbound_count = fields.IntField(default=0)
    # Since when the church owes an answer; None when it owes none, or has set it aside.
    needs_reply_since = fields.DatetimeField(null=True)
    # What was owed when it was set aside or waved through, should that be taken back.
    owed_since = fields.DatetimeField(null=True)
    # Whose it is; anybody's when None.
    assignee: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "inbox.Staff", related_name="assigned", null=True, on_delete=fields.RESTRICT
    )
    assignee_id: int | None
    # "open", or set aside as "snoozed" or "done". A text from the member opens it again.
    state: State = fields.CharField(8, default="open", db_default="open")  # type: ignore[assignment]
    snoozed_until = fields.DatetimeField(null=True)
    # When the next scheduled text goes, if there is one.
    scheduled_for = fields.DatetimeField(null=True)
    # The broadcast that the member got last: what they say next answers it, until staff reply.
    answering: "fields.ForeignKeyNullableRelation[Broadcast]" = fields.ForeignKeyField(
        "inbox.Broadcast", related_name="answering", null=True, on_delete=fields.RESTRICT
    )
    answering_id: int | None

    mentions: "fields.ReverseRelation[Mention]"

    class Meta:
        table = "conversation"
        unique_together = (("member_id", "phone_number_id"),)
        indexes = (
            ("church_id", "last_at", "id"),
            ("church_id", "needs_reply_since"),
            ("church_id", "state", "last_at", "id"),
            ("assignee_id", "state", "last_at", "id"),
            ("snoozed_until",),
            ("church_id", "scheduled_for"),
        )

    @classmethod
    async def between(cls, member: Member, phone_number: PhoneNumber) -> "Conversation":
        """Find or create; two texts arriving at once make one conversation."""
        pair = {"member_id": member.id, "phone_number_id": phone_number.id}
        conversation = await cls.get_or_none(**pair)
        if conversation is None:
            try:
                conversation = await cls.create(church_id=member.church_id, **pair)
            except IntegrityError:
                conversation = await cls.get(**pair)
        return conversation

    @classmethod
    async def page(
        cls,
        church_id: int,
        listing: Listing | str = "all",
        *,
        staff_id: int | None = None,
        before: Cursor | None = None,
        limit: int = 50,
    ) -> "list[Conversation]":
        """A fixed number of queries; `before` is the cursor of the last row already had.

        `listing` may be the name of a view. `staff_id` is who looks, for what is theirs.
        """
        if isinstance(listing, str):
            listing = Listing.read(listing)
        found = listing.narrowed(cls.inside(church_id, listing.view, staff_id), staff_id)
        return (
            await listing.sorted(found, before)
            .limit(limit)
            .select_related("member")
            # Few, and the same again and again: joined, each row would make them anew.
            .prefetch_related("mentions", "phone_number", "assignee")
        )

    @classmethod
    def inside(
        cls, church_id: int, view: str, staff_id: int | None = None
    ) -> "QuerySet[Conversation]":
        """Those of this view."""
        return cls.filter(church_id=church_id).filter(inside(view, staff_id))

    @classmethod
    def of(cls, church_id: int) -> "QuerySet[Conversation]":
        return cls.whole().filter(church_id=church_id)

    @classmethod
    def whole(cls) -> "QuerySet[Conversation]":
        """With all that screens and verbs need."""
        with_these = cls.all().select_related("member", "phone_number", "church", "assignee")
        return with_these.prefetch_related("mentions")

    @property
    def containers(self) -> str:
        """The lists its row stands in, as `put` reads them."""
        return " ".join(containers(self))

    @property
    def dom_id(self) -> str:
        return f"conversation_{self.id}"

    @property
    def order(self) -> str:
        """Where its row stands in a list: newest activity is the greatest. Compares as text."""
        return self._place(self.last_at)

    @property
    def waits(self) -> str:
        """The same by how long an answer is owed: whoever waits longest is the least."""
        return self._place(self.needs_reply_since)

    @property
    def goes(self) -> str:
        """The same by when its next scheduled text goes: the soonest is the least."""
        return self._place(self.scheduled_for)

    def _place(self, at: datetime | None) -> str:
        return f"{int(at.timestamp() * 1_000_000) if at else 0:017d}-{self.id:012d}"

    @property
    def unseen_by(self) -> list[int]:
        """Those who are mentioned here and have not looked yet."""
        return [one.staff_id for one in self.mentions if one.seen_at is None]

    @property
    def needs_reply(self) -> bool:
        return self.needs_reply_since is not None

    @property
    def refusal(self) -> str | None:
        """Why nothing can be sent here, as a reason code, or None."""
        if not self.church.connected:
            return "not_connected"
        return self.member.refusal
