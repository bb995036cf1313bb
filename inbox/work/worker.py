"""The worker: all loops of one process, started and ended together."""

import asyncio
import logging
from datetime import timedelta
from functools import partial

from inbox.context import Context
from inbox.models.conversations.search_index import SearchIndex
from inbox.models.members.name_index import index_names
from inbox.work.broadcasts import cancel_round, enlist_round
from inbox.work.inbound_sync import InboundSync
from inbox.work.loop import Loop
from inbox.work.media import MediaFetch
from inbox.work.outbox import Outbox
from inbox.work.push import Push
from inbox.work.reconcile import AccountWatch, Reconcile
from inbox.work.scheduled import release_round
from inbox.work.snoozes import wake_round
from inbox.work.tidy import statistics_round, tidy_round

log = logging.getLogger(__name__)

# Seconds that the provider has to answer once we are told to end.
PATIENCE = 3.0
# Seconds.
DAY = 24 * 60 * 60.0
# Seconds that Twilio may take at startup to list what arrived while we were down.
HEARING_FIRST = 5.0


class Worker:
    def __init__(self, context: Context, *, alone: bool) -> None:
        """`alone`: this is the only worker, so whatever it finds claimed was left behind."""
        self._alone = alone
        self._context = context
        self._outbox = Outbox(context)
        self._reconcile = Reconcile(context, self._outbox.in_hand)
        self._push = Push(context)
        self._inbound_sync = InboundSync(context)
        self._inbound_sync_loop = Loop("inbound sync", self._inbound_sync.round, pause=60)
        screens = context.screens
        self._woken = [
            Loop("outbox", self._outbox.round, pause=0.25),
            Loop("broadcasts", partial(enlist_round, screens), pause=0.5),
            Loop("stopped", partial(cancel_round, screens), pause=1),
        ]
        self._loops = [
            *self._woken,
            Loop("abandoned", self._reconcile.recover_abandoned, pause=2),
            Loop("unconfirmed", self._reconcile.look_up_unconfirmed, pause=2),
            Loop("receipts", self._reconcile.ask_for_receipts, pause=30),
            Loop("media", MediaFetch(context).round, pause=1),
            Loop("accounts", AccountWatch(context).round, pause=60),
            Loop("scheduled", partial(release_round, screens), pause=1),
            Loop("snoozes", partial(wake_round, screens), pause=5),
            Loop("notifications", self._push.round, pause=1),
            Loop("search", SearchIndex().catch_up, pause=1),
            Loop("names", index_names, pause=1),
            Loop("tidy", tidy_round, pause=3600),
            Loop("statistics", statistics_round, pause=DAY),
        ]
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        if self._alone:
            await self._reconcile.recover_abandoned(timedelta(0))
        self._begin([self._inbound_sync_loop])
        await self._hear_first()
        self._begin(self._loops)

    async def _hear_first(self) -> None:
        """A member may have texted STOP while we were down."""
        try:
            async with asyncio.timeout(HEARING_FIRST):
                await self._inbound_sync.caught_up.wait()
        except TimeoutError:
            log.warning(
                "Sending starts before Twilio has listed every text that arrived while we were down"
            )

    def _begin(self, loops: list[Loop]) -> None:
        self._tasks += [asyncio.create_task(loop.run(), name=loop.name) for loop in loops]

    def wake(self) -> None:
        """Run at once: this process has queued or stopped something."""
        for loop in self._woken:
            loop.wake()

    def end(self) -> None:
        """Claim and begin nothing more. What is already being sent continues."""
        for loop in (self._inbound_sync_loop, *self._loops):
            loop.end()
        self._outbox.end()

    async def stop(self) -> None:
        """Claim nothing more, record outcomes, and end within seconds.

        If the provider has not answered by then, we hang up and record the text as unconfirmed.
        Nothing is interrupted while it is being recorded.
        """
        self.end()
        finishing = asyncio.create_task(self._finish())
        await asyncio.wait([finishing], timeout=PATIENCE)
        await self._context.http.close()
        await self._context.push.close()
        await finishing
        await self._context.screens.drain()

    async def _finish(self) -> None:
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._outbox.finish()
        await self._push.finish()
