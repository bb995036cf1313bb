"""Search terms: words without case, accents, and separators.

Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese have no reliable spaces between words: a run
of their letters is indexed as each letter and each pair of neighbors, and found by all its pairs.
A word with an apostrophe or a hyphen is also indexed in one: "O'Brien" is found by "obrien", too.
A phone number is indexed from each of its digits on, however it was divided. An emoji is a word.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from inbox.rules.phone import dialed_forms

# No one types more than that; longer content is not searched.
MAX_ASKED = 8
MAX_WORD = 60
# Around the first word that was found, in characters.
BEFORE, LENGTH = 40, 160
# Digits of a phone number; this few are searched as part of one.
MIN_PHONE, MAX_PHONE, MIN_DIGITS = 7, 15, 4
# Before a phone number's digits in the index, and before an emoji's code. Private-use letters: no
# one types them by accident, and SQLite's index keeps them, which it does not do with emoji.
_NUMBER = "\ue000"
_EMOJI = "\ue001"

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


_UNSPACED = f"[{_unspaced()}]"
_DOTS = "·‧・"
# Invisible: where a line may or may not be broken. And dots between the words of a foreign name.
_JOINTS = f"[\u200b-\u200d\u2060{_DOTS}]*"
_RUN = re.compile(f"{_UNSPACED}(?:{_JOINTS}{_UNSPACED})*")
_SIGN = "[\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001f3fa\U0001f400-\U0001faff]"
# Part of the emoji before it.
_SKIN = "[\U0001f3fb-\U0001f3ff]"
_WORD = re.compile(
    f"(?P<run>{_RUN.pattern})|(?P<emoji>{_SIGN}){_SKIN}?|(?:(?!{_UNSPACED})[^\\W_])+"
)
_NUMBERS = re.compile(r"(?P<plus>\+?)(?P<number>[0-9](?:[\s().\u2010-\u2013/-]{0,3}[0-9])*)")
# "O'Brien", "co-op", and a Persian word with an invisible joint.
_JOINED = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?:['’‘ʼ`´\u200c\u2010\u2011-][^\W\d_]+)+")
# Letters in another width or form, as some keyboards and devices write them.
_FORMS = re.compile("[\ufb00-\ufdff\ufe70-\uffef]")
_ALIKE = str.maketrans({"ی": "ي", "ى": "ي", "ک": "ك", "ة": "ه", "ـ": ""})


@dataclass(frozen=True)
class Piece:
    """A part of a text; `hit` if it is what was searched for."""

    text: str
    hit: bool = False


@dataclass(frozen=True)
class Term:
    """One term to find: all of `words`, or one of `numbers` (parts of phone numbers).

    `run` is the original text where `words` are letter pairs of a run without spaces.
    """

    words: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    run: str = ""


def words_of(text: str) -> list[str]:
    """Each word once, in order, folded: "José's  JOSÉ" is ["jose", "s"]; a run without spaces is
    its letters and its pairs: "祈祷会" is ["祈", "祷", "会", "祈祷", "祷会"]."""
    return list(dict.fromkeys(_words_in(fold(text))))


def index_words(text: str) -> list[str]:
    """The index entries of a text: its words and, from each digit on, its phone numbers."""
    folded = fold(text)
    return list(dict.fromkeys([*_words_in(folded), *_joined_in(folded), *_numbers_in(folded)]))


def _words_in(folded: str) -> Iterator[str]:
    for match in _WORD.finditer(folded):
        if match["run"]:
            run = _bare(match["run"])
            yield from run
            yield from _pairs(run)
        else:
            yield _word(match)


def _joined_in(folded: str) -> Iterator[str]:
    for match in _JOINED.finditer(folded):
        yield _in_one(match[0])


def _in_one(joined: str) -> str:
    return "".join(one for one in joined if one.isalpha())[:MAX_WORD]


def _word(match: re.Match[str]) -> str:
    """A word as stored in the index."""
    return f"{_EMOJI}{ord(match['emoji']):05x}" if match["emoji"] else match[0][:MAX_WORD]


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _bare(run: str) -> str:
    return re.sub(_JOINTS, "", run)


def _numbers_in(folded: str) -> Iterator[str]:
    for match in _NUMBERS.finditer(folded):
        digits = _digits(match["number"])
        if len(digits) >= MIN_PHONE:
            last = len(digits) - MIN_DIGITS
            yield from (number_word(digits[at : at + MAX_PHONE]) for at in range(last + 1))


def number_word(digits: str) -> str:
    """A part of a phone number as stored in the index."""
    return _NUMBER + digits


def _digits(text: str) -> str:
    return "".join(one for one in text if one in "0123456789")


def asked_terms(text: str, *, of_names: bool = False) -> list[Term]:
    """The search terms, up to MAX_ASKED words. The last may be a prefix. `of_names`: as the
    databases index names, which keep the forms of their letters."""
    folded, terms, at = without_accents(text) if of_names else fold(text), dict[Term, None](), 0
    for match in _NUMBERS.finditer(folded):
        if len(digits := _digits(match["number"])) < MIN_DIGITS or _in_word(folded, match):
            continue
        terms |= dict.fromkeys(_plain_terms(folded[at : match.start()]))
        words = tuple(dict.fromkeys(_words_in(match["number"])))
        forms = dialed_forms(digits, international=bool(match["plus"]))
        shown = tuple(form[:MAX_PHONE] for form in forms if len(form) >= MIN_DIGITS)
        terms[Term(words, shown)] = None
        at = match.end()
    terms |= dict.fromkeys(_plain_terms(folded[at:]))
    return _first(list(terms))


def _in_word(folded: str, match: re.Match[str]) -> bool:
    """ "b1234" and "1234b" are words, not numbers."""
    around = folded[: match.start()][-1:] + folded[match.end() :][:1]
    return bool(re.search(f"(?!{_UNSPACED})[^\\W_]", around))


def _plain_terms(folded: str) -> Iterator[Term]:
    for match in _WORD.finditer(folded):
        if match["run"]:
            run = _bare(match["run"])[:MAX_WORD]
            yield Term(tuple(dict.fromkeys(_pairs(run) or [run])), run=run)
        else:
            yield Term((_word(match),))


def _first(terms: list[Term]) -> list[Term]:
    """The first MAX_ASKED words; a run counts as one."""
    kept: list[Term] = []
    room = MAX_ASKED
    for term in terms:
        words = 1 if term.run else len(term.words)
        if words > room and not kept:
            return [Term(term.words[:room], term.numbers)]
        if words > room:
            break
        kept, room = [*kept, term], room - words
    return kept


def runs_in(text: str) -> list[str]:
    """The runs of letters without spaces, and the emoji, unchanged."""
    found = _WORD.finditer(unicodedata.normalize("NFC", text))
    runs = [
        [match["emoji"]] if match["emoji"] else re.split(f"[{_DOTS}]", match["run"])
        for match in found
        if match["run"] or match["emoji"]
    ]
    return [bare for parts in runs for part in parts if (bare := _bare(part))]


def is_emoji(word: str) -> bool:
    return word.startswith(_EMOJI)


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
    return category == "Mn" or category == "Mc" and bool(_RUN.match(character))


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
    return next(letters, hit) if _RUN.match(text, near) else hit


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
    whole = {word for term in terms if not term.run for word in term.words}
    begun = terms[-1].words[-1] if terms and not terms[-1].run else None
    for match in _WORD.finditer(folded):
        word = _word(match)
        if not match["run"] and (word in whole or begun and word.startswith(begun)):
            yield match.span()
    for match in _JOINED.finditer(folded):
        word = _in_one(match[0])
        if word in whole or begun and word.startswith(begun):
            yield match.span()


def _run_hits(folded: str, terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    for run in (term.run for term in terms if term.run):
        for match in re.finditer(_JOINTS.join(map(re.escape, run)), folded):
            yield match.span()


def _number_hits(folded: str, terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    asked = [number for term in terms for number in term.numbers]
    for match in _NUMBERS.finditer(folded) if asked else ():
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
