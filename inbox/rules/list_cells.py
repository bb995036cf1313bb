"""One cell of a list: numbers with their labels, or a name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from unicodedata import category, normalize

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from inbox.rules.column_words import (
    LABEL_WORDS,
    LETTERS,
    NAMES,
    PHONE_WORDS,
    Use,
    column,
    is_label,
    leads_elsewhere,
    use_of_label,
    words_of,
)
from inbox.rules.list_refusals import NO_TEXTS
from inbox.rules.name_titles import RELATIVES, TITLES, key
from inbox.rules.phone import parse_phone
from inbox.rules.somebody_else import is_somebody_else

# Longer cells are not about one phone number.
MAX_CELL = 400

_EXTENSION = r"(?:ext|xt|x\W*\d|#|,?\d{1,6}#|anexo|interno)"
_NUMBER = re.compile(
    rf"\+?[(\[]?\d[\d\s()\[\]./·•*_~’'‐-―−-]{{5,}}\d(?!\s*[,;]?\s*{_EXTENSION})", re.IGNORECASE
)
# Instead of a hyphen, between the digits of a number.
_MARKS = re.compile(r"(?<=\d)['’](?=\d{3})|[·•*_~]")
# Consecutive numbers with only a space between them.
_NORTH_AMERICAN = re.compile(r"(?<!\d)(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]*\d{3}[\s.-]?\d{4}(?!\d)")
_ABROAD = re.compile(r"\+(?!\s*1)|00|011")
# Beside a number: a date.
_NO_NUMBER = re.compile(
    r"(?<![\d./-])(?:\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})|\d{4}-\d{1,2}-\d{1,2})"
    r"(?![./-]?\d)"
)
# In the United States, a ZIP code of nine digits; in Brazil, a phone number.
_ZIP = re.compile(r"(?<![\d.-])\d{5}-\d{4}(?![.-]?\d)")
_BETWEEN = re.compile(
    rf":::|[\n|]|[,;](?!\s*{_EXTENSION})|\s/\s|&|\b(?:or|and|y|(?<!/)o)\b", re.IGNORECASE
)
_BEFORE_NO_TEXTS = re.compile(rf"[,;|/]\s*(?={NO_TEXTS}\W*$)", re.IGNORECASE)
_ADDRESSES = re.compile(r"<[^>]*@[^>]*>|\S*@\S*|\S+://\S*")
# As spreadsheets write numbers: 2025550175.0, 2.025550173E9, 2,025,550,173.
_DECIMAL = re.compile(r"\d+[.,]0+|\d+(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_THOUSANDS = re.compile(r"[$€£]?\s?(\d{1,3}(?:,\d{3})+(?:\.0+)?)")
# A note is cut off where the next cell begins.
_IN_BRACKETS = re.compile(r"[(\[{]([^)\]}]*)(?:[)\]}]|$)")
_EDGES = ' \t,;:|/*•·-–—#"“”<>'
# Drawn instead of a label.
_PICTURES = str.maketrans({"📱": " mobile ", "🏠": " home ", "🏢": " work ", "📠": " fax "})
# As most names are written: reading thousands has to be quick.
_PLAIN_NAME = re.compile(r"[A-Za-zÀ-ɏ]{1,40}(?: [A-Za-zÀ-ɏ]{1,40}){0,5}")
# Before a name: "1.", "02 -", "[x]".
_ENUMERATED = re.compile(
    r"^(?:[\[(](?:[ xX✓✔]?|\d{1,3})[\])]|[A-Za-z]\)|\d{1,3}\s?(?:[.):\]–—-]|\s))\s*(?=\D)"
)
# Between a name and its number: "Ruth Adams ........ (202) 555-0179".
_LEADERS = re.compile(r"(?:\s*[.…·_=-]){2,}$|\s[.…]$")


# Without those that are titles in a church, too, such as "Brother".
_RELATIVES = RELATIVES - set(
    "mother father brother sister padre madre hermano hermana tio tia aunt uncle".split()
)


@dataclass(frozen=True, slots=True)
class Number:
    """`phone` is in E.164."""

    phone: str
    use: Use


def clean(cell: str) -> str:
    """Without invisible characters and the quote with which spreadsheets mark a number as text."""
    if not cell.isascii():
        cell = "".join(c for c in cell if category(c) != "Cf" or c in "\u200c\u200d")
    cell = cell.strip()
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]
    if cell.startswith("'") and (cell.endswith("'") or cell[1:2] in "+=-(0123456789"):
        cell = cell.strip("'")
    return "\n".join(" ".join(line.split()) for line in cell.splitlines()).strip()


def numbers_in(cell: str, country: str, use: Use = Use.UNLABELED) -> list[Number]:
    """The phone numbers in a cell. `use` applies to numbers without a label of their own."""
    if not any(map(str.isdigit, cell)):
        return []
    cell = _as_written(_without_addresses(_plain_width(cell[:MAX_CELL])))
    cell = _BEFORE_NO_TEXTS.sub(" ", _without_other_digits(cell, country))
    return [number for part in _BETWEEN.split(cell) for number in _in_part(part, country, use)]


def _without_other_digits(text: str, country: str) -> str:
    text = _NO_NUMBER.sub(" | ", text)
    return _ZIP.sub(" | ", text) if country.upper() == "US" else text


def _without_addresses(text: str) -> str:
    # The pattern takes long where there is none.
    return _ADDRESSES.sub(" ", text) if "@" in text or "://" in text else text


def _plain_width(text: str) -> str:
    """Digits and signs as wide as Chinese letters in their usual form, and nothing invisible."""
    if text.isascii():
        return text
    text = re.sub("[\u200b-\u200f\u2060\xad]", "", text).translate(_PICTURES)
    return re.sub("[\uff01-\uff5e]+", lambda found: normalize("NFKC", found[0]), text)


def _as_written(cell: str) -> str:
    """All digits of a spreadsheet's number, or nothing if the spreadsheet lost some of them."""
    cell = cell.strip()
    if (amount := _THOUSANDS.fullmatch(cell)) and cell.count(",") > 1:
        cell = amount[1].replace(",", "")
    if not _DECIMAL.fullmatch(cell):
        return cell
    number = Decimal(cell.replace(",", "."))
    if number != number.to_integral_value() or int(number.as_tuple().exponent) > 0:
        return ""
    return str(int(number))


