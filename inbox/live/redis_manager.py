"""Sends what one process shows to the browsers of all processes, over Redis."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from socketio.async_pubsub_manager import AsyncPubSubManager

from inbox.canceling import cancel
from inbox.live.sockets import SocketManager

log = logging.getLogger(__name__)

# Seconds. Redis is nearby: if it takes longer than this, it is down.
TIMEOUT = 1.0
# Seconds between attempts to reconnect.
AGAIN = 1.0
# Seconds without traffic before we ask Redis whether it is still there.
SILENCE = 10.0

# Seconds. How long a process's room counts as occupied; it is renewed well before.
HEARD_FOR = 90
SAID_EVERY = 30.0

FAULTS = (RedisError, OSError)


class RedisManager(AsyncPubSubManager, SocketManager):  # type: ignore[misc]  # it has no types
    """python-socketio's own manager loses events while Redis is away, and blocks the sender. This
    one never blocks: events are dropped meanwhile, and once Redis is back, every screen that may
    have missed something catches up."""

    name = "redis"

    def __init__(self, url: str, *, write_only: bool = False) -> None:
        super().__init__(write_only=write_only)
        # The first command after Redis restarts meets a dead connection.
        self._out = _client(url, retries=1)
        self._in = _client(url, retries=0)
        self._mending: asyncio.Task[None] | None = None
        self._saying: asyncio.Task[None] | None = None
        # Redis answers, but took no writes when we last announced our rooms.
        self._is_refused = False

    async def begin(self, installation: str) -> None:
        """Tell every screen to catch up, since a process that was killed may not have sent
        everything.

        Redis shares pub/sub among all of its databases, so each `installation` has its own channel.
        """
        self.channel = f"inbox:{installation}"
        if not self.write_only:
            self._saying = asyncio.create_task(self._say_again())
        with suppress(*FAULTS):
            await self._out.set(self._kept, 1)
        await self.look()

    async def look(self) -> None:
        """Tell every screen, at every process, to catch up."""
        await self.emit("look", {})

    async def end(self) -> None:
        for task in (self._mending, self._saying, getattr(self, "thread", None)):
            if task:
                await cancel(task)
        await self._out.aclose()
        await self._in.aclose()

    async def heard(self, rooms: Collection[str]) -> set[str]:
        """The rooms that may be occupied, at any process."""
        asked = list(rooms)
        if self._mending or not asked:
            return set(asked)
        try:
            async with self._out.pipeline(transaction=False) as asking:
                # A write: if Redis refuses it, it refuses our rooms, too.
                asking.getset(self._kept, 1)
                asking.mget([self._key(room) for room in asked])
                kept, said = await asking.execute(raise_on_error=False)
        except FAULTS as fault:
            self._is_away(fault)
            return set(asked)
        if kept is None:
            log.warning("Redis has lost its keys")
            await self.look()
        if not kept or isinstance(kept, Exception) or isinstance(said, Exception):
            return set(asked)
        return {room for room, is_heard in zip(asked, said, strict=True) if is_heard}

    async def enter_room(
        self, sid: str, namespace: str, room: str, eio_sid: str | None = None
    ) -> None:
        """Announced before the new screen reads what it missed, so that it misses nothing more."""
        await super().enter_room(sid, namespace, room, eio_sid)
        await self._say_heard([room])

    async def _say_again(self) -> None:
        said_at = time.monotonic()
        while True:
            await asyncio.sleep(min(AGAIN, SAID_EVERY))
            if self._is_refused or time.monotonic() - said_at >= SAID_EVERY:
                said_at = time.monotonic()
                # The others are rooms of single browsers.
                await self._say_heard(
                    [room for room in self.rooms.get("/", {}) if room and ":" in room]
                )

    async def _say_heard(self, rooms: Collection[str]) -> None:
        if self._mending or not rooms:
            return
        try:
            async with self._out.pipeline(transaction=False) as said:
                for room in rooms:
                    said.set(self._key(room), 1, ex=HEARD_FOR)
                await said.execute()
        except ResponseError as fault:
            if not self._is_refused:
                log.warning("Redis takes no writes: %s", type(fault).__name__)
            self._is_refused = True
        except FAULTS as fault:
            self._is_away(fault)
        else:
            await self._is_taken()

    async def _is_taken(self) -> None:
        """Writes work. After a refusal, screens catch up on what rooms unknown to Redis missed."""
        if self._is_refused:
            self._is_refused = False
            log.warning("Redis takes writes again")
            await self.look()

    @property
    def _kept(self) -> str:
        """A key that lasts: without it, Redis has lost all of them."""
        return f"{self.channel}:kept"

    def _key(self, room: str) -> str:
        return f"{self.channel}:heard:{room}"

    async def _publish(self, data: dict[str, Any]) -> None:
        if self._mending:
            return
        try:
            await self._out.publish(self.channel, self.json.dumps(data))
        except FAULTS as fault:
            self._is_away(fault)

    def _is_away(self, fault: Exception) -> None:
        if not self._mending:
            log.warning("Redis is away: %s", type(fault).__name__)
            self._mending = asyncio.create_task(self._mend())

    async def _mend(self) -> None:
        while not await self._is_back():
            await asyncio.sleep(AGAIN)
        # From here on, everything is sent again. Only now tell the screens to catch up.
        self._mending = None
        log.warning("Redis is back")
        await self.look()

    async def _is_back(self) -> bool:
        try:
            await self._out.ping()
            with suppress(ResponseError):
                await self._out.set(self._kept, 1)
            return True
        except FAULTS:
            return False

    async def _listen(self) -> AsyncIterator[bytes]:
        while True:
            try:
                async for told in self._hear():
                    yield told
            except FAULTS as fault:
                log.warning("Redis cannot be heard: %s", type(fault).__name__)
            await asyncio.sleep(AGAIN)

    async def _hear(self) -> AsyncIterator[bytes]:
        async with self._in.pubsub() as heard:
            await heard.subscribe(self.channel)
            asked = False
            while True:
                message = await heard.get_message(timeout=SILENCE)
                if message is None and asked:
                    raise TimeoutError
                if message is None:
                    await heard.ping()
                elif message["type"] == "subscribe":
                    # From here on, everything is received. Screens catch up on what was sent
                    # before.
                    await self.server.emit("look", {}, ignore_queue=True)
                elif message["type"] == "message":
                    yield message["data"]
                asked = message is None


def _client(url: str, retries: int) -> Any:
    return Redis.from_url(
        url,
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        retry=Retry(NoBackoff(), retries),
    )
