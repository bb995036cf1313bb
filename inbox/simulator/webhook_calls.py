"""Background work and webhook calls, and waiting for them to finish."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import aiohttp

from . import webhooks
from .webhooks import Answer, Fields
from .world import World

CALLS_AT_ONCE = 32


class Calls:
    """Runs background work and webhook calls, at most `at_once` at a time."""

    def __init__(self, world: World, at_once: int = CALLS_AT_ONCE) -> None:
        self.closing = asyncio.Event()
        self._world = world
        self._room = asyncio.Semaphore(at_once)
        self._tasks: set[asyncio.Task[None]] = set()
        self._opened: aiohttp.ClientSession | None = None

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def tell(
        self,
        account_sid: str,
        url: str,
        fields: Fields,
        *,
        method: str = "POST",
        token: str | None = None,
    ) -> Answer:
        """Call a webhook, signed for the account; record failures as alerts."""
        auth_token = self._world.accounts[account_sid].auth_token
        async with self._room:
            answer = await webhooks.call(
                self.session, auth_token, url, fields, method=method, token=token
            )
        if answer.code:
            self._world.alert(answer.code, answer.sentence)
        return answer

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
            )
        return self._opened

    async def settled(self) -> None:
        """Return when nothing is in progress."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def close(self) -> None:
        """Cancel everything in progress."""
        self.closing.set()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._opened is not None:
            await self._opened.close()
            self._opened = None
