"""A member's full name from lists, and the first name for greetings."""

import re
from itertools import pairwise, takewhile

from inbox.rules.name_titles import (
    ABBREVIATED,
    ACCENTED_TITLES,
    AFTER_PARTICLE,
    ALSO_GIVEN,
    ARTICLES,
    BEFORE_GIVEN,
    DOTTED_GIVEN,
    DOTTED_TITLES,
    FAMILY_FIRST,
    GENERATIONS,
    HOUSEHOLDS,
    HUSBANDS,
    LOWER_PARTICLES,
    ORGANIZATIONS,
    PARTICLES,
    PLACEHOLDERS,
    RELATIVES,
    SHORT_GIVEN,
    SPECIAL,
    SUFFIXES,
    TITLES,
    WITH_TITLE,
    WIVES,
    key,
)

# "Ruth and Samuel", "Ana y Luis", "Ruth/Sam". A lone capital is an initial.
_AND = re.compile(r"\s+(?:(?i:and|und)|n|'n'?)\s+|\s+[ye]\s+|\s*(?:[&+]|(?<!\b[cw])/)\s*")
# Unless the whole name is in capitals.
_AND_IN_CAPITALS = re.compile(r"\s+(?:AND|[YE])\s+|\s*(?:[&+]|(?<!\b[CW])/)\s*")
_COMMA = r"\s*,\s*(?:(?:and|und|y|e|&)\s+)?"
# As Arabic and Chinese keyboards write them.
_COMMAS = re.compile("[،，]")
_PICTURES = re.compile("[\u2600-\u27bf\ufe0f\u200d\U0001f000-\U0001faff]+")
_IN_BRACKETS = re.compile(r"[(\[{].*?[)\]}]")
# What may stand around a word of a name.
_AROUND = ',;:?!¿¡~-*•"“”'
_INITIAL = re.compile(r"[^\W\d_]\.?|(?:[^\W\d_]\.){2,}")
# Scripts that write the family name first, with nothing in between.
_EAST_ASIAN = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]+")

# As most names are: an audience of fifty thousand asks for the first name of each.
_PLAIN = re.compile(r"[A-Za-zÀ-ɏ]{2,}(?: [A-Za-zÀ-ɏ]{2,})*")


def turned_round(name: str) -> str:
    """ "Park, Naomi" becomes Naomi Park; other names stay, such as Naomi Park, MD."""
    plain = _COMMAS.sub(",", name)
    given, family = _parts(plain)
    before, _, last = given.rpartition(" ")
    if before and key(last) in GENERATIONS:
        given, family = before, f"{family} {last}"
    return full_name(given, family) if given and plain.count(",") == 1 else name


def full_name(given: str, family: str) -> str:
    """Both as one name: Naomi Park, and 王小明."""
    if _EAST_ASIAN.fullmatch(given) and _EAST_ASIAN.fullmatch(family):
        return family + given
    return f"{given} {family}".strip()


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
    if "@" in name:
        return None
    name = _COMMAS.sub(",", name)
    given, family = _parts(name)
    called = _greeted(given, surname=False)
    if called and not _is_lone_initial(called) and not _is_a_wife(given.split()):
        return called
    return _greeted(full_name(given, family) if given else _without_suffixes(name), surname=True)


def _greeted(name: str, surname: bool) -> str | None:
    """`surname`: whether the last of several words is one."""
    name = " ".join(_PICTURES.sub(" ", _IN_BRACKETS.sub(" ", name)).split())
    words = {key(word) for word in name.split()}
    if words & HOUSEHOLDS or words & ORGANIZATIONS or words <= PLACEHOLDERS:
        return None
    several = _and_in(name)
    if surname and several.search(name):
        several = re.compile(f"{_COMMA}|{several.pattern}")
    members, between = several.split(name), several.findall(name)
    if surname and _is_one_surname(members, between):
        return " ".join(_without_titles(name.split()))
    # The surname at the end belongs to all: "Mr. John and Mrs. Ruth Adams".
    shared = len(_without_titles(members[-1].split())) > 1
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
    before, after = _without_titles(members[0].split()), members[1].split()
    if _is_title(after):
        return False
    return len(before) > 1 and (len(after) == 1 or _is_particle(after))


def _and_in(name: str) -> re.Pattern[str]:
    return _AND_IN_CAPITALS if name.isupper() else _AND


def _called(name: str, surname: bool) -> str | None:
    """The greeting name of one person."""
    words = [word.strip(_AROUND) for word in name.split() if any(map(str.isalpha, word))]
    while len(words) > 1 and key(words[-1]) in SUFFIXES and not words[-1].islower():
        words.pop()
    article = bool(words) and key(words[0]) in ARTICLES
    while words and key(words[0]) in ARTICLES:
        words.pop(0)
    if _is_somebodys_relative(words) or _has_relative_behind(words):
        return None
    if words and key(words[0]) in PARTICLES and words[1:] and _is_title(words[1:]):
        words.pop(0)
    named = _without_titles(words)
    if not named or (article and named == words):
        return None
    given = _given(named, surname)
    if not surname or named == words:
        return given
    needs_title = given in (None, " ".join(named)) or _is_a_wife(words)
    return " ".join(words) if needs_title else given


