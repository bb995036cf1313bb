"""Words of a name that say what the others are: titles, particles, and what joins two people."""

import re
from itertools import pairwise

from inbox.rules.name_titles import (
    ACCENTED_TITLES,
    ALSO_GIVEN,
    DOTTED_TITLES,
    LOWER_PARTICLES,
    PARTICLES,
    RELATIVES,
    TITLES,
    WITH_TITLE,
    key,
)

# "Ruth and Samuel", "Ana y Luis", "Ruth/Sam". A lone capital is an initial.
_AND = re.compile(r"\s+(?:(?i:and|und|et)|n|'n'?)\s+|\s+[yeиі]\s+|\s*(?:[&+]|(?<!\b[cw])/)\s*")
# Unless the whole name is in capitals.
_AND_IN_CAPITALS = re.compile(r"\s+(?:AND|ET|[YEИІ])\s+|\s*(?:[&+]|(?<!\b[CW])/)\s*")
INITIAL = re.compile(r"[^\W\d_]\.?|(?:[^\W\d_]\.){2,}")
IN_BRACKETS = re.compile(r"[(\[{].*?[)\]}]")


def and_in(name: str) -> re.Pattern[str]:
    return _AND_IN_CAPITALS if name.isupper() else _AND


def has_and(name: str) -> bool:
    return bool(and_in(name).search(name))


def without_titles(words: list[str]) -> list[str]:
    titled = False
    while words and (is_title(words) or (titled and key(words[0]) in WITH_TITLE)):
        words, titled = words[1:], True
    return words


def is_title(words: list[str]) -> bool:
    """Whether the first of these words is a title, given the words after it."""
    word = key(words[0])
    if words[0].lower() in ACCENTED_TITLES:
        return True
    if word in ALSO_GIVEN:
        return len(words) > 1 and not INITIAL.fullmatch(words[1])
    if word in WITH_TITLE:
        return len(words) > 1 and is_title(words[1:])
    return word in TITLES or (word in DOTTED_TITLES and words[0].endswith("."))


def is_particle(words: list[str]) -> bool:
    """Whether a surname seems to begin here. Accents matter: Vân and Lê are given names."""
    word = words[0].strip(".").lower()
    if word in LOWER_PARTICLES:
        return words[0].islower() and not " ".join(words).islower()
    return word in PARTICLES


def begins_like_surname(name: str) -> bool:
    """As "van der Berg" and "De la Cruz"."""
    return is_particle(name.split())


def is_somebodys_relative(words: list[str]) -> bool:
    """As "Wife of John" and "mamá de Luis"."""
    return len(words) > 1 and key(words[0]) in RELATIVES and key(words[1]) in ("of", "de", "del")


def has_relative_behind(words: list[str]) -> bool:
    """As "Sam Adams' wife"."""
    return any(
        word.endswith(("'s", "’s", "s'", "s’")) and key(after) in RELATIVES
        for word, after in pairwise(words)
    )
