"""The health check answers at once and reports an unavailable database."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from inbox import db
from inbox.config import Config
from tests.house import House, until

SOON = 3.0


async def test_a_busy_database_is_reported_at_once_and_queried_once(
    house: House, config: Config
) -> None:
    nobody = await house.browser()

    async def status() -> int:
        async with nobody.get("/healthz") as answer:
            return answer.status

    assert await status() == 200
    async with kept_busy(config):
        await until(lambda: _is(status, 503))
        async with asyncio.timeout(SOON):
            async with nobody.get("/healthz") as answer:
                assert await answer.json() == {"status": "the database is busy"}
            assert await asyncio.gather(*(status() for _ in range(100))) == [503] * 100
        asking = [task for task in asyncio.all_tasks() if "select 1 as alive" in repr(_query(task))]
        assert len(asking) == 1
    await until(lambda: _is(status, 200))


async def _is(status: Callable[[], Awaitable[int]], wanted: int) -> bool:
    return await status() == wanted


def _query(task: asyncio.Task[object]) -> object:
    frame = task.get_coro().cr_frame  # type: ignore[union-attr]
    return frame.f_locals.get("sql") if frame else None


@asynccontextmanager
async def kept_busy(config: Config) -> AsyncIterator[None]:
    """All database access now waits: on SQLite behind a write that another process holds up, on
    PostgreSQL behind statements that take every connection.
    """
    if db.is_postgres(config):
        waiting = [asyncio.create_task(db.rows("select pg_sleep(20)")) for _ in range(20)]
        other = None
    else:
        other = sqlite3.connect(config.database_url.removeprefix("sqlite://"))
        other.execute("begin immediate")
        waiting = [asyncio.create_task(db.rows("update church set name = name returning id"))]
    try:
        yield
    finally:
        if other:
            other.rollback()
            other.close()
        for task in waiting:
            if other is None:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await task
