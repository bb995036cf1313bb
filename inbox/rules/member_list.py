"""A list of members: pasted, a CSV file from any program, or contact cards.

Each member gets the number that is best for texts (`column_words.Use` has the order), and the name
from the columns for first and last names. A nickname is used only where there is no other name,
because programs that keep nicknames have what the member is called as the first name, too. Middle
names, titles and degrees in columns of their own are left out; "Jr." and its like are kept.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from inbox.rules.column_words import Use, is_label, use_of_label, words_of
from inbox.rules.find_heading import HEADING_ROWS, Heading, Row, describe, find_heading
from inbox.rules.list_cells import Number, clean_name, found_in, numbers_in
from inbox.rules.list_consent import begins_refusals, says_no
from inbox.rules.list_countries import as_dialed
from inbox.rules.list_text import rows_of
from inbox.rules.name_order import full_name, turned_round
from inbox.rules.name_parts import begins_like_surname
from inbox.rules.name_titles import GENERATIONS, TITLES, key
from inbox.rules.names import MAX_NAME_LENGTH
from inbox.rules.somebody_else import is_person, is_somebody_else

MAX_LINES = 5_000
# Longer lines hold no report's totals.
MAX_TOTAL = 100
_COUNTED = "members?|people|persons?|records?|rows?|names?|families|entries|miembros|personas"
_TOTAL = re.compile(
    r"(?:(?:(?:grand|sub|page|list)[ -]?)?totals?|totales|(?:(?:record|member|row) )?count"
    rf"|number of)(?: (?:of |de )?(?:{_COUNTED}))?\W*\d{{0,5}}(?: (?:{_COUNTED}))?\W*"
    r"|(?:page|página) \d+(?: (?:of|de) \d+)?|end of (?:list|report)\W*"
    # The number of an empty line in a form.
    r"|\W*\d{1,3}\W*",
    re.IGNORECASE,
)
# Read again by SAYS_NO.
REFUSED = "no texts"
_WHOLE_PHONE = re.compile(r"\+\d{8,15}")
_BETWEEN_MEMBERS = re.compile(r"[;,]\s")


@dataclass(frozen=True, slots=True)
class Line:
    """`phone` in E.164, or None if unreadable; `written` is the original text.
    `turned`: the original name if it was reordered.
    `others`: the member's other numbers, which come after `phone` in rank."""

    number: int
    name: str
    phone: str | None
    written: str
    turned: str = ""
    use: Use = Use.UNLABELED
    others: tuple[Number, ...] = ()
    # Numbers that the list says must not be texted.
    declined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberList:
    """`left`: the number of further lines, which were not read."""

    lines: list[Line]
    left: int


def read_list(text: str, country: str, most: int = MAX_LINES) -> MemberList:
    """The first `most` members of a list, with the numbers of their lines as a reader counts."""
    rows = rows_of(text)
    start, heading = find_heading(rows, country)
    members = [(number, cells) for number, cells in rows[start:] if cells != heading.cells]
    members = [(number, cells) for number, cells in members if not _is_total(cells)]
    if not heading.columns:
        members = _paired(members, country)
        heading = describe(members, text)
    lines = [*_above(rows[: max(start - 1, 0)], country)]
    refused = False
    for number, cells in members[: most - len(lines)]:
        if _is_title(cells):
            # A name without a number does not end the section.
            refused = begins_refusals(cells) or (refused and not cells[0].endswith(":"))
        found = _lines(number, cells, heading, country)
        lines += [_refused(line) for line in found] if refused else found
    return MemberList(lines[:most], max(len(members) - most, 0))


def _is_title(cells: Sequence[str]) -> bool:
    """Whether a line may stand above the members that it is about: "Do not text:"."""
    written = list(filter(None, cells))
    return len(written) == 1 and not any(map(str.isdigit, written[0]))


def _refused(line: Line) -> Line:
    """Someone whom the list does not allow to be texted."""
    # A landline may be the family's.
    others = (one.phone for one in line.others if one.use in (Use.MOBILE, Use.UNLABELED))
    declined = (line.phone, *others) if line.phone else ()
    return replace(line, phone=None, use=Use.UNLABELED, others=(), declined=declined)


def _is_total(cells: Sequence[str]) -> bool:
    """Whether a report's own words end a list or a page of it: "Total members: 52"."""
    line = " ".join(filter(None, cells))
    return len(line) < MAX_TOTAL and bool(_TOTAL.fullmatch(line))


