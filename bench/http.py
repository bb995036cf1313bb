"""A cheap HTTP client: prepared requests over persistent connections."""

import asyncio
import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

# Hypercorn closes a connection after a thousand requests.
MAX_REQUESTS = 900


@dataclass
class Slice:
    """The results of one load slice. Latencies are in seconds, by the request's index."""

    seconds: float = 0.0
    latencies: dict[int, float] = field(default_factory=dict)
    refused: int = 0

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds


class Connection:
    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._left = 0

    @classmethod
    async def open(cls, url: str) -> "Connection":
        connection = cls(url)
        await connection._open()
        return connection

    async def _open(self) -> None:
        address = self._url.hostname, self._url.port
        self._reader, self._writer = await asyncio.open_connection(*address)
        self._left = MAX_REQUESTS

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """The status and body of the response."""
        if self._left == 0:
            self.close()
            await self._open()
        self._left -= 1
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
        body = await self._reader.readexactly(int(length)) if length else b""
        return int(head[9:12]), body

    def close(self) -> None:
        self._writer.close()


def page_request(url: str, cookie: str) -> bytes:
    parts = urlsplit(url)
    lines = [f"GET {parts.path} HTTP/1.1", f"Host: {parts.netloc}", f"Cookie: {cookie}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def form_request(url: str, body: bytes, headers: dict[str, str]) -> bytes:
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"POST {target} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(body)}"]
    lines.append("Content-Type: application/x-www-form-urlencoded")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


@contextmanager
def steadily() -> Iterator[None]:
    """Keep the garbage collector from interrupting a measurement."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def closed_loop(url: str, requests: Sequence[bytes], in_flight: int, seconds: float) -> Slice:
    """Send requests from this many clients, each as soon as its last is answered, until time or
    requests run out.
    """
    connections = [await Connection.open(url) for _ in range(in_flight)]
    measured = Slice()
    waiting = iter(enumerate(requests))
    began = 0.0

    async def one(connection: Connection) -> None:
        for place, request in waiting:
            asked = time.perf_counter()
            status, _ = await connection.ask(request)
            answered = time.perf_counter()
            _note(measured, place, status, answered - asked)
            if answered - began > seconds:
                return

    with steadily():
        began = time.perf_counter()
        await asyncio.gather(*(one(connection) for connection in connections))
    measured.seconds = time.perf_counter() - began
    for connection in connections:
        connection.close()
    return measured


async def open_loop(url: str, requests: Sequence[bytes], rate: float) -> Slice:
    """Send this many requests a second, whether or not earlier ones are answered. Latencies count
    from when a request is due.
    """
    idle = [await Connection.open(url) for _ in range(64)]
    everyone = list(idle)
    measured = Slice()

    async def one(place: int, request: bytes, due: float) -> None:
        connection = idle.pop()
        status, _ = await connection.ask(request)
        idle.append(connection)
        _note(measured, place, status, time.perf_counter() - due)

    with steadily():
        began, tasks = time.perf_counter(), []
        for place, request in enumerate(requests):
            due = began + place / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            while not idle:
                await asyncio.sleep(0.001)
            tasks.append(asyncio.create_task(one(place, request, due)))
            await asyncio.sleep(0)
        await asyncio.gather(*tasks)
    measured.seconds = time.perf_counter() - began
    for connection in everyone:
        connection.close()
    return measured


def _note(measured: Slice, place: int, status: int, latency: float) -> None:
    if status // 100 == 2:
        measured.latencies[place] = latency
    else:
        measured.refused += 1
