"""A browser's socket: what it joins, and what is put on it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import socketio
from bs4 import BeautifulSoup, Tag

from inbox.models import Staff
from tests.cast import token_of
from tests.house import House


class Browser:
    def __init__(self) -> None:
        self.socket = socketio.AsyncClient(reconnection=False)
        self.puts: list[str] = []
        self.told: list[tuple[str, Any]] = []
        self.presence: list[dict[str, Any]] = []
        self.socket.on("put", self._put)
        self.socket.on("presence", self.presence.append)
        for event in ("signed_out", "read", "who"):
            self.socket.on(event, self._hear(event))

    def _put(self, html: str, news: Sequence[str] = ()) -> None:
        self.puts.append(html)
        self.told += [(name, ()) for name in news]

    def _hear(self, event: str) -> Any:
        return lambda *data: self.told.append((event, data))

    async def ask(self, event: str, *data: Any) -> Any:
        """What the server answers. None if it does not answer in time."""
        try:
            given = data if len(data) != 1 else data[0]
            return await self.socket.call(event, given, timeout=2)
        except socketio.exceptions.TimeoutError:
            return None

    async def join(self, room: str, **more: Any) -> Any:
        return await self.ask("join", {"room": room} | more)

    async def say(self, conversation: int, state: str) -> None:
        """Report where this browser is. Returns once everyone has been told."""
        await self.socket.emit("here", {"conversation": conversation, "state": state})
        await self.hear()

    @property
    def html(self) -> str:
        return "".join(self.puts)

    async def hear(self) -> None:
        """Everything the server has sent so far has arrived, because its answer comes after it."""
        await self.ask("leave", {"room": ""})

    async def leave(self) -> None:
        await self.socket.disconnect()


async def connect(house: House, cookie: str = "", **headers: str) -> Browser:
    """Raises socketio's ConnectionError if the server refuses."""
    browser = Browser()
    headers = {"Origin": house.url, "Cookie": cookie} | headers
    await browser.socket.connect(
        house.url, headers=headers, transports=["websocket"], wait_timeout=5
    )
    return browser


@asynccontextmanager
async def browsers(house: House, *people: Staff) -> AsyncIterator[list[Browser]]:
    """One connected browser for each of these people."""
    opened = [await connect(house, f"inbox={await token_of(person)}") for person in people]
    yield opened
    for browser in opened:
        await browser.leave()


def fragments(html: str) -> dict[str, str]:
    """The fragments in this HTML by id. Of several with one id, the newest, as `put` keeps it."""
    found = BeautifulSoup(html, "html.parser").find_all(recursive=False)
    tags = [one for one in found if isinstance(one, Tag)]
    tags.sort(key=lambda one: int(str(one.get("data-revision", "0"))))
    return {str(one["id"]): str(one) for one in tags}
