"""Outcomes: what happens to a claimed text, as a `Move` of its status.

No member is texted twice or skipped, whenever a worker dies: a claim without a mark was certainly
not handed over; one with a mark is unconfirmed until the provider settles it.
"""

import random
from datetime import timedelta
from typing import Any

from tortoise.exceptions import IntegrityError

from inbox.clock import now
from inbox.models.broadcast import Broadcast
from inbox.models.change import change
from inbox.models.conversation import Conversation
from inbox.models.member import Member
from inbox.models.message import Message, add_event
from inbox.models.outbox.claimed import Claimed, Named
from inbox.models.outbox.moves import Changed, Move, Settled, ask
from inbox.rules import status_order
from inbox.rules.reasons import makes_unreachable, opts_out, reason_for

# A text as a worker claimed it, or as recovered or looked up.
Text = Message | Claimed

BACKOFF_FIRST = 5.0
BACKOFF_LONGEST = 600.0


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
    return await queue_again(text, None, 0, claim_holds(text), columns)


async def refused(text: Text, code: str, retry_after: float | None = None) -> Settled:
    """The provider or our own gate said no: nothing was sent.

    Not for a `code` that leaves this open (`Retry` "check"): use `unconfirmed.no_answer`.
    """
    if reason_for(code).retry == "never":
        return await move_text(text, ("sending",), "failed", code=code, known=claim_holds(text))
    delay = max(retry_after or 0, _backoff(text.attempts))
    return await queue_again(text, code, delay, claim_holds(text))


async def called_off(text: Text) -> Settled:
    """The text's broadcast was stopped before the hand-over."""
    return await move_text(text, ("sending",), "canceled", known=claim_holds(text))


async def accepted(text: Claimed, sid: str, status: str) -> Settled:
    """The provider took the text. Its callbacks may have arrived before this answer."""
    return await climb(text, sid, status, None)


def claim_holds(text: Text) -> dict[str, Any]:
    """A condition that the claim under which we know the text still holds."""
    return {"claim": text.claim}


async def climb(text: Text | Named, sid: str, status: str, code: str | None) -> Settled:
    """Store the text's provider id and status together.

    If the worker died between two writes, the text would look like one that can never be found.
    """
    try:
        return await climb_to(text, status, code, sid)
    except IntegrityError:
        pass
    # Another text already has this id. What the receipt says about this one is still true.
    doubted = await _give_back_name(text, sid)
    try:
        settled = await climb_to(text, status, code, sid)
    except IntegrityError:
        settled = await climb_to(text, status, code, None)
    settled.messages += doubted
    return settled


async def climb_to(text: Text | Named, status: str, code: str | None, sid: str | None) -> Settled:
    lower = status_order.below(status)
    if text.status not in lower:
        return Settled(text.conversation_id)
    return await move_text(text, lower, status, code=code, sid=None if text.provider_sid else sid)


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
    settled = await move_text(
        other,
        (other.status,),
        "unconfirmed",
        known={"provider_sid": sid},
        columns={"provider_sid": None, "ask_after": now()},
    )
    return settled.messages


async def queue_again(
    text: Text,
    code: str | None,
    delay: float,
    known: dict[str, Any],
    columns: dict[str, Any] | None = None,
) -> Settled:
    if text.broadcast_id and await Broadcast.exists(id=text.broadcast_id, stopped_at__isnull=False):
        # Stopped while it was being sent: Stop may already have passed this copy.
        return await move_text(text, (text.status,), "canceled", known=known)
    send_after = now() + timedelta(seconds=delay)
    if text.send_before and send_after > text.send_before:
        return await move_text(text, (text.status,), "failed", code="too_old", known=known)
    columns = columns or {}
    if delay:
        columns = {"send_after": send_after, **columns}
    # Otherwise it keeps its place before the member's later texts.
    return await move_text(text, (text.status,), "queued", code=code, known=known, columns=columns)


async def move_text(
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
