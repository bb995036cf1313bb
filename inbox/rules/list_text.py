"""The text of a list, from a file or pasted, and its rows of cells."""

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Literal

from inbox.rules.find_heading import HEADING_ROWS, Heading, Row
from inbox.rules.list_cells import clean
from inbox.rules.vcards import is_vcards, rows_of_vcards

_MARKS = "\t;,|"
# How workbooks (.xlsx, .numbers, .xls), PDFs, and formatted texts begin.
_NO_TEXT = (b"PK\3\4", b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf", b"<")
# Western European languages have no such run of accented letters: another code page, unknown to us,
# would come out as gibberish.
_OTHER_CODE_PAGE = re.compile(rb"[\x80-\xff]{4}")


def is_text(file: bytes) -> bool:
    """False for workbooks, archives, pictures and the like, and for a code page we do not know."""
    if file.startswith(_NO_TEXT) or "\0" in decode(file[:4096]):
        return False
    return _encoding(file) != "cp1252" or not _OTHER_CODE_PAGE.search(file)


def decode(file: bytes) -> str:
    """A file's text. Spreadsheets still write legacy code pages."""
    return file.decode(_encoding(file), "replace")


def _encoding(file: bytes) -> str:
    encoding = "utf-8-sig"
    if file[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif b"\0" in file[:200]:
        encoding = "utf-16-le" if file[1:2] == b"\0" else "utf-16-be"
    with suppress(UnicodeDecodeError):
        file.decode(encoding)
        return encoding
    return "cp1252"


def rows_of(text: str) -> list[Row]:
    """The rows that are not empty, numbered as a reader counts them."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if is_vcards(text):
        return list(rows_of_vcards(text))
    numbered = enumerate(_rows(text), start=1)
    return [(number, cells) for number, cells in numbered if any(map(_says_something, cells))]


def _says_something(cell: str) -> bool:
    """Not empty, and no line between others, such as "-----"."""
    return cell[:1].isalnum() or any(map(str.isalnum, cell))


def _rows(text: str) -> Iterator[list[str]]:
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
    # Of two delimiters in equally many lines, a name may contain the later one: "Park, Naomi;
    # 2025550142".
    return max(_MARKS, key=lambda mark: sum(mark in line for line in beginning))


def _has_number(row: Sequence[str]) -> bool:
    return any(sum(map(str.isdigit, cell)) > 6 for cell in row)


def _known(lines: Sequence[str], mark: str) -> int:
    """The number of columns this line would name as a heading."""
    with suppress(csv.Error):
        rows = csv.reader(lines[:HEADING_ROWS], delimiter=mark)
        return max(
            (
                Heading.of(_cleaned(row)).known
                for row in rows
                if len(row) > 1 and not _has_number(row)
            ),
            default=0,
        )
    return 0
