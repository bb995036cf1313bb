"""Contact cards (.vcf), as phones and address books export them, as rows under a heading."""

import quopri
import re
from collections.abc import Iterator

MAX_PHONES = 8
_HEADING = ["Name", "Note", "Tags"] + [
    f"Phone {n} - {part}" for n in range(1, MAX_PHONES + 1) for part in ("Label", "Value")
]
# About a number's kind, not its place.
_NO_LABELS = frozenset("voice pref text msg video internet type value uri x other".split())
_ESCAPED = re.compile(r"\\(.)")
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")


def is_vcards(text: str) -> bool:
    return text[:200].lstrip().upper().startswith("BEGIN:VCARD")


def rows_of_vcards(text: str) -> Iterator[tuple[int, list[str]]]:
    """A heading, and a row for each card, numbered by the line on which the card begins."""
    yield 0, _HEADING
    begun, card = 0, dict[str, list[tuple[str, list[str], str]]]()
    for number, line in _unfolded(text):
        name, params, value = _property(line)
        if name == "begin":
            if begun:
                # Its end is missing.
                yield begun, _row(card)
            begun, card = number, {}
        elif name == "end" and begun:
            yield begun, _row(card)
            begun = 0
        else:
            card.setdefault(name.rpartition(".")[2], []).append((name, params, value))
    if begun:
        yield begun, _row(card)


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Lines, of which some go on in the next: after a space, or after the "=" of vCard 2.1."""
    at, whole = 0, ""
    for number, line in enumerate(text.split("\n"), start=1):
        if whole and line[:1] in (" ", "\t"):
            whole += line[1:]
        elif whole.endswith("=") and "quoted-printable" in whole.lower():
            whole = whole[:-1] + line
        else:
            if whole:
                yield at, whole
            at, whole = number, line
    if whole:
        yield at, whole


def _property(line: str) -> tuple[str, list[str], str]:
    """The name in lower case, its parameters, and the value."""
    before, _, value = line.partition(":")
    name, *params = before.lower().split(";")
    if "encoding=quoted-printable" in params or "quoted-printable" in params:
        value = quopri.decodestring(value.encode()).decode("utf-8", "replace")
    return name.strip(), params, value.strip()


def _row(card: dict[str, list[tuple[str, list[str], str]]]) -> list[str]:
    labels = {
        name.partition(".")[0]: value for name, _, value in card.get("x-ablabel", []) if "." in name
    }
    row = [_name(card), *(_first(card, name) for name in ("note", "categories"))]
    for name, params, value in card.get("tel", [])[:MAX_PHONES]:
        own = labels.get(name.partition(".")[0], "")
        row += [_APPLE_LABEL.sub(r"\1", own) or _label(params), _plain(value)]
    return row


def _name(card: dict[str, list[tuple[str, list[str], str]]]) -> str:
    """The name as shown; otherwise put together from its parts, family name first."""
    for _, _, value in card.get("fn", []):
        if value and "@" not in value:
            return _plain(value)
    for _, _, value in card.get("n", []):
        family, given, *_ = [*re.split(r"(?<!\\);", value), "", ""]
        return " ".join(filter(None, map(_plain, (given, family))))
    return ""


def _first(card: dict[str, list[tuple[str, list[str], str]]], name: str) -> str:
    return next((_plain(value) for _, _, value in card.get(name, [])), "")


def _label(params: list[str]) -> str:
    words = re.split(r"[=,\"]", ",".join(params))
    return " ".join(word for word in words if word not in _NO_LABELS and word)


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value).strip()
