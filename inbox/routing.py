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
