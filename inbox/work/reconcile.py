"""Reconciling: dead workers' texts, unconfirmed texts, texts without a receipt, and accounts that
had trouble."""

import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta

from inbox.clock import now
from inbox.context import Context, NotConnected
from inbox.models import Church, Message
from inbox.models.outbox import unconfirmed
from inbox.models.outbox.moves import FIRST_ASK, Settled
from inbox.models.outbox.unconfirmed import LEASE
from inbox.providers import AccountProblem, Refused, Sighting, Unreachable
from inbox.seal import SealBroken

log = logging.getLogger(__name__)

# How far Twilio's clock and ours may differ. Our other texts are recognized by their sids.
SKEW = timedelta(minutes=5)
# What a trial account puts before every text.
TRIAL = "Sent from your Twilio trial account - "
# How soon to repeat a look-up that failed.
LOOK_AGAIN = timedelta(seconds=30)
# How many receipts one round asks for, one after another, so that it does not crowd out sending.
MAX_RECEIPTS = 50
# How long a report takes to arrive when all is well.
WORD_TAKES = timedelta(minutes=1)
# This many lost receipts in one round are no accident: we could not be reached for a while.
MANY_LOST = 10

# How many broken accounts are tried in one round.
CHURCHES = 100

NO_WORD = (Refused, Unreachable, NotConnected, SealBroken)


class Reconcile:
    def __init__(
        self, context: Context, in_hand: Callable[[], Collection[int]] = frozenset
    ) -> None:
        """`in_hand`: the ids of texts that this process is handing over."""
        self._context = context
        self._in_hand = in_hand
        self._grace = timedelta(seconds=context.config.unconfirmed_grace)
        # While we could not be reached, receipts were lost. At startup, that has just ended.
        self._reached_again = now()

    async def recover_abandoned(self, lease: timedelta = LEASE) -> bool:
        """Recover texts whose worker died. With only one worker, that is all that were claimed
        before it began."""
        for message in await unconfirmed.abandoned(lease):
            # Ours are alive, even if the clock has been set forward.
            if message.id not in self._in_hand():
                settled = await unconfirmed.recover(message, self._grace)
                self._context.screens.show_messages_soon(settled.messages)
        return False

    async def look_up_unconfirmed(self) -> bool:
        """Look for unconfirmed texts in the provider's list."""
        for message in await unconfirmed.to_look_up(now()):
            # Postpone it first, so that a look-up that fails does not delay the others.
            if await unconfirmed.ask_later(message, now() + LOOK_AGAIN):
                await self._ask(message, self._look_up)
        return False

    async def ask_for_receipts(self) -> bool:
        """Ask the provider about texts that have stood still for long, since receipts get lost.

        True if there are more to ask about at once.
        """
        asked = await unconfirmed.unreported(self._due(), MAX_RECEIPTS)
        told = []
        for message in asked:
            if await unconfirmed.ask_later(message, unconfirmed.next_ask(message, now())):
                told.append(await self._ask(message, self._fetch))
        news = sum(1 for settled in told if settled and settled.messages)
        if news >= MANY_LOST and 2 * news >= len(asked):
            self._reached_again = now()
        # If any could not be asked about, do not retry without a pause.
        return len(asked) == MAX_RECEIPTS and None not in told

    def _due(self) -> datetime:
        """Ask about texts due by this time, which is later than now after an outage of ours."""
        before_that = self._reached_again + FIRST_ASK
        return max(now(), min(before_that, now() + FIRST_ASK - WORD_TAKES))

    async def _ask(
        self, message: Message, look: Callable[[Message], Awaitable[Settled]]
    ) -> Settled | None:
        """None if the provider could not be asked."""
        try:
            settled = await look(message)
        except NO_WORD as problem:
            # No answer means nothing: the text stays as it is, and we ask again.
            log.warning("Message %s cannot be looked up yet: %r", message.id, problem)
        except Exception:
            log.exception("Message %s could not be looked up", message.id)
        else:
            self._context.screens.show_messages_soon(settled.messages)
            return settled
        return None

    async def _look_up(self, message: Message) -> Settled:
        provider = self._context.provider(message.conversation.church)
        listed = await provider.find(*_ends(message), _since(message))
        # Check this after listing and before looking up sids: if a listed text has no row of ours
        # by then, it was being handed over in between.
        if await unconfirmed.twin_is_on_its_way(message):
            return Settled(message.conversation_id)
        if sighting := await _sighting(message, listed):
            return await unconfirmed.found(
                message, sighting.sid, sighting.status or "accepted", sighting.error_code
            )
        return await unconfirmed.never_arrived(message)

    async def _fetch(self, message: Message) -> Settled:
        provider = self._context.provider(message.conversation.church)
        sighting = await provider.fetch(message.provider_sid) if message.provider_sid else None
        if sighting is None:
            # Deleted at the provider, so we will never hear of it again.
            await unconfirmed.ask_later(message, None)
            return Settled(message.conversation_id)
        status = sighting.status or message.status
        return await unconfirmed.found(message, sighting.sid, status, sighting.error_code)


def _ends(message: Message) -> tuple[str, str]:
    """The receiving and the sending number."""
    return message.conversation.member.phone, message.phone_number.number


def _since(message: Message) -> datetime:
    """Since its first attempt, which may have arrived whatever it looked like from here."""
    first = message.first_attempted_at or message.attempted_at
    assert first
    return first - SKEW


async def _sighting(message: Message, listed: list[Sighting]) -> Sighting | None:
    """This text in the provider's own list: the oldest that matches and belongs to no other row.

    A redacted text has lost its words. At this time, to this member, it can hardly be another.
    """
    since = _since(message)
    known = await unconfirmed.known_sids(message.church_id, [one.sid for one in listed])
    possible = [
        one
        for one in listed
        if (one.direction, one.to, one.from_) == ("outbound", *_ends(message))
        and one.sid not in known
        and one.created_at >= since
    ]
    ours = [one for one in possible if _says(one, message.body)]
    redacted = [one for one in possible if not one.body]
    return min(ours or redacted, key=lambda one: one.created_at, default=None)


def _says(listed: Sighting, body: str) -> bool:
    return _plain(body) in (_plain(listed.body), _plain(listed.body.removeprefix(TRIAL)))


def _plain(body: str) -> str:
    """The text without differences in white space."""
    return " ".join(body.split())


class AccountWatch:
    """Retries accounts that could not send, so that fixing them in Twilio is enough."""

    def __init__(self, context: Context) -> None:
        self._context = context
        # The last church that was looked at.
        self._after = 0

    async def round(self) -> bool:
        """A batch each time, so that accounts that stay broken do not hide the others."""
        broken = Church.filter(twilio_problem__isnull=False, id__gt=self._after).order_by("id")
        churches = await broken.limit(CHURCHES)
        self._after = churches[-1].id if len(churches) == CHURCHES else 0
        for church in churches:
            try:
                await self._context.provider(church).check_account()
            except (AccountProblem, *NO_WORD):
                continue
            await church.clear_problem()
        return False
