from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from inbox.simulator import World, running
from tests.simulator.town import CHURCH, Application, Town, client_of


@pytest.fixture
async def application() -> AsyncIterator[Application]:
    application = Application()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", application.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    application.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield application
    await runner.cleanup()


@pytest.fixture
async def town(application: Application) -> AsyncIterator[Town]:
    world = World()
    account = world.add_account("Grace Chapel")
    number = world.add_number(account, CHURCH, f"{application.url}/texts")
    async with running(world) as simulator, client_of(simulator, account) as client:
        yield Town(simulator, account, number, client, application)
