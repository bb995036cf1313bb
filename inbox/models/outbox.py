"""The outbox: the queued messages, claimed, handed over and settled.

    queued -> sending (claimed; then stamped, then handed over) -> accepted -> sent -> delivered
                 |                                 |
                 v                                 v
              queued again, or failed          unconfirmed -> found at the provider, or queued again

Nobody is texted twice and nobody is skipped, whenever a worker dies: a claim without a stamp was
certainly not handed over; one with a stamp is unconfirmed until the provider's word settles it.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tortoise.expressions import F, Q

from inbox.models.change import change
from inbox.models.conversation import Conversation
from inbox.models.inbound import add_event
from inbox.models.member import Member
from inbox.models.message import Message, new_key, now
from inbox.models.phone_number import PhoneNumber
from inbox.rules import ladder
from inbox.rules.reasons import makes_unreachable, opts_out, reason_for

# Longer than any hand-over can take: after that, whoever claimed it is dead.
LEASE = timedelta(seconds=60)
BACKOFF_FIRST = 5.0
BACKOFF_LONGEST = 600.0
MOST_ATTEMPTS = 12
# Candidates read beyond what fits, since some may wait behind an earlier text to the same member.
SPARE_CANDIDATES = 50


@dataclass
class Settled:
    """What the provider's word changed: the bubbles to show. Empty when it was already known."""

    conversation_id: int
    messages: list[Message] = field(default_factory=list)


async def numbers_with_work(at: datetime, busy_after: float) -> list[PhoneNumber]:
    """The numbers whose turn it may be, least recently busy first: no church waits for another.

    `busy_after` is in Unix seconds: numbers that are still sending then are left out.
    """
    due = Message.filter(status="queued", send_after__lte=at)
    ids = await due.distinct().values_list("phone_number_id", flat=True)
    return (
        await PhoneNumber.filter(
            id__in=ids, busy_until__lte=busy_after, church__twilio_problem=None
        )
        .order_by("busy_until")
        .select_related("church")
    )


async def claim(number: PhoneNumber, at: datetime, most: int, most_segments: int) -> list[Message]:
    """Claim the next texts of one number: replies before broadcasts, then the oldest first.

    Takes at most `most` texts and, unless the first alone is longer, `most_segments` segments.
    A text waits while an earlier one to the same member is under way, so that they arrive in order.
    """
    candidates = (
        await Message.filter(phone_number_id=number.id, status="queued", send_after__lte=at)
        .order_by("priority", "send_after", "id")
        .limit(most + SPARE_CANDIDATES)
        .only("id", "conversation_id", "segments")
    )
    chosen = _fitting(await _unblocked(candidates, at), most, most_segments)
    if not chosen or not await number.take_turn(sum(one.segments for one in chosen)):
        return []
    word = new_key()
    await Message.filter(id__in=[one.id for one in chosen], status="queued").update(
        status="sending", claim=word, claimed_at=at, attempted_at=None
    )
    return (
        await Message.filter(claim=word, status="sending")
        .order_by("priority", "send_after", "id")
        .select_related("conversation__member", "conversation__church", "phone_number")
    )


async def _unblocked(candidates: Sequence[Message], at: datetime) -> list[Message]:
    ids = {message.conversation_id for message in candidates}
    under_way = Q(status="sending") | Q(status="queued", attempts__gt=0, send_after__gt=at)
    blocked = set(
        await Message.filter(under_way, conversation_id__in=ids).values_list(
            "conversation_id", flat=True
        )
    )
    free: list[Message] = []
    for message in candidates:
        if message.conversation_id not in blocked:
            blocked.add(message.conversation_id)
            free.append(message)
    return free


def _fitting(candidates: Sequence[Message], most: int, most_segments: int) -> list[Message]:
    chosen: list[Message] = []
    segments = 0
    for message in candidates[:most]:
        segments += message.segments
        if chosen and segments > most_segments:
            break
        chosen.append(message)
    return chosen


async def stamp(message: Message) -> bool:
    """Note that the text is about to be handed over. False: it is no longer ours to send."""
    at = now()
    stamped = await Message.filter(
        id=message.id, claim=message.claim, status="sending", attempted_at=None
    ).update(attempted_at=at, attempts=F("attempts") + 1)
    message.attempted_at, message.attempts = at, message.attempts + 1
    return bool(stamped)


async def accepted(message: Message, sid: str, status: str) -> Settled:
    """The provider took the text. Its callbacks may have overtaken this answer."""
    await Message.filter(id=message.id, provider_sid=None).update(provider_sid=sid)
    return await _climb(message, status, None)


async def refused(message: Message, code: str, retry_after: float | None = None) -> Settled:
    """The provider, or our own gate, said no: nothing was sent."""
    retry = reason_for(code).retry
    if retry == "check":
        return await unconfirmed(message, code)
    if retry == "never" or message.attempts >= MOST_ATTEMPTS:
        return await _climb(message, "failed", code)
    delay = retry_after if retry_after is not None else _backoff(message.attempts)
    return await _queue_again(message, code, delay, from_statuses=("sending",))