def _is_somebodys_relative(words: list[str]) -> bool:
    """As "Wife of John" and "mamá de Luis"."""
    return len(words) > 1 and key(words[0]) in RELATIVES and key(words[1]) in ("of", "de", "del")


def _has_relative_behind(words: list[str]) -> bool:
    """As "Sam Adams' wife"."""
    return any(
        word.endswith(("'s", "’s", "s'", "s’")) and key(after) in RELATIVES
        for word, after in pairwise(words)
    )


def _is_a_wife(words: list[str]) -> bool:
    """Whether she is called by her husband's name: "Mrs. John Smith"."""
    return len(words) > 1 and key(words[0]) in WIVES and key(words[1]) in HUSBANDS


def _is_lone_initial(name: str) -> bool:
    return len(key(name)) == 1 and bool(_INITIAL.fullmatch(name))


def _given(words: list[str], surname: bool) -> str | None:
    """The first word, unless it means little alone. `surname`: whether the last word is one."""
    first, *others = words
    if all(map(_EAST_ASIAN.fullmatch, words)) or (surname and _is_family_first(words)):
        return " ".join(words)
    if _is_particle(words):
        return _after_particle(words, surname)
    if others and first.lower().endswith(("'s", "’s")):
        # "Tim's mom" is not called Tim.
        return None
    initials = list(takewhile(_INITIAL.fullmatch, words))
    if len("".join(map(key, initials))) > 1:
        # "J. R. Smith" is called that; J. Robert Smith is not called J.
        return " ".join(initials)
    if initials:
        only_surname = len(words) < 3 or _is_particle(others)
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
    if known or not (surname or _is_particle(others)):
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


def _is_particle(words: list[str]) -> bool:
    """Whether a surname seems to begin here. Accents matter: Vân and Lê are given names."""
    word = words[0].strip(".").lower()
    if word in LOWER_PARTICLES:
        return words[0].islower() and not " ".join(words).islower()
    return word in PARTICLES


def _without_titles(words: list[str]) -> list[str]:
    titled = False
    while words and (_is_title(words) or (titled and key(words[0]) in WITH_TITLE)):
        words, titled = words[1:], True
    return words


def _is_title(words: list[str]) -> bool:
    """Whether the first of these words is a title, given the words after it."""
    word = key(words[0])
    if words[0].lower() in ACCENTED_TITLES:
        return True
    if word in ALSO_GIVEN:
        return len(words) > 1 and not _INITIAL.fullmatch(words[1])
    if word in WITH_TITLE:
        return len(words) > 1 and _is_title(words[1:])
    return word in TITLES or (word in DOTTED_TITLES and words[0].endswith("."))


def _parts(name: str) -> tuple[str, str]:
    """The given and the family name in "Family, Given"; nothing for other names."""
    parts = [part.strip() for part in name.split(",")]
    while len(parts) > 1 and _is_suffix(parts[-1]):
        parts.pop()
    if len(parts) != 2 or not all(map(_is_name, parts)) or _is_remark(*parts) or _is_list(*parts):
        return "", ""
    if _is_titled(parts[0]):
        return "", ""
    family = _without_titles(parts[0].split())
    titles = parts[0].split()[: -len(family)] if family else []
    return " ".join([*titles, parts[1]]), " ".join(family) or parts[0]


def _without_suffixes(name: str) -> str:
    parts = name.split(",")
    while len(parts) > 1 and (_is_suffix(parts[-1]) or _is_titled(parts[0])):
        parts.pop()
    return ",".join(parts)


def _is_suffix(part: str) -> bool:
    """Empty counts as a suffix."""
    part = _IN_BRACKETS.sub(" ", part)
    return not part.strip() or key(part) in SUFFIXES


def _is_name(part: str) -> bool:
    return any(c.isalpha() for c in part) and not any(c.isdigit() for c in part)


def _is_remark(before: str, behind: str) -> bool:
    """As in "Naomi Park, youth leader", but not "Park, dr. Naomi" or "Cruz, de la"."""
    words = behind.split()
    titled = _is_title(words) and bool(_without_titles(words))
    begins_surname = all(key(word) in PARTICLES | ARTICLES for word in words)
    lower = behind[0].islower() and not before[0].islower()
    if _is_somebodys_relative(words) or _has_relative_behind(words):
        return True
    return lower and not titled and not begins_surname


def _is_titled(before: str) -> bool:
    """As in "Fr. Thomas Bell, S.J.": a title and two names are not a surname."""
    words = before.split()
    named = _without_titles(words)
    return named != words and len(named) > 1 and not _is_particle(named)


def _is_list(before: str, behind: str) -> bool:
    """As in "Ruth, Sam and Tina Adams", where the surname stands at the end, but not
    "Ortega y Gasset, José"."""
    behind = _IN_BRACKETS.sub("", behind)
    last = _and_in(behind).split(behind)[-1]
    if len(joined := _and_in(before).split(before)) > 1:
        is_surname = bool(re.search(r"\s[ye]\s", before.lower())) and len(joined) == 2
        return not is_surname or _has_and(behind)
    if len(before.split()) > 1 and before.split()[-1] == behind.split()[-1]:
        return True
    return _has_and(behind) and len(_without_titles(last.split())) > 1


def _has_and(name: str) -> bool:
    return bool(_and_in(name).search(name))


def begins_like_surname(name: str) -> bool:
    """As "van der Berg" and "De la Cruz"."""
    return _is_particle(name.split())
