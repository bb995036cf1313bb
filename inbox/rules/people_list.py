"""A list of people as somebody has it: pasted, or a CSV file from whatever program."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from inbox.rules.phone import parse_phone

LONGEST_NAME = 120
_PHONE = ("phone", "mobile", "cell", "number", "tel", "móvil", "movil", "celular", "número")
_NAME = ("name", "nombre", "apellido")


@dataclass(frozen=True, slots=True)
class Line:
    """`phone` in E.164, or None where there is none to be read; `written` is what stands there."""

    number: int
    name: str
    phone: str | None
    written: str


def read_people(text: str, country: str) -> list[Line]:
    """The lines of a list, but for empty ones and its heading. Numbered as a reader counts them."""
    lines: list[Line] = []
    heading: Sequence[str] | None = None
    for number, cells in enumerate(_rows(text), start=1):
        cells = [" ".join(cell.split()) for cell in cells]
        if not any(cells):
            continue
        if not lines and heading is None and _is_heading(cells):
            heading = [cell.lower() for cell in cells]
            continue
        lines.append(_line(number, cells, heading, country))
    return lines


def decode(file: bytes) -> str:
    """A file's text. Spreadsheets still write the code pages of their day."""
    for encoding in ("utf-8-sig", "utf-16" if file[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"):
        try:
            return file.decode(encoding)
        except UnicodeDecodeError:
            continue
    return file.decode("cp1252", "replace")


def _rows(text: str) -> Iterator[list[str]]:
    # A cell as long as a book ends the list; whatever came before it is there.
    with suppress(csv.Error):
        yield from csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text))


def _delimiter(text: str) -> str:
    beginning = text[:2000]
    return max(",;\t", key=beginning.count)


def _is_heading(cells: Sequence[str]) -> bool:
    words = " ".join(cells).lower()
    return not any(c.isdigit() for c in words) and any(word in words for word in (*_PHONE, *_NAME))


def _line(number: int, cells: list[str], heading: Sequence[str] | None, country: str) -> Line:
    if heading:
        names, phones = _under(cells, heading, _NAME), _under(cells, heading, _PHONE)
    else:
        names, phones = [cell for cell in cells if not _like_a_phone(cell)][:1], cells
    read = [phone for cell in phones if (phone := parse_phone(cell, country))]
    name = " ".join(filter(None, names))[:LONGEST_NAME]
    written = ", ".join(filter(None, cells))[:LONGEST_NAME]
    return Line(number, name, read[0] if read else None, written)


def _under(cells: list[str], heading: Sequence[str], words: Sequence[str]) -> list[str]:
    """The cells below headings in which one of these words stands."""
    pairs = zip(heading, cells, strict=False)
    return [cell for head, cell in pairs if any(word in head for word in words)]


def _like_a_phone(cell: str) -> bool:
    return sum(c.isdigit() for c in cell) >= 5 or not any(c.isalpha() for c in cell)
