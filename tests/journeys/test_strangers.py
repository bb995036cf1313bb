"""Unknown clients hold open all the connections they can; signed-in staff and Twilio are still
served.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import aiohttp
import pytest

from inbox.config import SERVERS, Config, ServerName
from inbox.models import Message
from inbox.simulator.signature import sign
from tests.cast import GRACE_TOKEN, token_of
from tests.installation import Installation, installed
from tests.web.calls import PLAIN, a_text

# Fewer than systemd grants, so that fewer clients use them all up.
HANDLES, STRANGERS = 256, 400
# Twilio gives up after fifteen seconds.
AT_ONCE_SECONDS = 10.0

Holding = Callable[[asyncio.StreamWriter, int], Awaitable[None]]
UPGRADE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


@pytest.fixture
def server() -> str:
    return "hypercorn"


@pytest.fixture
async def small(config: Config, server: ServerName) -> AsyncIterator[Installation]:
    """An inbox that may open 256 files and connections, and no more."""
    async with installed(replace(config, server=server)) as installation:
        installation.process.handles = HANDLES
        await installation.start()
        yield installation


async def silent(writer: asyncio.StreamWriter, n: int) -> None: ...


async def a_socket(writer: asyncio.StreamWriter, n: int) -> None:
    writer.write(f"{UPGRADE}\r\n".encode())


async def a_socket_with_a_guess(writer: asyncio.StreamWriter, n: int) -> None:
    writer.write(f"{UPGRADE}Cookie: inbox={n:043}\r\n\r\n".encode())


async def half_a_head(writer: asyncio.StreamWriter, n: int) -> None:
    writer.write(b"GET /inbox HTTP/1.1\r\nHost: x\r\nX-A: ")


async def half_a_sign_in(writer: asyncio.StreamWriter, n: int) -> None:
    writer.write(b"POST /sign-in HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\n")
    writer.write(b"Content-Type: application/x-www-form-urlencoded\r\n")
    writer.write(b"Content-Length: 60000\r\n\r\nemail=")


async def half_a_webhook(writer: asyncio.StreamWriter, n: int) -> None:
    writer.write(f"POST {PLAIN} HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\nTo=".encode())


async def half_a_poll(writer: asyncio.StreamWriter, n: int) -> None:
    writer.write(b"POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n")
    writer.write(b"Content-Length: 60000\r\n\r\n4")


async def a_file_never_read(writer: asyncio.StreamWriter, n: int) -> None:
    writer.write(b"GET /static/x/vendor/turbo.js HTTP/1.1\r\nHost: x\r\n\r\n")


async def http_two(writer: asyncio.StreamWriter, n: int) -> None:
    # The preface, and empty settings.
    writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0")


# These cause work as well.
BUSY = (a_socket_with_a_guess, a_file_never_read)
HOLDS = (
    silent,
    a_socket,
    a_socket_with_a_guess,
    half_a_head,
    half_a_sign_in,
    half_a_webhook,
    half_a_poll,
    a_file_never_read,
)


@pytest.mark.parametrize("server", SERVERS)
async def test_more_clients_than_handles_keep_nobody_waiting(
    small: Installation, server: str, database: str
) -> None:
    # uvicorn does not speak HTTP/2 and closes the connection at once.
    holds = (*HOLDS, http_two) if server == "hypercorn" else HOLDS
    async with at_a_desk(small) as (ruth, live):
        # The others never reach the database.
        for hold in holds if database == "sqlite" else BUSY:
            said = len(small.process.said())
            await strangers_wait_and_ruth_does_not(small, ruth, hold)
            # She was never disconnected.
            await says(live, '420["leave",{"room":""}]', "430")
            assert len(small.process.said()) - said < 10_000, f"the log grows: {hold.__name__}"


@asynccontextmanager
async def at_a_desk(
    small: Installation,
) -> AsyncIterator[tuple[aiohttp.ClientSession, aiohttp.ClientWebSocketResponse]]:
    """Ruth's browser and her socket."""
    cookie = {"Cookie": f"inbox={await token_of(small.cast.ruth)}", "Origin": small.process.url}
    each_anew = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(
        small.process.url, headers=cookie, connector=each_anew
    ) as ruth:
        live = await ruth.ws_connect("/socket.io/?EIO=4&transport=websocket")
        await says(live, "40", "40{")
        yield ruth, live


