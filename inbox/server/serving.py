"""Serves an ASGI app until told to stop, with Hypercorn or with uvicorn."""

import asyncio
import errno
import logging
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, cast

import uvicorn
from hypercorn.asyncio.run import worker_serve
from hypercorn.config import Config, Sockets
from hypercorn.protocol import ws_stream
from hypercorn.typing import Framework
from hypercorn.utils import wrap_app

from inbox.config import ConfigError, ServerName
from inbox.connection_limits import Connections, Listener, Seldom, raise_handle_limit
from inbox.live.entrance import HANG_UP, KEEP

# Open websockets would keep the process alive forever; requests in progress get this long.
GRACEFUL_SECONDS = 3.0
# The largest websocket message from a browser, in bytes; most are short.
MAX_FRAME = 128 * 1024
# Seconds between checks for idle connections.
SWEEP_EVERY = 10.0
NO_HANDLES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class _Uncompressed(ws_stream.Handshake):
    """Hypercorn compresses websockets whenever a browser offers it. The texts of several members
    would share one window, so that their length tells a patient listener what is in them; and each
    socket would keep the window in memory. uvicorn has a setting for this."""

    def __init__(self, headers: list[tuple[bytes, bytes]], http_version: str) -> None:
        super().__init__(headers, http_version)
        self.extensions = None


ws_stream.Handshake = _Uncompressed  # type: ignore[misc]


async def serve_at(
    asgi: Any,
    host: str,
    port: int,
    ended: asyncio.Event,
    server: ServerName = "hypercorn",
    begun: Callable[[], object] = lambda: None,
) -> None:
    """`begun` is called once the address is ours. Raises ConfigError if it cannot be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as problem:
        raise _cannot_listen(host, port, problem) from None
    begun()
    await serve_bound(asgi, f"fd://{listener.detach()}", ended, server)


def _cannot_listen(host: str, port: int, problem: OSError) -> ConfigError:
    if problem.errno == errno.EADDRINUSE:
        return ConfigError(
            f"Port {port} on {host} is in use: end the program that uses it, or choose another "
            "with --port or PORT."
        )
    return ConfigError(f"HOST {host}, PORT {port}: {problem.strerror}.")


async def serve_bound(
    asgi: Any, bind: str, ended: asyncio.Event, server: ServerName = "hypercorn"
) -> None:
    """`bind` as Hypercorn has it: "host:port", or "fd://7" for a socket that is open already."""
    config = Config()
    config.bind = [bind]
    asyncio.get_running_loop().set_exception_handler(partial(_report, Seldom()))
    connections = Connections(raise_handle_limit())
    config.backlog = connections.at_once
    sockets = config.create_sockets()
    sockets.insecure_sockets = [
        Listener.around(one, connections) for one in sockets.insecure_sockets
    ]
    serve = _with_uvicorn if server == "uvicorn" else _with_hypercorn
    sweeping = asyncio.create_task(_sweep(connections))
    try:
        await serve(_told(asgi, connections), config, sockets, ended)
    finally:
        sweeping.cancel()


async def _with_hypercorn(
    asgi: Any, config: Config, sockets: Sockets, ended: asyncio.Event
) -> None:
    config.websocket_max_message_size = MAX_FRAME
    config.graceful_timeout = GRACEFUL_SECONDS
    config.accesslog = None
    config.errorlog = None
    config.include_server_header = False
    app = wrap_app(cast(Framework, asgi), config.wsgi_max_body_size, "asgi")
    await worker_serve(app, config, sockets=sockets, shutdown_trigger=ended.wait)


async def _with_uvicorn(asgi: Any, config: Config, sockets: Sockets, ended: asyncio.Event) -> None:
    # A line in the log for every bad request would be a way to fill the disk.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    settings = uvicorn.Config(
        asgi,
        http="h11",
        ws="wsproto",
        ws_max_size=MAX_FRAME,
        ws_per_message_deflate=False,
        # Socket.IO has pings of its own.
        ws_ping_interval=None,
        lifespan="on",
        backlog=config.backlog,
        timeout_graceful_shutdown=round(GRACEFUL_SECONDS),
        access_log=False,
        log_config=None,
        server_header=False,
        # The inbox reads X-Forwarded-For itself, and knows connections by their own addresses.
        proxy_headers=False,
    )
    server = _Uvicorn(settings)
    ending = asyncio.create_task(_exit_with(server, ended))
    try:
        await server.serve(sockets=sockets.insecure_sockets)
    finally:
        ending.cancel()


class _Uvicorn(uvicorn.Server):
    """Signals are the command line's, which sets the event."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


async def _exit_with(server: uvicorn.Server, ended: asyncio.Event) -> None:
    await ended.wait()
    server.should_exit = True


async def _sweep(connections: Connections) -> None:
    while True:
        await asyncio.sleep(SWEEP_EVERY)
        connections.hang_up_overdue()


def _told(asgi: Any, connections: Connections) -> Any:
    """The app; what it does says which connections wait for us, and which are browsers'."""

    async def websocket(scope: dict[str, Any], receive: Any, send: Any) -> None:
        client = scope["client"]
        connections.work(client)
        mine = {KEEP: connections.keep, HANG_UP: partial(connections.hang_up, client)}

        async def said(message: dict[str, Any]) -> None:
            connections.sends(client)
            await send(message)
            connections.sent(client)

        extensions = (scope.get("extensions") or {}) | mine
        await asgi(scope | {"extensions": extensions}, receive, said)

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


def _report(seldom: Seldom, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    fault = context.get("exception")
    if isinstance(fault, OSError) and fault.errno in NO_HANDLES:
        # asyncio reports every connection that it cannot accept.
        seldom.warn("A connection could not be accepted: %s", fault.strerror)
    # A connection cut off because the server stops is not an error.
    elif not isinstance(fault, asyncio.CancelledError):
        loop.default_exception_handler(context)
