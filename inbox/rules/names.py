"""The first name for greetings."""

import re
from itertools import takewhile

from inbox.rules.name_order import (
    COMMAS,
    EAST_ASIAN,
    full_name,
    names_two,
    order_parts,
    without_suffixes,
)
from inbox.rules.name_parts import (
    IN_BRACKETS,
    INITIAL,
    and_in,
    has_and,
    has_relative_behind,
    is_particle,
    is_somebodys_relative,
    is_title,
    without_titles,
)
from inbox.rules.name_titles import (
    ABBREVIATED,
    AFTER_PARTICLE,
    ARTICLES,
    BEFORE_GIVEN,
    DEPARTED,
    DOTTED_GIVEN,
    FAMILY_FIRST,
    HOUSEHOLDS,
    HUSBANDS,
    LOWER_PARTICLES,
    ORGANIZATIONS,
    PARTICLES,
    PLACEHOLDERS,
    SHORT_GIVEN,
    SPECIAL,
    SUFFIXES,
    WIVES,
    key,
)

# Characters in a stored name.
MAX_NAME_LENGTH = 120

_COMMA = r"\s*,\s*(?:(?:and|und|et|y|e|&)\s+)?"
_PICTURES = re.compile("[\u2600-\u27bf\ufe0f\u200d\U0001f000-\U0001faff]+")
_PRONOUN = r"(?:she|hers?|he|his|him|they|theirs?|them|ella|él|elle|suy[ao])"
_PRONOUNS = re.compile(rf"\b{_PRONOUN}(?:\s*/\s*{_PRONOUN}\b)+", re.IGNORECASE)
# What may stand around a word of a name.
_AROUND = ',;:?!¿¡~-*•"“”'

# As most names are: an audience of fifty thousand asks for the first name of each.
_PLAIN = re.compile(r"[A-Za-zÀ-ɏ]{2,}(?: [A-Za-zÀ-ɏ]{2,})*")


def first_name(name: str) -> str | None:
    """The name for greetings, whatever the order of the full name; None if none is certain.

    Titles are left out ("Dr. Ana Ruiz": Ana), but stay where only a surname follows ("Pastor Lee").
    A couple is greeted by both names ("Ruth and Samuel"); "The Adams Family" has none, and neither
    has a surname alone ("de la Cruz"). Where the given name cannot be told from the others, it is
    the whole name: "Mrs. John Smith", "José Ortega y Gasset", "Nguyễn Văn An".
    """
    if _PLAIN.fullmatch(name):
        words = name.split(" ")
        if SPECIAL.isdisjoint(map(key, words)):
            return words[0]
    if "@" in name or not DEPARTED.isdisjoint(map(key, name.split())):
        return None
    name = _PRONOUNS.sub("", COMMAS.sub(",", name))
    if names_two(name) and not has_and(name):
        return None
    given, family = order_parts(name)
    called = _greeted(given, surname=False)
    if called and not _is_lone_initial(called) and not _is_a_wife(given.split()):
        return called
    return _greeted(full_name(given, family) if given else without_suffixes(name), surname=True)


def _greeted(name: str, surname: bool) -> str | None:
    """`surname`: whether the last of several words is one."""
    name = " ".join(_PICTURES.sub(" ", IN_BRACKETS.sub(" ", name)).split())
    words = {key(word) for word in name.split()}
    if words & HOUSEHOLDS or words & ORGANIZATIONS or words <= PLACEHOLDERS:
        return None
    several = and_in(name)
    if surname and several.search(name):
        several = re.compile(f"{_COMMA}|{several.pattern}")
    members, between = several.split(name), several.findall(name)
    if surname and _is_one_surname(members, between):
        return " ".join(without_titles(name.split()))
    # The surname at the end belongs to all: "Mr. John and Mrs. Ruth Adams".
    shared = len(without_titles(members[-1].split())) > 1
    called = [_called(one, surname and not shared) for one in members[:-1]]
    called.append(_called(members[-1], surname))
    certain = [one for one in called if one]
    if len(certain) < len(called) or (between and all(map(_is_lone_initial, certain))):
        return None
    pairs = zip(certain, [*between, ""], strict=True)
    return "".join(f"{one}{and_}" for one, and_ in pairs)


