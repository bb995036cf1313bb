"""Live updates compared with a bare emit of the same bytes, by python-socketio and by Socket.IO on
node.

How long it takes from a text's webhook until the last of many browsers has its row, what one text
costs in CPU time, how many rows reach browsers in a second, and how much open browsers slow down
the webhook's response.
"""

import asyncio
import json
import time
from collections.abc import Awaitable
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp

from bench.http import Connection, form_request
from bench.inbound import Texts, people
from bench.node import node_emit
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
# Texts to this many browsers, or as many as time allows.
TEXTS = 50
SECONDS = 8.0
# The cost of one text is measured for this many browsers. A text arrives every PAUSE seconds, so
# that no update of one text is combined with the next.
COSTLY = (100, 500)
COSTED, PAUSE = 12, 0.5
# As fast as they are answered.
BURST = 60
# Browsers that share a session; the inbox limits them.
TABS = 40
# Of a church with open browsers: how many, and the seconds between texts.
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
        node_emit() as node,
        there.inbox() as inbox,
    ):
        texts = Texts(there, inbox, await people(there))
        rows = []
        for many in BROWSERS:
            row = await _beside(kind, many, there, texts, inbox, bare, node)
            row |= await _costs(many, there, texts, inbox, bare, node)
            print("  ", *row.values(), flush=True)
            rows.append(row)
        slowed = await _slowed(there, texts, inbox)
        return [row | {"answer slowed": slowed if row["browsers"] == OPEN else ""} for row in rows]


async def _beside(kind, many, there, texts, inbox, bare, node):  # type: ignore[no-untyped-def]
    """Latencies in ms: each text goes to the inbox first, then its row to the two others."""
    ours: list[float] = []
    others: list[list[float]] = [[], []]
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(browsers(there, inbox, many))
        beside = [
            (await stack.enter_async_context(browsers(there, one, many)), one.url)
            for one in (bare, node)
        ]
        # Not earlier, because servers close idle connections.
        asking = await Connection.open(inbox.url)
        emitting = [await Connection.open(url) for _, url in beside]
        given_up = time.perf_counter() + SECONDS
        for asked in await texts.make(TEXTS):
            if time.perf_counter() > given_up:
                break
            # The row shows the text's own words, which nothing else does.
            html = await _until_last(here, asking, asked.request, asked.words, ours)
            for (opened, url), connection, times in zip(beside, emitting, others, strict=True):
                request = form_request(f"{url}/emit", html.encode(), {})
                await _until_last(opened, connection, request, asked.words, times)
            await asyncio.sleep(0.03)
    p50, p99 = percentile(ours, 50), percentile(ours, 99)
    bare50, node50 = (percentile(one, 50) for one in others)
    return {
        "database": kind,
        "browsers": many,
        "texts": len(ours),
        "p50": p50,
        "p99": p99,
        "bare p50": bare50,
        "node p50": node50,
        "p50/bare": p50 / bare50,
        "p50/node": p50 / node50,
    }


async def _costs(many, there, texts, inbox, bare, node):  # type: ignore[no-untyped-def]
    """CPU time of one text in ms, beyond that of the open browsers, and rows that reach browsers in
    a second, when texts arrive as fast as they are answered.
    """
    names = ("", "bare ", "node ")
    if many not in COSTLY:
        columns = [f"{name}{what}" for what in ("ms of CPU", "rows/s") for name in names]
        return dict.fromkeys([*columns, "rows/node"], "")
    costs, rates = {}, {}
    row = ""
    for name, server in zip(names, (inbox, bare, node), strict=True):
        async with browsers(there, server, many) as here:
            await asyncio.sleep(PAUSE)
            idle = await _used(server, asyncio.sleep(COSTED * PAUSE))
            connection = await Connection.open(server.url)
            asked = await texts.make(1 + COSTED + BURST)
            requests = [one.request for one in asked]
            if row:
                bodies = [row.replace("WORDS", one.words).encode() for one in asked]
                requests = [form_request(f"{server.url}/emit", body, {}) for body in bodies]
            html = await _until_last(here, connection, requests[0], asked[0].words, [])
            row = row or html.replace(asked[0].words, "WORDS")
            used = await _used(server, _slowly(connection, requests[1 : 1 + COSTED]))
            costs[f"{name}ms of CPU"] = 1000 * (used - idle) / COSTED
            # The last text on a connection is shown last.
            waiting = [browser.hears(asked[-1].words) for browser in here]
            began = time.perf_counter()
            for request in requests[1 + COSTED :]:
                await connection.ask(request)
            async with asyncio.timeout(WAIT):
                last = max(at for at, _ in await asyncio.gather(*waiting))
            rates[f"{name}rows/s"] = BURST * many / (last - began)
            connection.close()
    return costs | rates | {"rows/node": rates["rows/s"] / rates["node rows/s"]}


async def _used(server: Server, work: Awaitable[object]) -> float:
    """Seconds of CPU time that the server uses meanwhile."""
    before = server.cpu
    await work
    return server.cpu - before


async def _slowly(connection: Connection, requests: list[bytes]) -> None:
    for request in requests:
        await connection.ask(request)
        await asyncio.sleep(PAUSE)


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
    """The response's median with many open browsers, as a multiple of that with none."""
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
    """A minimal Socket.IO client."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._words = ""
        self._heard: asyncio.Future[tuple[float, str]] | None = None

    def hears(self, words: str) -> "asyncio.Future[tuple[float, str]]":
        """When the words arrive, and with what."""
        self._words, self._heard = words, asyncio.get_running_loop().create_future()
        return self._heard

    async def join(self) -> None:
        async with asyncio.timeout(WAIT):
            # Node disconnects clients that do not wait for the first answer.
            await self._ask("40", "40")
            await self._ask('420["join",{"room":"inbox","have":{}}]', "430")

    async def _ask(self, words: str, answer: str) -> None:
        await self._socket.send_str(words)
        while not (await self._socket.receive_str()).startswith(answer):
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
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        opened, listening = [], []
        for place in range(many):
            if place % TABS == 0:
                cookie = f"inbox={await token_of(there.cast.ruth)}"
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
