"""Personal words in a text to many: "Hi {first_name}" becomes "Hi Naomi"."""

import re

FIELDS: tuple[str, ...] = ("first_name",)
"""The fields that are filled in; any other {word} stays as it is written."""

_FIELD = re.compile(r"\{\s*(\w+)\s*\}")


def merge(template: str, *, first_name: str | None) -> str:
    """The text for one member; "friend" for a member whose name is not known.

    One pass: braces inside a name are letters like any other and are never looked at again.
    """
    values = {"first_name": (first_name or "").strip() or "friend"}
    return _FIELD.sub(lambda found: values.get(found[1].lower(), found[0]), template)


def fields_in(template: str) -> tuple[str, ...]:
    """The distinct {words} of a template in order and in lower case, known or not."""
    return tuple(dict.fromkeys(word.lower() for word in _FIELD.findall(template)))
