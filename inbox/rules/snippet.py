"""A short part of a text around what was found in it."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inbox.rules.letters import JOINTS, RUN, fold
from inbox.rules.search import MIN_PHONE, NUMBERS, WORD, Term, in_one, joined_in, word_in

# Around the first word that was found, in characters.
BEFORE, LENGTH = 40, 160


@dataclass(frozen=True)
class Piece:
    """A part of a text; `hit` if it is what was searched for."""

    text: str
    hit: bool = False


def snippet(text: str, terms: Sequence[Term]) -> list[Piece]:
    """The text from shortly before the first hit, split at its hits."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    hits = _hits(text, terms)
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
    """The start of a word, or of a letter in a run, shortly before the hit."""
    if hit <= BEFORE:
        return 0
    near = hit - BEFORE
    if space := text.find(" ", near, hit) + 1:
        return space
    # The hit stands in a run, or in one endless word.
    letters = (n for n in range(near, hit) if not unicodedata.category(text[n]).startswith("M"))
    return next(letters, hit) if RUN.match(text, near) else hit


def _hits(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """The ranges of the hits, in order and without overlap."""
    folded, origin = _folded(text)
    found = [*_word_hits(folded, terms), *_run_hits(folded, terms), *_number_hits(folded, terms)]
    apart: list[tuple[int, int]] = []
    for begin, until in sorted((origin[begin], origin[until]) for begin, until in found):
        if apart and begin < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(until, apart[-1][1]))
        else:
            apart.append((begin, until))
    return apart


def _word_hits(folded: str, terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    whole = {word for term in terms if not term.run for word in (*term.words, term.joined)}
    last = terms[-1] if terms and not terms[-1].run else None
    begun = tuple(word for word in (last.words[-1], last.joined) if word) if last else ()
    for match in WORD.finditer(folded):
        word = word_in(match)
        if not match["run"] and (word in whole or word.startswith(begun)):
            yield match.span()
    for match in joined_in(folded):
        word = in_one(match)
        if word in whole or word.startswith(begun):
            yield match.span()


def _run_hits(folded: str, terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    for run in (term.run for term in terms if term.run):
        for match in re.finditer(JOINTS.join(map(re.escape, run)), folded):
            yield match.span()


def _number_hits(folded: str, terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    asked = [number for term in terms for number in term.numbers]
    for match in NUMBERS.finditer(folded) if asked else ():
        places = [n for n in range(*match.span("number")) if folded[n] in "0123456789"]
        digits = "".join(folded[n] for n in places)
        for number in asked if len(digits) >= MIN_PHONE else ():
            if (at := digits.find(number)) >= 0:
                yield places[at], places[at + len(number) - 1] + 1


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each position in it (and its end) the position in the text.

    The end of a letter is where the next one begins, so that its marks go with it.
    """
    if text.isascii():
        return text.lower(), list(range(len(text) + 1))
    pieces = [fold(one) for one in text]
    origin = [place for place, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), [*origin, len(text)]
