"""Browsers that have signed in to an account before.

Passwords are guessed from many addresses at once, so attempts are counted per account across all
addresses. But an attacker must not lock out the account's owner. So each browser that has signed in
to the account before is counted on its own, and all others together. A browser proves this with a
cookie that only we can make. The cookie grants no access; it only decides which attempts are
counted together.
"""

import json
import secrets
from hashlib import sha256

from quart import request
from werkzeug.wrappers import Response

from inbox.context import current_context
from inbox.seal import SealBroken
from inbox.web.auth import COOKIE_SECONDS, cookie_name

# Several people may sign in on a church's shared computer.
MAX_KNOWN = 10


def device_for(email: str) -> str | None:
    """This browser's name, if it has signed in to this account before."""
    device, known = _read()
    return device if _mark(email) in known else None


def remember_device(response: Response, email: str) -> None:
    """Set the device cookie, which, unlike the session, is permanent."""
    device, known = _read()
    known = [_mark(email), *(mark for mark in known if mark != _mark(email))][:MAX_KNOWN]
    context = current_context()
    response.set_cookie(
        _name(),
        context.seal.close(json.dumps({"device": device, "known": known})),
        max_age=COOKIE_SECONDS,
        path="/",
        secure=context.config.secure,
        httponly=True,
        samesite="Lax",
    )


def _name() -> str:
    return f"{cookie_name(current_context().config.secure)}-known"


def _read() -> tuple[str, list[str]]:
    """The browser's name, a new one if it has none, and the marks of accounts that signed in."""
    sealed = request.cookies.get(_name(), "")
    try:
        said = json.loads(current_context().seal.open(sealed)) if sealed else {}
    except (SealBroken, ValueError):
        said = {}
    if not isinstance(said, dict) or "device" not in said:
        # A value that we sealed for another purpose is not a valid cookie.
        return secrets.token_urlsafe(12), []
    return said["device"], said["known"]


def _mark(email: str) -> str:
    return sha256(email.encode()).hexdigest()[:16]
