"""Browsers whose session has ended are disconnected, in whichever process it ended."""

import asyncio
import logging
from contextlib import suppress

import socketio

from inbox.models import Session

log = logging.getLogger(__name__)

# Seconds: how long a browser can stay after another process ended its session.
CHECK_EVERY = 5.0


async def watch_sessions(server: socketio.AsyncServer, every: float = CHECK_EVERY) -> None:
    """Check repeatedly, until canceled."""
    while True:
        await asyncio.sleep(every)
        try:
            await disconnect_ended(server)
        except Exception:
            log.exception("The connected sessions could not be checked")


async def disconnect_ended(server: socketio.AsyncServer) -> None:
    """Close this process's sockets whose session has ended."""
    held: dict[str, int] = {}
    for sid, _ in list(server.manager.get_participants("/", None)):
        # A socket that is just connecting or disconnecting has no session.
        with suppress(KeyError):
            held[sid] = (await server.get_session(sid))["session_id"]
    living = await Session.living_ids(set(held.values()))
    for sid, session_id in held.items():
        if session_id not in living:
            await server.emit("signed_out", to=sid)
            await server.disconnect(sid)
