"""Serves an ASGI app with Hypercorn until told to stop."""

import asyncio
import errno
import socket
from typing import Any, cast

from hypercorn.asyncio.run import worker_serve
from hypercorn.config import Config
from hypercorn.typing import Framework
from hypercorn.utils import wrap_app

from inbox.config import ConfigError
from inbox.connections import Connections, Listener, Seldom, raise_handle_limit
from inbox.live.entrance import KEEP

# Open websockets would keep the process alive forever; requests in progress get this long.
GRACEFUL_SECONDS = 3.0
# The largest websocket message from a browser, in bytes; most are short.
MAX_FRAME = 128 * 1024
# Seconds between checks for idle connections.
SWEEP_EVERY = 10.0
NO_HANDLES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)

_seldom = Seldom()


async def serve_at(asgi: Any, host: str, port: int, ended: asyncio.Event) -> None:
    """Raises ConfigError if the address cannot be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as problem:
        raise ConfigError(f"HOST {host}, PORT {port}: {problem.strerror}.") from None
    await serve_bound(asgi, f"fd://{listener.detach()}", ended)


async def serve_bound(asgi: Any, bind: str, ended: asyncio.Event) -> None:
    """`bind` as Hypercorn has it: "host:port", or "fd://7" for a socket that is open already."""
    config = Config()
    config.bind = [bind]
    config.websocket_max_message_size = MAX_FRAME
    config.graceful_timeout = GRACEFUL_SECONDS
    config.accesslog = None
    config.errorlog = None
    config.include_server_header = False
    asyncio.get_running_loop().set_exception_handler(_report)
    connections = Connections(raise_handle_limit())
    config.backlog = connections.at_once
    sockets = config.create_sockets()
    sockets.insecure_sockets = [
        Listener.around(one, connections) for one in sockets.insecure_sockets
    ]
    app = wrap_app(cast(Framework, _told(asgi, connections)), config.wsgi_max_body_size, "asgi")
    sweeping = asyncio.create_task(_sweep(connections))
    try:
        await worker_serve(app, config, sockets=sockets, shutdown_trigger=ended.wait)
    finally:
        sweeping.cancel()


async def _sweep(connections: Connections) -> None:
    while True:
        await asyncio.sleep(SWEEP_EVERY)
        connections.hang_up_overdue()


def _told(asgi: Any, connections: Connections) -> Any:
    """The app; what it does says which connections wait for us, and which are browsers'."""

    async def websocket(scope: dict[str, Any], receive: Any, send: Any) -> None:
        connections.work(scope["client"])
        extensions = (scope.get("extensions") or {}) | {KEEP: connections.keep}
        await asgi(scope | {"extensions": extensions}, receive, send)

    async def http(scope: dict[str, Any], receive: Any, send: Any) -> None:
        async def heard() -> dict[str, Any]:
            message: dict[str, Any] = await receive()
            if message["type"] == "http.request" and not message.get("more_body", False):
                connections.work(scope["client"])
            return message

        async def said(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                connections.rest(scope["client"])
            await send(message)

        await asgi(scope, heard, said)

    async def told(scope: dict[str, Any], receive: Any, send: Any) -> None:
        kinds = {"websocket": websocket, "http": http}
        await kinds.get(scope["type"], asgi)(scope, receive, send)

    return told


def _report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    fault = context.get("exception")
    if isinstance(fault, OSError) and fault.errno in NO_HANDLES:
        # asyncio reports every connection that it cannot accept.
        _seldom.warn("A connection could not be accepted: %s", fault.strerror)
    # A connection cut off because the server stops is not an error.
    elif not isinstance(fault, asyncio.CancelledError):
        loop.default_exception_handler(context)