async def unconfirmed(message: Message, code: str | None = None) -> Settled:
    """Handed over, and no answer came: it may or may not have been sent."""
    return await _move(message, ("sending",), status="unconfirmed", error_code=code, claim=None)


async def never_arrived(message: Message) -> Settled:
    """The provider's own list shows, after the grace time, that the text never reached it."""
    if message.attempts >= MOST_ATTEMPTS:
        return await _climb(message, "failed", "connection")
    return await _queue_again(message, None, 0, from_statuses=("unconfirmed",))


async def found(message: Message, sid: str, status: str, code: str | None) -> Settled:
    """An unconfirmed text was found in the provider's list."""
    await Message.filter(id=message.id, provider_sid=None).update(provider_sid=sid)
    return await _climb(message, status, code)


async def settle(
    church_id: int, *, key: str | None, sid: str, status: str, code: str | None
) -> Settled | None:
    """Apply a receipt. It climbs the ladder or changes nothing, whatever the order and number.

    Found by our own key when it came back to us, else by the provider's sid. None: not ours.
    """
    mine = Message.filter(church_id=church_id, direction="out")
    message = await mine.get_or_none(key=key) if key else await mine.get_or_none(provider_sid=sid)
    if message is None:
        return None
    if message.provider_sid is None:
        await Message.filter(id=message.id, provider_sid=None).update(provider_sid=sid)
    elif message.provider_sid != sid:
        return None
    return await _climb(message, status, code)


async def _climb(message: Message, status: str, code: str | None) -> Settled:
    final = {"settled_at": now()} if status in ladder.FINAL else {}
    settled = await _move(
        message, ladder.below(status), status=status, error_code=code, claim=None, **final
    )
    if settled.messages and code:
        await _learn(settled, code)
    return settled


async def _queue_again(
    message: Message, code: str | None, delay: float, from_statuses: tuple[str, ...]
) -> Settled:
    send_after = now() + timedelta(seconds=delay)
    if message.send_before and send_after > message.send_before:
        return await _climb(message, "failed", "too_old")
    return await _move(
        message,
        from_statuses,
        status="queued",
        error_code=code,
        claim=None,
        claimed_at=None,
        attempted_at=None,
        send_after=send_after,
    )


async def _move(
    message: Message, from_statuses: tuple[str, ...], status: str, **values: object
) -> Settled:
    """One conditional update; the conversation's row follows if this is its newest message."""
    settled = Settled(message.conversation_id)
    if not await Message.exists(id=message.id, status__in=from_statuses):
        return settled
    async with change(message.conversation_id) as revision:
        moved = await Message.filter(id=message.id, status__in=from_statuses).update(
            status=status, revision=revision, **values
        )
        if not moved:
            return settled
        await Conversation.filter(id=message.conversation_id, last_message_id=message.id).update(
            last_status=status
        )
        settled.messages.append(await Message.get(id=message.id))
    return settled


async def _learn(settled: Settled, code: str) -> None:
    """What a failure says about the member, not only about this text."""
    if not opts_out(code) and not makes_unreachable(code):
        return
    conversation = await Conversation.get(id=settled.conversation_id).select_related("member")
    member: Member = conversation.member
    async with change(conversation.id) as revision:
        if makes_unreachable(code):
            await member.note_unreachable(code)
        elif await member.opt_out():
            settled.messages.append(await add_event(conversation, "opted_out", revision))


def _backoff(attempts: int) -> float:
    longest = min(BACKOFF_FIRST * 2 ** max(attempts - 1, 0), BACKOFF_LONGEST)
    return random.uniform(longest / 2, longest)


async def abandoned(before: datetime) -> list[Message]:
    """Claimed texts whose worker has died: claimed before this moment, and still not settled."""
    return await Message.filter(status="sending", claimed_at__lt=before).limit(500)


async def recover(message: Message) -> Settled:
    if message.attempted_at:
        return await unconfirmed(message)
    return await _queue_again(message, None, 0, from_statuses=("sending",))


async def waiting_for_word(before: datetime, limit: int = 100) -> list[Message]:
    """Unconfirmed texts handed over before this moment, ready to be looked up."""
    return (
        await Message.filter(status="unconfirmed", attempted_at__lt=before)
        .order_by("attempted_at")
        .limit(limit)
        .select_related("conversation__member", "conversation__church", "phone_number")
    )


async def known_sids(church_id: int, sids: Sequence[str]) -> set[str]:
    """Which of these texts already belong to one of our rows."""
    found_sids = Message.filter(church_id=church_id, provider_sid__in=list(sids))
    return set(await found_sids.values_list("provider_sid", flat=True))
