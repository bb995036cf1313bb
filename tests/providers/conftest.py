"""Twilio's stand-in on its own port, and the connection to it."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from inbox.providers import Provider, provider_for
from inbox.providers.twilio_http import TwilioHttp
from tests.providers.answers import GRACE, StandIn


@pytest.fixture
async def twilio() -> AsyncIterator[StandIn]:
    stand_in = StandIn()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", stand_in.answer)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    stand_in.url = f"http://{host}:{port}"
    yield stand_in
    await runner.cleanup()
    assert not stand_in.answers, "an answer was prepared that no request used"


@pytest.fixture
async def http(twilio: StandIn) -> AsyncIterator[TwilioHttp]:
    wire = TwilioHttp(twilio.url, timeout=2, connect_timeout=1)
    await wire.start()
    yield wire
    await wire.close()


@pytest.fixture
def provider(http: TwilioHttp) -> Provider:
    return provider_for(GRACE, http)
