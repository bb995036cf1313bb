"""Unconfirmed texts: a worker died or got no answer, so they may or may not have been sent.

The provider is asked about them, and about texts for which no receipt came.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q

from inbox.clock import now
from inbox.models.message import Message
from inbox.models.outbox.claimed import Claimed
from inbox.models.outbox.moves import FIRST_ASK, Settled
from inbox.models.outbox.outcomes import Text, claim_holds, climb_to, move_text, queue_again
from inbox.rules.reasons import reason_for

# Longer than any hand-over can take. After that, the worker is dead.
LEASE = timedelta(seconds=60)
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


async def no_answer(text: Text, grace: timedelta, code: str | None = None) -> Settled:
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
    return await move_text(
        text,
        ("sending",),
        "unconfirmed",
        code=code,
        known=claim_holds(text),
        columns={"ask_after": text.attempted_at + patience},
    )


def _was_answered(text: Text) -> bool:
    """Whether the provider answered every attempt so far of a text that was unconfirmed."""
    return bool(text.error_code) and reason_for(text.error_code).retry == "check"


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
        return await no_answer(text, grace)
    return await queue_again(text, None, 0, {**claim_holds(text), "attempted_at": None})


async def recover_as_kept(text: Claimed, grace: timedelta) -> Settled:
    """Recover a text by the database's own mark, since we do not know how far it got."""
    row = await Message.get(id=text.id)
    known = replace(text, attempted_at=row.attempted_at, attempts=row.attempts)
    return await recover(known, grace)


async def to_look_up(at: datetime, limit: int = 100) -> list[Message]:
    """Unconfirmed texts that are due to be looked up."""
    return await _to_ask(at, limit, "unconfirmed")


async def unreported(at: datetime, limit: int) -> list[Message]:
    """Texts that the provider took long ago without reporting a final status."""
    return await _to_ask(at, limit, "accepted", "sent")


async def _to_ask(at: datetime, limit: int, *statuses: str) -> list[Message]:
    due = Message.filter(ask_after__lte=at, status__in=statuses, church__twilio_problem=None)
    # Mostly nothing is due, and preparing the joins would take a fifth of an idle worker's time.
    if not await due.exists():
        return []
    return await (
        due.order_by("ask_after")
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


async def found(text: Text, sid: str, status: str, code: str | None) -> Settled:
    """The provider was asked and has this text."""
    try:
        return await climb_to(text, status, code, sid)
    except IntegrityError:
        # Another worker has just matched it to a text with the same words. Look this one up again.
        return Settled(text.conversation_id)


async def never_arrived(message: Message) -> Settled:
    """After the grace time, the provider's list shows that the text never reached it."""
    # Only this attempt: another worker may have looked too, and sent it again.
    doubted = {"attempts": message.attempts}
    if message.resent >= MAX_RESENDS:
        return await move_text(
            message, ("unconfirmed",), "failed", code="connection", known=doubted
        )
    # The code stays: as long as it is set, every attempt was answered.
    columns = {"resent": message.resent + 1}
    return await queue_again(message, message.error_code, 0, doubted, columns)


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


async def known_sids(church_id: int, sids: Sequence[str]) -> set[str]:
    """Which of these provider ids already belong to one of our rows."""
    known = Message.filter(church_id=church_id, provider_sid__in=list(sids))
    return {str(sid) for sid in await known.values_list("provider_sid", flat=True)}
