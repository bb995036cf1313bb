"""A phone number: one of the church's Twilio numbers, and how fast it may send."""

from datetime import UTC, datetime

from tortoise import fields
from tortoise.expressions import Q
from tortoise.models import Model

from inbox import db
from inbox.models.church import Church
from inbox.rules.phone import show_phone

# Seconds. A turn that begins this late, because workers poll, does not slow the number down.
LATE = 0.5
# Seconds. No turn takes longer. If a number is busy for longer, the clock was set back.
MAX_TURN = 120.0


class NumberTaken(Exception):
    """Another church on this installation already has this number."""


class PhoneNumber(Model):
    id = fields.BigIntField(primary_key=True)
    church: fields.ForeignKeyRelation[Church] = fields.ForeignKeyField(
        "inbox.Church", related_name="phone_numbers", on_delete=fields.RESTRICT
    )
    church_id: int
    number = fields.CharField(20, unique=True)
    sid = fields.CharField(34)
    # Segments per second; 0 means no limit.
    send_rate = fields.FloatField()
    # Unix seconds: the number is busy sending until then. All workers share it.
    busy_until = fields.FloatField(default=0)
    # Whether Twilio has confirmed that it will call us for texts to this number.
    points_here = fields.BooleanField(default=False)
    connected_at = fields.DatetimeField()
    # Every text sent to it before this time, by the provider's clock, is stored. None: never
    # checked.
    heard_until = fields.DatetimeField(null=True)

    class Meta:
        table = "phone_number"

    @classmethod
    async def connect(
        cls, church: Church, number: str, sid: str, send_rate: float
    ) -> "PhoneNumber":
        """Find or create the church's number. Raises NumberTaken."""
        now = datetime.now(UTC)
        existing = await cls.get_or_none(number=number)
        if existing is None:
            return await cls.create(
                church=church, number=number, sid=sid, send_rate=send_rate, connected_at=now
            )
        if existing.church_id != church.id:
            raise NumberTaken
        existing.sid, existing.connected_at = sid, now
        await existing.save(update_fields=["sid", "connected_at"])
        return existing

    @classmethod
    async def main(cls, church_id: int) -> "PhoneNumber | None":
        """The number for new conversations and broadcasts: the one connected last."""
        return await cls.filter(church_id=church_id).order_by("-connected_at").first()

    @classmethod
    async def in_use(cls) -> "list[PhoneNumber]":
        """Numbers that can receive texts, each with its church."""
        return await cls.filter(
            church__twilio_token_sealed__isnull=False, church__twilio_problem=None
        ).select_related("church")

    async def note_heard(self, until: datetime) -> None:
        earlier = Q(heard_until=None) | Q(heard_until__lt=until)
        await PhoneNumber.filter(earlier, id=self.id).update(heard_until=until)

    @classmethod
    def free(cls, at: float) -> Q:
        """A filter for numbers that are not sending at this time, in Unix seconds."""
        return Q(busy_until__lte=at) | Q(busy_until__gt=at + MAX_TURN)

    def is_free(self, at: float) -> bool:
        return not at < self.busy_until <= at + MAX_TURN

    def shown(self, country: str) -> str:
        """The number as dialed in this country (ISO 3166)."""
        return show_phone(self.number, country)

    @classmethod
    async def lock(cls, number_id: int) -> float:
        """Lock the number and return its `busy_until`. Inside a transaction: until it ends, no one
        else writes to many conversations of this number at once, so such batches queue up instead
        of deadlocking."""
        locked = await db.rows(
            "update phone_number set busy_until = busy_until where id = ? returning busy_until",
            number_id,
        )
        busy_until: float = locked[0]["busy_until"]
        return busy_until

    async def take_turn(self, at: float, segments: int) -> None:
        """Mark the number as busy while these segments are sent; inside `lock`. `at` is in Unix
        seconds."""
        seconds = segments / self.send_rate if self.send_rate else 0
        begun = max(min(self.busy_until, at), at - LATE)
        # Recorded even for a number without a limit, so that the least recent sender goes next.
        self.busy_until = begun + seconds if seconds else at
        await PhoneNumber.filter(id=self.id).update(busy_until=self.busy_until)
