"""The outbox against the real simulator over HTTP, round by round. Nothing else is running."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from inbox import db
from inbox.clock import now
from inbox.config import Config
from inbox.context import Context
from inbox.live.screens import Screens as LiveScreens
from inbox.models import Member, Message
from inbox.models.outbox import unconfirmed
from inbox.providers.twilio_http import TwilioHttp
from inbox.simulator import Fault, Faults, RunningSimulator, World, running
from inbox.work.outbox import Outbox
from inbox.work.reconcile import Reconcile
from tests import cast as the_cast
from tests.cast import Cast
from tests.databases import Databases
from tests.house import Screens

# Long enough for any answer that will come, to each of many at once, on a busy machine.
TIMEOUT = 1.5
# Nothing listens here: receipts come only when a test delivers them.
NOWHERE = "http://127.0.0.1:1"


@dataclass
class Delivery:
    cast: Cast
    context: Context
    simulator: RunningSimulator
    outbox: Outbox
    reconcile: Reconcile

    def trouble(self, **faults: Any) -> Faults:
        """From now on, without receipts."""
        faults.setdefault("receipts_lost", Fault(chance=1))
        self.simulator.network.faults = Faults(seed=1, **faults)
        return self.simulator.network.faults

    async def send(self) -> None:
        """Everything due is handed to Twilio, and has an answer or none."""
        while await self.outbox.round():
            pass
        await self.outbox.finish()

    async def arrived(self) -> None:
        """The texts that Twilio accepted are on the phones."""
        await self.simulator.network.settled()

    async def time_passes(self) -> None:
        """Everything that waits for a later time is due now."""
        await Message.filter(status="queued").update(send_after=now() - timedelta(seconds=1))
        await Message.filter(ask_after__isnull=False).update(ask_after=now())

    def phone(self, member: Member) -> list[str]:
        """What this member was sent, oldest first."""
        bubbles = self.simulator.world.handset(member.phone).bubbles
        return [bubble.body for bubble in bubbles if not bubble.mine]

    def taken(self) -> list[str]:
        """The recipients of the texts that Twilio accepted, from every church, in order."""
        accounts = self.simulator.world.accounts.values()
        messages = [one for account in accounts for one in account.messages.values()]
        return [one.to for one in sorted(messages, key=lambda one: one.order)]

    async def recover(self) -> None:
        """A worker that starts alone and finds what a dead one left behind."""
        for message in await unconfirmed.abandoned(timedelta(0)):
            await unconfirmed.recover(message, timedelta(0))


@pytest.fixture
async def delivery(
    config: Config, screens: Screens, database: str, databases: Databases
) -> AsyncIterator[Delivery]:
    async with running(World()) as simulator:
        config = replace(config, twilio_api_url=simulator.url, public_url=NOWHERE)
        context = Context.from_config(config, LiveScreens(screens))
        context.http = TwilioHttp(simulator.url, timeout=TIMEOUT)
        await db.open_database(config)
        await context.http.start()
        cast = databases.cast(database)
        _bring_to_life(simulator.world)
        delivery = Delivery(cast, context, simulator, Outbox(context), Reconcile(context))
        delivery.trouble()
        yield delivery
        await delivery.outbox.finish()
        await context.close()
        await db.close_database()


def _bring_to_life(world: World) -> None:
    numbers: tuple[tuple[Any, ...], ...] = (
        (the_cast.GRACE_NUMBER, the_cast.GRACE_SID, the_cast.GRACE_TOKEN),
        (the_cast.HOPE_NUMBER, the_cast.HOPE_SID, the_cast.HOPE_TOKEN),
    )
    for number, sid, token in numbers:
        world.add_number(world.add_account(number, sid=sid, auth_token=token), number)
