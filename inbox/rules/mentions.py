"""Mentions in a private note: "@Daniel Ortiz", or "@Daniel" where there is only one."""

import re
from collections import Counter
from collections.abc import Mapping


def mentioned(body: str, names: Mapping[int, str]) -> set[int]:
    """The ids of those named in `body`; `names` are those who could be, by id."""
    called = _called(names)
    if not called or "@" not in body:
        return set()
    # The longest first: "@Daniel Ortiz" is not some other Daniel.
    any_name = "|".join(
        r"\s+".join(map(re.escape, name.split())) for name in sorted(called, key=len, reverse=True)
    )
    found = re.finditer(rf"(?<!\w)@({any_name})(?!\w|-\w)", body, re.IGNORECASE)
    return set[int]().union(*(called.get(_plain(one[1]), set()) for one in found))


def _called(names: Mapping[int, str]) -> dict[str, set[int]]:
    """The id for each full name, and for each first name that only one person has."""
    full: dict[str, set[int]] = {}
    for id, name in names.items():
        if name.strip():
            full.setdefault(_plain(name), set()).add(id)
    firsts = {id: _plain(name).split()[0] for id, name in names.items() if name.strip()}
    bearers = Counter(firsts.values())
    alone = {first: {id} for id, first in firsts.items() if bearers[first] == 1}
    return alone | full


def _plain(name: str) -> str:
    return " ".join(name.lower().split())
