"""An audience: whom a broadcast is for, and who of them will get it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from inbox import db
from inbox.models.broadcast import Broadcast, TargetType
from inbox.models.group import Group, Membership
from inbox.models.member import Member
from inbox.rules.refusals import CannotSend

MOST_TARGETS = 5_000
# So many of those left out are named one by one.
MOST_NAMED = 20


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
        if len(wanted) > MOST_TARGETS:
            raise CannotSend("too_many_targets")
        model = Group if self.target_type == "groups" else Member
        if await model.filter(church_id=self.church_id, id__in=wanted).count() != len(wanted):
            raise CannotSend("unknown_target")

    async def reach(self) -> Reach:
        """Counted from the members as they stand now."""
        found = Reach()
        for member in await self.members().order_by("name", "id"):
            if member.broadcast_refusal is None:
                _reaches(found, member)
            else:
                _leaves_out(found, member)
        if self.target_type == "groups" and len(self.target_ids) > 1:
            found.twice = await self._twice()
        return found

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


def _reaches(found: Reach, member: Member) -> None:
    found.willing += 1
    found.unnamed += not member.is_named
    found.first_names[member.first_name or ""] += 1
    if found.example is None or not found.example.is_named:
        found.example = member


def _leaves_out(found: Reach, member: Member) -> None:
    if member.opted_out_at:
        found.opted_out += 1
    else:
        found.unreachable += 1
    if len(found.left_out) < MOST_NAMED:
        found.left_out.append(member)
