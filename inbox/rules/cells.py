"""One cell of a list: numbers with their labels, or a name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from unicodedata import category

from inbox.rules.columns import Use, is_label, use_of_label, words_of
from inbox.rules.phone import parse_phone

# Longer cells are not about one phone number.
MAX_CELL = 400

_EXTENSION = r"(?:ext|x\W*\d|#|anexo|interno)"
_NUMBER = re.compile(rf"\+?\(?\d[\d\s()./·‐-―−-]{{5,}}\d(?!\s*,?\s*{_EXTENSION})", re.IGNORECASE)
# Consecutive numbers with only a space between them.
_NORTH_AMERICAN = re.compile(r"(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]*\d{3}[\s.-]?\d{4}(?!\d)")
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}(?:\s.*)?")
_BETWEEN = re.compile(rf":::|[\n;|]|,(?!\s*{_EXTENSION})|\s/\s|&|\b(?:or|and|y|o)\b", re.IGNORECASE)
_ADDRESSES = re.compile(r"<[^>]*@[^>]*>|\S*@\S*|\S+://\S*")
# As spreadsheets write numbers: 2025550175.0, 2.025550173E9, 2,025,550,173.
_DECIMAL = re.compile(r"\d+[.,]0+|\d+(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.0+)?")
_IN_BRACKETS = re.compile(r"[(\[{]([^)\]}]*)[)\]}]")
_EDGES = ' \t,;:|/*•·-–—#"“”'


@dataclass(frozen=True, slots=True)
class Number:
    """`phone` is in E.164."""

    phone: str
    use: Use


def clean(cell: str) -> str:
    """Without invisible characters and the quote with which spreadsheets mark a number as text."""
    cell = "".join(c for c in cell if category(c) != "Cf" or c in "\u200c\u200d").strip()
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]
    if cell.startswith("'") and (cell.endswith("'") or cell[1:2] in "+=-(0123456789"):
        cell = cell.strip("'")
    return "\n".join(" ".join(line.split()) for line in cell.splitlines()).strip()


def numbers_in(cell: str, country: str, use: Use = Use.UNLABELED) -> list[Number]:
    """The phone numbers in a cell. `use` applies to numbers without a label of their own."""
    cell = _as_written(_ADDRESSES.sub(" ", cell[:MAX_CELL]))
    return [number for part in _BETWEEN.split(cell) for number in _in_part(part, country, use)]


def _as_written(cell: str) -> str:
    """All digits of a spreadsheet's number, or nothing if the spreadsheet lost some of them."""
    cell = cell.strip()
    if _THOUSANDS.fullmatch(cell) and cell.count(",") > 1:
        cell = cell.replace(",", "")
    if not _DECIMAL.fullmatch(cell):
        return cell
    number = Decimal(cell.replace(",", "."))
    if number != number.to_integral_value() or int(number.as_tuple().exponent) > 0:
        return ""
    return str(int(number))


def _in_part(part: str, country: str, use: Use) -> Iterator[Number]:
    found = list(_NUMBER.finditer(part))
    # "Home 555-0141 Cell 555-0142": the labels come before all of them, or after.
    before = any(map(str.isalpha, part[: found[0].start()])) if found else False
    for place, match in enumerate(found):
        start = found[place - 1].end() if place else 0
        end = found[place + 1].start() if place + 1 < len(found) else len(part)
        label = part[start : match.start()] if before else part[match.end() : end]
        own = use_of_label(label) if any(map(str.isalpha, label)) else Use.UNLABELED
        whose = use if own is Use.UNLABELED or use is Use.NEVER else own
        for phone in _parsed(match[0], country):
            yield Number(phone, whose)


def _parsed(text: str, country: str) -> Iterator[str]:
    text = text.strip()
    if phone := parse_phone(text, country) or parse_phone(re.sub("^00", "+", text), country):
        if not _DATE.fullmatch(text):
            yield phone
        return
    pieces = text.split("/") if "/" in text else _NORTH_AMERICAN.findall(text)
    yield from filter(None, (parse_phone(piece, country) for piece in pieces if piece != text))


def found_in(text: str, country: str) -> tuple[str, list[Number]]:
    """The name and the numbers found anywhere in a line."""
    text = _ADDRESSES.sub(" ", text[:MAX_CELL])
    if not (match := _NUMBER.search(text)):
        return "", []
    last = list(_NUMBER.finditer(text))[-1]
    # A colon makes a word beside a number certainly a label.
    name = clean_name(text[: match.start()].rstrip() + ":") or clean_name(text[last.end() :])
    return name, numbers_in(text, country)


def clean_name(text: str) -> str:
    """Without addresses and number labels; "" if it is not a name."""
    text = next(filter(None, map(str.strip, text.replace("\n", " ").split(":::"))), "")
    text = _NUMBER.sub(" ", _ADDRESSES.sub(" ", text[:MAX_CELL]))
    text = _IN_BRACKETS.sub(_unless_label, text)
    words = " ".join(text.split()).lstrip(_EDGES).split()
    while words and _is_label(words[0]) and (len(words) == 1 or words[0][-1] in ":-"):
        words.pop(0)
    while len(words) > 1 and _ends_in_label(words):
        words.pop()
    name = " ".join(words).strip(_EDGES + "(")
    return name if any(map(str.isalpha, name)) and not is_label(words_of(name)) else ""


def _unless_label(found: re.Match[str]) -> str:
    return " " if is_label(words_of(found[1])) else found[0]


def _is_label(word: str) -> bool:
    return is_label(words_of(word.strip(_EDGES)))


def _ends_in_label(words: list[str]) -> bool:
    """As in "Ruth Adams cell" and "Ruth Adams - Home"; Ruth Work may be called that."""
    before, last = words[-2], words[-1]
    if not last.strip(_EDGES):
        return True
    if not is_label(words_of(last)):
        return False
    marked = before[-1] in ",;:-–—(/" or last[-1] in ":)" or last[0] in "(-"
    return marked or use_of_label(last) in (Use.MOBILE, Use.NEVER) or "phone" in words_of(last)
