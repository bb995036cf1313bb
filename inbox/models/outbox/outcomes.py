"""Outcomes: what happens to a claimed text, as a `Move` of its status.

No member is texted twice or skipped, whenever a worker dies: a claim without a mark was certainly
not handed over; one with a mark is unconfirmed until the provider settles it.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q

from inbox.clock import now
from inbox.models.broadcast import Broadcast
from inbox.models.change import change
from inbox.models.conversation import Conversation
from inbox.models.member import Member
from inbox.models.message import Message, add_event
from inbox.models.outbox.moves import FIRST_ASK, Changed, Move, Settled, ask
from inbox.models.outbox.records import Claimed, Named
from inbox.rules import status_order
from inbox.rules.reasons import makes_unreachable, opts_out, reason_for

# A text as a worker claimed it, or as recovered or looked up.
Text = Message | Claimed

# Longer than any hand-over can take. After that, the worker is dead.
LEASE = timedelta(seconds=60)
BACKOFF_FIRST = 5.0
BACKOFF_LONGEST = 600.0
# How often a text that never arrived is sent again if every answer is lost. If that many attempts
# fail, "never" may well be wrong, and the member would get every copy.
MAX_RESENDS = 4
# Each resend adds this much to the time before a text is looked up again.
RESEND_PATIENCE = timedelta(minutes=5)
# The share of that time if Twilio itself answered each attempt with an error. It is not working on
# any of them, and if it did take the text, its receipts have arrived by then.
ANSWERED_SHARE = 0.25
# After this, stop asking the provider how far a text got.
LAST_ASK = timedelta(days=1)


async def held_back(text: Claimed) -> Settled:
    """The text was not marked: the gate has closed since the claim, or the claim is not ours."""
    member = await Member.get(conversations__id=text.conversation_id)
    if code := member.refusal:
        return await refused(text, code)
    if text.broadcast_id and await Broadcast.is_stopped(text.broadcast_id):
        return await called_off(text)
    return Settled(text.conversation_id)


async def let_go(text: Claimed) -> Settled:
    """The text was marked but certainly not handed over: queue it as if it had not been tried."""
    columns: dict[str, Any] = {"attempts": text.attempts - 1}
    if text.attempts == 1:
        columns["first_attempted_at"] = None
    return await _queue_again(text, None, 0, _held(text), columns)


async def refused(text: Text, code: str, retry_after: float | None = None) -> Settled:
    """The provider or our own gate said no: nothing was sent.

    Not for a `code` that leaves this open (`Retry` "check"): use `unconfirmed`.
    """
    if reason_for(code).retry == "never":
        return await _move(text, ("sending",), "failed", code=code, known=_held(text))
    delay = max(retry_after or 0, _backoff(text.attempts))
    return await _queue_again(text, code, delay, _held(text))


async def called_off(text: Text) -> Settled:
    """The text's broadcast was stopped before the hand-over."""
    return await _move(text, ("sending",), "canceled", known=_held(text))


async def unconfirmed(text: Text, grace: timedelta, code: str | None = None) -> Settled:
    """The text was handed over and no answer came: it may or may not have been sent.

    A receipt settles it; otherwise it is looked up after `grace`. `code` is the provider's answer,
    if there was one.
    """
    assert text.attempted_at
    patience = grace + RESEND_PATIENCE * text.resent**2
    if code and (text.resent == 0 or _was_answered(text)):
        patience *= ANSWERED_SHARE
    else:
        code = None
    return await _move(
        text,
        ("sending",),
        "unconfirmed",
        code=code,
        known=_held(text),
        columns={"ask_after": text.attempted_at + patience},
    )


def _was_answered(text: Text) -> bool:
    """Whether the provider answered every attempt so far of a text that was unconfirmed."""
    return bool(text.error_code) and reason_for(text.error_code).retry == "check"


async def accepted(text: Claimed, sid: str, status: str) -> Settled:
    """The provider took the text. Its callbacks may have arrived before this answer."""
    return await climb(text, sid, status, None)


async def found(text: Text, sid: str, status: str, code: str | None) -> Settled:
    """The provider was asked and has this text."""
    try:
        return await _climb_to(text, status, code, sid)
    except IntegrityError:
        # Another worker has just matched it to a text with the same words. Look this one up again.
        return Settled(text.conversation_id)


async def never_arrived(message: Message) -> Settled:
    """After the grace time, the provider's list shows that the text never reached it."""
    # Only this attempt: another worker may have looked too, and sent it again.
    doubted = {"attempts": message.attempts}
    if message.resent >= MAX_RESENDS:
        return await _move(message, ("unconfirmed",), "failed", code="connection", known=doubted)
    # The code stays: as long as it is set, every attempt was answered.
    columns = {"resent": message.resent + 1}
    return await _queue_again(message, message.error_code, 0, doubted, columns)


async def twin_is_on_its_way(message: Message) -> bool:
    """Whether a text with the same words is being handed over to the same member right now.

    The provider's list may show that one. Since a reply and a broadcast's copy do not wait for each
    other, both may be unconfirmed at once.
    """
    others = Message.filter(
        conversation_id=message.conversation_id, status="sending", attempted_at__isnull=False
    ).exclude(id=message.id)
    words = message.body.split()
    return any(other.body.split() == words for other in await others.only("id", "body"))


def _held(text: Text) -> dict[str, Any]:
    """A condition that the claim under which we know the text still holds."""
    return {"claim": text.claim}


async def climb(text: Text | Named, sid: str, status: str, code: str | None) -> Settled:
    """Store the text's provider id and status together.

    If the worker died between two writes, the text would look like one that can never be found.
    """
    try:
        return await _climb_to(text, status, code, sid)
    except IntegrityError:
        pass
    # Another text already has this id. What the receipt says about this one is still true.
    doubted = await _give_back_name(text, sid)
    try:
        settled = await _climb_to(text, status, code, sid)
    except IntegrityError:
        settled = await _climb_to(text, status, code, None)
    settled.messages += doubted
    return settled


