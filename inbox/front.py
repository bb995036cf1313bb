"""The front door of the house, before anything reads a request."""

import asyncio
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Any

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]


def front(asgi: Any) -> Callable[..., Awaitable[None]]:
    """This ASGI app, asked by whoever really asks, and never interrupted."""

    async def door(scope: dict[str, Any], receive: Receive, send: Any) -> None:
        if scope["type"] == "websocket":
            # Socket.IO has taken its own already, and there are no others.
            await receive()
            await send({"type": "websocket.close"})
            return
        if scope["type"] == "http":
            scope = scope | {"client": _client(scope)}
            receive = _to_the_end(receive)
        await asgi(scope, receive, send)

    return door


def _client(scope: dict[str, Any]) -> Any:
    """Who asks: behind a proxy of our own, the last address that it saw."""
    client = scope.get("client")
    passed_on = dict(scope["headers"]).get(b"x-forwarded-for", b"").decode("ascii", "replace")
    nearest = passed_on.rpartition(",")[2].strip()
    try:
        if client and nearest and ip_address(client[0]).is_private:
            return str(ip_address(nearest)), 0
    except ValueError:
        pass
    return client


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
