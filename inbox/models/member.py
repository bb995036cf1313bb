"""A member: a person of the church, with a phone; and what they allow us to send."""

from datetime import UTC, datetime

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from inbox.models.church import Church
from inbox.rules.names import first_name
from inbox.rules.phone import is_named_sender, is_short_code, show_phone

LONGEST_ABOUT = 2_000


class AboutTooLong(ValueError):
    """More than LONGEST_ABOUT characters."""


class WrittenMeanwhile(Exception):
    """What is to be replaced is not what stands there."""


# Those with a `Member.refusal`, in SQL. A sender with ASCII letters is a name, not a number.
REFUSED_SQL = (
    "(member.opted_out_at is not null or member.unreachable is not null "
    "or (lower(member.phone) <> upper(member.phone) and member.phone not like '%:%'))"
)


class Member(Model):
    id = fields.BigIntField(primary_key=True)
    church: fields.ForeignKeyRelation[Church] = fields.ForeignKeyField(
        "inbox.Church", related_name="members", on_delete=fields.RESTRICT
    )
    church_id: int
    # Empty for a number that nobody has put a name to yet.
    name = fields.CharField(120, default="")
    # E.164; or, from another network than SMS, whatever the provider calls the sender.
    phone = fields.CharField(64)
    opted_out_at = fields.DatetimeField(null=True)
    # Why a text cannot reach this phone at all, as a reason code such as "21614" (a landline).
    unreachable = fields.CharField(20, null=True)
    # What staff should know, written by them; shown beside every conversation with this person.
    about = fields.TextField(default="", db_default="")
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "member"
        unique_together = (("church_id", "phone"),)
        indexes = (("church_id", "name"),)

    @classmethod
    async def with_phone(cls, church_id: int, phone: str, name: str = "") -> "Member":
        """Find or create; two texts arriving at once make one member."""
        member = await cls.get_or_none(church_id=church_id, phone=phone)
        if member:
            return member
        try:
            return await cls.create(church_id=church_id, phone=phone, name=name)
        except IntegrityError:
            return await cls.get(church_id=church_id, phone=phone)

    @property
    def is_named(self) -> bool:
        return bool(self.name)

    def shown_name(self, country: str) -> str:
        """The name, or the phone number as it is dialed in this country (ISO 3166)."""
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
        """The one gate: why this member may not be texted, as a reason code, or None.

        Replies, broadcasts and the outbox all ask here, the last of them just before sending.
        """
        if self.opted_out_at:
            return "opted_out"
        if is_named_sender(self.phone):
            return "named_sender"
        return "unreachable" if self.unreachable else None

    @property
    def broadcast_refusal(self) -> str | None:
        """Why a broadcast leaves this member out, as a reason code, or None."""
        return self.refusal or ("short_code" if is_short_code(self.phone) else None)

    async def opt_out(self) -> bool:
        """True if this changed something."""
        changed = await Member.filter(id=self.id, opted_out_at=None).update(
            opted_out_at=datetime.now(UTC)
        )
        await self.refresh_from_db(fields=["opted_out_at"])
        return bool(changed)

    async def opt_in(self) -> bool:
        changed = await Member.filter(id=self.id, opted_out_at__isnull=False).update(
            opted_out_at=None
        )
        self.opted_out_at = None
        return bool(changed)

    async def write_about(self, text: str, *, over: str) -> None:
        """What staff should know, in place of `over`. AboutTooLong, WrittenMeanwhile: it stands."""
        text = _plain(text)
        if len(text) > LONGEST_ABOUT:
            raise AboutTooLong(len(text))
        changed = await Member.filter(id=self.id, about=_plain(over)).update(about=text)
        await self.refresh_from_db(fields=["about"])
        if not changed and self.about != text:
            raise WrittenMeanwhile

    async def note_unreachable(self, code: str | None) -> None:
        if self.unreachable != code:
            self.unreachable = code
            await self.save(update_fields=["unreachable"])


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
