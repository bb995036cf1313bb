"""How large a request may be: small, unless its route says otherwise."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import ParamSpec, cast

from quart import Quart, Request, Response, abort, current_app, g, request
from quart.typing import ResponseReturnValue
from quart.wrappers.request import Body as QuartBody
from werkzeug.exceptions import RequestEntityTooLarge

from inbox.web.asgi import DEFAULT_MAX_BODY, MAX_WAIT
from inbox.web.auth import current_session

# Bytes, the most for any route: a list of members, see settings/members.py.
LARGEST_BODY = 8 * 1024 * 1024
# Seconds. A browser reads our response only once it has sent everything, so we listen this long.
MAX_DRAIN = 30.0

P = ParamSpec("P")
Handler = Callable[P, Awaitable[ResponseReturnValue]]


def takes_up_to(size: int, otherwise: str) -> Callable[[Handler[P]], Handler[P]]:
    """Let a route accept `size` bytes, at most LARGEST_BODY, and only from signed-in staff.

    `otherwise` is a sentence that says what to do about larger requests.
    """

    def mark(handler: Handler[P]) -> Handler[P]:
        handler.__dict__.update(max_body=size, when_too_large=otherwise)
        return handler

    return mark


def when_too_large() -> str | None:
    """What this request's route says about bodies that are too large."""
    return cast(str | None, _said_by_route("when_too_large", None))


def _said_by_route(name: str, otherwise: object) -> object:
    return getattr(current_app.view_functions.get(request.endpoint or ""), name, otherwise)


class Body(QuartBody):
    """Receives a body that is too large to its end without keeping it."""

    def __init__(self, expected_content_length: int | None, max_content_length: int | None) -> None:
        super().__init__(None, None)
        self._size = expected_content_length or 0
        self._received = 0
        # Quart starts to receive before it knows the route.
        self._limit = LARGEST_BODY
        self._at_end = asyncio.Event()

    def hold_to(self, limit: int) -> None:
        self._limit = limit
        self._check()

    def append(self, data: bytes) -> None:
        self._received += len(data)
        self._check()
        super().append(data)

    def _check(self) -> None:
        if max(self._size, self._received) > self._limit:
            self._must_raise = RequestEntityTooLarge()
            self._data.clear()
            self._complete.set()
            self._has_data.set()

    def set_complete(self) -> None:
        self._at_end.set()
        super().set_complete()

    async def drain(self) -> None:
        """Receive the rest without keeping it."""
        self.hold_to(0)
        with suppress(TimeoutError):
            async with asyncio.timeout(MAX_DRAIN):
                await self._at_end.wait()


class BoundedRequest(Request):
    body_class = Body


def guard(app: Quart) -> None:
    """Register before anything that may refuse a request: refused bodies must still be received."""
    app.request_class = BoundedRequest

    @app.before_request
    async def hold_to_limit() -> None:
        limit = cast(int, _said_by_route("max_body", DEFAULT_MAX_BODY))
        if limit > DEFAULT_MAX_BODY:
            if await current_session() is None:
                # Do not keep a stranger's megabytes in memory.
                cast(Body, request.body).hold_to(0)
                abort(401)
            # Look again once the body is here: the session may end while it is sent slowly.
            g.pop("session")
        if limit <= DEFAULT_MAX_BODY:
            request.body_timeout = int(MAX_WAIT)
        request.max_content_length = request.max_form_memory_size = limit
        cast(Body, request.body).hold_to(limit)

    @app.after_request
    async def drain(response: Response) -> Response:
        """Let a client that is refused while still sending read why, instead of cutting it off."""
        # Do not wait again for one that was too slow.
        if response.status_code >= 400 and response.status_code != 408:
            await cast(Body, request.body).drain()
        return response
