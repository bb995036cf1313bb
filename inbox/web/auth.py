"""Who is asking: the signed-in member of staff, or a redirect to the sign-in page."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec

from quart import abort, g, redirect, request
from quart.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from inbox import paths
from inbox.context import current_context
from inbox.models import Church, Session, Staff
from inbox.models.permissions import Action, check

# The longest that browsers allow. The server decides when a session ends, and each use extends it.
COOKIE_SECONDS = 400 * 24 * 3600

P = ParamSpec("P")
Handler = Callable[P, Awaitable[ResponseReturnValue]]


def cookie_name(secure: bool) -> str:
    """Over https, the name itself makes browsers refuse the cookie to and from any other host."""
    return "__Host-inbox" if secure else "inbox"


async def current_session() -> Session | None:
    if "session" not in g:
        token = request.cookies.get(cookie_name(current_context().config.secure), "")
        g.session = await Session.find(token) if token else None
    session: Session | None = g.session
    return session


def public(handler: Handler[P]) -> Handler[P]:
    """For anyone. Every handler says this or names what it needs; a test checks them all."""
    handler.__dict__["permission"] = "public"
    return handler


def signed_in(handler: Handler[P]) -> Handler[P]:
    """For everyone who is signed in, whatever their role: for what is their own. Redirects others
    to the sign-in page."""
    guarded = _staff_only(handler)
    guarded.__dict__["permission"] = "signed in"
    return guarded


def needs(action: Action) -> Callable[[Handler[P]], Handler[P]]:
    """For staff whose role has this permission; see models/permissions.py."""

    def mark(handler: Handler[P]) -> Handler[P]:
        @_staff_only
        @wraps(handler)
        async def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            check(me(), action)
            return await handler(*args, **kwargs)

        guarded.__dict__["permission"] = action
        return guarded

    return mark


def _staff_only(handler: Handler[P]) -> Handler[P]:
    @wraps(handler)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if await current_session() is None:
            if request.method == "GET" and "Turbo-Frame" not in request.headers:
                return redirect(paths.sign_in())
            abort(401)
        return await handler(*args, **kwargs)

    return guarded


def session() -> Session:
    """The session of a handler behind `signed_in` or `needs`."""
    found: Session = g.session
    return found


def me() -> Staff:
    return session().staff


def church() -> Church:
    return me().church


def remember(response: Response, token: str) -> None:
    secure = current_context().config.secure
    response.set_cookie(
        cookie_name(secure),
        token,
        max_age=COOKIE_SECONDS,
        path="/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def forget(response: Response) -> None:
    secure = current_context().config.secure
    response.delete_cookie(
        cookie_name(secure), path="/", secure=secure, httponly=True, samesite="Lax"
    )
