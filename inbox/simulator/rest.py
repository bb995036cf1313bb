"""Shared by Twilio's REST resources: authentication, paging, and dates."""

import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from quart import current_app, request

from .errors import TwilioError
from .network import Network
from .receipts import API_VERSION
from .records import Account
from .world import World

PAGE_SIZE = 50
MAX_PAGE_SIZE = 1000
HOST = re.compile(r"(?!-)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.?|[0-9A-Fa-f:]+")

Item = TypeVar("Item")
Fieldset = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Simulator:
    """The state behind one app's views."""

    world: World
    network: Network


def simulator() -> Simulator:
    found: Simulator = current_app.extensions["simulator"]
    return found


def open_account(
    sid: str, *, test: bool = False, main_only: bool = False, even_inactive: bool = False
) -> Account:
    """The account in the path, if the caller is authorized for it.

    `test`: test credentials may do this. `main_only`: Standard API keys may not. Raises TwilioError
    90002, 20003, 20005 or 20008.
    """
    account = _signed_in(main_only)
    if not sid.startswith("AC"):
        raise TwilioError(90002, sid)
    if account.sid != sid:
        raise TwilioError(20003)
    if account.status != "active" and not even_inactive:
        raise TwilioError(20005)
    if account.test and not test:
        raise TwilioError(20008)
    return account


def account_signed_in() -> Account:
    """The caller's account, if the path names none."""
    account = _signed_in(False)
    return open_account(account.sid)


def _signed_in(main_only: bool) -> Account:
    given = request.authorization
    if given is None or given.type != "basic":
        raise TwilioError(20003)
    name, secret = given.username or "", given.password or ""
    for account in simulator().world.accounts.values():
        if account.sid == name and account.status != "closed":
            tokens = [account.auth_token, account.secondary_token]
            if any(token and _same(token, secret) for token in tokens):
                return account
        elif name in account.keys and _same(account.keys[name], secret) and not main_only:
            return account
    raise TwilioError(20003)


def _same(known: str, given: str) -> bool:
    return hmac.compare_digest(known.encode(), given.encode())


def account_uri(account_sid: str, path: str) -> str:
    return f"/{API_VERSION}/Accounts/{account_sid}/{path}"


def rfc2822(moment: datetime | None) -> str | None:
    return format_datetime(moment.astimezone(UTC)) if moment else None


def iso8601(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_from(text: str) -> datetime:
    """A date (its midnight) or a date with time, in UTC. Raises TwilioError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise TwilioError(20001, "Invalid date value") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def is_web_address(text: str) -> bool:
    """An absolute http(s) address with a proper host; underscores are not proper."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - a port that is none raises ValueError
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme in ("http", "https") and HOST.fullmatch(host) is not None


def listing(
    name: str,
    items: Iterable[Item],
    place: Callable[[Item], str],
    show: Callable[[Item], Fieldset],
) -> Fieldset:
    """One page of a list, greatest `place` first, in the envelope of the 2010 API. A page token
    names a position, so that new rows shift nothing.
    """
    size = _whole("PageSize", PAGE_SIZE, 1, MAX_PAGE_SIZE)
    number = _whole("Page", 0, 0, 1_000_000)
    token = request.args.get("PageToken", "")
    found = sorted(items, key=place, reverse=True)
    start = _start_of(found, place, token, number, size)
    chunk = found[start : start + size]
    more = chunk and start + size < len(found)
    back = chunk and start > 0
    return {
        name: [show(item) for item in chunk],
        "uri": _page_uri(size, number, token),
        "first_page_uri": _page_uri(size, 0),
        "next_page_uri": _page_uri(size, number + 1, "PA" + place(chunk[-1])) if more else None,
        "previous_page_uri": (
            _page_uri(size, max(0, number - 1), "PB" + place(chunk[0])) if back else None
        ),
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": max(0, number * size + len(chunk) - 1),
    }


def _start_of(
    found: list[Item], place: Callable[[Item], str], token: str, number: int, size: int
) -> int:
    if not token:
        return number * size
    mark = token[2:]
    if token.startswith("PA"):
        return sum(place(item) >= mark for item in found)
    if token.startswith("PB"):
        return max(0, sum(place(item) > mark for item in found) - size)
    raise TwilioError(20001, "PageToken")


def _whole(name: str, usual: int, low: int, high: int) -> int:
    text = request.args.get(name, str(usual))
    if not text.isdecimal() or not low <= int(text) <= high:
        raise TwilioError(20001, name)
    return int(text)


def _page_uri(size: int, number: int, token: str = "") -> str:
    kept = [
        (name, value)
        for name, value in request.args.items(multi=True)
        if name not in ("PageSize", "Page", "PageToken")
    ]
    paging = [("PageSize", str(size)), ("Page", str(number))]
    if token:
        paging.append(("PageToken", token))
    return f"{request.path}?{urlencode(kept + paging)}"
