"""A list of members: pasted, or a CSV file from any program.

Each member gets the number that is best for texts (`columns.Use` has the order), and the name from
the columns for first and last names. A nickname is used only where there is no other name, because
programs that keep nicknames have what the member is called as the first name, too. Middle names,
titles and degrees in columns of their own are left out; "Jr." and its like are kept.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from inbox.rules.cells import Number, clean, clean_name, found_in, numbers_in
from inbox.rules.columns import NAMES, Column, Use, column, use_of_label
from inbox.rules.names import full_name, turned_round
from inbox.rules.titles import GENERATIONS, TITLES, key

MAX_NAME_LENGTH = 120
# Some programs write a title and a date above the heading.
_FIRST_ROWS = 8
_MARKS = "\t;,|"
# How workbooks (.xlsx, .numbers, .xls) and PDFs begin.
_NO_TEXT = (b"PK\3\4", b"\xd0\xcf\x11\xe0", b"%PDF")
# Placeholders for an unknown number.
_NOTHING = frozenset({"none", "na", "unknown", "no", "ninguno", "nada", "x", "tbd", "missing"})


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


@dataclass(frozen=True, slots=True)
class Heading:
    """`columns`: in their order. Without a heading there are none.
    `by_hand`: a space follows each comma, so that "Park, Naomi" is written family name first.
    """

    cells: Sequence[str] = ()
    columns: Sequence[Column] = ()
    by_hand: bool = False

    @classmethod
    def of(cls, cells: Sequence[str]) -> "Heading":
        return cls(cells, [column(cell) for cell in cells])

    @property
    def known(self) -> int:
        """The number of columns that hold a number or a name."""
        return sum(bool(one.field) for one in self.columns)

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


@dataclass(frozen=True, slots=True)
class MemberList:
    """`left`: the number of further lines, which were not read."""

    lines: list[Line]
    left: int


def read_people(text: str, country: str) -> list[Line]:
    """All lines of a list except empty ones and the heading."""
    return read_list(text, country, len(text)).lines


def read_list(text: str, country: str, most: int) -> MemberList:
    """The first `most` lines of a list, numbered as a reader counts them."""
    rows = [(number, cells) for number, cells in enumerate(_rows(text), start=1) if any(cells)]
    start, heading = _heading(rows, country)
    if not heading.columns:
        heading = Heading(by_hand=", " in text and not re.search(r",\S", text[:4000]))
    members = [(number, cells) for number, cells in rows[start:] if cells != heading.cells]
    lines = [_line(number, cells, heading, country) for number, cells in members[:most]]
    return MemberList(lines, len(members) - len(lines))


def is_text(file: bytes) -> bool:
    """False for workbooks, archives, pictures and the like."""
    return not file.startswith(_NO_TEXT) and "\0" not in decode(file[:4096])


def decode(file: bytes) -> str:
    """A file's text. Spreadsheets still write legacy code pages."""
    encodings = ["utf-8-sig"]
    if file[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif b"\0" in file[:200]:
        encodings = ["utf-16-le" if file[1:2] == b"\0" else "utf-16-be"]
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            return file.decode(encoding)
    return file.decode("cp1252", "replace")


def as_list(lines: Sequence[Line]) -> str:
    """What was read as a list again: a name and a number per line, on the same lines."""
    rows = {line.number: _short(line) for line in lines}
    return "\n".join(rows.get(number, "") for number in range(1, max(rows, default=0) + 1))


def _short(line: Line) -> str:
    # Only the name: other cells of the row would be read as numbers.
    return f"{line.name}\t{line.phone or ''}".replace('"', "")


def _rows(text: str) -> Iterator[list[str]]:
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if mark := re.match(r"\"?sep=(.)\"?\n", text):
        # Excel's own line about the list is not a row, but counts as a line.
        yield []
        text = text[mark.end() :]
    # A quotation mark without its other half would swallow all lines that follow.
    quoting: Literal[0, 3] = csv.QUOTE_NONE if text.count('"') % 2 else csv.QUOTE_MINIMAL
    lines = (line + "\n" for line in text.split("\n"))
    # An enormous cell ends the list; the lines before it are kept.
    with suppress(csv.Error):
        delimiter = mark[1] if mark else _delimiter(text)
        for cells in csv.reader(lines, delimiter=delimiter, quoting=quoting):
            yield _cleaned(cells)


def _cleaned(cells: Sequence[str]) -> list[str]:
    if all(cell[:1] == "'" for cell in cells if cell):
        cells = [cell.strip("'") for cell in cells]
    return [clean(cell) for cell in cells]


def _delimiter(text: str) -> str:
    beginning = text[:4000].splitlines()
    known = {mark: _known(beginning, mark) for mark in _MARKS}
    if max(known.values()) > 1:
        return max(_MARKS, key=lambda mark: known[mark])
    # Of two delimiters in equally many lines, a name may contain the comma: "Park, Naomi;
    # 2025550142".
    return max(_MARKS[:3], key=lambda mark: sum(mark in line for line in beginning))


def _known(lines: Sequence[str], mark: str) -> int:
    """The number of columns this line would name as a heading."""
    with suppress(csv.Error):
        rows = csv.reader(lines[:_FIRST_ROWS], delimiter=mark)
        return max((Heading.of(_cleaned(row)).known for row in rows if len(row) > 1), default=0)
    return 0


def _heading(rows: Sequence[tuple[int, list[str]]], country: str) -> tuple[int, Heading]:
    """The heading, and the number of rows before the list begins."""
    for place, (_, cells) in enumerate(rows[:_FIRST_ROWS]):
        if any("@" in cell or numbers_in(cell, country) for cell in cells):
            break
        heading = Heading.of(cells)
        enough = heading.phones and heading.names or (heading.known > 1 if not place else False)
        if enough or (
            not place and heading.known and heading.known == len(list(filter(None, cells)))
        ):
            return place + 1, heading
    return (1, Heading()) if _is_foreign_heading(rows, country) else (0, Heading())


def _is_foreign_heading(rows: Sequence[tuple[int, list[str]]], country: str) -> bool:
    """Whether unknown words stand above numbers: "Imię, Nazwisko, Komórka"."""
    if len(rows) < 2 or any(c.isdigit() for cell in rows[0][1] for c in cell):
        return False
    first, second = rows[0][1], rows[1][1]
    below = [place for place, cell in enumerate(second) if numbers_in(cell, country)]
    above = [first[place] for place in below if place < len(first)]
    return len(second) > 1 and any(cell and key(cell) not in _NOTHING | {""} for cell in above)


def _line(number: int, cells: list[str], heading: Heading, country: str) -> Line:
    numbers = _numbers(cells, heading, country)
    name = _name(cells, heading) if heading.columns else _name_without_heading(cells, heading)
    if not (numbers and (name or heading.columns)) and _is_by_itself(cells, heading):
        # This line may use another format than the others.
        found, theirs = found_in(", ".join(filter(None, cells)), country)
        name, numbers = found or name, theirs or numbers
    best = _ranked(numbers)
    called = turned_round(name)
    return Line(
        number,
        called[:MAX_NAME_LENGTH].strip(),
        best[0].phone if best else None,
        ", ".join(filter(None, cells)).replace("\n", " ")[:MAX_NAME_LENGTH],
        name[:MAX_NAME_LENGTH] if called != name else "",
        best[0].use if best else Use.UNLABELED,
        tuple(best[1:]),
    )


def _ranked(numbers: Sequence[Number]) -> list[Number]:
    """Each phone once, the best for texts first."""
    usable = [number for number in numbers if number.use is not Use.NEVER]
    best: dict[str, Number] = {}
    for number in sorted(usable, key=lambda number: number.use):
        best.setdefault(number.phone, number)
    return list(best.values())


def _numbers(cells: Sequence[str], heading: Heading, country: str) -> list[Number]:
    if not heading.columns:
        return [number for cell in cells for number in numbers_in(cell, country)]
    labels = {
        heading.columns[place].pair: cells[place]
        for place in heading.having("label")
        if place < len(cells)
    }
    found: list[Number] = []
    for place in heading.phones:
        if place < len(cells):
            one = heading.columns[place]
            use = one.use
            if use is not Use.NEVER and (label := labels.get(one.pair)):
                use = use_of_label(label)
            found += numbers_in(cells[place], country, use)
    return found


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

    first, whole = under("first"), under("full")
    lasts = ("last", "second last") if heading.having("last") else ("family",)
    family = " ".join(filter(None, map(under, lasts)))
    if not first and whole and family.casefold() in whole.casefold():
        return whole
    given = first or whole or under("nick") or under("middle")
    suffix = under("suffix")
    name = full_name(given, family) or (under("contact") if heading.having("phone") else "")
    return f"{name} {suffix}" if name and key(suffix) in GENERATIONS else name


def _name_without_heading(cells: Sequence[str], heading: Heading) -> str:
    """The first cell that may be a name, joined with the next if both are single words."""
    texts = ["" if _is_no_name(cell) else clean_name(cell) for cell in cells]
    place = next((n for n, text in enumerate(texts) if text and key(text) not in TITLES), None)
    if place is None:
        return ""
    name, (after, *_) = texts[place], [*texts[place + 1 :], ""]
    if not after or " " in name or " " in after:
        return name
    return f"{name}, {after}" if heading.by_hand else full_name(name, after)


def _is_no_name(cell: str) -> bool:
    return any(c.isdigit() for c in cell) or "@" in cell
