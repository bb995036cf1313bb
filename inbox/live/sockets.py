"""Socket.IO's server and manager, made cheaper for sending one event to hundreds of browsers.

The library creates a task for every browser and event, and a timer for every wait. Both cost more
than the rest of a send. Tests check the parts of the library that this builds on.
"""

import asyncio
import time
from functools import partial
from typing import Any

import socketio
from engineio.packet import MESSAGE, Packet
from socketio.packet import EVENT


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]  # it has no types
    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> Any:
        socket = self.eio.sockets[eio_sid]
        socket.poll = partial(_poll, socket.queue)
        return await super()._handle_eio_connect(eio_sid, environ)


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
