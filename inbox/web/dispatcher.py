"""The front door of the house, before anything reads a request."""

import asyncio
from typing import Any

from inbox.rules.places import client_address
from inbox.web import webhooks
from inbox.web.asgi import Asgi, Message, Receive, Scope, Send


def front(hooks: Asgi, pages: Asgi) -> Asgi:
    """The webhooks to one app, and the rest to the other, which is told who really asks, and is
    never interrupted.
    """

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            # Socket.IO has taken its own already, and there are no others.
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
    """Who asks: behind a proxy of our own, the last address that it saw."""
    client = scope.get("client")
    passed_on = dict(scope["headers"]).get(b"x-forwarded-for", b"").decode("ascii", "replace")
    return (client_address(client[0], passed_on), 0) if client else None


def _to_the_end(receive: Receive) -> Receive:
    """What has been asked completely is done completely, even for a browser that went away.

    Otherwise Quart cancels the handler, wherever it is: a text would be lost because its messenger
    was impatient, or stored and not shown.
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
