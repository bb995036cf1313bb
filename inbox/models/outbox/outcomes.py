"""The outbox: what becomes of the queued messages. `handover` is the straight way through it.

    queued -> sending (claimed; then stamped, then handed over) -> accepted -> sent -> delivered
                 |                                 |
                 v                                 v
              queued again, or failed          unconfirmed -> found at the provider, or queued again

Nobody is texted twice and nobody is skipped, whenever a worker dies: a claim without a stamp was
certainly not handed over; one with a stamp is unconfirmed until the provider's word settles it.
What a worker says of a text counts only while the text is still as that worker knew it: every
move names the claim, or the attempt, that it is about.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q

from inbox.clock import now
from inbox.models.broadcast import Broadcast
from inbox.models.change import change
from inbox.models.conversation import Conversation
from inbox.models.member import Member
from inbox.models.message import Message, add_event
from inbox.rules import ladder
from inbox.rules.reasons import makes_unreachable, opts_out, reason_for

# Longer than any hand-over can take: after that, whoever claimed it is dead.
LEASE = timedelta(seconds=60)
BACKOFF_FIRST = 5.0
BACKOFF_LONGEST = 600.0
# How often a text that never arrived is sent again, should every answer be lost. Whoever has to
# try so often may well be wrong about "never", and the member would get each copy.
MOST_RESENDS = 4
# So much longer each time is a resent text waited for before it is looked up again.
RESEND_PATIENCE = timedelta(minutes=5)
# The share of all that patience when Twilio itself answered each attempt with an error. It is not
# working on any of them, and a text that it took all the same has sent its receipts by then.
ANSWERED_SHARE = 0.25
# Without a receipt for so long, the provider is asked how far a text got; then ever more rarely.
FIRST_ASK = timedelta(minutes=15)
LAST_ASK = timedelta(days=1)


@dataclass
class Settled:
    """What the provider's word changed: the bubbles to show. Empty when it was already known."""

    conversation_id: int
    messages: list[Message] = field(default_factory=list)


async def held_back(message: Message) -> Settled:
    """The text was not stamped: the gate has closed since it was claimed, or it is not ours."""
    member = await Member.get(conversations__id=message.conversation_id)
    if code := member.refusal:
        return await refused(message, code)
    if message.broadcast_id and await Broadcast.is_stopped(message.broadcast_id):
        return await called_off(message)
    return Settled(message.conversation_id)


async def let_go(message: Message) -> Settled:
    """Stamped, and certainly not handed over: as if it had not been tried."""
    never_tried = {"first_attempted_at": None} if message.attempts == 1 else {}
    attempts = message.attempts - 1
    return await _queue_again(message, _held(message), None, 0, attempts=attempts, **never_tried)


async def refused(message: Message, code: str, retry_after: float | None = None) -> Settled:
    """The provider, or our own gate, said no: nothing was sent.

    Not for a `code` that leaves this open (`Retry` "check"): that is `unconfirmed`.
    """
    if reason_for(code).retry == "never":
        return await _end(message, _held(message), "failed", code)
    delay = max(retry_after or 0, _backoff(message.attempts))
    return await _queue_again(message, _held(message), code, delay)


async def called_off(message: Message) -> Settled:
    """Its broadcast was stopped before this text was handed over."""
    return await _end(message, _held(message), "canceled", None)


async def unconfirmed(message: Message, grace: timedelta, code: str | None = None) -> Settled:
    """Handed over, and no answer came: it may or may not have been sent.

    A receipt settles it; after the `grace` it is looked up. `code` is what the provider answered,
    if it answered at all.
    """
    assert message.attempted_at
    patience = grace + RESEND_PATIENCE * message.resent**2
    if code and (message.resent == 0 or _was_answered(message)):
        patience *= ANSWERED_SHARE
    else:
        code = None
    return await _move(
        message,
        _held(message),
        "unconfirmed",
        error_code=code,
        claim=None,
        ask_after=message.attempted_at + patience,
    )


def _was_answered(message: Message) -> bool:
    """Whether all attempts so far were, of a text that was in doubt before."""
    return bool(message.error_code) and reason_for(message.error_code).retry == "check"


