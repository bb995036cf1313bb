"""Browsers in which somebody signed in before.

Passwords are guessed from many places at once, so tries must be counted for each account over all
places; but whoever guesses must not shut out the person it belongs to. So two are counted apart:
browsers that were signed in to this account before, each by itself, and all others together. The
first kind brings a cookie that only we can make. It opens nothing: it only says whose tries count
together.
"""

import json
import secrets
from hashlib import sha256

from quart import request
from werkzeug.wrappers import Response

from inbox.context import current_context
from inbox.seal import SealBroken
from inbox.web.auth import COOKIE_SECONDS, cookie_name

# At a church's shared computer several sign in, one after another.
MAX_KNOWN = 10


def device_for(email: str) -> str | None:
    """The name of this browser, if this account was signed in here before."""
    device, known = _read()
    return device if _mark(email) in known else None


def remember_device(response: Response, email: str) -> None:
    """Beside the session, and unlike it for good."""
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
    """The browser's name, a new one if it has none, and the marks of those who signed in."""
    sealed = request.cookies.get(_name(), "")
    try:
        said = json.loads(current_context().seal.open(sealed)) if sealed else {}
    except (SealBroken, ValueError):
        said = {}
    if not isinstance(said, dict) or "device" not in said:
        # What we sealed for something else is no cookie.
        return secrets.token_urlsafe(12), []
    return said["device"], said["known"]


def _mark(email: str) -> str:
    return sha256(email.encode()).hexdigest()[:16]
