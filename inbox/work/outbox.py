"""The outbox at work: claim what is due, hand it over, and record the provider's answer."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from inbox import paths
from inbox.clock import now
from inbox.context import Context, NotConnected
from inbox.models import Church, PhoneNumber
from inbox.models.outbox import dispatch, outcomes, unconfirmed
from inbox.models.outbox.claimed import Claimed
from inbox.models.outbox.moves import Settled
from inbox.providers import Outgoing, Provider, Refused, Unconfirmed, Unreachable
from inbox.rules.reasons import reason_for
from inbox.seal import SealBroken

log = logging.getLogger(__name__)

# How many texts this process may hand over at once.
MAX_IN_FLIGHT = 50
# How many one church may claim per turn, so that it does not fill all places while others wait.
MAX_PER_TURN = 50
# How many texts per place may wait for their answers to be recorded. This limits how many are left
# unconfirmed if the worker dies.
MAX_UNSETTLED = 2
# How many texts per place are marked ahead while all places are taken, so that none waits for the
# database while it holds a place.
MARKED_AHEAD = 0.25
# Seconds. A number that may send 10 segments per second claims this many seconds' worth per turn.
TURN_SECONDS = 1.0
# How long we retry recording an outcome while the database is away.
INSIST_SECONDS = 45.0
INSIST_EVERY = 1.0
# A process that was suspended this long after marking a text does not hand it over: another may
# have recovered it, looked it up, and sent it again.
MAX_HOLD_UP = 10.0
# Seconds. A text that has waited longer for a place since the gate was checked is checked again.
ASK_AGAIN_AFTER = 0.25

# Records a text's outcome. Recording it twice has the effect of once.
Verdict = Callable[[], Awaitable[Settled]]


@dataclass(frozen=True)
class Parcel:
    """A claimed text and its number, which comes with its church."""

    text: Claimed
    number: PhoneNumber

    @property
    def church(self) -> Church:
        return self.number.church


class Outbox:
    def __init__(self, context: Context, most_in_flight: int = MAX_IN_FLIGHT) -> None:
        self._context = context
        self._grace = timedelta(seconds=context.config.unconfirmed_grace)
        self._most = most_in_flight
        self._ahead = int(most_in_flight * MARKED_AHEAD)
        self._wire = asyncio.Semaphore(most_in_flight)
        # Claimed ahead, in sending order.
        self._ready: list[Parcel] = []
        # The ids of texts being handed over.
        self._in_flight: set[int] = set()
        # The tasks that handle texts until they are settled, with the texts' ids.
        self._unsettled: dict[asyncio.Task[None], int] = {}
        self._freed = asyncio.Event()
        self._ending = False

    async def round(self) -> bool:
        """Claim for every number that is due. True if there may be more to do at once."""
        claimed = 0
        for number in await dispatch.numbers_with_work(now(), time.time()):
            if claimed and self._room <= 0:
                break
            # At least one: it may be a reply, which goes before everything claimed ahead.
            claimed += await self._take_turn(number, min(max(self._room, 1), MAX_PER_TURN))
        if self._places <= 0 and (self._room <= 0 or not claimed):
            self._freed.clear()
            await self._freed.wait()
            return True
        return claimed > 0

    def in_hand(self) -> set[int]:
        """The ids of texts that are being handed over or settled."""
        return set(self._unsettled.values())

    def end(self) -> None:
        """Hand nothing over from now on."""
        self._ending = True

    async def finish(self) -> None:
        """Record the answers to what has been handed over; after `end`, release the rest.

        Call this once no round is running.
        """
        self._begin(len(self._ready))
        if self._unsettled:
            await asyncio.wait(set(self._unsettled))

    @property
    def _places(self) -> int:
        unsettled = MAX_UNSETTLED * self._most - len(self._unsettled)
        return min(self._most + self._ahead - len(self._in_flight), unsettled)

    @property
    def _room(self) -> int:
        """As many texts as there are places are also claimed ahead, so none stays empty."""
        return self._places + self._most - len(self._ready)

    async def _take_turn(self, number: PhoneNumber, most: int) -> int:
        segments = max(1, int(number.send_rate * TURN_SECONDS)) if number.send_rate else 10**9
        claimed = await dispatch.claim(number, now(), most, segments)
        self._ready += [Parcel(text, number) for text in claimed]
        # A reply goes first, whatever was claimed before it.
        self._ready.sort(key=lambda parcel: parcel.text.priority)
        self._fill_places()
        return len(claimed)

    def _fill_places(self) -> None:
        if not self._ending:
            self._begin(max(self._places, 0))

    def _begin(self, most: int) -> None:
        begun, self._ready = self._ready[:most], self._ready[most:]
        for parcel in begun:
            self._in_flight.add(parcel.text.id)
            task = asyncio.create_task(self._deliver(parcel))
            self._unsettled[task] = parcel.text.id
            task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._unsettled.pop(task, None)
        self._fill_places()
        self._freed.set()

    def _free_place(self, text: Claimed) -> None:
        """Let the next text go while this one's answer is recorded."""
        self._in_flight.discard(text.id)
        self._fill_places()
        self._freed.set()

    async def _deliver(self, parcel: Parcel) -> None:
        try:
            verdict = await self._hand_over(parcel)
        except Exception:
            log.exception("Message %s could not be handed over", parcel.text.id)
            await asyncio.sleep(INSIST_EVERY)
            verdict = partial(unconfirmed.recover_as_kept, parcel.text, self._grace)
        finally:
            self._free_place(parcel.text)
        try:
            settled = await self._write_down(verdict)
            self._context.screens.show_messages_soon(settled.messages)
        except Exception:
            # If it is still claimed, it is recovered after its lease, like a dead worker's.
            log.exception("Message %s could not be settled", parcel.text.id)

    async def _write_down(self, verdict: Verdict) -> Settled:
        given_up = time.monotonic() + INSIST_SECONDS
        while True:
            try:
                return await verdict()
            except Exception:
                if self._ending or time.monotonic() > given_up:
                    raise
            await asyncio.sleep(INSIST_EVERY)

    async def _hand_over(self, parcel: Parcel) -> Verdict:
        text = parcel.text
        if self._ending:
            return partial(unconfirmed.recover, text, self._grace)
        if text.send_before and now() > text.send_before:
            return partial(outcomes.refused, text, "too_old")
        try:
            provider = self._context.provider(parcel.church)
        except (NotConnected, SealBroken):
            return partial(outcomes.refused, text, "not_connected")
        before = _clocks()
        marked = await dispatch.mark_attempt(text)
        if marked is None:
            return partial(outcomes.held_back, text)
        async with self._wire:
            waited = _seconds_since(before)
            if self._ending or waited > MAX_HOLD_UP:
                return partial(outcomes.let_go, marked)
            if waited > ASK_AGAIN_AFTER and not await dispatch.may_still_go(marked):
                return partial(outcomes.held_back, marked)
            return await self._send(provider, replace(parcel, text=marked))

    async def _send(self, provider: Provider, parcel: Parcel) -> Verdict:
        text = parcel.text
        try:
            accepted = await provider.send(self._outgoing(parcel))
        except Refused as refusal:
            return partial(self._refused, parcel, refusal)
        except Unreachable:
            return partial(outcomes.refused, text, "connection")
        except Unconfirmed as doubt:
            return partial(unconfirmed.no_answer, text, self._grace, doubt.code)
        return partial(outcomes.accepted, text, accepted.sid, accepted.status)

    def _outgoing(self, parcel: Parcel) -> Outgoing:
        public_url, key = self._context.config.public_url, parcel.text.key
        return Outgoing(
            key=key,
            to=parcel.text.to_phone,
            from_=parcel.number.number,
            body=parcel.text.body,
            status_url=paths.status_address(public_url, parcel.church, key),
        )

    async def _refused(self, parcel: Parcel, refusal: Refused) -> Settled:
        text, church = parcel.text, parcel.church
        retry = reason_for(refusal.code).retry
        if retry == "check":
            return await unconfirmed.no_answer(text, self._grace, refusal.code)
        if retry == "account" and await church.report_problem(refusal.code):
            log.error("Church %s cannot send: Twilio says %s", church.id, refusal.code)
        return await outcomes.refused(text, refusal.code, refusal.retry_after)


def _clocks() -> tuple[float, float]:
    """A clock that continues while the machine sleeps, and one that no one can set."""
    return time.time(), time.monotonic()


def _seconds_since(before: tuple[float, float]) -> float:
    return max(after - then for after, then in zip(_clocks(), before, strict=True))
