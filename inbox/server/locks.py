"""Locks that let either one process or several with Redis run on this data, never both."""

import asyncio
import fcntl
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

from inbox import db
from inbox.canceling import cancel
from inbox.config import Config, ConfigError
from inbox.db_problems import cannot_be_opened

log = logging.getLogger(__name__)

# The id of our lock in the database.
LOCK = int.from_bytes(b"inbox", "big")
# Seconds between checks that the lock is still ours.
EVERY = 1.0
ANSWER = 5.0
# PostgreSQL may keep our lock for a while after its connection broke.
PATIENCE = 60.0


@contextmanager
def alone(config: Config) -> Iterator[None]:
    """Lock the data folder for this process. The lock ends with the process, however it ends."""
    config.make_data_dir()
    with (config.data_dir / "inbox.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(
                f"Another inbox is already running on {config.data_dir}. For several processes, "
                "set DATABASE_URL (PostgreSQL) and REDIS_URL."
            ) from None
        yield


async def _nobody() -> None: ...


class Hold:
    """PostgreSQL's own lock on the database, which works across machines.

    Without Redis it is exclusive; with Redis it is shared. It ends with its connection, so it is
    taken again whenever PostgreSQL comes back.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._connection: Any = None
        # Called when PostgreSQL is back.
        self.regained: Callable[[], Awaitable[None]] = _nobody
        self.lost = False

    async def take(self) -> None:
        """Raises ConfigError if it cannot be taken."""
        try:
            taken = await self._try()
        except Exception as problem:
            raise cannot_be_opened(problem, self._config) from None
        if not taken:
            raise self.refusal

    @property
    def refusal(self) -> ConfigError:
        if self._config.redis_url:
            return ConfigError(
                "An inbox without REDIS_URL is running on this database: set it there, too."
            )
        return ConfigError(
            "Another inbox is already running on this database. For several processes, set "
            "REDIS_URL for every one of them."
        )

    async def keep(self, ended: asyncio.Event) -> None:
        """Keep it while the process lives. The process must end if another has taken the lock."""
        while True:
            await self._until_gone()
            if not await self._take_again():
                self.lost = True
                ended.set()
                return
            log.warning("PostgreSQL is back")
            try:
                await self.regained()
            except Exception:
                # The lock is ours all the same, and must be watched.
                log.exception("Screens could not be told that PostgreSQL is back")

    async def drop(self) -> None:
        with suppress(Exception):
            await self._connection.close(timeout=ANSWER)

    async def _try(self) -> bool:
        shared = "_shared" if self._config.redis_url else ""
        self._connection = await db.connect_apart(self._config)
        taken = await self._connection.fetchval(f"select pg_try_advisory_lock{shared}({LOCK})")
        if not taken:
            await self._connection.close()
        return bool(taken)

    async def _until_gone(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self._connection.execute("select 1", timeout=ANSWER)
            except Exception as fault:
                log.warning("PostgreSQL is away: %s", type(fault).__name__)
                self._connection.terminate()
                return

    async def _take_again(self) -> bool:
        refused_since: float | None = None
        while True:
            try:
                if await self._try():
                    return True
                refused_since = refused_since or time.monotonic()
            except Exception:
                refused_since = None
            if refused_since and time.monotonic() - refused_since > PATIENCE:
                return False
            await asyncio.sleep(EVERY)


@asynccontextmanager
async def held(config: Config, ended: asyncio.Event) -> AsyncIterator[Hold]:
    """Lock the database for this process. Raises ConfigError at the start, or when the lock is
    lost.
    """
    hold = Hold(config)
    if not db.is_postgres(config):
        yield hold
        return
    await hold.take()
    keeping = asyncio.create_task(hold.keep(ended))
    try:
        yield hold
    finally:
        await cancel(keeping)
        await hold.drop()
    if hold.lost:
        raise hold.refusal
