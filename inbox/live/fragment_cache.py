"""A cache of rendered fragments.

A fragment knows no viewer, so one rendering serves every page, push, and response until something
that it shows changes. What it shows is the key, so nothing needs to be invalidated.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cache
from operator import attrgetter
from typing import Any

from markupsafe import Markup
from tortoise.models import Model

# About 3 KB each.
MAX_FRAGMENTS = 3_000

Facts = tuple[Hashable, ...]


class FragmentCache:
    def __init__(self, most: int = MAX_FRAGMENTS) -> None:
        self._most = most
        self._kept: OrderedDict[Facts, Markup] = OrderedDict()

    def drawn(self, facts: Facts, draw: Callable[[], str]) -> Markup:
        """The fragment that `draw` makes of these facts, which are everything that it shows."""
        html = self._kept.get(facts)
        if html is None:
            html = self._kept[facts] = Markup(draw())
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(facts)
        return html


def facts_of(row: Model | None) -> Hashable:
    """All columns of a row."""
    return None if row is None else _columns(type(row))(row)


@cache
def _columns(model: type[Model]) -> Callable[[Model], Any]:
    return attrgetter(*model._meta.fields_db_projection)
