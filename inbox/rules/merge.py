"""Merge fields in a broadcast: "Hi {first_name}" becomes "Hi Naomi"."""

import re

from inbox.i18n import N_

FIELDS: tuple[str, ...] = ("first_name",)
"""The fields that are filled in; `merge` leaves any other {word} as it is written."""

STAND_IN = N_("friend")
"""Whoever has no name is called that, in the language of the church."""

_FIELD = re.compile(r"\{\s*(\w+)\s*\}")
# The same rule as in static/js/composer/fields.js: anything the writer may have meant as a field.
_MEANT = re.compile(r"\{\s*([^\W\d_][^{}\n]{0,39}?)\s*\}")


def merge(template: str, *, first_name: str | None, stand_in: str = STAND_IN) -> str:
    """The text for one member; `stand_in` replaces an unknown name.

    One pass: braces inside a name are ordinary characters.
    """
    values = {"first_name": (first_name or "").strip() or stand_in}
    return _FIELD.sub(lambda found: values.get(found[1].lower(), found[0]), template)


def fields_in(template: str) -> tuple[str, ...]:
    """The distinct {words} of a template in order and in lower case, known or not."""
    return tuple(dict.fromkeys(word.lower() for word in _FIELD.findall(template)))


def unknown_in(template: str) -> str | None:
    """The first {word} or {few words}, with its braces, that is not a merge field."""
    meant = _MEANT.finditer(template)
    return next((found[0] for found in meant if found[1].lower() not in FIELDS), None)