def _in_part(part: str, country: str, use: Use) -> Iterator[Number]:
    found = list(_NUMBER.finditer(part))
    # "Home 555-0141 Cell 555-0142": the labels come before all of them, or after. A bracket that
    # is still open holds the label of the next: "555-0142 (Mom 555-0101)".
    before = any(map(str.isalpha, part[: found[0].start()])) if found else False
    for place, match in enumerate(found):
        start = found[place - 1].end() if place else 0
        end = found[place + 1].start() if place + 1 < len(found) else len(part)
        label = part[match.end() : end]
        if place + 1 < len(found):
            label, _ = _label_and_next(label)
        if before or _label_and_next(part[start : match.start()])[1]:
            label = part[start : match.start()]
        own = use_of_label(label) if any(map(str.isalpha, label)) else Use.UNLABELED
        whose = use if own is Use.UNLABELED or use is Use.NEVER else own
        for phone in _parsed(match[0], country):
            yield Number(phone, whose)


def _label_and_next(text: str) -> tuple[str, str]:
    """Between two numbers: the label of the first, and what an open bracket says of the next."""
    opened = text.rfind("(")
    return (text, "") if opened <= text.rfind(")") else (text[:opened], text[opened:])


def _parsed(text: str, country: str) -> Iterator[str]:
    text = _MARKS.sub("-", text.strip()).replace("[", "(").replace("]", ")")
    if phone := parse_phone(text, country) or parse_phone(re.sub("^00", "+", text), country):
        yield phone
        return
    pieces = text.split("/") if "/" in text else list(_side_by_side(text))
    yield from filter(None, (parse_phone(piece, country) for piece in pieces if piece != text))


def _side_by_side(text: str) -> Iterator[str]:
    """Several North American numbers, or one beside a house number: "Apt 4 202-555-0142".

    Never the end of a longer number: it would be someone else's.
    """
    pieces = _NORTH_AMERICAN.findall(text)
    before, *between = _NORTH_AMERICAN.split(text)
    if _ABROAD.match(text) or any(map(str.isdigit, "".join(between))):
        return
    house = before.strip()
    if house and (not house.isdigit() or int(house[:9]) in COUNTRY_CODE_TO_REGION_CODE):
        return
    if not house or (house[0] != "0" and len(house) < 6 and pieces[0][0] not in "+1"):
        yield from pieces


