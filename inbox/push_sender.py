"""Notify closed browsers through their push services. Who is notified is decided elsewhere."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from inbox.context import Context
from inbox.models import PushKey, PushSubscription
from inbox.providers.push import Address, Outcome, Signature
from inbox.seal import SealBroken

log = logging.getLogger(__name__)

MAX_AT_ONCE = 10


@dataclass(frozen=True)
class Notice:
    """What a lock screen shows, where anyone can read it: never what someone wrote."""

    title: str
    text: str
    url: str
    # A new notice replaces the one with the same topic. Letters and digits only.
    topic: str

    @property
    def payload(self) -> Mapping[str, object]:
        return {"title": self.title, "text": self.text, "url": self.url, "topic": self.topic}


async def wake(context: Context, told: Iterable[tuple[PushSubscription, Notice]]) -> list[Outcome]:
    """One outcome for each, in any order. A subscription that is gone forever is deleted."""
    told = list(told)
    if not told:
        return []
    try:
        signature = await _signature(context)
    except SealBroken:
        log.error("Nobody can be notified: the key for it was sealed with one that is lost")
        return ["failed"] * len(told)
    places = asyncio.Semaphore(MAX_AT_ONCE)

    async def send(subscription: PushSubscription, notice: Notice) -> Outcome:
        async with places:
            address = Address(subscription.endpoint, subscription.p256dh, subscription.auth)
            outcome = await context.push.send(address, notice.payload, signature, notice.topic)
        if outcome == "gone":
            await PushSubscription.filter(id=subscription.id).delete()
        return outcome

    return await asyncio.gather(*(send(*one) for one in told))


async def _signature(context: Context) -> Signature:
    key = await PushKey.ours(context.seal)
    host = urlsplit(context.config.public_url).hostname
    subject = f"https://{host}" if context.config.secure else "mailto:inbox@localhost"
    return Signature(key.private_key(context.seal), subject)
