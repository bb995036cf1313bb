"""Doubts are settled: dead workers' texts, unconfirmed texts, and accounts that were in trouble."""

import logging
from datetime import timedelta

from inbox.context import Context, NotConnected
from inbox.live.screens import show_settled
from inbox.models import Church, Message
from inbox.models import outbox as model
from inbox.models.message import now
from inbox.models.outbox import LEASE, Settled
from inbox.providers import AccountProblem, Provider, Refused, Sighting, Unreachable

log = logging.getLogger(__name__)

# Twilio's clock and ours differ a little.
SKEW = timedelta(seconds=30)


class Reconcile:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._grace = timedelta(seconds=context.config.unconfirmed_grace)

    async def round(self) -> bool:
        await self.recover_abandoned(LEASE)
        await self.look_up_unconfirmed()
        return False

    async def recover_abandoned(self, lease: timedelta) -> None:
        """Texts whose worker died. With one worker alone, all that were claimed before it began."""
        for message in await model.abandoned(now() - lease):
            await show_settled(await model.recover(message))

    async def look_up_unconfirmed(self) -> None:
        for message in await model.waiting_for_word(now() - self._grace):
            try:
                settled = await self._look_up(message)
            except (Refused, Unreachable, NotConnected) as problem:
                # No word is no word: the text stays unconfirmed, and is asked for again.
                log.warning("Message %s cannot be looked up yet: %r", message.id, problem)
                continue
            await show_settled(settled)

    async def _look_up(self, message: Message) -> Settled:
        provider = self._context.provider(message.conversation.church)
        sighting = await self._sighting(provider, message)
        if sighting:
            return await model.found(
                message, sighting.sid, sighting.status or "accepted", sighting.error_code
            )
        return await model.never_arrived(message)

    async def _sighting(self, provider: Provider, message: Message) -> Sighting | None:
        """This text in the provider's own list; the oldest that fits and is nobody else's."""
        assert message.attempted_at
        since = message.attempted_at - SKEW
        listed = await provider.find(
            message.conversation.member.phone, message.phone_number.number, since
        )
        known = await model.known_sids(message.church_id, [one.sid for one in listed])
        # A trial account puts a sentence of its own before the body.
        fitting = [
            one
            for one in listed
            if one.direction == "outbound"
            and one.sid not in known
            and one.created_at >= since
            and one.body.strip().endswith(message.body)
        ]
        return min(fitting, key=lambda one: one.created_at, default=None)


class AccountWatch:
    """Accounts that could not send are asked again, so that mending them in Twilio is enough."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def round(self) -> bool:
        for church in await Church.filter(twilio_problem__isnull=False).limit(100):
            try:
                await self._context.provider(church).check_account()
            except (AccountProblem, Refused, Unreachable, NotConnected):
                continue
            await church.clear_problem()
        return False