def found_in(text: str, country: str) -> tuple[str, list[Number]]:
    """The name and the numbers found anywhere in a line."""
    text = _without_addresses(_plain_width(text[:MAX_CELL]))
    text = _without_other_digits(text, country)
    if not (match := _NUMBER.search(text)):
        return "", []
    last = list(_NUMBER.finditer(text))[-1]
    # A colon makes a word beside a number certainly a label.
    before = text[: match.start()].rstrip()
    if through := leads_elsewhere(before):
        # "Naomi Park c/o George Bell 555-0143" is George's number.
        before = before[: through.start()].rstrip(" (")
    name = clean_name(before + ":") or clean_name(text[last.end() :])
    if name.isascii() and len(key(name)) == 1:
        # A label: "h 555-0143 c 555-0142".
        name = ""
    # "Usher: George Bell", and a house number behind the name.
    name = re.split(r"\s\d{1,5} (?=[A-Z])", name.rpartition(":")[2].strip(), maxsplit=1)[0]
    if name[:1].islower() and ":" in before:
        return "", numbers_in(text, country)
    # "Coach Bell" is who has the number; in a cell of its own, "coach" is another's.
    if name in before and (_is_titled(name) or not is_somebody_else(words_of(name))):
        text = text.replace(name, " ", 1)
    return name, numbers_in(text, country)


def _is_titled(name: str) -> bool:
    first, *others = name.split() or [""]
    if not others:
        return False
    # "Sister Mary", but "sister Mary" and "husband George" are another's.
    known = key(first) in TITLES - _RELATIVES and (first[0].isupper() or not others[0][0].isupper())
    return known and not first.endswith(("'s", "’s"))


def clean_name(text: str) -> str:
    """Without addresses and number labels; "" if it is not a name."""
    if _PLAIN_NAME.fullmatch(text) and LABEL_WORDS.isdisjoint(text.lower().split()):
        return text
    text = next(filter(None, map(str.strip, text.replace("\n", " ").split(":::"))), "")
    text = re.sub("[\ufe0f\u20e3]", "", text)
    text = _without_signs(text[:MAX_CELL].lstrip(_EDGES))
    text = _without_signs(_ENUMERATED.sub("", text, count=1))
    text = _NUMBER.sub(" ", _without_addresses(text))
    text = _IN_BRACKETS.sub(_unless_label, text)
    words = " ".join(text.split()).lstrip(_EDGES).split()
    while words and _begins_with_label(words):
        words.pop(0)
    while len(words) > 1 and _ends_in_label(words):
        words.pop()
    name = _LEADERS.sub("", " ".join(words).strip(_EDGES + "(")).strip(_EDGES)
    if name.count('"') % 2:
        name = name.replace('"', "")
    return name if any(map(str.isalpha, name)) and not is_label(words_of(name)) else ""


def _without_signs(text: str) -> str:
    """Without ticks, arrows and pictures around it."""
    while text and _is_sign(text[0]):
        text = text[1:]
    while text and _is_sign(text[-1]):
        text = text[:-1]
    return text


def _is_sign(character: str) -> bool:
    return category(character)[0] in "SZ" or character in "\ufe0f\u200d"


def _unless_label(found: re.Match[str]) -> str:
    words = words_of(found[1])
    is_closed = found[0][-1] in ")]}"
    of_another = is_somebody_else(words) and words & PHONE_WORDS
    is_letter = words <= LETTERS.keys()
    return found[0] if is_closed and not (is_label(words) or is_letter or of_another) else " "


def _is_label(word: str) -> bool:
    return is_label(words_of(word.strip(_EDGES)))


def _begins_with_label(words: list[str]) -> bool:
    """As in "Mobile: ...", and "Name: Ruth Adams"."""
    if words[0][-1] == ":" and column(words[0]).field in NAMES:
        return len(words) > 1
    return _is_label(words[0]) and (len(words) == 1 or words[0][-1] in ":-")


def _ends_in_label(words: list[str]) -> bool:
    """As in "Ruth Adams cell" and "Ruth Adams - Home"; Ruth Work may be called that."""
    before, last = words[-2], words[-1]
    bare = last.rstrip(":")
    if not last.strip(_EDGES) or bare in ("at", "is", "al", "es"):
        return True
    if last[-1] == ":" and bare.lower() in LETTERS:
        return True
    if not is_label(words_of(last)):
        return False
    marked = before[-1] in ",;:-–—(/" or last[-1] in ":)" or last[0] in "(-"
    return (
        marked
        or use_of_label(last) in (Use.MOBILE, Use.NEVER)
        or bool(words_of(last) & PHONE_WORDS)
    )