async def _climb_to(text: Text | Named, status: str, code: str | None, sid: str | None) -> Settled:
    lower = status_order.below(status)
    if text.status not in lower:
        return Settled(text.conversation_id)
    return await _move(text, lower, status, code=code, sid=None if text.provider_sid else sid)


async def _give_back_name(text: Text | Named, sid: str) -> list[Changed]:
    """Take the provider id from a text with the same words, which look-up gave it because the two
    look the same in the provider's list. That text is unconfirmed again."""
    ours = await Message.get(id=text.id)
    other = await Message.get_or_none(
        church_id=ours.church_id, conversation_id=ours.conversation_id, provider_sid=sid
    )
    if other is None or other.id == ours.id or other.body.split() != ours.body.split():
        return []
    # A failed text is for staff to send again, and they may already have done so.
    if other.has_failed:
        return []
    settled = await _move(
        other,
        (other.status,),
        "unconfirmed",
        known={"provider_sid": sid},
        columns={"provider_sid": None, "ask_after": now()},
    )
    return settled.messages


async def _queue_again(
    text: Text,
    code: str | None,
    delay: float,
    known: dict[str, Any],
    columns: dict[str, Any] | None = None,
) -> Settled:
    if text.broadcast_id and await Broadcast.exists(id=text.broadcast_id, stopped_at__isnull=False):
        # Stopped while it was being sent: Stop may already have passed this copy.
        return await _move(text, (text.status,), "canceled", known=known)
    send_after = now() + timedelta(seconds=delay)
    if text.send_before and send_after > text.send_before:
        return await _move(text, (text.status,), "failed", code="too_old", known=known)
    columns = columns or {}
    if delay:
        columns = {"send_after": send_after, **columns}
    # Otherwise it keeps its place before the member's later texts.
    return await _move(text, (text.status,), "queued", code=code, known=known, columns=columns)


async def _move(
    text: Text | Named,
    start: tuple[str, ...],
    to: str,
    *,
    code: str | None = None,
    sid: str | None = None,
    known: dict[str, Any] | None = None,
    columns: dict[str, Any] | None = None,
) -> Settled:
    settled = await ask(
        Move(
            id=text.id,
            conversation_id=text.conversation_id,
            phone_number_id=text.phone_number_id,
            was=text.status,
            start=start,
            to=to,
            code=code,
            sid=sid,
            known=known or {},
            columns=columns or {},
        )
    )
    if code and to in status_order.FINAL and settled.messages:
        await _learn(settled, code)
    return settled


async def _learn(settled: Settled, code: str) -> None:
    """Record what a failure says about the member or the account, not only about this text."""
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
                event = await add_event(conversation, "opted_out", revision)
                settled.messages.append(Changed.of(event))


def _backoff(attempts: int) -> float:
    longest = min(BACKOFF_FIRST * 2 ** max(attempts - 1, 0), BACKOFF_LONGEST)
    return random.uniform(longest / 2, longest)


async def abandoned(lease: timedelta) -> list[Message]:
    """Texts claimed longer ago than this and not settled: their worker has died.

    So has one that claimed them in the future: the clock has been set back since.
    """
    at = now()
    lapsed = Q(claimed_at__lte=at - lease) | Q(claimed_at__gt=at + lease)
    return await Message.filter(lapsed, status="sending").limit(500)


async def recover(text: Text, grace: timedelta) -> Settled:
    """Queue the text again if it was not handed over; otherwise it is unconfirmed."""
    if text.attempted_at:
        return await unconfirmed(text, grace)
    return await _queue_again(text, None, 0, {**_held(text), "attempted_at": None})


async def recover_as_kept(text: Claimed, grace: timedelta) -> Settled:
    """Recover a text by the database's own mark, since we do not know how far it got."""
    row = await Message.get(id=text.id)
    known = replace(text, attempted_at=row.attempted_at, attempts=row.attempts)
    return await recover(known, grace)


async def in_doubt(at: datetime, limit: int = 100) -> list[Message]:
    """Unconfirmed texts that are due to be looked up."""
    return await _to_ask(at, limit, "unconfirmed")


async def unreported(at: datetime, limit: int) -> list[Message]:
    """Texts that the provider took long ago without reporting a final status."""
    return await _to_ask(at, limit, "accepted", "sent")


async def _to_ask(at: datetime, limit: int, *statuses: str) -> list[Message]:
    return (
        await Message.filter(ask_after__lte=at, status__in=statuses, church__twilio_problem=None)
        .order_by("ask_after")
        .limit(limit)
        .select_related("conversation__member", "conversation__church", "phone_number")
    )


async def ask_later(message: Message, at: datetime | None) -> bool:
    """Postpone asking the provider about this text; None: forever. False if it has moved on
    meanwhile."""
    same = Message.filter(id=message.id, status=message.status, ask_after=message.ask_after)
    message.ask_after = at
    return bool(await same.update(ask_after=at))


def next_ask(message: Message, at: datetime) -> datetime | None:
    """When to ask about an unchanged text again: less and less often, then never."""
    handed_over = message.attempted_at or message.send_after or message.created_at
    age = max(at - handed_over, FIRST_ASK)
    return at + age if age < LAST_ASK else None


async def known_sids(church_id: int, sids: Sequence[str]) -> set[str]:
    """Which of these provider ids already belong to one of our rows."""
    known = Message.filter(church_id=church_id, provider_sid__in=list(sids))
    return {str(sid) for sid in await known.values_list("provider_sid", flat=True)}
