"""Serving an ASGI app with Hypercorn until told to end."""

import asyncio
import socket
from typing import Any, cast

from hypercorn.asyncio import serve
from hypercorn.config import Config
from hypercorn.typing import Framework

from inbox.config import ConfigError

# Open websockets would hold the process for ever; requests in hand have this long.
GRACEFUL_SECONDS = 3.0
# Connections that may wait to be accepted: broadcasts bring callbacks in bursts.
BACKLOG = 1024


async def serve_at(asgi: Any, host: str, port: int, ended: asyncio.Event) -> None:
    """Raises ConfigError when nobody can listen there."""
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
    config.backlog = BACKLOG
    config.graceful_timeout = GRACEFUL_SECONDS
    config.accesslog = None
    config.errorlog = None
    config.include_server_header = False
    asyncio.get_running_loop().set_exception_handler(_report)
    await serve(cast(Framework, asgi), config, shutdown_trigger=ended.wait)


def _report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    # A connection that is cut off because the server ends is no mistake to tell of.
    if not isinstance(context.get("exception"), asyncio.CancelledError):
        loop.default_exception_handler(context)