def _is_one_surname(members: list[str], between: list[str]) -> bool:
    """As in "José Ortega y Gasset", although "Ana Elena y Luis" may be two."""
    if len(members) != 2 or between[0].strip().lower() not in ("y", "e"):
        return False
    before, after = without_titles(members[0].split()), members[1].split()
    if is_title(after):
        return False
    return len(before) > 1 and (len(after) == 1 or is_particle(after))


def _called(name: str, surname: bool) -> str | None:
    """The greeting name of one person."""
    words = [word.strip(_AROUND) for word in name.split() if any(map(str.isalpha, word))]
    while len(words) > 1 and key(words[-1]) in SUFFIXES and not words[-1].islower():
        words.pop()
    article = bool(words) and key(words[0]) in ARTICLES
    while words and key(words[0]) in ARTICLES:
        words.pop(0)
    if is_somebodys_relative(words) or has_relative_behind(words):
        return None
    if words and key(words[0]) in PARTICLES and words[1:] and is_title(words[1:]):
        words.pop(0)
    named = without_titles(words)
    if not named or (article and named == words):
        return None
    given = _given(named, surname)
    if not surname or named == words:
        return given
    needs_title = given in (None, " ".join(named)) or _is_a_wife(words)
    return " ".join(words) if needs_title else given


def _is_a_wife(words: list[str]) -> bool:
    """Whether she is called by her husband's name: "Mrs. John Smith"."""
    return len(words) > 1 and key(words[0]) in WIVES and key(words[1]) in HUSBANDS


def _is_lone_initial(name: str) -> bool:
    return len(key(name)) == 1 and bool(INITIAL.fullmatch(name))


def _given(words: list[str], surname: bool) -> str | None:
    """The first word, unless it means little alone. `surname`: whether the last word is one."""
    first, *others = words
    if all(map(EAST_ASIAN.fullmatch, words)) or (surname and _is_family_first(words)):
        return " ".join(words)
    if is_particle(words):
        return _after_particle(words, surname)
    if others and first.lower().endswith(("'s", "’s")):
        # "Tim's mom" is not called Tim.
        return None
    initials = list(takewhile(INITIAL.fullmatch, words))
    if len("".join(map(key, initials))) > 1:
        # "J. R. Smith" is called that; J. Robert Smith is not called J.
        return " ".join(initials)
    if initials:
        only_surname = len(words) < 3 or is_particle(others)
        return " ".join(words) if only_surname else _given(others, surname)
    if key(first) in ABBREVIATED:
        return _with_next(words)
    if others and first.endswith(".") and len(key(first)) > 1:
        is_title = surname and len(others) > 1 and key(first) not in DOTTED_GIVEN
        return _given(others, surname) if is_title else _with_next(words)
    return first


def _is_family_first(words: list[str]) -> bool:
    """As in "Nguyễn Văn An"."""
    middle = words[1].lower() if len(words) > 2 else ""
    return len(words) > 1 and (key(words[0]) in FAMILY_FIRST or middle in ("thị", "văn"))


def _after_particle(words: list[str], surname: bool) -> str | None:
    """A given name that begins like a surname: "La Toya", or "Van" alone."""
    first, *others = words
    if not others:
        return first if first[0].isupper() and key(first) in SHORT_GIVEN else None
    if first.islower() and not others[0].islower():
        return None
    if len(others) == 1 and key(first) in SHORT_GIVEN and key(others[0]) in FAMILY_FIRST:
        return first
    known = key(first) in BEFORE_GIVEN and key(others[0]) in AFTER_PARTICLE
    if known or not (surname or is_particle(others)):
        return " ".join(words[:2])
    return None


def _with_next(words: list[str]) -> str | None:
    """A name that means little alone, and the one after it: "Ma. Elena", "Ma. de los Ángeles",
    "Abd al Rahman"."""
    first, *others = words
    if not others:
        return None if first.endswith((".", "ª")) else first
    between = PARTICLES | ARTICLES | LOWER_PARTICLES
    lead = list(takewhile(lambda word: key(word) in between, others[:-1]))
    return " ".join(words[: len(lead) + 2])
