"""An audience: whom a broadcast is for, and who of them will get it."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from inbox import db
from inbox.models.broadcast import Broadcast, TargetType
from inbox.models.group import Group, Membership
from inbox.models.member import BROADCAST_REFUSED_SQL, Member
from inbox.rules.names import first_name
from inbox.rules.refusals import CannotSend

MAX_TARGETS = 5_000
# So many of those left out are named one by one.
MAX_NAMED = 20
# So many names are read at once; unusual ones take some 60 µs each to find the first name in.
PIECE = 200
_WILLING = f"not {BROADCAST_REFUSED_SQL}"


@dataclass
class Reach:
    """Who will get it and who will not: members, and how many."""

    willing: int = 0
    # Of those, the numbers that nobody has put a name to.
    unnamed: int = 0
    # How many have each first name; "" for none.
    first_names: Counter[str] = field(default_factory=Counter)
    # Somebody who will get it, with a name if anybody has one.
    example: Member | None = None
    opted_out: int = 0
    unreachable: int = 0
    # The first of those who will not get it.
    left_out: list[Member] = field(default_factory=list)
    # Members of more than one of the groups; they get it once.
    twice: int = 0


@dataclass(frozen=True)
class Audience:
    """`target_ids`: of groups or members, by the type; "named" is everyone with a name."""

    church_id: int
    target_type: TargetType
    target_ids: Sequence[int] = ()

    def members(self) -> QuerySet[Member]:
        everyone = Member.filter(church_id=self.church_id)
        if self.target_type == "named":
            return everyone.exclude(name="")
        if self.target_type == "groups":
            inside = Membership.filter(group_id__in=self.target_ids).values("member_id")
            return everyone.filter(id__in=Subquery(inside))
        if self.target_type == "individual":
            return everyone.filter(id__in=self.target_ids)
        return everyone

    @classmethod
    def of(cls, broadcast: Broadcast) -> "Audience":
        return cls(broadcast.church_id, broadcast.target_type, broadcast.target_ids)

    async def check(self) -> None:
        """Raises CannotSend: ids of another church, or of nobody, are refused."""
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
        """Counted from the members as they stand now; `first_names` only where they matter."""
        found = await self._counted()
        found.example = await self._example()
        if found.opted_out or found.unreachable:
            found.left_out = await self._some(BROADCAST_REFUSED_SQL, MAX_NAMED)
        if by_name:
            async for _, names in self.willing_names():
                found.first_names.update(first_name(name) or "" for name in names)
        if self.target_type == "groups" and len(self.target_ids) > 1:
            found.twice = await self._twice()
        return found

    async def _counted(self) -> Reach:
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
        """Somebody who will get it, with a name if anybody has one."""
        named = await self._some(f"member.name > '' and {_WILLING}", 1)
        return next(iter(named or await self._some(_WILLING, 1)), None)

    async def _some(self, which: str, most: int) -> list[Member]:
        """The first of those by name."""
        where, values = self._where()
        rows = await db.rows(
            f"select id from member where {where} and {which} order by name, id limit {most}",
            *values,
        )
        return await Member.filter(id__in=[row["id"] for row in rows]).order_by("name", "id")

    async def willing_names(self) -> AsyncIterator[tuple[list[int], list[str]]]:
        """The ids and names of all who will get it, in pieces: other work goes on in between."""
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
        """The same as `members`, in SQL, with its values."""
        if self.target_type == "named":
            return "member.church_id = ? and member.name > ''", [self.church_id]
        if self.target_type not in ("groups", "individual"):
            return "member.church_id = ?", [self.church_id]
        ids = db.marks(self.target_ids) or "null"
        chosen = (
            f"(select member_id from membership where group_id in ({ids}))"
            if self.target_type == "groups"
            else f"({ids})"
        )
        # The sum keeps databases from reading the whole church to find these few.
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
