"""Which church is asking: the one whose token was sent."""

import re

from quart import g, request

from inbox.api.errors import ApiError
from inbox.context import current_context
from inbox.models import ApiToken, Church
from inbox.rate_limits import API_FAILURES, API_REQUESTS, Limit
from inbox.rules.ip_networks import network_of

BEARER = re.compile(r"(?i)bearer +(\S{1,200}) *")


async def authenticate() -> None:
    """Runs before every request; aborts for an unknown or revoked token."""
    # The token may be revoked while the body is sent slowly.
    await request.get_data()
    given = BEARER.fullmatch(request.headers.get("Authorization", ""))
    token = await ApiToken.find(given[1]) if given else None
    if token is None:
        # Count only failures against an address: behind a proxy, many programs share one, and those
        # with a valid token must not suffer for the others.
        network = network_of(request.remote_addr or "")
        await _limit(API_FAILURES, network)
        raise ApiError(
            401,
            "unauthorized",
            "Send Authorization: Bearer and a token that is valid. An owner can make one in "
            "Settings.",
            {"WWW-Authenticate": "Bearer"},
        )
    await _limit(API_REQUESTS, str(token.id))
    g.token = token


def caller() -> ApiToken:
    """The token of this request."""
    found: ApiToken = g.token
    return found


def church() -> Church:
    """The token's church. Nothing of any other church can be reached."""
    return caller().church


async def _limit(limit: Limit, key: str) -> None:
    limiter = current_context().limiter
    if not await limiter.allow(limit, key):
        wait = await limiter.wait(limit, key)
        raise ApiError(
            429,
            "rate_limited",
            f"Too many requests in a minute. Try again in {wait} seconds.",
            {"Retry-After": str(wait)},
        )
