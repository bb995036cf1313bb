"""Search terms: words without case, accents, and separators.

Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese have no reliable spaces between words: a run
of their letters is indexed as each letter and each pair of neighbors, and found by all its pairs.
A word with an apostrophe or a hyphen is also indexed and found in one: "O'Brien" is "obrien", too.
A time is indexed with and without the space in it: "7:30 pm" and "7:30pm".
A phone number is indexed from each of its digits on, however it was divided. An emoji is a word.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from inbox.rules.letters import DOTS, JOINTS, RUN, UNSPACED, fold, without_accents
from inbox.rules.phone import dialed_forms

# No one types more than that; longer content is not searched.
MAX_ASKED = 8
MAX_WORD = 60
# Digits of a phone number; this few are searched as part of one.
MIN_PHONE, MAX_PHONE, MIN_DIGITS = 7, 15, 4
# Before a phone number's digits in the index, and before an emoji's code. Private-use letters: no
# one types them by accident, and SQLite's index keeps them, which it does not do with emoji.
_NUMBER = "\ue000"
_EMOJI = "\ue001"

_SIGN = "[\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001f3fa\U0001f400-\U0001faff]"
# Part of the emoji before it.
_SKIN = "[\U0001f3fb-\U0001f3ff]"
WORD = re.compile(f"(?P<run>{RUN.pattern})|(?P<emoji>{_SIGN}){_SKIN}?|(?:(?!{UNSPACED})[^\\W_])+")
NUMBERS = re.compile(r"(?P<plus>\+?)(?P<number>[0-9](?:[\s().\u2010-\u2013/-]{0,3}[0-9])*)")
# "O'Brien", "co-op", "VBS-2026", the Hebrew צה״ל, and a Persian word with an invisible joint.
_JOINED = re.compile(r"(?<![^\W_])[^\W_]++(?:['’‘`´\"״׳\u200c\u2010\u2011-][^\W_]++)+")
_TIME = re.compile(r"(?P<minutes>[0-9]{1,2})(?<![0-9]{3}) ?(?P<half>[ap])\.?(?P<m>m)(?![^\W_])")


@dataclass(frozen=True)
class Term:
    """One term to find: all of `words`, `joined`, or one of `numbers` (parts of phone numbers).

    `run` is the original text where `words` are letter pairs of a run without spaces; `joined` is
    what they are in one: "dont" for "don't".
    """

    words: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    run: str = ""
    joined: str = ""


def words_of(text: str) -> list[str]:
    """Each word once, in order, folded: "José's  JOSÉ" is ["jose", "s"]; a run without spaces is
    its letters and its pairs: "祈祷会" is ["祈", "祷", "会", "祈祷", "祷会"]."""
    return list(dict.fromkeys(_words_in(fold(text))))


def index_words(text: str) -> list[str]:
    """The index entries of a text: its words and, from each digit on, its phone numbers."""
    folded = fold(text)
    others = (*map(in_one, joined_in(folded)), *_times_in(folded), *_numbers_in(folded))
    return list(dict.fromkeys([*_words_in(folded), *others]))


def _words_in(folded: str) -> Iterator[str]:
    for match in WORD.finditer(folded):
        if match["run"]:
            run = _bare(match["run"])
            yield from run
            yield from _pairs(run)
        else:
            yield word_in(match)


def joined_in(folded: str) -> Iterator[re.Match[str]]:
    """The words with an apostrophe or a hyphen; a date or a phone number is none."""
    return (match for match in _JOINED.finditer(folded) if any(map(str.isalpha, match[0])))


def in_one(joined: re.Match[str]) -> str:
    return "".join(one for one in joined[0] if one.isalnum())[:MAX_WORD]


def _times_in(folded: str) -> Iterator[str]:
    for match in _TIME.finditer(folded):
        half = match["half"] + match["m"]
        yield from (match["minutes"], half, match["minutes"] + half)


def word_in(match: re.Match[str]) -> str:
    """A word as stored in the index."""
    return f"{_EMOJI}{ord(match['emoji']):05x}" if match["emoji"] else match[0][:MAX_WORD]


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _bare(run: str) -> str:
    return re.sub(JOINTS, "", run)


def _numbers_in(folded: str) -> Iterator[str]:
    for match in NUMBERS.finditer(folded):
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
    for match in NUMBERS.finditer(folded):
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
    return bool(re.search(f"(?!{UNSPACED})[^\\W_]", around))


def _plain_terms(folded: str) -> Iterator[Term]:
    at = 0
    for match in joined_in(folded):
        if not RUN.search(match[0]):
            yield from _terms_between(folded[at : match.start()])
            yield Term(tuple(_words_in(match[0])), joined=in_one(match))
            at = match.end()
    yield from _terms_between(folded[at:])


def _terms_between(folded: str) -> Iterator[Term]:
    for match in WORD.finditer(folded):
        if match["run"]:
            run = _bare(match["run"])[:MAX_WORD]
            yield Term(tuple(dict.fromkeys(_pairs(run) or [run])), run=run)
        else:
            yield Term((word_in(match),))


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
    found = WORD.finditer(unicodedata.normalize("NFC", text))
    runs = [
        [match["emoji"]] if match["emoji"] else re.split(f"[{DOTS}]", match["run"])
        for match in found
        if match["run"] or match["emoji"]
    ]
    return [bare for parts in runs for part in parts if (bare := _bare(part))]


def is_emoji(word: str) -> bool:
    return word.startswith(_EMOJI)
