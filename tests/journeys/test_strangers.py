"""Strangers hold open what they can; whoever belongs here is served all the same."""

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

import aiohttp
import pytest

from inbox.config import SERVERS, Config, ServerName
from inbox.models import Message
from inbox.simulator.signature import sign
from tests.cast import GRACE_TOKEN, token_of
from tests.installation import Installation, installed
from tests.web.calls import PLAIN, a_text

# As systemd gives, and a thousand strangers are nearly as many.
HANDLES, STRANGERS = 256, 1_000
# Of those who ask for work as well, enough to take every handle.
BUSY_STRANGERS = 400
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


@pytest.mark.parametrize(
    ("server", "hold"),
    # uvicorn does not speak HTTP/2, and hangs up at once.
    [*itertools.product(SERVERS, HOLDS), ("hypercorn", http_two)],
)
async def test_a_thousand_strangers_keep_nobody_waiting(small: Installation, hold: Holding) -> None:
    cookie = {"Cookie": f"inbox={await token_of(small.cast.ruth)}", "Origin": small.process.url}
    each_anew = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(
        small.process.url, headers=cookie, connector=each_anew
    ) as ruth:
        live = await ruth.ws_connect("/socket.io/?EIO=4&transport=websocket")
        await says(live, "40", "40{")
        strangers = asyncio.create_task(crowd(small, hold))
        try:
            for _ in range(5):
                await page_and_webhook_answer(small, ruth)
            held = await strangers
            assert held > HANDLES, "the premise: more came than there are handles"
            await page_and_webhook_answer(small, ruth)
            # And she who is signed in was never hung up.
            await says(live, '420["leave",{"room":""}]', "430")
        finally:
            strangers.cancel()
            for writer in CROWD:
                writer.close()
            CROWD.clear()
    assert len(small.process.said()) < 10_000, "and the log does not grow"


async def test_whoever_is_not_signed_in_gets_no_websocket(small: Installation) -> None:
    async with aiohttp.ClientSession(small.process.url) as nobody:
        for cookie in ("", "inbox=", "inbox=x", f"inbox={'x' * 43}", "other=1"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
                await nobody.ws_connect(
                    "/socket.io/?EIO=4&transport=websocket", headers={"Cookie": cookie}
                )
            assert refusal.value.status == 403


async def says(live: aiohttp.ClientWebSocketResponse, what: str, answer: str) -> None:
    await live.send_str(what)
    while not (await live.receive_str(timeout=AT_ONCE_SECONDS)).startswith(answer):
        pass


@pytest.mark.parametrize(
    "path", ["/sign-in", "/settings/people/import", "/inbox/1/messages", "/nowhere", PLAIN]
)
async def test_what_strangers_send_does_not_fill_the_memory(small: Installation, path: str) -> None:
    """Each sends seven of eight megabytes that it announces, and holds on."""
    before = small.process.memory()
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
    assert small.process.memory() - before < 60 * 2**20
    for writer in writers:
        writer.close()


CROWD: list[asyncio.StreamWriter] = []


async def crowd(small: Installation, hold: Holding) -> int:
    """How many strangers came; they do not go by themselves."""
    port = int(small.process.settings["PORT"])
    came = 0
    for n in range(BUSY_STRANGERS if hold in BUSY else STRANGERS):
        with suppress(OSError):
            async with asyncio.timeout(AT_ONCE_SECONDS):
                _, writer = await asyncio.open_connection(sock=await connected(port))
            CROWD.append(writer)
            await hold(writer, n)
            came += 1
    return came


async def connected(port: int) -> socket.socket:
    """With little room for what is not read."""
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
