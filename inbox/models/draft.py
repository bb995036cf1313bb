"""A draft: what one member of staff has begun to write in one conversation."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

from inbox import db
from inbox.models.conversation import Conversation
from inbox.models.scope import Scope
from inbox.models.staff import Staff

DraftKind = Literal["reply", "note"]
KINDS: tuple[DraftKind, ...] = ("reply", "note")
# As much as a request can carry: pasted text that is too long to send can still be shortened.
MAX_LENGTH = 64 * 1024
# More drafts than anyone has. Staff who do have more see the rest when they open the conversation.
MAX_BEGUN = 200
BEGINNING = 120


class Draft(Model):
    id = fields.BigIntField(primary_key=True)
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField(
        "inbox.Staff", related_name="drafts", on_delete=fields.CASCADE
    )
    staff_id: int
    conversation: fields.ForeignKeyRelation[Conversation] = fields.ForeignKeyField(
        "inbox.Conversation", related_name="drafts", on_delete=fields.CASCADE
    )
    conversation_id: int
    kind: DraftKind = fields.CharField(5)  # type: ignore[assignment]
    body = fields.TextField()
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "draft"
        unique_together = (("staff_id", "conversation_id", "kind"),)

    @classmethod
    async def keep(
        cls, staff: Staff, conversation: Conversation, kind: DraftKind, body: str
    ) -> str:
        """Replace the stored draft. Returns what is now stored."""
        if not body.strip():
            await cls._of(staff, conversation).filter(kind=kind).delete()
            return ""
        await db.rows(
            "insert into draft (staff_id, conversation_id, kind, body, updated_at) "
            "values (?, ?, ?, ?, ?) on conflict (staff_id, conversation_id, kind) "
            "do update set body = excluded.body, updated_at = excluded.updated_at returning id",
            staff.id,
            conversation.id,
            kind,
            body[:MAX_LENGTH],
            datetime.now(UTC),
        )
        return body[:MAX_LENGTH]

    @classmethod
    async def sent(
        cls, staff: Staff | None, conversation: Conversation, kind: DraftKind, body: str
    ) -> None:
        """Remove the draft once it is sent; inside `change`. Anything begun since then stays."""
        here = cls.filter(staff_id=staff and staff.id, conversation_id=conversation.id, kind=kind)
        draft = await here.first()
        if draft and body.startswith(draft.body.strip()):
            await draft.delete()

    @classmethod
    async def give_back(cls, staff: Staff, conversation: Conversation, body: str) -> str:
        """Put unsent words back, before anything begun since. Returns the whole draft."""
        begun = (await cls.texts(staff, conversation))["reply"]
        whole = f"{body}\n{begun}" if begun else body
        return await cls.keep(staff, conversation, "reply", whole)

    @classmethod
    async def texts(cls, staff: Staff, conversation: Conversation) -> dict[DraftKind, str]:
        """The drafts in the composer; "" for an empty one."""
        kept = {draft.kind: draft.body for draft in await cls._of(staff, conversation)}
        return {kind: kept.get(kind, "") for kind in KINDS}

    @classmethod
    async def of(cls, staff: Staff, conversation_ids: Sequence[int]) -> dict[int, str]:
        """What this person has begun, by conversation. A reply takes precedence over a note."""
        here = cls.filter(staff_id=staff.id, conversation_id__in=list(conversation_ids))
        return {draft.conversation_id: draft.body for draft in await here.order_by("kind")}

    @classmethod
    async def begun(cls, staff: Staff) -> dict[int, dict[str, str]]:
        """The beginning of each of this person's drafts, by conversation and kind."""
        drafts = cls.filter(Scope.of(staff).condition("conversation__"), staff_id=staff.id)
        begun: dict[int, dict[str, str]] = {}
        for one in await drafts.order_by("-updated_at").limit(MAX_BEGUN):
            begun.setdefault(one.conversation_id, {})[one.kind] = one.body[:BEGINNING]
        return begun

    @classmethod
    async def whole(cls, staff: Staff, conversation: Conversation) -> dict[int, dict[str, str]]:
        """The full drafts of one conversation, in the same shape as `begun`."""
        kept = await cls._of(staff, conversation)
        return {conversation.id: {one.kind: one.body for one in kept}}

    @classmethod
    def _of(cls, staff: Staff, conversation: Conversation) -> "QuerySet[Draft]":
        return cls.filter(staff_id=staff.id, conversation_id=conversation.id)