async def strangers_wait_and_ruth_does_not(
    small: Installation, ruth: aiohttp.ClientSession, hold: Holding
) -> None:
    writers: list[asyncio.StreamWriter] = []
    strangers = asyncio.create_task(crowd(small, hold, writers))
    try:
        for _ in range(5):
            await page_and_webhook_answer(small, ruth)
        held = await strangers
        assert held > HANDLES, "the premise: there were more connections than handles"
        await page_and_webhook_answer(small, ruth)
    finally:
        strangers.cancel()
        for writer in writers:
            writer.close()


async def says(live: aiohttp.ClientWebSocketResponse, what: str, answer: str) -> None:
    await live.send_str(what)
    while not (await live.receive_str(timeout=AT_ONCE_SECONDS)).startswith(answer):
        pass


@pytest.mark.only_on("sqlite")
async def test_clients_without_a_session_fill_no_memory_and_get_no_websocket(
    small: Installation,
) -> None:
    for path in ("/sign-in", "/settings/people/import", "/inbox/1/messages", "/nowhere", PLAIN):
        before = small.process.reset_peak_memory()
        await strangers_send_megabytes(small, path)
        assert small.process.peak_memory() - before < 60 * 2**20, path
    async with aiohttp.ClientSession(small.process.url) as nobody:
        for cookie in ("", "inbox=", "inbox=x", f"inbox={'x' * 43}", "other=1"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
                await nobody.ws_connect(
                    "/socket.io/?EIO=4&transport=websocket", headers={"Cookie": cookie}
                )
            assert refusal.value.status == 403


async def strangers_send_megabytes(small: Installation, path: str) -> None:
    """Each announces eight megabytes, sends seven, and holds on."""
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {8 * 2**20}\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    port = int(small.process.settings["PORT"])
    writers = []
    for _ in range(30):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
        writer.write(head.encode() + b"a=" + b"x" * 7 * 2**20)
    with suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(AT_ONCE_SECONDS):
            await asyncio.gather(*(writer.drain() for writer in writers))
    async with aiohttp.ClientSession(small.process.url) as nobody:
        async with nobody.get("/sign-in") as answer:
            assert answer.status == 200
    for writer in writers:
        writer.close()


async def crowd(small: Installation, hold: Holding, writers: list[asyncio.StreamWriter]) -> int:
    """How many clients connected. They stay until their writers are closed."""
    port = int(small.process.settings["PORT"])
    came = 0
    for n in range(STRANGERS):
        with suppress(OSError):
            async with asyncio.timeout(AT_ONCE_SECONDS):
                _, writer = await asyncio.open_connection(sock=await connected(port))
            writers.append(writer)
            await hold(writer, n)
            came += 1
    return came


async def connected(port: int) -> socket.socket:
    """With little room for unread data."""
    connection = socket.socket()
    connection.setblocking(False)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
    return connection


async def page_and_webhook_answer(small: Installation, ruth: aiohttp.ClientSession) -> None:
    async with asyncio.timeout(AT_ONCE_SECONDS):
        async with ruth.get("/inbox") as answer:
            assert answer.status == 200 and "data-staff-id" in await answer.text()
        form = a_text()
        signed = sign(GRACE_TOKEN, small.config.public_url + PLAIN, list(form.items()))
        async with ruth.post(PLAIN, data=form, headers={"X-Twilio-Signature": signed}) as answer:
            assert answer.status == 200
    assert await Message.exists(provider_sid=form["MessageSid"])
