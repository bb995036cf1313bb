"""Importing members: first a plan of what a list would change, then the change. Nothing is
overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from inbox import db
from inbox.models.church import Church
from inbox.models.group import Group
from inbox.models.member import Member
from inbox.models.phone_number import PhoneNumber
from inbox.rules.member_list import MAX_LINES, Line
from inbox.rules.name_order import turned_round

# A few milliseconds of work per batch, so that other requests are answered in between.
BATCH = 200


@dataclass
class Plan:
    """What will happen to each line of a list. Read its properties only once it is complete."""

    new: list[Line] = field(default_factory=list)
    # Members without a name, who get this one.
    named: list[Line] = field(default_factory=list)
    here: list[Line] = field(default_factory=list)
    # Members with another name, which they keep: the line, and that name.
    other_name: list[tuple[Line, str]] = field(default_factory=list)
    # Lines that repeat an earlier line's number.
    doubled: list[Line] = field(default_factory=list)
    # Lines without a number that may be texted.
    unreadable: list[Line] = field(default_factory=list)
    # Those of them that are members here who may still be texted. Import changes nothing for them.
    declined: list[Line] = field(default_factory=list)

    @property
    def changes(self) -> int:
        return len(self.new) + len(self.named)

    @property
    def _textable(self) -> list[Line]:
        others = (line for line, _ in self.other_name)
        return [*self.new, *self.named, *self.here, *others]

    @cached_property
    def people(self) -> list[str]:
        """The phone numbers of everyone in the list who can be texted."""
        return [line.phone for line in self._textable if line.phone]

    @cached_property
    def chosen(self) -> list[Line]:
        """Lines with more than one number, in the order of the list."""
        having = (line for line in self._textable if line.others)
        return sorted(having, key=lambda line: line.number)

    @cached_property
    def turned(self) -> list[Line]:
        """Lines whose names would be changed on import."""
        return [line for line in (*self.new, *self.named) if line.turned]


async def plan(church: Church, lines: Sequence[Line]) -> Plan:
    """Plan importing the first MAX_LINES of these. Changes nothing."""
    lines = lines[:MAX_LINES]
    # A no counts for the number, wherever else the list has it.
    declined = {phone for line in lines for phone in line.declined}
    known = await _known(church, [line.phone for line in lines if line.phone])
    found = Plan(declined=await _still_texted(church, lines))
    seen: set[str] = set()
    for line in lines:
        if line.phone is None or line.phone in declined:
            found.unreadable.append(line)
        elif line.phone in seen:
            found.doubled.append(line)
        else:
            seen.add(line.phone)
            _sort(found, line, known.get(line.phone))
    return found


async def _still_texted(church: Church, lines: Sequence[Line]) -> list[Line]:
    """Lines of members here who want no texts according to the list, but have not opted out."""
    declined = {phone: replace(line, phone=phone) for line in lines for phone in line.declined}
    phones, found = list(declined), list[Line]()
    for start in range(0, len(phones), BATCH):
        some = phones[start : start + BATCH]
        members = Member.filter(church_id=church.id, opted_out_at=None, phone__in=some)
        found += [declined[row["phone"]] for row in await members.values("phone")]
    return sorted(found, key=lambda line: line.number)


async def _known(church: Church, phones: Sequence[str]) -> dict[str, str]:
    """The names of existing members, by phone number."""
    known: dict[str, str] = {}
    for start in range(0, len(phones), BATCH):
        some = Member.filter(church_id=church.id, phone__in=phones[start : start + BATCH])
        known |= {row["phone"]: row["name"] for row in await some.values("phone", "name")}
    return known


def _sort(found: Plan, line: Line, name: str | None) -> None:
    if name is None:
        found.new.append(line)
    elif not name and line.name:
        found.named.append(line)
    elif line.name and name and line.name.casefold() != turned_round(name).casefold():
        found.other_name.append((line, name))
    else:
        found.here.append(line)


async def carry_out(church: Church, found: Plan, group: Group | None = None) -> int:
    """Add and name members; those named meanwhile keep their names. Returns how many there were.

    `group`: everyone in the list joins it, including existing members.
    """
    for start in range(0, len(found.new), BATCH):
        await Member.bulk_create(
            [
                Member(church_id=church.id, phone=line.phone, name=line.name)
                for line in found.new[start : start + BATCH]
            ],
            ignore_conflicts=True,
        )
    # Staff may have opened the numbers of new ones meanwhile.
    named = [*found.named, *(line for line in found.new if line.name)]
    for start in range(0, len(named), BATCH):
        await _name(church, named[start : start + BATCH])
    for start in range(0, len(found.people), BATCH):
        phones = found.people[start : start + BATCH]
        listed = Member.filter(church_id=church.id, phone__in=phones).exclude(provisional="")
        await listed.update(provisional="")
    if group:
        await _put_into(group, found.people)
    return found.changes


async def _put_into(group: Group, phones: Sequence[str]) -> None:
    for start in range(0, len(phones), BATCH):
        some = Member.filter(church_id=group.church_id, phone__in=phones[start : start + BATCH])
        await group.add(await some)


async def _name(church: Church, lines: Sequence[Line]) -> None:
    """Give these names to members without one, in one short transaction, as `name_member` does."""
    phones = [line.phone for line in lines]
    names = [value for line in lines for value in (line.phone, line.name)]
    unnamed = f"church_id = ? and name = '' and phone in ({db.marks(phones)})"
    numbers = await PhoneNumber.filter(church_id=church.id).order_by("id").values("id")
    async with db.transaction():
        # As in change_many: whoever changes many conversations locks their number first.
        for number in numbers:
            await PhoneNumber.lock(number["id"])
        await db.rows(
            "update conversation set revision = revision + 1 "
            f"where member_id in (select id from member where {unnamed}) returning id",
            church.id,
            *phones,
        )
        await db.rows(
            "update member set provisional = '', "
            f"name = case phone {'when ? then ? ' * len(lines)}end where {unnamed} returning id",
            *names,
            church.id,
            *phones,
        )
