"""A conversation: all texts between one member and one phone number, kept forever."""

from typing import Any, Literal

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.models import Model
from tortoise.queryset import QuerySet

from inbox.models.broadcast import Broadcast
from inbox.models.church import Church
from inbox.models.member import Member
from inbox.models.phone_number import PhoneNumber
from inbox.models.scope import Scope, Viewer
from inbox.models.staff import Staff

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
    # Set only by `change`; see there.
    revision = fields.BigIntField(default=0)
    # The newest reply or inbound text, kept here so that the list is one indexed read.
    # Broadcasts do not lift a conversation; the answers to them do.
    last_message_id = fields.BigIntField(null=True)
    last_at = fields.DatetimeField(null=True)
    last_body = fields.CharField(PREVIEW_LENGTH, default="")
    # The content types of that message's attachments, separated by spaces.
    last_attachments = fields.TextField(default="", db_default="")
    last_kind = fields.CharField(5, default="")
    last_status = fields.CharField(12, default="")
    inbound_count = fields.IntField(default=0)
    # Since when the church has owed a reply. None if it owes none or has set it aside.
    needs_reply_since = fields.DatetimeField(null=True)
    # What was owed when it was set aside or marked as needing no reply, in case that is undone.
    owed_since = fields.DatetimeField(null=True)
    # The staff member it is assigned to, or None.
    assignee: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "inbox.Staff", related_name="assigned", null=True, on_delete=fields.RESTRICT
    )
    assignee_id: int | None
    # "open", or set aside as "snoozed" or "done". A text from the member opens it again.
    state: State = fields.CharField(8, default="open", db_default="open")  # type: ignore[assignment]
    snoozed_until = fields.DatetimeField(null=True)
    # When its next scheduled text will go, and how it begins, if there is one.
    scheduled_for = fields.DatetimeField(null=True)
    scheduled_body = fields.CharField(PREVIEW_LENGTH, default="", db_default="")
    # The broadcast that the member got last. Their next text answers it, until staff reply.
    answering: fields.ForeignKeyNullableRelation[Broadcast] = fields.ForeignKeyField(
        "inbox.Broadcast", related_name="answering", null=True, on_delete=fields.RESTRICT
    )
    answering_id: int | None

    # The text that may ask us to stop in words other than STOP, until staff have decided.
    opt_out_hint_id = fields.BigIntField(null=True)

    mentions: fields.ReverseRelation[Any]

    class Meta:
        table = "conversation"
        unique_together = (("member_id", "phone_number_id"),)
        indexes = (
            ("church_id", "last_at", "id"),
            ("church_id", "needs_reply_since"),
            ("church_id", "state", "last_at", "id"),
            ("snoozed_until",),
            ("church_id", "scheduled_for"),
        )

    @classmethod
    async def between(cls, member: Member, phone_number: PhoneNumber) -> "Conversation":
        """Find or create a conversation; two texts arriving at once create only one."""
        pair = {"member_id": member.id, "phone_number_id": phone_number.id}
        conversation = await cls.get_or_none(**pair)
        if conversation is None:
            try:
                conversation = await cls.create(church_id=member.church_id, **pair)
            except IntegrityError:
                conversation = await cls.get(**pair)
        return conversation

    @classmethod
    def visible_to(cls, viewer: Viewer) -> "QuerySet[Conversation]":
        """The only way for a viewer to reach conversations and anything in them.

        `Scope.of` decides who sees what.
        """
        return cls.within(Scope.of(viewer))

    @classmethod
    def within(cls, scope: Scope) -> "QuerySet[Conversation]":
        return cls.filter(scope.condition())

    @classmethod
    def whole(cls, rows: "QuerySet[Conversation] | None" = None) -> "QuerySet[Conversation]":
        """These conversations, or all of them, with everything that screens and verbs need."""
        rows = cls.all() if rows is None else rows
        with_these = rows.select_related("member", "phone_number", "church", "assignee")
        return with_these.prefetch_related("mentions")

    @property
    def unseen_by(self) -> list[int]:
        """The ids of staff who are mentioned here and have not looked yet."""
        return [one.staff_id for one in self.mentions if one.seen_at is None]

    @property
    def needs_reply(self) -> bool:
        return self.needs_reply_since is not None

    @property
    def hints_opt_out(self) -> bool:
        """Whether to suggest to staff that they opt the member out."""
        return self.opt_out_hint_id is not None and self.member.opted_out_at is None

    @property
    def refusal(self) -> str | None:
        """Why nothing can be sent here, as a reason code, or None."""
        if not self.church.connected:
            return "not_connected"
        return self.member.refusal
