"""The practice church in one process: inbox, worker, and Twilio simulator."""

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from inbox import db
from inbox.app import App
from inbox.config import Config
from inbox.context import Context
from inbox.practice.seed import PRACTICE_PASSWORD, Practice, seed
from inbox.server.locks import alone
from inbox.server.serving import serve_at
from inbox.simulator import PRACTICE_SID, PRACTICE_TOKEN, World, running
from inbox.twilio_setup import connect_twilio

PRACTICE_NUMBER = "+12025550100"
# Fast enough to watch a broadcast to two hundred members, slow enough to stop it.
PRACTICE_RATE = "8"
# Seconds from one status to the next in the simulated phone network.
CARRIER_SECONDS = 0.6

BANNER = """
  The practice church is open. No real text is ever sent.

    Inbox       {inbox}
    Sign in as  {email}   password  {password}
                {others}
    Phones      {handsets}   (simulated: text the church from here)

  Ctrl-C ends it.
"""


async def demo(
    host: str,
    port: int,
    data: Path,
    open_browser: Callable[[str], object] | None,
    ended: asyncio.Event,
) -> None:
    world = World()
    account = world.add_account("Grace Chapel", sid=PRACTICE_SID, auth_token=PRACTICE_TOKEN)
    world.add_number(account, PRACTICE_NUMBER)
    async with running(world, host, port + 1, carrier_seconds=CARRIER_SECONDS) as simulator:
        config = _config(host, port, data, simulator.url)
        with alone(config):
            practice = await seeded(config, connected=True)
            world.load(handsets=practice.handsets)

            def begun() -> None:
                print(_banner(config, practice, simulator.url), flush=True)
                if open_browser:
                    asyncio.get_running_loop().call_later(1, open_browser, config.public_url)

            await serve_at(App(config).asgi, host, port, ended, begun=begun)


def _config(host: str, port: int, data: Path, twilio_api_url: str) -> Config:
    return Config.from_environ(
        {
            "HOST": host,
            "PORT": str(port),
            "DATA_DIR": str(data),
            "PUBLIC_URL": os.environ.get("PUBLIC_URL", ""),
            "TWILIO_API_URL": twilio_api_url,
            "SEND_RATE": PRACTICE_RATE,
            "UNCONFIRMED_GRACE": "20",
        }
    )


async def seeded(config: Config, *, connected: bool = False) -> Practice:
    """The practice church in this database, created if needed.

    `connected`: the simulator is running and knows the webhook.
    """
    context = Context.from_config(config)
    await db.open_database(config)
    await context.http.start()
    try:
        await db.migrate_database()
        practice = await seed(
            context,
            today=datetime.now(UTC),
            account_sid=PRACTICE_SID,
            auth_token=PRACTICE_TOKEN,
            number=PRACTICE_NUMBER,
        )
        if connected:
            await connect_twilio(
                context,
                practice.church,
                PRACTICE_SID,
                PRACTICE_TOKEN,
                PRACTICE_NUMBER,
                by=practice.owner,
            )
        return practice
    finally:
        await context.close()
        await db.close_database()


def _banner(config: Config, practice: Practice, simulator_url: str) -> str:
    signing_in = [one for one in practice.people if one.left_at is None]
    others = [one.email for one in signing_in if one.id != practice.owner.id][:2]
    return BANNER.format(
        inbox=config.public_url,
        email=practice.owner.email,
        password=PRACTICE_PASSWORD,
        others="or " + ", ".join(others),
        handsets=simulator_url,
    )


async def simulate(host: str, port: int, sms_url: str | None, ended: asyncio.Event) -> None:
    """Run the Twilio simulator alone, for an inbox set up by hand or by another program."""
    world = World()
    account = world.add_account("Practice", sid=PRACTICE_SID, auth_token=PRACTICE_TOKEN)
    world.add_number(account, PRACTICE_NUMBER, sms_url=sms_url)
    async with running(world, host, port, carrier_seconds=CARRIER_SECONDS) as simulator:
        print(f"TWILIO_API_URL  {simulator.url}   (open it in a browser for simulated phones)")
        print(f"Account SID     {PRACTICE_SID}")
        print(f"Auth Token      {PRACTICE_TOKEN}")
        print(f"Phone number    {PRACTICE_NUMBER}", flush=True)
        await ended.wait()
