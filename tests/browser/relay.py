"""A connection between the browsers and the inbox that can be cut or frozen, as by a proxy."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Line:
    url: str = ""
    _ends: set[asyncio.StreamWriter] = field(default_factory=set)
    # Whether open connections pass anything. New connections have an event of their own.
    _passing: list[asyncio.Event] = field(default_factory=lambda: [_set()])

    def cut(self) -> int:
        """Drop every connection at once; new ones may be made. Returns how many there were."""
        for end in self._ends:
            end.transport.abort()
        return len(self._ends)

    def freeze(self) -> int:
        """Open connections stay open but pass nothing; new ones do. Returns how many there are."""
        self._passing[-1].clear()
        self._passing.append(_set())
        return len(self._ends)

    def end(self) -> None:
        self.cut()
        for passing in self._passing:
            passing.set()

    async def carry(self, source: asyncio.StreamReader, end: asyncio.StreamWriter) -> None:
        self._ends.add(end)
        passing = self._passing[-1]
        with suppress(ConnectionError):
            while some := await source.read(65536):
                await passing.wait()
                end.write(some)
                await end.drain()
        self._ends.discard(end)
        end.close()


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@asynccontextmanager
async def relay(url: str) -> AsyncIterator[Line]:
    """A second address for what is served at `url`."""
    target = urlsplit(url)
    line = Line()

    async def connected(source: asyncio.StreamReader, end: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(target.hostname, target.port)
        await asyncio.gather(line.carry(source, there[1]), line.carry(there[0], end))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        server.close()
        line.end()
