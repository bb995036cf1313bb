"""One process alone on its data, or several that share Redis. A mix of both is refused."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from inbox import db
from inbox.config import Config, ConfigError
from inbox.seal import Seal
from inbox.server import locks, processes
from inbox.server.locks import Hold, held
from tests import cast as the_cast
from tests.house import until
from tests.services import new_postgres_database

Begin = Callable[[Config, asyncio.Event], Awaitable[Hold]]


@pytest.fixture
def single(tmp_path: Path, postgres_url: str) -> Config:
    """The settings of a process without Redis."""
    return Config.from_environ(
        {"DATA_DIR": str(tmp_path), "DATABASE_URL": new_postgres_database(postgres_url)}
    )


@pytest.fixture
def shared(single: Config) -> Config:
    return replace(single, redis_url="redis://127.0.0.1:1/0")


@pytest.fixture
def ended() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
async def begin() -> AsyncIterator[Begin]:
    """Start a process as far as its lock on the database. It runs until the test ends."""
    async with AsyncExitStack() as running:
        yield lambda config, ended: running.enter_async_context(held(config, ended))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "EVERY", 0.02)
    monkeypatch.setattr(locks, "PATIENCE", 0.1)


async def test_a_second_process_without_redis_is_refused_wherever_it_runs(
    single: Config, ended: asyncio.Event, begin: Begin
) -> None:
    async with held(single, ended):
        with pytest.raises(ConfigError, match="REDIS_URL for every one of them"):
            await begin(single, ended)
    await begin(single, ended)


async def test_several_with_redis_may_start_and_one_without_may_not(
    single: Config, shared: Config, ended: asyncio.Event, begin: Begin
) -> None:
    await begin(shared, ended)
    await begin(shared, ended)
    with pytest.raises(ConfigError, match="Another inbox"):
        await begin(single, ended)


async def test_processes_with_redis_do_not_join_one_without(
    single: Config, shared: Config, ended: asyncio.Event, begin: Begin
) -> None:
    await begin(single, ended)
    with pytest.raises(ConfigError, match="without REDIS_URL"):
        await begin(shared, ended)


async def test_a_broken_lock_is_taken_again(
    single: Config, ended: asyncio.Event, begin: Begin, quick: None
) -> None:
    hold = await begin(single, ended)
    back = asyncio.Event()

    async def regained() -> None:
        back.set()
        raise ConnectionError("the screens could not be told")

    hold.regained = regained
    # The second time, too: what fails afterward does not end the watch.
    for _ in range(2):
        back.clear()
        await break_all(single)
        async with asyncio.timeout(20):
            await back.wait()
    with pytest.raises(ConfigError, match="Another inbox"):
        await begin(single, ended)
    assert not ended.is_set()


async def test_a_process_that_lost_its_lock_to_another_stops(
    single: Config, ended: asyncio.Event, quick: None
) -> None:
    other = await asyncpg.connect(single.database_url)
    with pytest.raises(ConfigError, match="Another inbox"):
        async with held(single, ended):
            # The other waits in the queue, so it is next.
            waiting = asyncio.create_task(other.execute(f"select pg_advisory_lock({locks.LOCK})"))
            await until(lambda: waits(single))
            await break_all(single, but=other.get_server_pid())
            async with asyncio.timeout(20):
                await waiting
                await ended.wait()
    await other.close()


async def test_a_machine_with_its_own_key_is_refused(
    shared: Config, ended: asyncio.Event, tmp_path: Path
) -> None:
    ended.set()
    await db.open_database(shared)
    await db.migrate_database()
    await the_cast.assemble(Seal.from_config(shared))
    await db.close_database()
    await processes.work(shared, ended)
    with pytest.raises(ConfigError, match="the same DATA_DIR, or the same SECRET_KEYS"):
        await processes.work(replace(shared, data_dir=tmp_path / "elsewhere"), ended)
    assert not (tmp_path / "elsewhere" / "secret.key").exists()


async def waits(config: Config) -> bool:
    connection = await asyncpg.connect(config.database_url)
    found = await connection.fetchval("select exists (select from pg_locks where not granted)")
    await connection.close()
    return bool(found)


async def break_all(config: Config, but: int = 0) -> None:
    """Every connection to this database breaks, except one."""
    connection = await asyncpg.connect(config.database_url)
    await connection.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        f"where datname = current_database() and pid not in (pg_backend_pid(), {but})"
    )
    await connection.close()