async def found(message: Message, sid: str, status: str, code: str | None) -> Settled:
    """The provider was asked, and has this text."""
    try:
        return await _climb_to(message, status, code, provider_sid=sid)
    except IntegrityError:
        # Another worker has just taken it for a text with the same words. It is looked up again.
        return Settled(message.conversation_id)


async def never_arrived(message: Message) -> Settled:
    """The provider's own list shows, after the grace time, that the text never reached it."""
    # About this attempt only: others may have looked too, and sent it again meanwhile.
    doubted = Q(id=message.id, status="unconfirmed", attempts=message.attempts)
    if message.resent >= MOST_RESENDS:
        return await _end(message, doubted, "failed", "connection")
    # The code stays: as long as it does, every attempt was answered.
    return await _queue_again(message, doubted, message.error_code, 0, resent=message.resent + 1)


async def twin_is_on_its_way(message: Message) -> bool:
    """Whether a text with the same words is being handed over to the same member right now.

    What the provider lists may be that one. A reply and the copy of a broadcast do not wait for
    each other, so that both may be in doubt at once.
    """
    others = Message.filter(
        conversation_id=message.conversation_id, status="sending", attempted_at__isnull=False
    ).exclude(id=message.id)
    words = message.body.split()
    return any(other.body.split() == words for other in await others.only("id", "body"))


def _held(message: Message) -> Q:
    """The text, as long as the claim under which we know it holds."""
    return Q(id=message.id, status="sending", claim=message.claim)


async def climb(message: Message, sid: str, status: str, code: str | None) -> Settled:
    """Its name at the provider and its status are written at once.

    One without the other, should the worker die, would look like a text that nobody can find.
    """
    if message.provider_sid:
        return await _climb_to(message, status, code)
    try:
        return await _climb_to(message, status, code, provider_sid=sid)
    except IntegrityError:
        pass
    # The name is another text's already. What is said of this one is true all the same.
    doubted = await _give_back_name(message, sid)
    try:
        settled = await _climb_to(message, status, code, provider_sid=sid)
    except IntegrityError:
        settled = await _climb_to(message, status, code)
    settled.messages += doubted
    return settled


async def _give_back_name(message: Message, sid: str) -> list[Message]:
    """A text with the same words was looked up and took this one's name, for they cannot be told
    apart in the provider's list. That one is in doubt again.
    """
    other = await Message.get_or_none(
        church_id=message.church_id, conversation_id=message.conversation_id, provider_sid=sid
    )
    if other is None or other.id == message.id or other.body.split() != message.body.split():
        return []
    # Whoever has sent it again by hand must not find it sent a second time.
    mistaken = Q(id=other.id, provider_sid=sid, retried=False)
    settled = await _move(
        other,
        mistaken,
        "unconfirmed",
        error_code=None,
        provider_sid=None,
        settled_at=None,
        ask_after=now(),
    )
    return settled.messages


async def _climb_to(message: Message, status: str, code: str | None, **values: object) -> Settled:
    lower = Q(id=message.id, status__in=ladder.below(status))
    if status in ladder.FINAL:
        return await _end(message, lower, status, code, **values)
    ask_after = now() + FIRST_ASK
    return await _move(
        message, lower, status, error_code=code, claim=None, ask_after=ask_after, **values
    )


async def _end(
    message: Message, as_known: Q, status: str, code: str | None, **values: object
) -> Settled:
    settled = await _move(
        message,
        as_known,
        status,
        error_code=code,
        claim=None,
        ask_after=None,
        settled_at=now(),
        **values,
    )
    if settled.messages and code:
        await _learn(settled, code)
    return settled


async def _queue_again(
    message: Message, as_known: Q, code: str | None, delay: float, **values: object
) -> Settled:
    send_after = now() + timedelta(seconds=delay)
    if message.send_before and send_after > message.send_before:
        return await _end(message, as_known, "failed", "too_old")
    return await _move(
        message,
        as_known,
        "queued",
        error_code=code,
        claim=None,
        claimed_at=None,
        attempted_at=None,
        ask_after=None,
        send_after=send_after,
        **values,
    )


