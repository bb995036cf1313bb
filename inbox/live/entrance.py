"""Who may open a websocket. Checked before the handshake, so that strangers hold none open."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.http import parse_cookie

from inbox.batching import Batcher
from inbox.models import Session
from inbox.rules.ip_networks import client_address, network_of

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

HERE = "/socket.io/"
# How many connections may wait for their session to be looked up, in total and per address.
MAX_WAITING = 500
MAX_WAITING_PER_NETWORK = 100
# Seconds. A busy database keeps no one waiting longer than this.
PATIENCE = 5.0
# How many tabs one session may have open.
MAX_SOCKETS = 50
# Keys in the scope: the session that was found, how the connection learns that it may stay, and how
# it is hung up.
FOUND = "inbox.found"
KEEP = "inbox.keep"
HANG_UP = "inbox.hang_up"


@dataclass(frozen=True)
class Found:
    """A session that had not ended at time `at` of the event loop."""

    session: Session
    at: float


class Entrance:
    """ASGI middleware in front of Socket.IO and everything else."""

    def __init__(self, house: Asgi, cookie: str) -> None:
        self._house, self._cookie = house, cookie
        self._waiting: Counter[str] = Counter()
        self._open: Counter[int] = Counter()
        # After a restart, hundreds of browsers come back at once.
        self._sessions: Batcher[str, Session | None] = Batcher(Session.find_each)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http" and f"{scope['path']}/".startswith(HERE):
            # Engine.IO would read whatever is sent to it, however long that takes.
            await _refuse_polling(send)
        else:
            await self._house(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = await self._session(scope)
        if session is None or not self._may_stay(scope, session):
            await receive()
            await send({"type": "websocket.close"})
            return
        self._open[session.id] += 1
        try:
            found = Found(session, asyncio.get_running_loop().time())
            await self._house(scope | {FOUND: found}, receive, send)
        finally:
            _count_down(self._open, session.id)

    async def _session(self, scope: Scope) -> Session | None:
        """Without a cookie, no one waits for anything."""
        headers = dict(scope["headers"])
        cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
        token = cookies.get(self._cookie, "")
        if not token or not f"{scope['path']}/".startswith(HERE):
            return None
        peer = (scope.get("client") or ("", 0))[0]
        forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1")
        return await self._found(token, network_of(client_address(peer, forwarded)))

    async def _found(self, token: str, network: str) -> Session | None:
        if (
            self._waiting.total() >= MAX_WAITING
            or self._waiting[network] >= MAX_WAITING_PER_NETWORK
        ):
            return None
        self._waiting[network] += 1
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._sessions.submit(token)
        except TimeoutError:
            return None
        finally:
            _count_down(self._waiting, network)

    def _may_stay(self, scope: Scope, session: Session) -> bool:
        keep = (scope.get("extensions") or {}).get(KEEP)
        return self._open[session.id] < MAX_SOCKETS and (keep is None or keep(scope["client"]))


def _count_down(counter: Counter[Any], key: Any) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]


async def _refuse_polling(send: Send) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
