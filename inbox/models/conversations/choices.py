"""What a church's lists can be filtered by: its numbers, groups, and staff."""

from dataclasses import dataclass

from inbox import db
from inbox.models.scope import Scope
from inbox.models.staff import Staff
from inbox.rules.phone import show_phone

MAX_OF_A_KIND = 200


@dataclass(frozen=True)
class Choice:
    kind: str
    id: int
    name: str

    @property
    def filter(self) -> str:
        """The choice as a value of `Listing.filter`."""
        return f"{self.kind}-{self.id}"


@dataclass(frozen=True)
class Choices:
    numbers: list[Choice]
    groups: list[Choice]
    people: list[Choice]

    def name_of(self, filter: str) -> str | None:
        every = (*self.numbers, *self.groups, *self.people)
        return next((one.name for one in every if one.filter == filter), None)


async def choices_of(staff: Staff) -> Choices:
    """What this person can filter by, in one query, sorted by kind and name."""
    church, scope = staff.church, Scope.of(staff)
    found = await db.rows(_CHOICES, *[church.id] * 3)
    every = [Choice(row["kind"], row["id"], row["name"]) for row in found]
    return Choices(
        [
            Choice("number", one.id, show_phone(one.name, church.country))
            for one in every
            if one.kind == "number" and scope.has_number(one.id)
        ],
        [one for one in every if one.kind == "group"],
        [one for one in every if one.kind == "person"],
    )


def _some(kind: str, name: str, rows: str) -> str:
    return (
        f"select * from (select '{kind}' as kind, id, {name} as name from {rows} "
        f"order by name limit {MAX_OF_A_KIND}) as some_{kind}"
    )


_CHOICES = " union all ".join(
    (
        _some("number", "number", "phone_number where church_id = ?"),
        _some("group", "name", "member_group where church_id = ?"),
        _some("person", "name", "staff where church_id = ? and left_at is null"),
    )
)
