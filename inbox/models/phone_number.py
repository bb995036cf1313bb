"""A phone number: one of the church's Twilio numbers, and the pace at which it may send."""

from datetime import UTC, datetime

from tortoise import fields
from tortoise.expressions import Q
from tortoise.models import Model

from inbox import db
from inbox.batching import Batcher
from inbox.models.church import Church
from inbox.rules.phone import show_phone

# A turn that begins so many seconds late, because workers look only now and then, does not cost
# the number any of its speed.
LATE = 0.5
# No turn takes so many seconds. A number busy for longer was so by a clock that was set back.
MAX_TURN = 120.0


class NumberTaken(Exception):
    """Another church of this installation already has this number."""


class PhoneNumber(Model):
    id = fields.BigIntField(primary_key=True)
    church: fields.ForeignKeyRelation[Church] = fields.ForeignKeyField(
        "inbox.Church", related_name="phone_numbers", on_delete=fields.RESTRICT
    )
    church_id: int
    number = fields.CharField(20, unique=True)
    sid = fields.CharField(34)
    # Segments a second; 0 means no limit.
    send_rate = fields.FloatField()
    # Unix seconds: the number is busy sending until then. Shared by all workers.
    busy_until = fields.FloatField(default=0)
    # Whether Twilio said that it will call us for texts to this number.
    points_here = fields.BooleanField(default=False)
    connected_at = fields.DatetimeField()
    # Every text that came to it before then, by the provider's clock, is here. None: not swept yet.
    heard_until = fields.DatetimeField(null=True)

    class Meta:
        table = "phone_number"

    @classmethod
    async def connect(
        cls, church: Church, number: str, sid: str, send_rate: float
    ) -> "PhoneNumber":
        """Find or create this number of the church. Raises NumberTaken."""
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
        """The number that new conversations and broadcasts use: the one connected last."""
        return await cls.filter(church_id=church_id).order_by("-connected_at").first()

    @classmethod
    async def called(cls, number: str) -> "PhoneNumber | None":
        """The installation's number that goes by this name, with its church."""
        return await _called.submit(number)

    @classmethod
    async def in_use(cls) -> "list[PhoneNumber]":
        """Those that texts can come to, each with its church."""
        return await cls.filter(
            church__twilio_token_sealed__isnull=False, church__twilio_problem=None
        ).select_related("church")

    async def note_heard(self, until: datetime) -> None:
        earlier = Q(heard_until=None) | Q(heard_until__lt=until)
        await PhoneNumber.filter(earlier, id=self.id).update(heard_until=until)

    @classmethod
    def free(cls, at: float) -> Q:
        """Those that are not sending now, as a filter. Unix seconds."""
        return Q(busy_until__lte=at) | Q(busy_until__gt=at + MAX_TURN)

    def is_free(self, at: float) -> bool:
        return not at < self.busy_until <= at + MAX_TURN

    def shown(self, country: str) -> str:
        """As it is dialed in this country (ISO 3166)."""
        return show_phone(self.number, country)

    @classmethod
    async def lock(cls, number_id: int) -> float:
        """Its busy_until. Inside a transaction: until that ends, nobody else writes for many
        conversations of this number at once, so that two such batches queue up, and never wait
        for each other's rows.
        """
        locked = await db.rows(
            "update phone_number set busy_until = busy_until where id = ? returning busy_until",
            number_id,
        )
        busy_until: float = locked[0]["busy_until"]
        return busy_until

    async def take_turn(self, at: float, segments: int) -> None:
        """Busy from now on for as long as these segments take; inside `lock`. Unix seconds."""
        seconds = segments / self.send_rate if self.send_rate else 0
        begun = max(min(self.busy_until, at), at - LATE)
        # Noted for a number without a limit too: whoever sent last is asked last.
        self.busy_until = begun + seconds if seconds else at
        await PhoneNumber.filter(id=self.id).update(busy_until=self.busy_until)


async def _all_called(numbers: list[str]) -> list[PhoneNumber | None]:
    """With what a webhook needs of each: the ORM would take longer for that than for the text."""
    several = db.padded(sorted(set(numbers)))
    found = await db.rows(
        f"select phone_number.id, number, church_id, {', '.join(Church.HOOKED)} from phone_number "
        f"join church on church.id = church_id where number in ({db.marks(several)})",
        *several,
    )
    by_number = {
        row["number"]: PhoneNumber.construct(
            _saved_in_db=True, id=row["id"], number=row["number"], church=Church.hooked(row)
        )
        for row in found
    }
    return [by_number.get(number) for number in numbers]


_called = Batcher(_all_called)
