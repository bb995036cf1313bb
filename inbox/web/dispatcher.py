"""The first ASGI app: routes each request before anything reads it."""

import asyncio
from typing import Any

from inbox.rules.ip_networks import client_address
from inbox.web import webhooks
from inbox.web.asgi import Asgi, Message, Receive, Scope, Send


def front(hooks: Asgi, pages: Asgi) -> Asgi:
    """Route webhooks to one app and everything else to the other, which gets the real client
    address and is never interrupted."""

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            # Socket.IO has already taken its own websockets, and there are no others.
            await receive()
            await send({"type": "websocket.close"})
            return
        if scope["type"] == "http":
            if scope["path"].startswith(webhooks.HERE):
                await hooks(scope, receive, send)
                return
            scope = scope | {"client": _client(scope)}
            receive = _to_the_end(receive)
        await pages(scope, receive, send)

    return door


def _client(scope: Scope) -> Any:
    """The client's address: behind our own proxy, the last one that it saw."""
    client = scope.get("client")
    passed_on = dict(scope["headers"]).get(b"x-forwarded-for", b"").decode("ascii", "replace")
    return (client_address(client[0], passed_on), 0) if client else None


def _to_the_end(receive: Receive) -> Receive:
    """Finish a request that has arrived completely, even if the browser disconnects.

    Otherwise Quart cancels the handler at any point: a text could be lost because its sender was
    impatient, or stored and not shown.
    """
    whole = False

    async def patiently() -> Message:
        nonlocal whole
        if whole:
            await asyncio.get_running_loop().create_future()
        message = await receive()
        whole = message["type"] == "http.request" and not message.get("more_body", False)
        return message

    return patiently
