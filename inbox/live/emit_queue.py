"""Fragments for the browsers queue up and are emitted in small batches, never awaited."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Any, Protocol

log = logging.getLogger(__name__)

# Seconds. Bursts to one room leave together: a broadcast's receipts are one event, not hundreds.
PAUSE = 0.02
# Sending to hundreds of browsers takes longer than that. The next batch then waits twice as long as
# the last one took, but no longer than this: otherwise nothing but sending would get done.
MAX_PAUSE = 0.2
# Keeps rooms bounded if nothing drains them. Screens that miss something catch up.
MAX_WAITING = 500


class Emitter(Protocol):
    """python-socketio's server, or its write-only manager in a process without browsers."""

    async def emit(self, event: str, data: Any, room: str | None = None) -> None: ...


class NoBrowsers:
    """An emitter for a process that has no one to tell."""

    async def emit(self, event: str, data: Any, room: str | None = None) -> None: ...


# Which of these rooms may be occupied, so that nothing is sent to empty ones. A browser that enters
# later reads what it missed.
Heard = Callable[[Collection[str]], Awaitable[set[str]]]


async def everywhere(rooms: Collection[str]) -> set[str]:
    return set(rooms)


class EmitQueue:
    def __init__(self, emitter: Emitter, heard: Heard) -> None:
        self._emitter = emitter
        self.heard = heard
        # By room: each element's newest fragment, with its revision.
        self._waiting: dict[str, dict[str, tuple[int, str]]] = {}
        # By room: events that go out with its next fragments.
        self._news: dict[str, set[str]] = {}
        self._sending: asyncio.Task[None] | None = None
        self._next_at = 0.0

    def put(
        self, room: str, element_id: str, html: str, revision: int = 0, news: Collection[str] = ()
    ) -> None:
        """Put this fragment on every screen in the room soon, and dispatch these events there.

        An older fragment never replaces one with a later `revision`.
        """
        if news:
            self._news.setdefault(room, set()).update(news)
        fragments = self._waiting.setdefault(room, {})
        waiting = fragments.pop(element_id, (revision, html))
        fragments[element_id] = waiting if waiting[0] > revision else (revision, html)
        if len(fragments) > MAX_WAITING:
            fragments.pop(next(iter(fragments)))
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())

    async def tell(self, room: str, event: str, data: Any) -> None:
        await self._emit(event, data, room)

    async def drain(self) -> None:
        """Wait until everything that was put has been sent."""
        while self._sending and not self._sending.done():
            await self._sending

    async def _send(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            # The first fragment after a pause leaves at once; later ones are batched.
            await asyncio.sleep(self._next_at - loop.time())
            began = loop.time()
            waiting, self._waiting = self._waiting, {}
            news, self._news = self._news, {}
            # A fragment goes to the room of every scope that includes it; most of these rooms are
            # empty.
            heard = await self.heard(waiting)
            for room in filter(heard.__contains__, waiting):
                html = "".join(html for _, html in waiting[room].values())
                # A tuple is sent as several arguments.
                data = (html, sorted(news[room])) if room in news else html
                await self._emit("put", data, room)
            # The browsers' tasks write what they got.
            await asyncio.sleep(0)
            ended = loop.time()
            self._next_at = max(began + PAUSE, ended + min(2 * (ended - began), MAX_PAUSE))

    async def _emit(self, event: str, data: Any, room: str) -> None:
        try:
            await self._emitter.emit(event, data, room=room)
        except Exception:
            # Live updates are best effort; every screen catches up when it joins again.
            log.exception("A live update could not be sent")
