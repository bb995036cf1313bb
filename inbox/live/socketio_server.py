"""The Socket.IO server: who may connect, and what they may join."""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import socketio

from inbox.batching import Batcher
from inbox.live import rooms
from inbox.live.emit_queue import Heard
from inbox.live.entrance import FOUND, Found
from inbox.live.missed import CatchUp
from inbox.live.presence import Person, Presence
from inbox.live.screens import Screens
from inbox.live.session_watch import CHECK_EVERY
from inbox.live.sockets import SocketManager, SocketServer
from inbox.models import Session, Staff
from inbox.models.conversations.listing import Listing
from inbox.models.permissions import may
from inbox.models.scope import Scope

MAX_HELD = 1_000


class TextPacket(socketio.packet.Packet):  # type: ignore[misc]  # it has no types
    """Browsers send us no binary. Binary that is announced but never sent would fill the memory."""

    def decode(self, encoded_packet: str) -> int:
        if super().decode(encoded_packet):
            raise ValueError("Binary events are not taken.")
        return 0


def create_server(
    *, public_url: str, manager: socketio.AsyncManager | None = None
) -> socketio.AsyncServer:
    """Only our own pages may connect. The entrance has already found the session."""

    def is_ours(origin: str, environ: Mapping[str, Any]) -> bool:
        # As for forms: our public URL, or the one at which this browser reached us.
        return origin in (public_url, f"http://{environ.get('HTTP_HOST')}")

    server = SocketServer(
        async_mode="asgi",
        client_manager=manager or SocketManager(),
        # Long polling would need every browser to stay with one process; a websocket stays anyway.
        transports=["websocket"],
        cors_allowed_origins=is_ours,
        max_http_buffer_size=100_000,
        serializer=TextPacket,
        # One event per browser at a time, so that flooding us delays only the sender.
        async_handlers=False,
        logger=False,
        engineio_logger=False,
    )
    # Logging every invalid frame would let anyone fill the disk.
    logging.getLogger("engineio.server").setLevel(logging.CRITICAL)
    return server


def add_handlers(server: socketio.AsyncServer, screens: Screens) -> None:
    """Answer browsers. What they missed is drawn as `screens` are told."""
    presence = Presence(server)
    # After a restart, hundreds of browsers join at once. Those that wait share the next answer,
    # which is read after all of them have entered.
    sessions: Batcher[int, Session | None] = Batcher(Session.living_of)
    counting: Batcher[Scope, str] = Batcher(partial(_count_once, screens))

    async def living_session(sid: str) -> Session | None:
        try:
            held = await server.get_session(sid)
        except KeyError:
            return None
        return await sessions.submit(held["session_id"]) if "session_id" in held else None

    async def counts(scope: Scope) -> str:
        return await counting.submit(scope, lane=scope)

    catch_up = CatchUp(screens.fragments, counts)

    async def connect(sid: str, environ: Mapping[str, Any], auth: object = None) -> bool:
        found: Found = environ["asgi.scope"][FOUND]
        if asyncio.get_running_loop().time() - found.at > CHECK_EVERY:
            # The browser reconnects at once. Its session may have changed since.
            return False
        session = found.session
        person = _person(session.staff)
        looks = may(session.staff, "read_conversations")
        held = {"session_id": session.id, "person": person, "looks": looks}
        await server.save_session(sid, held)
        await server.enter_room(sid, rooms.staff(session.staff_id))
        return True

    async def disconnect(sid: str, *_: object) -> None:
        await presence.depart(sid)

    async def join(sid: str, asked: object = None, *_: object) -> dict[str, Any]:
        session = await living_session(sid)
        if session is None:
            return {"ok": False, "reason": "signed_out"}
        wanted = _Wanted.read(asked)
        room = await rooms.may_enter(session.staff, wanted.room) if wanted else None
        if wanted is None or room is None:
            return {"ok": False, "reason": "not_here"}
        # Enter first, then read: anything committed in between is pushed, and `put` knows which of
        # two fragments is newer.
        await server.enter_room(sid, room.name)
        if room.noun == "inbox":
            await presence.tell_list(sid, Scope.of(session.staff))
        found = await catch_up.missed(
            room, wanted.since, wanted.have, wanted.listing, session.staff
        )
        if found.html is None:
            return {"ok": False, "reason": "reload"}
        return {"ok": True, "html": found.html, "since": found.since, "drafts": found.drafts}

    async def leave(sid: str, asked: object = None, *_: object) -> dict[str, Any]:
        session = await living_session(sid)
        wanted = _Wanted.read(asked)
        room = await rooms.may_enter(session.staff, wanted.room) if session and wanted else None
        if room:
            await server.leave_room(sid, room.name)
        if room and room.noun == "conversation":
            await presence.leave(sid, room.id)
        return {"ok": True}

    async def alive(sid: str, *_: object) -> bool:
        """Browsers that were suspended ask whether their connection still works."""
        return True

    async def here(sid: str, asked: object = None, *_: object) -> None:
        with suppress(KeyError):
            held = await server.get_session(sid)
            if held["looks"]:
                await presence.say(sid, held["person"], asked)

    server.on("connect", connect)
    server.on("disconnect", disconnect)
    server.on("join", join)
    server.on("leave", leave)
    server.on("alive", alive)
    server.on("here", here)


def _person(staff: Staff) -> Person:
    return Person(staff.id, Scope.of(staff), staff.name, staff.initials)


async def _count_once(screens: Screens, scopes: Sequence[Scope]) -> list[str]:
    """One count for everyone who asks for the same scope."""
    return [await screens.counts_of(scopes[0])] * len(scopes)


class _Wanted:
    """What a join asks for, which is untrusted."""

    def __init__(
        self, room: str, since: int | None, have: Mapping[str, int], listing: Listing
    ) -> None:
        self.room, self.since, self.have, self.listing = room, since, have, listing

    @classmethod
    def read(cls, asked: object) -> "_Wanted | None":
        if not isinstance(asked, dict) or not isinstance(asked.get("room"), str):
            return None
        since = asked.get("since")
        have = asked.get("have")
        held = have.items() if isinstance(have, dict) else ()
        return cls(
            asked["room"][:80],
            since if type(since) is int and 0 <= since < 2**62 else None,
            {k: v for k, v in list(held)[:MAX_HELD] if isinstance(k, str) and type(v) is int},
            Listing.read(asked.get("view"), asked.get("filter"), asked.get("sort")),
        )


def heard_here(server: socketio.AsyncServer) -> Heard:
    """For a single process: the rooms in which it has a browser."""

    async def heard(rooms: Collection[str]) -> set[str]:
        occupied = server.manager.rooms.get("/", {})
        return {room for room in rooms if occupied.get(room)}

    return heard
