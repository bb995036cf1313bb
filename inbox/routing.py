"""Routes that are only matched, because inbox/paths.py builds our URLs.

For each route, Werkzeug also compiles two functions that build its URL. That took most of the time
of a start.
"""

from collections.abc import Callable
from typing import Any, NoReturn

from quart import Quart
from quart.routing import QuartRule


class MatchedRule(QuartRule):
    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., NoReturn]:
        return _builds_no_url


def _builds_no_url(rule: MatchedRule, **values: Any) -> NoReturn:
    raise NotImplementedError(f"Add the URL of {rule.rule} to inbox/paths.py instead.")


class RoutedQuart(Quart):
    url_rule_class = MatchedRule

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        # Werkzeug would redirect an address with a double slash to whichever host the client names.
        # It is simply not found.
        self.url_map.merge_slashes = False
