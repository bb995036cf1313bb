"""Words as they are searched for: without case, accents and whatever stands between them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Nobody types more than that; whatever else a text may hold is not looked for.
MOST_ASKED = 8
LONGEST_WORD = 60
# Around the first word that was found, in characters.
BEFORE, LENGTH = 40, 160

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Piece:
    """A part of a text; `hit` if it is what was searched for."""

    text: str
    hit: bool = False


def words_of(text: str) -> list[str]:
    """Each word once, in order, folded: "José's  JOSÉ" is ["jose", "s"]."""
    found = (match[0][:LONGEST_WORD] for match in _WORD.finditer(fold(text)))
    return list(dict.fromkeys(found))


def asked_words(text: str) -> list[str]:
    """What somebody searches for. The last word may be but its beginning."""
    return words_of(text)[:MOST_ASKED]


def fold(text: str) -> str:
    """Small letters without their accents. "ø" and "ß" are letters of their own."""
    if text.isascii():
        return text.lower()
    bare = (one for one in unicodedata.normalize("NFD", text.lower()) if not _is_mark(one))
    return unicodedata.normalize("NFC", "".join(bare))


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) == "Mn"


def snippet(text: str, asked: Sequence[str]) -> list[Piece]:
    """The text from shortly before the first hit, with all hits in it apart."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    hits = _hits(text, asked)
    start = _from(text, hits[0][0] if hits else 0)
    end = min(len(text), start + LENGTH)
    pieces = [Piece("…")] if start else []
    at = start
    for begin, until in hits:
        if until <= end:
            pieces += [Piece(text[at:begin]), Piece(text[begin:until], hit=True)]
            at = until
    pieces += [Piece(text[at:end]), Piece("…" if end < len(text) else "")]
    return [piece for piece in pieces if piece.text]


def _from(text: str, hit: int) -> int:
    """The beginning of a word, not far before the hit."""
    if hit <= BEFORE:
        return 0
    return text.find(" ", hit - BEFORE, hit) + 1 or hit


def _hits(text: str, asked: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand, from and until."""
    folded, origin = _folded(text)
    return [
        (origin[match.start()], origin[match.end()])
        for match in _WORD.finditer(folded)
        if _is_asked(match[0][:LONGEST_WORD], asked)
    ]


def _is_asked(word: str, asked: Sequence[str]) -> bool:
    return word in asked or bool(asked) and word.startswith(asked[-1])


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each place in it, and for its end, the place in the text."""
    if text.isascii():
        return text.lower(), list(range(len(text) + 1))
    pieces = [fold(one) for one in text]
    origin = [place for place, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), [*origin, len(text)]
