"""How long from a text's webhook until the last of many browsers has its row, beside a bare emit
of the same bytes; and what open browsers cost the webhook's answer."""

import asyncio
import json
import time
from contextlib import asynccontextmanager

import aiohttp

from bench.http import Connection, form_request
from bench.inbound import Texts, people
from bench.stand import (
    Home,
    Row,
    Server,
    home,
    keep,
    middle,
    on_each_database,
    percentile,
    serving,
    table,
)
from tests.cast import token_of

BROWSERS = (1, 10, 100, 500)
# Texts to so many browsers, or as many as there is time for.
TEXTS = 50
SECONDS = 8.0
# Of a church whose browsers are open: how many, and the seconds from one text to the next.
OPEN = 100
PACE = 0.1
ANSWERS = 20
ROUNDS = 3
WAIT = 10.0


def main() -> None:
    rows = on_each_database(_database)
    table("Live: from the webhook to the last browser (ms), beside a bare emit", rows)
    keep("live", rows)


async def _database(kind: str, url: str) -> list[Row]:
    async with (
        home(url) as there,
        serving("bench.standins", "emit") as bare,
        there.inbox() as inbox,
    ):
        texts = Texts(there, inbox, await people(there))
        rows = [await _beside(kind, many, there, texts, inbox, bare) for many in BROWSERS]
        slowed = await _slowed(there, texts, inbox)
        return [row | {"answer slowed": slowed if row["browsers"] == OPEN else ""} for row in rows]


async def _beside(kind, many, there, texts, inbox, bare):  # type: ignore[no-untyped-def]
    ours, theirs = [], []
    async with browsers(there, inbox, many) as here, browsers(there, bare, many) as beside:
        asking, emitting = await Connection.open(inbox.url), await Connection.open(bare.url)
        given_up = time.perf_counter() + SECONDS
        for asked in await texts.make(TEXTS):
            if time.perf_counter() > given_up:
                break
            # The row shows the text's own words, which nothing else does.
            html = await _until_last(here, asking, asked.request, asked.words, ours)
            request = form_request(f"{bare.url}/emit", html.encode(), {})
            await _until_last(beside, emitting, request, asked.words, theirs)
            await asyncio.sleep(0.03)
    p50, p99 = percentile(ours, 50), percentile(ours, 99)
    bare50, bare99 = percentile(theirs, 50), percentile(theirs, 99)
    return {
        "database": kind,
        "browsers": many,
        "texts": len(ours),
        "p50": p50,
        "p99": p99,
        "bare p50": bare50,
        "bare p99": bare99,
        "p50/bare": p50 / bare50,
        "p99/bare": p99 / bare99,
    }


async def _until_last(browsers, connection, request, words, times) -> str:  # type: ignore[no-untyped-def]
    waiting = [browser.hears(words) for browser in browsers]
    began = time.perf_counter()
    answer = asyncio.create_task(connection.ask(request))
    async with asyncio.timeout(WAIT):
        heard = await asyncio.gather(*waiting)
    times.append(1000 * (max(at for at, _ in heard) - began))
    status, _ = await answer
    assert status == 200
    html: str = heard[0][1]
    return html


async def _slowed(there: Home, texts: Texts, inbox: Server) -> float:
    """The answer's median with many browsers open, as a multiple of that with none."""
    ratios = []
    for _ in range(ROUNDS):
        async with browsers(there, inbox, OPEN):
            with_many = await _answers(texts, inbox)
        ratios.append(with_many / await _answers(texts, inbox))
    return middle(ratios)


async def _answers(texts: Texts, inbox: Server) -> float:
    connection = await Connection.open(inbox.url)
    times = []
    for asked in await texts.make(ANSWERS):
        began = time.perf_counter()
        await connection.ask(asked.request)
        times.append(time.perf_counter() - began)
        await asyncio.sleep(PACE)
    connection.close()
    return middle(times)


class Browser:
    """A Socket.IO client of few words."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._words = ""
        self._heard: asyncio.Future[tuple[float, str]] | None = None

    def hears(self, words: str) -> "asyncio.Future[tuple[float, str]]":
        """When the words arrive, and with what."""
        self._words, self._heard = words, asyncio.get_running_loop().create_future()
        return self._heard

    async def join(self) -> None:
        await self._socket.send_str("40")
        await self._socket.send_str('420["join",{"room":"inbox","have":{}}]')
        async with asyncio.timeout(WAIT):
            while not (await self._socket.receive_str()).startswith("430"):
                pass

    async def listen(self) -> None:
        async for message in self._socket:
            if message.data == "2":
                await self._socket.send_str("3")
            elif self._heard and not self._heard.done() and self._words in message.data:
                at = time.perf_counter()
                self._heard.set_result((at, json.loads(message.data[2:])[1]))


@asynccontextmanager
async def browsers(there: Home, server: Server, many: int):  # type: ignore[no-untyped-def]
    cookie = f"inbox={await token_of(there.cast.ruth)}"
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        opened, listening = [], []
        for _ in range(many):
            socket = await session.ws_connect(
                f"{server.url}/socket.io/?EIO=4&transport=websocket",
                headers={"Cookie": cookie, "Origin": server.url},
                max_msg_size=0,
            )
            opened.append(Browser(socket))
            await opened[-1].join()
            listening.append(asyncio.create_task(opened[-1].listen()))
        try:
            yield opened
        finally:
            for task in listening:
                task.cancel()
            await asyncio.gather(*listening, return_exceptions=True)
