"""A phrase is tried only on clauses with a word that begins as it is listed."""

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

import pytest

from inbox.rules.stop_phrases import ENGLISH
from inbox.rules.stop_phrases_elsewhere import ELSEWHERE
from inbox.rules.stop_phrases_es import SPANISH
from inbox.rules.stop_phrases_lists import ABOUT_LISTS
from inbox.rules.wrong_numbers import WRONG_NUMBER

# Python's own reading of a pattern.
parse: Any = import_module("re._parser").parse


@pytest.mark.parametrize(
    ("beginnings", "asks"), [*ENGLISH, *ABOUT_LISTS, *WRONG_NUMBER, *SPANISH, *ELSEWHERE]
)
def test_every_wording_of_a_phrase_has_a_word_it_is_listed_under(
    beginnings: str, asks: str
) -> None:
    wordings = [one for one in wordings_of(parse(asks)) if re.search(asks, one)]
    assert wordings, "the premise"
    listed = set(beginnings.split())
    found = {wording: {word[:3] for word in wording.split(" ")} & listed for wording in wordings}
    assert [wording for wording, beginning in found.items() if not beginning] == []
    assert listed == set().union(*found.values()), "some are listed in vain"


def wordings_of(pattern: Iterable[tuple[Any, Any]]) -> list[str]:
    """Texts that take every branch of the pattern at least once; some may not match as a whole."""
    parts = [wordings for op, value in pattern if (wordings := wordings_of_part(str(op), value))]
    return list(dict.fromkeys(combined(parts)))


def combined(parts: list[list[str]]) -> Iterator[str]:
    """Each choice next to the first choices of all others, and the nth choices together."""
    for at, choices in enumerate(parts):
        for choice in choices:
            yield "".join([*first(parts[:at]), choice, *first(parts[at + 1 :])])
    for number in range(max(map(len, parts), default=1)):
        yield "".join(choices[number % len(choices)] for choices in parts)


def first(parts: list[list[str]]) -> list[str]:
    return [choices[0] for choices in parts]


def wordings_of_part(op: str, value: Any) -> list[str]:
    match op:
        case "LITERAL":
            return [chr(value)]
        case "ANY" | "IN":
            return one_of(value)
        case "BRANCH":
            return [wording for branch in value[1] for wording in wordings_of(branch)]
        case "SUBPATTERN":
            return wordings_of(value[3])
        case "MAX_REPEAT" | "MIN_REPEAT":
            least, _, repeated = value
            once = wordings_of(repeated)
            return [wording * least for wording in once] if least else ["", *once]
    # Anchors, and what may not be beside it, have no letters of their own.
    assert op == "AT" or op.startswith("ASSERT"), op
    return []


def one_of(characters: Any) -> list[str]:
    """The letters that may be here; any will do where a whole class may."""
    literals = [chr(value) for op, value in characters or () if str(op) == "LITERAL"]
    return literals or ["q"]