def _paired(rows: list[Row], country: str) -> list[Row]:
    """A list with each number on the line below its name, as one row each."""
    if not any(_kind(cells, country) == "number" for _, cells in rows[:HEADING_ROWS]):
        return rows
    kinds = [_kind(cells, country) for _, cells in rows]
    below = [place for place, kind in enumerate(kinds) if kind == "number"]
    if len(below) < 2 or any(not place or kinds[place - 1] != "name" for place in below):
        return rows
    paired = {place - 1: [*rows[place - 1][1], *rows[place][1]] for place in below}
    return [
        (number, paired.get(place, cells))
        for place, (number, cells) in enumerate(rows)
        if kinds[place] != "number"
    ]


def _kind(cells: Sequence[str], country: str) -> str:
    written = list(filter(None, cells))
    if len(written) != 1 or "@" in written[0]:
        return ""
    if not any(map(str.isdigit, written[0])):
        return "name"
    name, numbers = found_in(written[0], country)
    return "number" if numbers and not name else ""


def as_list(lines: Sequence[Line]) -> str:
    """What was read as a list again: a name and a number per line, on the same lines."""
    rows: dict[int, list[str]] = {}
    for line in lines:
        rows.setdefault(line.number, []).append(_short(line))
    last = max(rows, default=0)
    return "\n".join(_side_by_side(rows.get(number, [])) for number in range(1, last + 1))


def _short(line: Line) -> str:
    # Only the name: other cells of the row would be read as numbers.
    name = line.name.replace('"', "")
    return "\t".join([name, *line.declined, REFUSED] if line.declined else [name, line.phone or ""])


def _side_by_side(rows: Sequence[str]) -> str:
    return rows[0] if len(rows) == 1 else "; ".join(row.replace("\t", " ") for row in rows)


def _above(rows: Sequence[Row], country: str) -> Iterator[Line]:
    """A number above the heading, such as the church's own, is nobody's in the list."""
    for number, cells in rows:
        if any(numbers_in(cell, country) for cell in cells):
            yield Line(number, "", None, _written(cells))


def _lines(number: int, cells: list[str], heading: Heading, country: str) -> Iterator[Line]:
    """Mostly one; several members may be written on one line."""
    if not heading.columns and _is_read(cells):
        name, phone = cells
        yield _member(number, cells, name, numbers_in(phone, country))
        return
    several = [] if heading.columns else _each_with_number(cells, country)
    if len(several) < 2:
        yield _line(number, cells, heading, country)
        return
    for name, numbers in several:
        yield _member(number, cells, name, numbers)


def _is_read(cells: Sequence[str]) -> bool:
    """Whether this is a line of `as_list`, whose names are not to be taken apart once more."""
    if len(cells) != 2 or not _WHOLE_PHONE.fullmatch(cells[1]):
        return False
    return cells[0][:1].isalpha() and sum(map(str.isdigit, cells[0])) < 4


def _each_with_number(cells: Sequence[str], country: str) -> list[tuple[str, list[Number]]]:
    """As in "Ruth 202-555-0179; Sam 202-555-0180"."""
    parts = [part for cell in cells for part in _BETWEEN_MEMBERS.split(cell)]
    written = [part for part in parts if _begins_with_name(part)]
    found = [found_in(cell, country) for cell in written] if len(written) > 1 else []
    return [
        (name, numbers)
        for name, numbers in found
        if name and any(number.use is not Use.NEVER for number in numbers)
    ]


def _begins_with_name(cell: str) -> bool:
    return cell[:1].isalpha() and any(map(str.isdigit, cell))


def _line(number: int, cells: list[str], heading: Heading, country: str) -> Line:
    if heading.columns:
        name, numbers = _name(cells, heading), _numbers(cells, heading, country)
    else:
        name, numbers = _without_heading(cells, heading, country)
    if not (numbers and (name or heading.columns)) and _is_by_itself(cells, heading):
        # This line may use another format than the others.
        written = ", ".join(filter(None, cells))
        found, theirs = found_in(written, country)
        if (
            heading.columns
            and not is_person(words := words_of(written))
            and is_somebody_else(words)
        ):
            # "Updated by the church office, call ..."
            theirs = []
        name, numbers = found or name, theirs or numbers
    line = _member(number, cells, name, numbers)
    return _refused(line) if says_no(cells, heading) else line


def _member(number: int, cells: Sequence[str], name: str, numbers: Sequence[Number]) -> Line:
    best = _ranked(numbers)
    called = turned_round(name)
    return Line(
        number,
        called[:MAX_NAME_LENGTH].strip(),
        best[0].phone if best else None,
        _written(cells),
        name[:MAX_NAME_LENGTH] if called != name else "",
        best[0].use if best else Use.UNLABELED,
        tuple(best[1:]),
    )


