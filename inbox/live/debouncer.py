"""Work that a burst of changes requests many times but needs only once, such as counting."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[object]]


class Debouncer:
    """Runs the newest request for a key, at most once every `pause` seconds."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._asked: dict[str, Work] = {}
        # When hurried work was last done, for keys where that was recently.
        self._hurried: dict[str, float] = {}
        self._running: asyncio.Task[None] | None = None
        self._draining = asyncio.Event()

    def ask(self, key: str, work: Work) -> None:
        self._asked[key] = work
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())

    async def hurry(self, key: str) -> None:
        """Run the request at once, unless it ran a moment ago; then it waits for its turn."""
        now = asyncio.get_running_loop().time()
        self._hurried = {k: at for k, at in self._hurried.items() if now - at < self._pause}
        if key in self._asked and key not in self._hurried:
            self._hurried[key] = now
            await _do(self._asked.pop(key))

    async def drain(self) -> None:
        """Do everything requested, without waiting for its turn."""
        self._draining.set()
        try:
            while self._running and not self._running.done():
                await self._running
        finally:
            self._draining.clear()

    async def _run(self) -> None:
        while self._asked:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause):
                    await self._draining.wait()
            asked, self._asked = self._asked, {}
            for work in asked.values():
                await _do(work)


async def _do(work: Work) -> None:
    try:
        await work()
    except Exception:
        # Screens that missed this catch up when they join again.
        log.exception("A screen could not be told")
