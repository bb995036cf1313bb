"""Letters as search compares them: in lower case, without accents, each in its plain form.

What is indexed and what is asked are folded alike, here and nowhere else: databases differ in what
they call an accent or a letter.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

_BLOCKS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1100, 0x11FF),  # Korean
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # Chinese and Japanese from here on
    (0x3021, 0x30FF),
    (0x3105, 0x318F),  # Korean among them
    (0x31A0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA960, 0xA97F),  # Korean
    (0xA9E0, 0xA9FF),  # Burmese
    (0xAA60, 0xAA7F),
    (0xAC00, 0xD7A3),  # Korean
    (0xD7B0, 0xD7FB),
    (0xF900, 0xFAFF),  # Chinese and Japanese
    (0xFF66, 0xFFDC),
    (0x20000, 0x3FFFF),
)


def _unspaced() -> str:
    """What stands between the brackets of a regular expression: letters, marks and digits."""
    parts: list[str] = []
    for first, last in _BLOCKS:
        # Large blocks hold nothing but letters.
        is_large = last - first > 4_000
        parts += [f"{chr(first)}-{chr(last)}"] if is_large else _ranges(first, last)
    return "".join(parts)


def _ranges(first: int, last: int) -> Iterator[str]:
    """Much faster to compile than as many single characters."""
    kept = [n for n in range(first, last + 1) if unicodedata.category(chr(n))[0] in "LMN"]
    for _, run in groupby(enumerate(kept), lambda item: item[1] - item[0]):
        numbers = [n for _, n in run]
        yield f"{chr(numbers[0])}-{chr(numbers[-1])}"


UNSPACED = f"[{_unspaced()}]"
DOTS = "·‧・"
# Invisible: where a line may or may not be broken. And dots between the words of a foreign name.
JOINTS = f"[\u200b-\u200d\u2060{DOTS}]*"
RUN = re.compile(f"{UNSPACED}(?:{JOINTS}{UNSPACED})*")
# Letters in another width or form, as some keyboards and devices write them.
_FORMS = re.compile("[\ufb00-\ufdff\ufe70-\uffef]")
# Letters that are written for an apostrophe: ʻIolani, Марʼяна.
_APOSTROPHES = dict.fromkeys("ʹʺʻʼʽʾʿꞌꞋ", "'")
_ALIKE = str.maketrans({"ی": "ي", "ى": "ي", "ک": "ك", "ة": "ه", "ـ": "", **_APOSTROPHES})


def fold(text: str) -> str:
    """Lower case without accents, each letter and digit in its plain form."""
    if text.isascii():
        return text.lower()
    text = _FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return "".join(map(_plain, without_accents(text))).translate(_ALIKE)


def without_accents(text: str) -> str:
    """In lower case. "ø" and "ß" are letters of their own."""
    if text.isascii():
        return text.lower()
    bare = (one for one in unicodedata.normalize("NFD", text.lower()) if not _is_mark(one))
    return unicodedata.normalize("NFC", "".join(bare))


def _plain(character: str) -> str:
    return str(unicodedata.digit(character)) if character.isdecimal() else character


def _is_mark(character: str) -> bool:
    """Spacing vowel signs count as marks only in scripts without spaces."""
    category = unicodedata.category(character)
    return category == "Mn" or category == "Mc" and bool(RUN.match(character))
