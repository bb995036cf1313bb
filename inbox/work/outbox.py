"""The outbox at work: claim what is due, hand it over, write down what the provider said."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from inbox import paths
from inbox.context import Context, NotConnected
from inbox.live.screens import show_settled
from inbox.models import Message, PhoneNumber
from inbox.models import outbox as model
from inbox.models.message import now
from inbox.models.outbox import Settled
from inbox.providers import Outgoing, Refused, Unconfirmed, Unreachable
from inbox.rules.reasons import reason_for
from inbox.seal import SealBroken

log = logging.getLogger(__name__)

# How many texts may be on their way to the provider at once, from this process.
MOST_IN_FLIGHT = 50
# One church may not fill all the places while others wait.
MOST_PER_TURN = 25
# A number that may send 10 segments a second takes them in turns of this many seconds' worth.
TURN_SECONDS = 1.0
# What became of a text is written down again and again, for so long, while the database is away.
INSIST_SECONDS = 45.0
INSIST_EVERY = 1.0
# A process that was held up for so many seconds after the stamp hands nothing over: others may
# have given it up meanwhile, looked for the text, and sent it again.
LONGEST_HOLD_UP = 10.0
# Stamped longer ago than this many seconds, a text may have been given up for sent by others.
LONGEST_STAMPING = 10.0

# Writes down what became of a text. Done twice, it is done once.
Verdict = Callable[[], Awaitable[Settled]]


class Outbox:
    def __init__(self, context: Context, most_in_flight: int = MOST_IN_FLIGHT) -> None:
        self._context = context
        self._grace = timedelta(seconds=context.config.unconfirmed_grace)
        self._most = most_in_flight
        self._in_flight: set[asyncio.Task[None]] = set()
        self._ending = False

    async def round(self) -> bool:
        """Claim for every number whose turn it is. True if there may be more to do at once."""
        claimed = 0
        for number in await model.numbers_with_work(now(), time.time()):
            places = self._most - len(self._in_flight)
            if places <= 0:
                break
            claimed += await self._take_turn(number, min(places, MOST_PER_TURN))
        if len(self._in_flight) >= self._most:
            await asyncio.wait(self._in_flight, return_when=asyncio.FIRST_COMPLETED)
            return True
        return claimed > 0

    async def finish(self) -> None:
        """What has been handed over gets its answer written down."""
        self._ending = True
        if self._in_flight:
            await asyncio.wait(set(self._in_flight))

    async def _take_turn(self, number: PhoneNumber, most: int) -> int:
        segments = max(1, int(number.send_rate * TURN_SECONDS)) if number.send_rate else 10**9
        messages = await model.claim(number, now(), most, segments)
        for message in messages:
            task = asyncio.create_task(self._deliver(message))
            self._in_flight.add(task)
            task.add_done_callback(self._in_flight.discard)
        return len(messages)

    async def _deliver(self, message: Message) -> None:
        try:
            verdict = await self._hand_over(message)
        except Exception:
            log.exception("Message %s could not be handed over", message.id)
            await asyncio.sleep(INSIST_EVERY)
            verdict = partial(model.recover, message, self._grace)
        try:
            await show_settled(await self._write_down(verdict))
        except Exception:
            # If it was left claimed: after its lease it is recovered like a dead worker's.
            log.exception("Message %s could not be settled", message.id)

    async def _write_down(self, verdict: Verdict) -> Settled:
        given_up = time.monotonic() + INSIST_SECONDS
        while True:
            try:
                return await verdict()
            except Exception:
                if self._ending or time.monotonic() > given_up:
                    raise
            await asyncio.sleep(INSIST_EVERY)

    async def _hand_over(self, message: Message) -> Verdict:
        conversation = message.conversation
        if message.send_before and now() > message.send_before:
            return partial(model.refused, message, "too_old")
        try:
            provider = self._context.provider(conversation.church)
        except (NotConnected, SealBroken):
            return partial(model.refused, message, "not_connected")
        before = _clocks()
        if not await model.stamp(message):
            return partial(model.held_back, message)
        if _seconds_since(before) > LONGEST_HOLD_UP:
            return partial(model.unconfirmed, message, self._grace)
        try:
            accepted = await provider.send(self._outgoing(message))
        except Refused as refusal:
            return partial(self._refused, message, refusal)
        except Unreachable:
            return partial(model.refused, message, "connection")
        except Unconfirmed:
            return partial(model.unconfirmed, message, self._grace)
        return partial(model.accepted, message, accepted.sid, accepted.status)

    def _outgoing(self, message: Message) -> Outgoing:
        conversation = message.conversation
        status_hook = paths.status_hook(conversation.church, message.key)
        return Outgoing(
            key=message.key,
            to=conversation.member.phone,
            from_=message.phone_number.number,
            body=message.body,
            status_url=self._context.config.public_url + status_hook,
        )

    async def _refused(self, message: Message, refusal: Refused) -> Settled:
        retry = reason_for(refusal.code).retry
        if retry == "check":
            return await model.unconfirmed(message, self._grace, refusal.code)
        church = message.conversation.church
        if retry == "account" and await church.report_problem(refusal.code):
            log.error("Church %s cannot send: Twilio says %s", church.id, refusal.code)
        return await model.refused(message, refusal.code, refusal.retry_after)


def _clocks() -> tuple[float, float]:
    """One that goes on while the machine sleeps, and one that nobody sets."""
    return time.time(), time.monotonic()


def _seconds_since(before: tuple[float, float]) -> float:
    return max(after - then for after, then in zip(_clocks(), before, strict=True))
