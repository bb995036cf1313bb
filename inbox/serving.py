"""Serving an ASGI app with Hypercorn until told to end."""

import asyncio
from typing import Any, cast

from hypercorn.asyncio import serve
from hypercorn.config import Config
from hypercorn.typing import Framework

# Open websockets would hold the process for ever; requests in hand have this long.
GRACEFUL_SECONDS = 3.0


async def serve_at(asgi: Any, host: str, port: int, ended: asyncio.Event) -> None:
    await serve_bound(asgi, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", ended)


async def serve_bound(asgi: Any, bind: str, ended: asyncio.Event) -> None:
    """`bind` as Hypercorn has it: "host:port", or "fd://7" for a socket that is open already."""
    config = Config()
    config.bind = [bind]
    config.graceful_timeout = GRACEFUL_SECONDS
    config.accesslog = None
    config.errorlog = None
    config.include_server_header = False
    await serve(cast(Framework, asgi), config, shutdown_trigger=ended.wait)
