"""Requests read and answered without the framework, for those that come by the thousand."""

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

# Bytes. Nothing larger comes from our pages, programs, or Twilio.
DEFAULT_MAX_BODY = 64 * 1024
# Seconds. Sending this much takes no one longer in good faith, and a slow sender holds a place.
MAX_WAIT = 30.0


async def read_body(scope: Scope, receive: Receive) -> bytes | None:
    """The body; None if the client disconnected. Raises RequestEntityTooLarge, RequestTimeout."""
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
    """The last header with this lower-case name; "" if there is none."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    return headers.get(name, b"").decode("latin-1")


@dataclass(frozen=True)
class Answer:
    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(self, send: Send, headers: Mapping[str, str]) -> None:
        """Send with `headers` added to its own."""
        body = self.body.encode()
        told = {"content-type": "text/plain", "content-length": str(len(body))}
        if self.status == 204:
            told = {}
        told |= headers
        told |= self.headers
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in told.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": raw})
        await send({"type": "http.response.body", "body": body})
