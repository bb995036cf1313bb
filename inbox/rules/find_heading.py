"""Which row of a list is the heading, and which columns it names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inbox.rules.column_words import (
    NAMES,
    Column,
    Use,
    column,
    has_number,
    is_bare,
    is_in_doubt,
    names_somebody_else,
    words_of,
)
from inbox.rules.list_cells import numbers_in
from inbox.rules.name_titles import key
from inbox.rules.somebody_else import is_person, is_somebody_else

Row = tuple[int, list[str]]

# Some programs write a title and a date above the heading.
HEADING_ROWS = 8
# Placeholders for an unknown number.
_NOTHING = frozenset({"none", "na", "unknown", "no", "ninguno", "nada", "x", "tbd", "missing"})
# Between somebody else's name and number.
_RELATION = frozenset({"relation", "relationship", "parentesco", "to"})
# "Cell phone (e.g. 202-555-0142)"
_EXAMPLE = re.compile(r"\((?:e\.?g|ex|p?\.? ?ej|por ej|format)[^)]{0,60}\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heading:
    """`columns`: in their order. Without a heading there are none.
    `by_hand`: a space follows each comma, so that "Park, Naomi" is written family name first.
    `apart`: most rows have the given and the family name in two cells.
    """

    cells: Sequence[str] = ()
    columns: Sequence[Column] = ()
    by_hand: bool = False
    apart: bool = False

    @classmethod
    def of(cls, cells: Sequence[str]) -> "Heading":
        columns = [column(cell) for cell in cells]
        owners = _owners(cells, columns)
        dropped = [
            one.field == "phone" and (is_in_doubt(cell) or owner is not None)
            for cell, one, owner in zip(cells, columns, owners, strict=True)
        ]
        # Only beside others: a list's one column of numbers is its members'.
        if any(
            one.field == "phone" and one.use is not Use.NEVER and not is_dropped
            for one, is_dropped in zip(columns, dropped, strict=True)
        ):
            columns = [
                replace(one, use=Use.NEVER) if is_dropped else one
                for one, is_dropped in zip(columns, dropped, strict=True)
            ]
        return cls(cells, columns)

    @property
    def known(self) -> int:
        """The number of columns that hold a number or a name."""
        return sum(one.field not in ("", "consent") for one in self.columns)

    def having(self, field: str) -> list[int]:
        return [place for place, one in enumerate(self.columns) if one.field == field]

    @property
    def phones(self) -> list[int]:
        """A "Contact" is a number beside names, and a name beside numbers."""
        known = self.having("phone")
        return known or (self.having("contact") if self.names else [])

    @property
    def names(self) -> bool:
        return any(one.field in NAMES - {"contact"} for one in self.columns)

    @property
    def unknown(self) -> list[int]:
        """Columns before the numbers that may hold the names, in words we do not know."""
        if any(names_somebody_else(cell) for cell in self.cells):
            # What is left may be a child's allergies.
            return []
        left = min([len(self.cells), *self.phones])
        words = {place: words_of(self.cells[place]) for place in self.having("") if place < left}
        return [place for place, heading in words.items() if not is_somebody_else(heading)]


def _owners(cells: Sequence[str], columns: Sequence[Column]) -> list[int | None]:
    """For each "Phone" right after somebody else's column, that column's place: "Spouse, Phone".

    Only after a number of the member's own: every list has one somewhere.
    """
    owners: list[int | None] = []
    owner: int | None = None
    has_own = False
    for place, (cell, one) in enumerate(zip(cells, columns, strict=True)):
        words = words_of(cell)
        if has_number(one, words):
            owners.append(owner if has_own and is_bare(words) else None)
            has_own = has_own or one.use is not Use.NEVER
            continue
        owners.append(None)
        if not is_person(words):
            owner = None
        elif owner is None or not words <= _RELATION:
            owner = place
    return owners


def find_heading(rows: Sequence[Row], country: str) -> tuple[int, Heading]:
    """The heading, and the number of rows before the list begins."""
    for place, (_, cells) in enumerate(rows[:HEADING_ROWS]):
        written = list(filter(None, cells))
        if _holds_data(cells, country):
            if len(written) > 1:
                break
            continue
        heading = Heading.of(cells)
        enough = heading.phones and heading.names or (heading.known > 1 if not place else False)
        if enough or (not place and heading.known and heading.known == len(written)):
            start, heading = _lower(rows, place, heading, country)
            return start, heading if heading.phones else _with_numbers(
                heading, rows[start:], country
            )
    return _foreign_heading(rows, country)


def _lower(rows: Sequence[Row], place: int, heading: Heading, country: str) -> tuple[int, Heading]:
    """A heading that spans columns has the columns' own headings below it."""
    if len(rows) > place + 1 and not _holds_data(below := rows[place + 1][1], country):
        lower = Heading.of(below)
        if lower.phones and lower.names and lower.known > heading.known:
            return place + 2, lower
    return place + 1, heading


def _with_numbers(heading: Heading, below: Sequence[Row], country: str) -> Heading:
    """With the numbers below a word we do not know, such as "Reach me at"."""
    columns = list(heading.columns)
    for place in heading.unknown:
        cells = [cells[place] for _, cells in below[:HEADING_ROWS] if len(cells) > place]
        if any(numbers_in(cell, country) for cell in cells):
            columns[place] = Column("phone")
    return replace(heading, columns=columns)


def _holds_data(cells: Sequence[str], country: str) -> bool:
    cells = [_EXAMPLE.sub("", cell) for cell in cells]
    return any("@" in cell or numbers_in(cell, country) for cell in cells)


def _foreign_heading(rows: Sequence[Row], country: str) -> tuple[int, Heading]:
    """Unknown words above numbers, as "Imię, Nazwisko, Komórka" or "Camper, Parent's Phone"."""
    if len(rows) < 2 or any(c.isdigit() for cell in rows[0][1] for c in cell):
        return 0, Heading()
    first, second = rows[0][1], rows[1][1]
    below = [place for place, cell in enumerate(second) if numbers_in(cell, country)]
    above = [first[place] for place in below if place < len(first)]
    if len(second) < 2 or not any(cell and key(cell) not in _NOTHING | {""} for cell in above):
        return 0, Heading()
    heading = Heading.of(first)
    columns = [
        Column("phone", Use.NEVER)
        if place in below and is_somebody_else(words_of(first[place]))
        else one
        for place, one in enumerate(heading.columns)
    ]
    heading = replace(heading, columns=columns)
    return 1, heading if heading.having("phone") else Heading()


def describe(rows: Sequence[Row], text: str) -> Heading:
    """How a list without a heading is written."""
    texts = [[cell for cell in cells if cell and _may_be_name(cell)] for _, cells in rows[:200]]
    beside = [names for names in texts if len(names) > 1]
    apart = [names for names in beside if " " not in names[0]]
    return Heading(
        by_hand=", " in text and not re.search(r",\S", text[:4000]),
        apart=len(apart) * 2 > len(beside) and len(apart) > 1,
    )


def _may_be_name(cell: str) -> bool:
    return any(map(str.isalpha, cell)) and "@" not in cell and not any(map(str.isdigit, cell))