async def _move(message: Message, as_known: Q, status: str, **values: object) -> Settled:
    """One conditional update; the conversation's row follows if this is its newest message."""
    settled = Settled(message.conversation_id)
    known = Message.filter(as_known)
    if not await known.exists():
        return settled
    async with change(message.conversation_id) as revision:
        if not await known.update(status=status, revision=revision, **values):
            return settled
        await Conversation.filter(id=message.conversation_id, last_message_id=message.id).update(
            last_status=status
        )
        settled.messages.append(await Message.get(id=message.id))
        if {message.status, status} & {"unconfirmed", "queued"}:
            settled.messages += await _waiting_behind(message, revision)
    return settled


async def _waiting_behind(message: Message, revision: int) -> list[Message]:
    """The texts that this one holds up, or held up until now: their bubbles say so."""
    behind = Message.filter(
        conversation_id=message.conversation_id,
        status="queued",
        attempts=0,
        priority__gte=message.priority,
    ).exclude(id=message.id)
    if await behind.update(revision=revision):
        return await behind
    return []


async def _learn(settled: Settled, code: str) -> None:
    """What a failure says about the member or the account, not only about this text."""
    found = Conversation.get(id=settled.conversation_id).select_related("member", "church")
    conversation = await found
    if reason_for(code).retry == "account":
        await conversation.church.report_problem(code)
    elif makes_unreachable(code):
        async with change(conversation.id):
            await conversation.member.note_unreachable(code)
    elif opts_out(code):
        async with change(conversation.id) as revision:
            if await conversation.member.opt_out():
                settled.messages.append(await add_event(conversation, "opted_out", revision))


def _backoff(attempts: int) -> float:
    longest = min(BACKOFF_FIRST * 2 ** max(attempts - 1, 0), BACKOFF_LONGEST)
    return random.uniform(longest / 2, longest)


async def abandoned(before: datetime) -> list[Message]:
    """Claimed texts whose worker has died: claimed before this moment, and still not settled."""
    return await Message.filter(status="sending", claimed_at__lt=before).limit(500)


async def recover(message: Message, grace: timedelta) -> Settled:
    """Not handed over: queued again. Handed over, perhaps: unconfirmed."""
    if message.attempted_at:
        return await unconfirmed(message, grace)
    return await _queue_again(message, _held(message) & Q(attempted_at=None), None, 0)


async def in_doubt(at: datetime, limit: int = 100) -> list[Message]:
    """Unconfirmed texts that it is time to look up."""
    return await _to_ask(at, limit, "unconfirmed")


async def unreported(at: datetime, limit: int) -> list[Message]:
    """Texts the provider took, and has said nothing final about for long."""
    return await _to_ask(at, limit, "accepted", "sent")


async def _to_ask(at: datetime, limit: int, *statuses: str) -> list[Message]:
    return (
        await Message.filter(ask_after__lte=at, status__in=statuses, church__twilio_problem=None)
        .order_by("ask_after")
        .limit(limit)
        .select_related("conversation__member", "conversation__church", "phone_number")
    )


async def ask_later(message: Message, at: datetime | None) -> bool:
    """Put off asking the provider about this text; None: for ever. False: it moved on meanwhile."""
    same = Message.filter(id=message.id, status=message.status, ask_after=message.ask_after)
    message.ask_after = at
    return bool(await same.update(ask_after=at))


def next_ask(message: Message, at: datetime) -> datetime | None:
    """When to ask about a text again that stands where it stood: ever more rarely, then never."""
    handed_over = message.attempted_at or message.send_after or message.created_at
    age = max(at - handed_over, FIRST_ASK)
    return at + age if age < LAST_ASK else None


async def known_sids(church_id: int, sids: Sequence[str]) -> set[str]:
    """Which of these texts already belong to one of our rows."""
    known = Message.filter(church_id=church_id, provider_sid__in=list(sids))
    return {str(sid) for sid in await known.values_list("provider_sid", flat=True)}
