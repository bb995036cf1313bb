"""Requests are processed to the end even if the client disconnects."""

import asyncio
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from inbox.app import App
from inbox.config import Config
from inbox.models import Message
from inbox.simulator.signature import sign
from tests.cast import GRACE_TOKEN, assemble
from tests.house import House
from tests.web.calls import PLAIN, a_text


async def test_a_client_that_disconnects_at_any_moment_loses_nothing(config: Config) -> None:
    app = App(config)
    async with app.quart.test_app():
        await assemble(app.context.seal)
        callers = [_call_and_hang_up(app, after=n) for n in range(60)]
        await asyncio.gather(*callers)
        async with asyncio.timeout(10):
            assert await Message.all().count() == 60


async def _call_and_hang_up(app: App, after: int) -> None:
    """A text sent in full by a client that disconnects after `after` steps of the event loop."""
    fields = a_text()
    signature = sign(GRACE_TOKEN, app.config.public_url + PLAIN, list(fields.items()))
    events = [{"type": "http.request", "body": urlencode(fields).encode(), "more_body": False}]

    async def receive() -> dict[str, Any]:
        if events:
            return events.pop()
        for _ in range(after):
            await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None: ...

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": PLAIN,
        "raw_path": PLAIN.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"x-twilio-signature", signature.encode()), (b"host", b"x")],
        "client": ("127.0.0.1", 1),
        "server": None,
        "extensions": {},
    }
    await app.asgi(scope, receive, send)


async def test_an_unknown_websocket_is_refused_silently(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async with aiohttp.ClientSession(house.url) as session:
        for path in ("/inbox", "/nowhere", "/api/webhooks/twilio"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
                await session.ws_connect(path)
            assert refusal.value.status == 403
    assert "Traceback" not in caplog.text


async def test_a_client_that_disconnects_mid_request_is_dropped(config: Config) -> None:
    app = App(config)
    async with app.quart.test_app():
        gone = iter(({"type": "http.request", "body": b"To=", "more_body": True},))

        async def receive() -> dict[str, Any]:
            return next(gone, {"type": "http.disconnect"})

        async def send(message: dict[str, Any]) -> None:
            raise AssertionError("Nobody is there to hear it.")

        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {},
            "http_version": "1.1",
            "method": "POST",
        }
        scope |= {"path": PLAIN, "raw_path": PLAIN.encode(), "query_string": b"", "headers": []}
        scope |= {"scheme": "http", "root_path": "", "client": None, "extensions": {}}
        async with asyncio.timeout(5):
            await app.asgi(scope, receive, send)
