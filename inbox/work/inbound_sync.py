"""Finds texts that Twilio could not deliver to us, in Twilio's own list."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from inbox.clock import now
from inbox.context import Context
from inbox.live.screens import Screens
from inbox.models import PhoneNumber
from inbox.models.outbox.unconfirmed import known_sids
from inbox.models.texts.receive import Received, consent_in, receive
from inbox.providers import Attachment, Provider, Sighting
from inbox.rules.status_order import FAILED
from inbox.work.reconcile import NO_WORD

log = logging.getLogger(__name__)

# Twilio sometimes lists a text late, after others that came later.
LATE = timedelta(minutes=15)
# Older texts are no longer news, and Twilio's list of them may be long.
MAX_LOOKBACK = timedelta(days=7)
MAX_PAGES = 300
STORED_AT_ONCE = 100
NUMBERS_AT_ONCE = 10


@dataclass
class _Search:
    """A search through one number's list, from the newest text back to `since`; then missed texts
    are stored."""

    number: PhoneNumber
    since: datetime
    next_page: str | None = None
    pages: int = 0
    read: bool = False
    # By Twilio's clock, the only one that counts here.
    newest: datetime | None = None
    # Newest first; each with whether its sender has texted a consent word since.
    missed: list[tuple[Sighting, bool]] = field(default_factory=list)
    # Senders of a consent word further up in the list.
    decided: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, number: PhoneNumber) -> "_Search":
        since = max(number.heard_until or number.connected_at, now() - MAX_LOOKBACK)
        # Twilio's times are in whole seconds.
        return cls(number, since.replace(microsecond=0))


class InboundSync:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._searches: list[_Search] = []
        # Set once every number's list has been read, or could not be.
        self.caught_up = asyncio.Event()

    async def round(self) -> bool:
        """One step for every number. True while there is more to find."""
        if not self._searches:
            self._searches = [_Search.of(number) for number in await PhoneNumber.in_use()]
        places = asyncio.Semaphore(NUMBERS_AT_ONCE)
        more = await asyncio.gather(*(self._step(search, places) for search in self._searches))
        self._searches = [one for one, goes_on in zip(self._searches, more, strict=True) if goes_on]
        if not self._searches:
            self.caught_up.set()
        return bool(self._searches)

    async def _step(self, search: _Search, places: asyncio.Semaphore) -> bool:
        """Read a page, or store some texts. False when the search is over; a failed one starts
        again."""
        async with places:
            try:
                provider = self._context.provider(search.number.church)
                if not search.read:
                    await _read_page(search, provider)
                elif search.missed:
                    await _store_some(search, provider, self._context.screens)
                if search.missed or not search.read:
                    return True
                if search.newest:
                    await search.number.note_heard(max(search.since, search.newest - LATE))
            except NO_WORD as problem:
                log.warning("Number %s cannot be listened to: %r", search.number.id, problem)
            except Exception:
                log.exception("Number %s could not be listened to", search.number.id)
            return False


async def _read_page(search: _Search, provider: Provider) -> None:
    page = await provider.heard(search.number.number, search.next_page)
    texts = [one for one in page.sightings if one.created_at >= search.since]
    known = await known_sids(search.number.church_id, [one.sid for one in texts])
    for text in texts:
        search.newest = max(search.newest or text.created_at, text.created_at)
        if text.sid not in known:
            if _can_be_stored(text, search.number):
                search.missed.append((text, text.from_ in search.decided))
        elif await consent_in(search.number.church_id, text.body) in ("stop", "start"):
            search.decided.add(text.from_)
    search.next_page, search.pages = page.next, search.pages + 1
    is_back = len(texts) < len(page.sightings)
    search.read = is_back or page.next is None or search.pages == MAX_PAGES


def _can_be_stored(text: Sighting, number: PhoneNumber) -> bool:
    """Whether the text did not fail and was not redacted by the account's owner."""
    return (
        text.direction == "inbound"
        and text.to == number.number
        and text.status not in FAILED
        and 0 < len(text.from_) <= 20
        and text.from_.isprintable()
        and bool(text.body or text.media)
    )


async def _store_some(search: _Search, provider: Provider, screens: Screens) -> None:
    """Store the oldest ones, each member's in order, because STOP and START depend on it."""
    some = search.missed[: -STORED_AT_ONCE - 1 : -1]
    by_member: dict[str, list[tuple[Sighting, bool, Sequence[Attachment]]]] = {}
    for text, overtaken in some:
        files = await provider.attachments(text.sid) if text.media else ()
        by_member.setdefault(text.from_, []).append((text, overtaken, files))
    stored = await asyncio.gather(
        *(_store_of_one(search.number, texts) for texts in by_member.values()),
        return_exceptions=True,
    )
    _show(stored, screens)
    del search.missed[-len(some) :]


async def _store_of_one(
    number: PhoneNumber, texts: Sequence[tuple[Sighting, bool, Sequence[Attachment]]]
) -> list[Received]:
    stored = [
        await receive(
            number,
            sid=text.sid,
            from_=text.from_,
            body=text.body,
            attachments=[(one.url, one.content_type) for one in files],
            overtaken=overtaken,
            said_at=text.created_at,
        )
        for text, overtaken, files in texts
    ]
    return [received for received in stored if received]


def _show(stored: Sequence[list[Received] | BaseException], screens: Screens) -> None:
    for of_one in stored:
        if not isinstance(of_one, BaseException):
            for received in of_one:
                screens.show_messages_soon(received.messages)
    for fault in stored:
        if isinstance(fault, BaseException):
            raise fault
