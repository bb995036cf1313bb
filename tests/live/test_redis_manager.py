"""Each of several processes knows who views what, and renders nothing without viewers."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import socketio
from redis.asyncio import Redis

from inbox import canceling
from inbox.live import redis_manager
from inbox.live.redis_manager import RedisManager
from tests.house import until
from tests.services import redis_server

ROOM, OTHER = "conversation:7", "conversation:8"


@pytest.fixture
def installation() -> str:
    return uuid4().hex


@pytest.fixture
async def web(redis_url: str, installation: str) -> AsyncIterator[socketio.AsyncServer]:
    """A process with connected browsers."""
    manager = RedisManager(redis_url)
    server = socketio.AsyncServer(async_mode="asgi", client_manager=manager)
    await manager.begin(installation)
    yield server
    await manager.end()


@pytest.fixture
async def worker(redis_url: str, installation: str) -> AsyncIterator[RedisManager]:
    """A process without browsers."""
    manager = RedisManager(redis_url, write_only=True)
    await manager.begin(installation)
    yield manager
    await manager.end()


async def enter(web: socketio.AsyncServer) -> str:
    sid: str = await web.manager.connect(uuid4().hex, "/")
    await web.enter_room(sid, ROOM)
    return sid


async def test_every_process_learns_at_once_where_someone_is(
    web: socketio.AsyncServer, worker: RedisManager, redis_url: str
) -> None:
    assert await worker.heard([ROOM, OTHER]) == set()
    await enter(web)
    assert await worker.heard([ROOM, OTHER]) == {ROOM}
    assert await web.manager.heard([ROOM, OTHER]) == {ROOM}

    neighbor = RedisManager(redis_url, write_only=True)
    await neighbor.begin("another installation")
    assert await neighbor.heard([ROOM, OTHER]) == set()
    await neighbor.end()


async def test_presence_is_repeated_for_as_long_as_they_stay(
    monkeypatch: pytest.MonkeyPatch, redis_url: str, installation: str, worker: RedisManager
) -> None:
    monkeypatch.setattr(redis_manager, "SAID_EVERY", 0.05)
    monkeypatch.setattr(redis_manager, "HEARD_FOR", 1)
    manager = RedisManager(redis_url)
    web = socketio.AsyncServer(async_mode="asgi", client_manager=manager)
    await manager.begin(installation)
    sid = await enter(web)

    async def is_heard() -> bool:
        return bool(await worker.heard([ROOM]))

    async def is_quiet() -> bool:
        return not await worker.heard([ROOM])

    async with Redis.from_url(redis_url) as redis:
        assert await redis.delete(f"inbox:{installation}:heard:{ROOM}") == 1
    await until(is_heard)
    await web.leave_room(sid, ROOM)
    await until(is_quiet)
    await manager.end()


async def test_nobody_waits_for_redis_while_it_is_down_and_every_room_counts_as_occupied() -> None:
    with redis_server() as server:
        worker = RedisManager(server.url, write_only=True)
        await worker.begin("here")
        assert await worker.heard([ROOM]) == set()
        server.kill()
        assert await worker.heard([ROOM, OTHER]) == {ROOM, OTHER}
        server.start()

        async def is_back() -> bool:
            return await worker.heard([ROOM]) == set()

        await until(is_back)
        await worker.end()


async def test_it_ends_at_whatever_it_is(
    monkeypatch: pytest.MonkeyPatch, redis_url: str, installation: str
) -> None:
    monkeypatch.setattr(redis_manager, "AGAIN", 0)
    monkeypatch.setattr(redis_manager, "SAID_EVERY", 0)
    # Announcing without a pause drops most cancellations, so do not wait a second between them.
    monkeypatch.setattr(canceling, "AGAIN", 0.01)
    for steps in range(12):
        manager = RedisManager(redis_url)
        web = socketio.AsyncServer(async_mode="asgi", client_manager=manager)
        await manager.begin(installation)
        await enter(web)
        for _ in range(steps):
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await manager.end()


async def looks(web: socketio.AsyncServer, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes each time this process tells all screens to catch up."""
    noted: list[str] = []
    look = web.manager.look

    async def note() -> None:
        noted.append("look")
        await look()

    monkeypatch.setattr(web.manager, "look", note)
    return noted


REFUSALS = {
    "read-only, as after a failover": (("replicaof", "127.0.0.1", "1"), ("replicaof", "no", "one")),
    "full": (("config", "set", "maxmemory", "1"), ("config", "set", "maxmemory", "0")),
}


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_every_room_counts_as_occupied_while_redis_takes_no_writes(
    refusal: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(redis_manager, "AGAIN", 0.05)
    refuse, allow = REFUSALS[refusal]
    with redis_server() as server:
        manager = RedisManager(server.url)
        web = socketio.AsyncServer(async_mode="asgi", client_manager=manager)
        worker = RedisManager(server.url, write_only=True)
        await manager.begin("here")
        await worker.begin("here")
        noted = await looks(web, monkeypatch)
        async with Redis.from_url(server.url) as redis:
            await redis.execute_command(*refuse)  # type: ignore[no-untyped-call]
            for _ in range(5):
                await enter(web)
            assert await worker.heard([ROOM, OTHER]) == {ROOM, OTHER}
            assert noted == [], "a look would make every browser join, which would be refused again"
            assert len([line for line in caplog.messages if "takes no writes" in line]) == 1
            await redis.execute_command(*allow)  # type: ignore[no-untyped-call]

        async def is_known() -> bool:
            return await worker.heard([ROOM, OTHER]) == {ROOM}

        async def is_told() -> bool:
            return bool(noted)

        await until(is_known)
        # The room is known to Redis just before this process has its answer.
        await until(is_told)
        assert noted == ["look"]
        await worker.end()
        await manager.end()


async def test_screens_catch_up_when_redis_has_lost_its_keys(
    web: socketio.AsyncServer, worker: RedisManager, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await enter(web)
    assert await worker.heard([ROOM, OTHER]) == {ROOM}
    told: list[str] = []

    async def emit(event: str, *_: object, **__: object) -> None:
        told.append(event)

    monkeypatch.setattr(worker, "emit", emit)
    async with Redis.from_url(redis_url) as redis:
        await redis.flushall()
    assert await worker.heard([ROOM, OTHER]) == {ROOM, OTHER}
    assert told == ["look"]
    await enter(web)
    assert await worker.heard([ROOM, OTHER]) == {ROOM}
    assert told == ["look"]
