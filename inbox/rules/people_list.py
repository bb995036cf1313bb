"""A list of people as somebody has it: pasted, or a CSV file from whatever program."""

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from inbox.rules.names import turned_round
from inbox.rules.phone import parse_phone, show_phone

LONGEST_NAME = 120
_PHONE = ("phone", "mobile", "cell", "number", "tel", "móvil", "movil", "celular", "número")
_NAME = ("name", "nombre", "apellido")
_FAMILY_NAME = ("last", "surname", "family", "apellido")
# What may be a phone number somewhere in a line.
_DIGITS = re.compile(r"\+?\(?\d[\d\s().-]{5,}\d(?!\s*(?:ext|x\W*\d|#))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """`phone` in E.164, or None where there is none to be read; `written` is what stands there.
    `turned`: the name as it is written, where it was turned round."""

    number: int
    name: str
    phone: str | None
    written: str
    turned: str = ""

    @property
    def shown_phone(self) -> str:
        return show_phone(self.phone) if self.phone else ""


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
    beginning = text[:2000].splitlines()
    # Of two that stand in as many lines, a name may hold the comma: "Park, Naomi; 2025550142".
    return max("\t;,", key=lambda mark: sum(mark in line for line in beginning))


def _is_heading(cells: Sequence[str]) -> bool:
    words = " ".join(cells).lower()
    return not any(c.isdigit() for c in words) and any(word in words for word in (*_PHONE, *_NAME))


def _line(number: int, cells: list[str], heading: Sequence[str] | None, country: str) -> Line:
    if heading:
        names, phones = _names_under(cells, heading), _under(cells, heading, _PHONE)
    else:
        names, phones = [cell for cell in cells if not _like_a_phone(cell)][:1], cells
    read = next(filter(None, (parse_phone(cell, country) for cell in phones)), None)
    name = " ".join(filter(None, names))
    written = ", ".join(filter(None, cells))
    if read is None or not (heading or name):
        # Perhaps this line is written in another way than the others.
        name, read = _found_in(", ".join(filter(None, [*names, *phones])), country) or (name, None)
    called = turned_round(name)
    turned = name[:LONGEST_NAME] if called != name else ""
    return Line(number, called[:LONGEST_NAME], read, written[:LONGEST_NAME], turned)


def _names_under(cells: list[str], heading: Sequence[str]) -> list[str]:
    """As one says them, whichever stands first."""
    pairs = [pair for pair in zip(heading, cells, strict=False) if _has(pair[0], _NAME)]
    return [cell for _, cell in sorted(pairs, key=lambda pair: _has(pair[0], _FAMILY_NAME))]


def _under(cells: list[str], heading: Sequence[str], words: Sequence[str]) -> list[str]:
    """The cells below headings in which one of these words stands."""
    return [cell for head, cell in zip(heading, cells, strict=False) if _has(head, words)]


def _has(head: str, words: Sequence[str]) -> bool:
    return any(word in head for word in words)


def _found_in(text: str, country: str) -> tuple[str, str] | None:
    """The name and the number that stand somewhere in it."""
    for found in _DIGITS.finditer(text):
        if phone := parse_phone(found[0], country):
            before, behind = text[: found.start()], text[found.end() :]
            return before.strip(" ,;:\t-") or behind.strip(" ,;:\t-"), phone
    return None


def _like_a_phone(cell: str) -> bool:
    return sum(c.isdigit() for c in cell) >= 5 or not any(c.isalpha() for c in cell)
