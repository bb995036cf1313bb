"""One event to many browsers: our changes to the library, and that the library still
matches them.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import aiohttp
import pytest

from inbox import connection_limits
from inbox.config import SERVERS, Config, ServerName
from inbox.live import rooms, sockets
from inbox.live.screens import Screens as LiveScreens
from inbox.live.session_watch import disconnect_ended
from inbox.live.sockets import _poll
from inbox.models import Session
from inbox.models.scope import Scope
from inbox.server import serving
from tests.cast import NAOMI, token_of
from tests.house import House, Screens, until
from tests.live.browser import Browser, browsers


@pytest.fixture
def server() -> str:
    return "hypercorn"


@pytest.fixture
def config(config: Config, server: ServerName) -> Config:
    return replace(config, server=server)


async def test_only_browsers_in_a_room_get_its_event(house: House) -> None:
    cast = house.cast
    async with browsers(house, cast.ruth, cast.daniel, cast.sam) as (ruth, daniel, sam):
        for browser in (ruth, daniel, sam):
            assert (await browser.join("inbox"))["ok"]
        await house.text(NAOMI, "Are you there?")
        await house.screens.drain()
        for browser in (ruth, daniel):
            await until(partial(_has_heard, browser, "Are you there?", "arrived"))
        await sam.hear()
        assert "Are you there?" not in sam.html and sam.told == []


async def _has_heard(browser: Browser, words: str, event: str) -> bool:
    return words in browser.html and (event, ()) in browser.told


async def test_sockets_wait_without_a_timer_and_leave_no_task_behind(
    house: House,
) -> None:
    engine = house.app.sockets.eio
    async with browsers(house, house.cast.ruth, house.cast.daniel):
        polls = [socket.poll for socket in engine.sockets.values()]
        assert [type(poll) for poll in polls] == [partial, partial]
        assert {poll.func for poll in polls} == {_poll}

    async def all_left() -> bool:
        writers = [task for task in asyncio.all_tasks() if "writer" in str(task.get_coro())]
        return not engine.sockets and not writers

    await until(all_left)


async def test_queued_packets_are_sent_before_the_end() -> None:
    queue: asyncio.Queue[object] = asyncio.Queue()
    for packet in ("one", "two", None):
        queue.put_nowait(packet)
    assert await _poll(queue) == ["one", "two"]  # type: ignore[arg-type,comparison-overlap]
    assert await _poll(queue) == []  # type: ignore[arg-type]
    async with asyncio.timeout(1):
        await queue.join()


@pytest.mark.parametrize("texts", [1, 3])
async def test_a_text_is_one_frame_with_its_row_and_the_counts(
    house: House, screens: Screens, texts: int
) -> None:
    house.app.context.screens = LiveScreens(screens)
    inbox = rooms.inbox(Scope(house.cast.grace.id))
    for number in range(texts):
        await house.text(NAOMI, f"Number {number}")
        await house.screens.drain()
        shown_at = time.monotonic()

        async def counts_are_shown_at_once_again(shown_at: float = shown_at) -> bool:
            return time.monotonic() - shown_at > 0.25

        await until(counts_are_shown_at_once_again)
    frames = [data for event, data, room in screens.told if room == inbox]
    assert len(frames) == texts
    assert all("arrived" in news for _, news in frames)


@asynccontextmanager
async def who_never_reads(house: House) -> AsyncIterator[asyncio.StreamWriter]:
    """Ruth's browser on a line whose other end takes nothing more once it is connected."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(house.url.rpartition(":")[2]))
    token = await token_of(house.cast.ruth)
    head = (
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
    )
    head += f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nOrigin: {house.url}\r\n"
    head += f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: inbox={token}\r\n\r\n"
    writer.write(head.encode())
    assert b"101" in await reader.readline()
    writer.write(frame("40"))

    await until(lambda: is_in(house, rooms.staff(house.cast.ruth.id)))
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    yield writer
    writer.transport.abort()


@pytest.mark.parametrize("server", SERVERS)
async def test_a_browser_that_stays_after_it_was_disconnected_is_hung_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "CLOSE_WITHIN", 0.05)
    engine = house.app.sockets.eio
    headers = {"Cookie": f"inbox={await token_of(house.cast.ruth)}", "Origin": house.url}
    address = f"{house.url}/socket.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(address, headers=headers) as stubborn:
            await stubborn.send_str("40")
            room = rooms.staff(house.cast.ruth.id)
            await until(lambda: is_in(house, room))
            await Session.filter(staff=house.cast.ruth).delete()
            await disconnect_ended(house.app.sockets)
            # It reads on, and answers whatever it is told.
            heard = [message async for message in stubborn]
    assert [one.data for one in heard if one.data.startswith("41")] == ["41"]

    async def is_gone() -> bool:
        return not engine.sockets

    await until(is_gone)


async def is_in(house: House, room: str) -> bool:
    return room in house.app.sockets.manager.rooms.get("/", {})


def frame(text: str) -> bytes:
    """A websocket frame with a mask of zeros."""
    return bytes((0x81, 0x80 | len(text), 0, 0, 0, 0)) + text.encode()


@pytest.mark.parametrize("server", SERVERS)
async def test_a_browser_that_never_reads_is_hung_up_before_it_fills_the_memory(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sockets, "MAX_QUEUED", 300_000)
    engine = house.app.sockets.eio
    async with browsers(house, house.cast.daniel) as [daniel], who_never_reads(house):
        assert len(engine.sockets) == 2
        room = rooms.staff(house.cast.ruth.id)

        async def is_gone() -> bool:
            await house.app.sockets.emit("who", "x" * 100_000, room=room)
            return len(engine.sockets) == 1

        await until(is_gone)
        assert await daniel.ask("alive")
    assert caplog.text.count("does not read or leave is hung up") == 1


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the server starts. One message fills what the system buffers."""
    monkeypatch.setattr(connection_limits, "MAX_SEND", 0.2)
    monkeypatch.setattr(serving, "SWEEP_EVERY", 0.05)
    monkeypatch.setattr(sockets, "MAX_QUEUED", 100_000_000)


@pytest.mark.parametrize("server", SERVERS)
async def test_a_browser_that_does_not_take_a_message_is_hung_up_in_time(
    impatient: None, house: House
) -> None:
    engine = house.app.sockets.eio
    async with who_never_reads(house):
        room = rooms.staff(house.cast.ruth.id)
        # uvicorn accepts one message whole and then waits.
        for text in ("x" * 30_000_000, "more"):
            await house.app.sockets.emit("who", text, room=room)

        async def is_gone() -> bool:
            return not engine.sockets

        await until(is_gone)
