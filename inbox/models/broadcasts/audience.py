"""An audience: the members a broadcast is for, and who among them will get it."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from inbox import db
from inbox.models.broadcast import Broadcast, TargetType
from inbox.models.group import Group, Membership
from inbox.models.member import BROADCAST_REFUSED_SQL, LISTED_SQL, Member
from inbox.rules.names import first_name
from inbox.rules.refusals import CannotSend

MAX_TARGETS = 5_000
# The most left-out members shown by name.
MAX_NAMED = 20
# The number of names read at once. Finding the first name in an unusual one takes about 60 µs.
PIECE = 200
_WILLING = f"not {BROADCAST_REFUSED_SQL}"


@dataclass
class Reach:
    """How many members will get the broadcast, and how many will not."""

    willing: int = 0
    # How many of them have no name yet.
    unnamed: int = 0
    # How many have each first name; "" counts those without one.
    first_names: Counter[str] = field(default_factory=Counter)
    # A member who will get it, with a name if possible.
    example: Member | None = None
    opted_out: int = 0
    unreachable: int = 0
    # The first members who will not get it.
    left_out: list[Member] = field(default_factory=list)
    # How many are in more than one of the groups. They get it once.
    twice: int = 0


@dataclass(frozen=True)
class Audience:
    """`target_ids` are group or member ids, depending on the type; "named" means every member with
    a name."""

    church_id: int
    target_type: TargetType
    target_ids: Sequence[int] = ()

    def members(self) -> QuerySet[Member]:
        if self.target_type == "all":
            return Member.listed(self.church_id)
        everyone = Member.filter(church_id=self.church_id)
        if self.target_type == "named":
            return everyone.exclude(name="")
        if self.target_type == "groups":
            inside = Membership.filter(group_id__in=self.target_ids).values("member_id")
            return everyone.filter(id__in=Subquery(inside))
        return everyone.filter(id__in=self.target_ids)

    @classmethod
    def of(cls, broadcast: Broadcast) -> "Audience":
        return cls(broadcast.church_id, broadcast.target_type, broadcast.target_ids)

    async def check(self) -> None:
        """Raises CannotSend for ids that do not exist or belong to another church."""
        if self.target_type in ("all", "named"):
            return
        wanted = set(self.target_ids)
        if not wanted:
            raise CannotSend("no_target")
        if len(wanted) > MAX_TARGETS:
            raise CannotSend("too_many_targets")
        model = Group if self.target_type == "groups" else Member
        if await model.filter(church_id=self.church_id, id__in=wanted).count() != len(wanted):
            raise CannotSend("unknown_target")

    async def reach(self, *, by_name: bool = True) -> Reach:
        """Count the members as they are now. `first_names` is filled only if `by_name`."""
        found = await self.counted()
        found.example = await self._example()
        if found.opted_out or found.unreachable:
            found.left_out = await self._some(BROADCAST_REFUSED_SQL, MAX_NAMED)
        if by_name:
            async for _, names in self.willing_names():
                found.first_names.update(first_name(name) or "" for name in names)
        if self.target_type == "groups" and len(self.target_ids) > 1:
            found.twice = await self._twice()
        return found

    async def counted(self) -> Reach:
        """Only the numbers of `reach`."""
        where, values = self._where()
        conditions = {
            "willing": _WILLING,
            "unnamed": f"name = '' and {_WILLING}",
            "opted_out": "opted_out_at is not null",
            "unreachable": f"opted_out_at is null and {BROADCAST_REFUSED_SQL}",
        }
        sums = ", ".join(
            f"coalesce(sum(case when {condition} then 1 else 0 end), 0) as {name}"
            for name, condition in conditions.items()
        )
        [counted] = await db.rows(f"select {sums} from member where {where}", *values)
        return Reach(**counted)

    async def _example(self) -> Member | None:
        """A member who will get it, with a name if possible."""
        named = await self._some(f"member.name > '' and {_WILLING}", 1)
        return next(iter(named or await self._some(_WILLING, 1)), None)

    async def _some(self, which: str, most: int) -> list[Member]:
        """The first of these members, by name."""
        where, values = self._where()
        rows = await db.rows(
            f"select id from member where {where} and {which} order by name, id limit {most}",
            *values,
        )
        return await Member.filter(id__in=[row["id"] for row in rows]).order_by("name", "id")

    async def willing_names(self) -> AsyncIterator[tuple[list[int], list[str]]]:
        """The ids and names of all who will get it, in batches, so that other work can run in
        between."""
        where, values = self._where()
        last = 0
        while True:
            rows = await db.rows(
                f"select id, name from member where {where} and {_WILLING} "
                f"and id > ? order by id limit {PIECE}",
                *values,
                last,
            )
            if rows:
                last = rows[-1]["id"]
                yield [row["id"] for row in rows], [row["name"] for row in rows]
            if len(rows) < PIECE:
                return

    def _where(self) -> tuple[str, list[int]]:
        """The same filter as `members`, in SQL, with its values."""
        if self.target_type == "named":
            return "member.church_id = ? and member.name > ''", [self.church_id]
        if self.target_type == "all":
            return f"member.church_id = ? and {LISTED_SQL}", [self.church_id]
        ids = db.marks(self.target_ids) or "null"
        chosen = (
            f"(select member_id from membership where group_id in ({ids}))"
            if self.target_type == "groups"
            else f"({ids})"
        )
        # The addition keeps databases from reading the whole church to find these few.
        return f"member.church_id + 0 = ? and member.id in {chosen}", [
            self.church_id,
            *self.target_ids,
        ]

    async def _twice(self) -> int:
        [counted] = await db.rows(
            "select count(*) as twice from (select membership.member_id from membership "
            "join member on member.id = membership.member_id where member.church_id = ? "
            f"and membership.group_id in ({db.marks(self.target_ids)}) "
            "group by membership.member_id having count(*) > 1) as several",
            self.church_id,
            *self.target_ids,
        )
        twice: int = counted["twice"]
        return twice
