"""A loop that survives a failed round, ends when asked, and can be woken early."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

# Seconds. What failed in one round would mostly fail again in the next.
AFTER_A_FAILURE = 1.0


class Loop:
    def __init__(self, name: str, once: Callable[[], Awaitable[bool]], pause: float) -> None:
        """`once` does a round and returns whether to continue at once; otherwise it rests `pause`
        seconds."""
        self.name = name
        self._once = once
        self._pause = pause
        self._woken = asyncio.Event()
        self._ending = False
        self._failing = False

    def wake(self) -> None:
        self._woken.set()

    def end(self) -> None:
        self._ending = True
        self._woken.set()

    async def run(self) -> None:
        while not self._ending:
            self._woken.clear()
            if not await self._round() and not self._ending:
                await self._rest()

    async def _round(self) -> bool:
        try:
            more = await self._once()
        except Exception:
            # The rows are still there, and the next round finds them again. Logged once: while the
            # database is away, every round of every loop fails.
            if not self._failing:
                log.exception("The %s loop fails", self.name)
            self._failing = True
            return False
        if self._failing:
            log.info("The %s loop works again", self.name)
        self._failing = False
        return more

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(max(self._pause, AFTER_A_FAILURE * self._failing)):
                await self._woken.wait()
        except TimeoutError:
            pass
