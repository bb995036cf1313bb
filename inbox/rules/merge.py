"""Merge fields in a broadcast: "Hi {first_name}" becomes "Hi Naomi"."""

import re

from inbox.i18n import N_

FIELDS: tuple[str, ...] = ("first_name",)
"""The fields that are filled in; `merge` leaves any other {word} as it is written."""

STAND_IN = N_("friend")
"""Whoever has no name is called that, in the language of the church."""

# The same rules as in static/js/composer/fields.js. Other programs write {{first_name}}, and Asian
# keyboards write wide braces. Bounded, or a thousand braces would be tried from each of them on.
_OPEN, _CLOSE = r"[{\uff5b]{1,4}\s{0,9}", r"\s{0,9}[}\uff5d]{1,4}"
_FIELD = re.compile(rf"{_OPEN}(\w+){_CLOSE}")
# Anything the writer may have meant as a field: up to four words, but not "{John 3:16}"; and
# first_name with only one of its braces, or with more between them.
_MEANT = re.compile(
    rf"{_OPEN}(?P<words>[^\W\d_]\w*(?:[ ./'’-]+[^\W\d]\w*){{0,3}}){_CLOSE}"
    rf"|{_OPEN}first[_ ]?name(?:[^{{}}\uff5b\uff5d\n]{{0,40}}[}}\uff5d]{{1,4}})?"
    rf"|first[_ ]?name{_CLOSE}",
    re.IGNORECASE,
)


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
    """The first {word} or {few words}, with its braces, that is not a merge field, or a merge field
    without one of its braces."""
    meant = _MEANT.finditer(template)
    return next((one[0] for one in meant if (one["words"] or "").lower() not in FIELDS), None)
