"""A request read and answered without the framework, for what comes by the thousand."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.exceptions import RequestEntityTooLarge, RequestTimeout

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

# Nothing that people, programs or Twilio send is larger, in bytes.
DEFAULT_MAX_BODY = 64 * 1024
# Nobody who means it takes so many seconds to send that much; whoever does not holds a place.
MAX_WAIT = 30.0


async def read_body(scope: Scope, receive: Receive) -> bytes | None:
    """None when whoever asks has hung up in the middle. Raises RequestEntityTooLarge, or
    RequestTimeout.
    """
    if int(header(scope, b"content-length") or 0) > DEFAULT_MAX_BODY:
        raise RequestEntityTooLarge
    try:
        async with asyncio.timeout(MAX_WAIT):
            return await _whole(receive)
    except TimeoutError:
        raise RequestTimeout from None


async def _whole(receive: Receive) -> bytes | None:
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > DEFAULT_MAX_BODY:
            raise RequestEntityTooLarge
        more = message.get("more_body", False)
    return body


def header(scope: Scope, name: bytes) -> str:
    """The last one of this name, which is in lower case; "" without one."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    return headers.get(name, b"").decode("latin-1")


@dataclass(frozen=True)
class Answer:
    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(self, send: Send, headers: Mapping[str, str]) -> None:
        """With `headers` besides its own."""
        body = self.body.encode()
        told = {"content-type": "text/plain", "content-length": str(len(body))}
        if self.status == 204:
            told = {}
        told |= headers
        told |= self.headers
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in told.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": raw})
        await send({"type": "http.response.body", "body": body})
