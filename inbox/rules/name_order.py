"""Names in the order "Family, Given"."""

import re

from inbox.rules.given_names import ALSO_FAMILY, GIVEN
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
    ARTICLES,
    GENERATIONS,
    HOUSEHOLDS,
    ORGANIZATIONS,
    PARTICLES,
    SUFFIXES,
    key,
)

# As Arabic and Chinese keyboards write them.
COMMAS = re.compile("[،，]")
# Scripts that write the family name first, with nothing in between.
EAST_ASIAN = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]+")

_JR = re.compile(r"J\.\s?R\.")


def turned_round(name: str) -> str:
    """ "Park, Naomi" becomes Naomi Park; other names stay, such as Naomi Park, MD."""
    plain = COMMAS.sub(",", name)
    given, family = order_parts(plain)
    if " " in family and key(family.split()[0]) in HOUSEHOLDS:
        return name
    before, _, last = given.rpartition(" ")
    if before and key(last) in GENERATIONS:
        given, family = before, f"{family} {last}"
    return full_name(given, family) if given and plain.count(",") == 1 else name


def full_name(given: str, family: str) -> str:
    """Both as one name: Naomi Park, and 王小明."""
    if EAST_ASIAN.fullmatch(given) and EAST_ASIAN.fullmatch(family):
        return family + given
    return f"{given} {family}".strip()


def order_parts(name: str) -> tuple[str, str]:
    """The given and the family name in "Family, Given"; nothing for other names."""
    parts = [part.strip() for part in name.split(",")]
    while len(parts) > 1 and _is_suffix(parts[-1]) and not _ends_in_initials(parts):
        parts.pop()
    if len(parts) == 3 and " " not in parts[0] and key(parts[1]) in GENERATIONS:
        # "Smith, Jr., John"
        parts = [f"{parts[0]} {parts[1]}", parts[2]]
    if len(parts) != 2 or not all(map(_is_name, parts)) or _is_remark(*parts) or _is_list(*parts):
        return "", ""
    if _is_titled(parts[0]) or _are_two(*parts) or _is_organization(*parts):
        return "", ""
    family = without_titles(parts[0].split())
    titles = parts[0].split()[: -len(family)] if family else []
    return " ".join([*titles, parts[1]]), " ".join(family) or parts[0]


def names_two(name: str) -> bool:
    """As "John Smith, Mary Jones", who have no common greeting."""
    parts = [part.strip() for part in name.split(",")]
    return len(parts) == 2 and all(map(_is_name, parts)) and _are_two(*parts)


def _ends_in_initials(parts: list[str]) -> bool:
    """As "Smith, J.R.", but not "John Smith, J.R." """
    return " " not in parts[0] and bool(_JR.fullmatch(parts[-1]))


def without_suffixes(name: str) -> str:
    parts = name.split(",")
    while len(parts) > 1 and (_is_suffix(parts[-1]) or _is_titled(parts[0])):
        parts.pop()
    return ",".join(parts)


def _is_suffix(part: str) -> bool:
    """Empty counts as a suffix."""
    part = IN_BRACKETS.sub(" ", part)
    return not part.strip() or key(part) in SUFFIXES


def _is_name(part: str) -> bool:
    return any(c.isalpha() for c in part) and not any(c.isdigit() for c in part)


def _is_remark(before: str, behind: str) -> bool:
    """As in "Naomi Park, youth leader", but not "Park, dr. Naomi" or "Cruz, de la"."""
    words = behind.split()
    titled = is_title(words) and bool(without_titles(words))
    begins_surname = all(key(word) in PARTICLES | ARTICLES for word in words)
    lower = behind[0].islower() and not before[0].islower()
    if is_somebodys_relative(words) or has_relative_behind(words):
        return True
    return lower and not titled and not begins_surname


def _is_titled(before: str) -> bool:
    """As in "Fr. Thomas Bell, S.J.": a title and two names are not a surname."""
    words = before.split()
    named = without_titles(words)
    return named != words and len(named) > 1 and not is_particle(named)


def _is_list(before: str, behind: str) -> bool:
    """As in "Ruth, Sam and Tina Adams", where the surname stands at the end, but not
    "Ortega y Gasset, José"."""
    behind = IN_BRACKETS.sub("", behind)
    last = and_in(behind).split(behind)[-1]
    if len(joined := and_in(before).split(before)) > 1:
        is_surname = bool(re.search(r"\s[ye]\s", before.lower())) and len(joined) == 2
        return not is_surname or has_and(behind)
    if len(before.split()) > 1 and before.split()[-1] == behind.split()[-1]:
        return True
    return has_and(behind) and len(without_titles(last.split())) > 1


def _is_organization(before: str, behind: str) -> bool:
    """As "Grace Church, Springfield" and "Acme Plumbing, LLC", but not "Church, Ann" or
    "De la Iglesia, Ana"."""
    words = [word for word in map(key, before.split()) if word not in PARTICLES | ARTICLES]
    names_one = len(words) > 1 and not ORGANIZATIONS.isdisjoint(words)
    return names_one or key(behind) in ORGANIZATIONS


def _are_two(before: str, behind: str) -> bool:
    """As in "John Smith, Mary Jones" and "Juan, Ana y Luis", but not in "Ruiz López, Ana María" and
    "Thomas, Ann and Bob"."""
    one, other = before.split(), without_titles(IN_BRACKETS.sub("", behind).split())
    if not other or key(one[0]) not in GIVEN or all(key(word) in ALSO_FAMILY for word in one):
        return False
    if has_and(behind):
        return key(one[0]) not in ALSO_FAMILY
    return len(other) > 1 and key(other[0]) in GIVEN and _is_surname(other[-1])


def _is_surname(word: str) -> bool:
    """Whether it is neither a second given name, nor an initial or a nickname."""
    is_short = INITIAL.fullmatch(word) or key(word) in SUFFIXES
    return word[0].isalpha() and not is_short and key(word) not in GIVEN