def _written(cells: Sequence[str]) -> str:
    return ", ".join(filter(None, cells)).replace("\n", " ")[:MAX_NAME_LENGTH]


def _ranked(numbers: Sequence[Number]) -> list[Number]:
    """Each phone once, the best for texts first."""
    usable = [number for number in numbers if number.use is not Use.NEVER]
    best: dict[str, Number] = {}
    for number in sorted(usable, key=lambda number: number.use):
        best.setdefault(number.phone, number)
    return list(best.values())


def _numbers(cells: list[str], heading: Heading, country: str) -> list[Number]:
    labels = {
        heading.columns[place].pair: cells[place]
        for place in heading.having("label")
        if place < len(cells)
    }
    # A "Type" without a name of its own belongs to the only number.
    bare = labels.pop(frozenset(), "") if len(heading.phones) == 1 else ""
    area, abroad = (
        next((cells[n] for n in heading.having(field) if n < len(cells)), "")
        for field in ("area", "country")
    )
    found: list[Number] = []
    for place in heading.phones:
        if place < len(cells):
            one = heading.columns[place]
            label = labels.get(one.pair) or (bare if is_label(words_of(bare)) else "")
            use = use_of_label(label) if label and one.use is not Use.NEVER else one.use
            dialed = as_dialed(_with_area(area, cells[place]), abroad, country)
            found += numbers_in(dialed, country, use)
    return found


def _with_area(area: str, number: str) -> str:
    return f"{area} {number}" if area and sum(map(str.isdigit, number)) == 7 else number


def _is_by_itself(cells: Sequence[str], heading: Heading) -> bool:
    """Whether a line's cells do not match its headings."""
    whose = [column.use for column, cell in zip(heading.columns, cells, strict=False) if cell]
    return Use.NEVER not in whose and (
        not heading.columns or sum(map(bool, cells)) == 1 or len(cells) > len(heading.columns)
    )


def _name(cells: Sequence[str], heading: Heading) -> str:
    """The full name, whichever column comes first."""

    def under(field: str) -> str:
        names = (clean_name(cells[n]) for n in heading.having(field) if n < len(cells))
        return next(filter(None, names), "")

    if not heading.names and not heading.having("contact"):
        return _joined([cells[n] for n in heading.unknown if n < len(cells)], heading)
    first, whole = under("first"), under("full")
    lasts = ("last", "second last") if heading.having("last") else ("family",)
    family = " ".join(filter(None, map(under, lasts)))
    if whole and not family and first and first.casefold() not in whole.casefold():
        # "Nom" and "Prénom": a name beside a first name is the family's.
        whole, family = "", whole
    if not first and whole and family.casefold() in whole.casefold():
        return whole
    given = first or whole or under("nick") or under("middle")
    suffix = under("suffix")
    name = full_name(given, family) or (under("contact") if heading.having("phone") else "")
    return f"{name} {suffix}" if name and key(suffix) in GENERATIONS else name


def _without_heading(
    cells: Sequence[str], heading: Heading, country: str
) -> tuple[str, list[Number]]:
    """The name, and all numbers."""
    texts, numbers = list[str](), list[Number]()
    for cell in cells:
        if any(map(str.isdigit, cell)):
            name, found = found_in(cell, country)
            numbers += found or numbers_in(cell, country)
            texts.append("" if is_somebody_else(words_of(name)) and not found else name)
        else:
            texts.append("" if "@" in cell else cell)
    return _joined(texts, heading), numbers


def _joined(cells: Sequence[str], heading: Heading) -> str:
    """The first cell that may be a name, with the next one where that is the rest of it."""
    texts = ["" if _is_no_name(cell) else clean_name(cell) for cell in cells]
    place = next((n for n, text in enumerate(texts) if text and key(text) not in TITLES), None)
    if place is None:
        return ""
    name, (after, *_) = texts[place], [*texts[place + 1 :], ""]
    if key(after) in GENERATIONS:
        return f"{name}, {after}"
    if not after or (after.islower() and not name.islower()):
        return name
    if heading.by_hand and (" " not in name or begins_like_surname(name)):
        return f"{name}, {after}"
    in_two = heading.apart or (" " not in name and " " not in after)
    return full_name(name, after) if in_two and not heading.by_hand else name


def _is_no_name(cell: str) -> bool:
    return any(c.isdigit() for c in cell) or "@" in cell
