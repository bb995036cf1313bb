"""Socket.IO's server and manager, made cheaper for sending one event to hundreds of browsers.

The library creates a task for every browser and event, and a timer for every wait. Both cost more
than the rest of a send. Tests check the parts of the library that this builds on.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import socketio
from engineio.packet import MESSAGE, Packet
from socketio.packet import EVENT

from inbox.live.entrance import HANG_UP

# Characters. What a browser on a slow line may have missed takes far less.
MAX_QUEUED = 4_000_000
# Seconds in which a browser that was disconnected should close the connection itself.
CLOSE_WITHIN = 5.0


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]  # it has no types
    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> Any:
        socket = self.eio.sockets[eio_sid]
        extensions = environ["asgi.scope"].get("extensions") or {}
        socket.queue = _Queue(socket.queue, extensions.get(HANG_UP))
        socket.poll = partial(_poll, socket.queue)
        return await super()._handle_eio_connect(eio_sid, environ)

    async def disconnect(
        self, sid: str, namespace: str | None = None, ignore_queue: bool = False
    ) -> None:
        """End the connection too, if the browser does not."""
        eio_sid = self.manager.eio_sid_from_sid(sid, namespace or "/")
        await super().disconnect(sid, namespace, ignore_queue)
        asyncio.get_running_loop().call_later(CLOSE_WITHIN, self._hang_up, eio_sid)

    def _hang_up(self, eio_sid: str) -> None:
        if socket := self.eio.sockets.get(eio_sid):
            socket.queue.hang_up()


class _Queue(asyncio.Queue["Packet | None"]):
    """What waits for a browser to read. One that does not read is hung up: it is gone, or it
    connects again and catches up."""

    def __init__(self, begun: "asyncio.Queue[Packet | None]", hang_up: Callable[[], object] | None):
        super().__init__()
        self._size = 0
        self.hang_up = hang_up or (lambda: None)
        while not begun.empty():
            self.put_nowait(begun.get_nowait())

    def put_nowait(self, item: Packet | None) -> None:
        size = _size_of(item)
        if size and self._size + size > MAX_QUEUED:
            self.hang_up()
            return
        self._size += size
        super().put_nowait(item)

    def get_nowait(self) -> Packet | None:
        item = super().get_nowait()
        self._size -= _size_of(item)
        return item


def _size_of(packet: Packet | None) -> int:
    return len(packet.data) if packet and isinstance(packet.data, str) else 0


async def _poll(queue: "asyncio.Queue[Packet | None]") -> list[Packet]:
    """Wait for packets without a timer of our own: the reading side ends dead connections and then
    puts None. An empty list ends the writer."""
    packets: list[Packet] = []
    packet = await queue.get()
    while packet is not None:
        queue.task_done()
        packets.append(packet)
        if queue.empty():
            return packets
        packet = queue.get_nowait()
    queue.task_done()
    if packets:
        # The writer sends these first, and then gets None again.
        queue.put_nowait(None)
    return packets


class SocketManager(socketio.AsyncManager):  # type: ignore[misc]  # it has no types
    async def emit(
        self,
        event: str,
        data: Any,
        namespace: str = "/",
        room: str | None = None,
        skip_sid: str | list[str] | None = None,
        callback: Any = None,
        to: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Encode the event once and put it into every browser's queue."""
        if callback or skip_sid:
            await super().emit(event, data, namespace, room, skip_sid, callback, to, **kwargs)
            return
        room = to or room
        if namespace not in self.rooms:
            return
        arguments = list(data) if isinstance(data, tuple) else [data] if data is not None else []
        encoded = self.server.packet_class(
            EVENT, namespace=namespace, data=[event, *arguments]
        ).encode()
        packet = Packet(MESSAGE, encoded)
        sockets, patience = self.server.eio.sockets, self.server.eio.ping_timeout
        for _, eio_sid in self.get_participants(namespace, room):
            socket = sockets.get(eio_sid)
            # A browser that is late with its pong is about to be disconnected.
            if socket and not (socket.last_ping and time.time() - socket.last_ping > patience):
                socket.queue.put_nowait(packet)
