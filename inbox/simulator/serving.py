"""Serves a simulator in the current event loop, on a port of its own."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

from hypercorn.asyncio import serve
from hypercorn.config import Config
from hypercorn.typing import Framework

from .app import create_simulator
from .faults import Faults
from .network import Network
from .world import World


@dataclass(frozen=True, slots=True)
class RunningSimulator:
    """`url` without a slash at the end: what to give the inbox as Twilio's address."""

    url: str
    world: World
    network: Network


@asynccontextmanager
async def running(
    world: World,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    carrier_seconds: float = 0.0,
    faults: Faults | None = None,
) -> AsyncIterator[RunningSimulator]:
    """A Twilio simulator that runs inside the block. Port 0 takes any free port. Raises OSError if
    the address is taken.
    """
    listener = _listen(host, port)
    url = _url(host, listener.getsockname()[1])
    network = Network(world, carrier_seconds=carrier_seconds, faults=faults, url=url)
    app = create_simulator(world, network)
    over = asyncio.Event()
    serving = asyncio.create_task(
        serve(cast(Framework, app), _config(listener), shutdown_trigger=over.wait)
    )
    try:
        yield RunningSimulator(url, world, network)
    finally:
        await network.close()
        over.set()
        await serving


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def _url(host: str, port: int) -> str:
    """A local address: "every address" cannot be called."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _config(listener: socket.socket) -> Config:
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.backlog = 1024
    config.graceful_timeout = 0.2
    config.accesslog = None
    config.errorlog = None
    return config
