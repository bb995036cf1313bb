"""Many people at once: first what a list would change, then the change. Nothing is overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from inbox.models.church import Church
from inbox.models.member import Member
from inbox.models.triage import name_member
from inbox.rules.people_list import Line

MOST_LINES = 5_000
BATCH = 500


@dataclass
class Plan:
    """What becomes of each line of a list."""

    new: list[Line] = field(default_factory=list)
    # Their number is here, and has no name yet: it gets this one.
    named: list[Line] = field(default_factory=list)
    here: list[Line] = field(default_factory=list)
    # Here under another name, which they keep: the line, and that name.
    other_name: list[tuple[Line, str]] = field(default_factory=list)
    # The same number as in a line above.
    doubled: list[Line] = field(default_factory=list)
    unreadable: list[Line] = field(default_factory=list)

    @property
    def changes(self) -> int:
        return len(self.new) + len(self.named)


async def plan(church: Church, lines: Sequence[Line]) -> Plan:
    """What carrying out the first MOST_LINES of these would do. Changes nothing."""
    lines = lines[:MOST_LINES]
    known = await _known(church, [line.phone for line in lines if line.phone])
    found = Plan()
    seen: set[str] = set()
    for line in lines:
        if line.phone is None:
            found.unreadable.append(line)
        elif line.phone in seen:
            found.doubled.append(line)
        else:
            seen.add(line.phone)
            _sort(found, line, known.get(line.phone))
    return found


async def _known(church: Church, phones: Sequence[str]) -> dict[str, str]:
    """The names of those who are here, by phone."""
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
    elif line.name and name and line.name.casefold() != name.casefold():
        found.other_name.append((line, name))
    else:
        found.here.append(line)


async def carry_out(church: Church, found: Plan) -> int:
    """Add and name them; whoever came meanwhile stays as they are. How many there were."""
    for start in range(0, len(found.new), BATCH):
        await Member.bulk_create(
            [
                Member(church_id=church.id, phone=line.phone, name=line.name)
                for line in found.new[start : start + BATCH]
            ],
            ignore_conflicts=True,
        )
    for line in found.named:
        if unnamed := await Member.get_or_none(church_id=church.id, phone=line.phone, name=""):
            await name_member(unnamed, line.name)
    return found.changes
