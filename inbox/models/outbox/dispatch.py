"""Handing over: texts are claimed, stamped and named by the provider, as many at once as there are.

This is the way of nearly every text, and of a broadcast's thousands; whatever else becomes of one
is in `outbox`. What was done to many in one statement was done to each of them, or to none: every
text is named with the claim that it is about, and each that asked has an answer of its own.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.exceptions import IntegrityError

from inbox import db
from inbox.batching import Batcher
from inbox.clock import now
from inbox.keys import new_key
from inbox.models.change import change_many
from inbox.models.member import REFUSED_SQL
from inbox.models.message import STILL_QUEUED, Message, ahead_sql
from inbox.models.outbox.outcomes import FIRST_ASK, Settled, climb
from inbox.models.outbox.receipts import show_in_rows
from inbox.models.phone_number import PhoneNumber
from inbox.rules import ladder

# Candidates read beyond what fits, since some may wait behind an earlier text to the same member.
SPARE_CANDIDATES = 50
# What a worker needs to know of a text that it claimed. Whole models, with their church, member
# and number, would take as long as all the rest of the way.
_KNOWN = (
    "id, key, body, segments, church_id, conversation_id, phone_number_id, broadcast_id, "
    "send_before, priority, attempts, resent, error_code, claim"
)


async def numbers_with_work(at: datetime, busy_after: float) -> list[PhoneNumber]:
    """The numbers whose turn it may be, least recently busy first: no church waits for another.

    `busy_after` is in Unix seconds: numbers that are still sending then are left out.
    """
    due = await db.rows(
        "select id from phone_number where exists (select 1 from message "
        "where message.phone_number_id = phone_number.id and message.status = 'queued' "
        # The offset: see `_elsewhere`.
        "and message.send_after <= ? limit 1 offset 0)",
        at,
    )
    if not due:
        return []
    return (
        await PhoneNumber.filter(
            PhoneNumber.free(busy_after),
            id__in=[row["id"] for row in due],
            church__twilio_problem=None,
            church__twilio_token_sealed__isnull=False,
        )
        .order_by("busy_until", "id")
        .select_related("church")
    )


async def claim(number: PhoneNumber, at: datetime, most: int, most_segments: int) -> list[Message]:
    """Claim the next texts of one number: replies before broadcasts, then the oldest first.

    Takes at most `most` texts and, unless the first alone is longer, `most_segments` segments.
    A text waits while an earlier one to the same member is under way, so that they arrive in
    order; but a reply waits for no copy of a broadcast. Of each text only what it takes to hand
    it over is read.
    """
    async with db.transaction():
        number.busy_until = await PhoneNumber.lock(number.id)
        if not number.is_free(time.time()):
            return []
        chosen = _fitting(await _candidates(number, at, most), most, most_segments)
        if not chosen:
            return []
        claimed = await _take([row["id"] for row in chosen], at)
        await number.take_turn(time.time(), sum(row["segments"] for row in chosen))
    return [claimed[row["id"]] for row in chosen if row["id"] in claimed]


async def _candidates(number: PhoneNumber, at: datetime, most: int) -> list[dict[str, int]]:
    """The due texts in their order, one a conversation, none behind a text that is under way.

    A text that was tried and waits to be tried again is under way, too.
    """
    rows = await db.rows(
        "select id, conversation_id, segments from message "
        "where phone_number_id = ? and status = 'queued' and send_after <= ? "
        f"and not {_exists('sending')} and not {_exists('unconfirmed')} "
        f"and (attempts > 0 or not {_exists('queued')}) "
        "order by priority, send_after, id limit ?",
        number.id,
        at,
        most + SPARE_CANDIDATES,
    )
    firsts: dict[int, dict[str, int]] = {}
    for row in rows:
        firsts.setdefault(row["conversation_id"], row)
    return list(firsts.values())


def _exists(status: str) -> str:
    """Whether a text that comes before this one has this status, in SQL."""
    return f"exists ({ahead_sql(status)})"


def _fitting(
    candidates: Sequence[dict[str, int]], most: int, most_segments: int
) -> list[dict[str, int]]:
    chosen: list[dict[str, int]] = []
    segments = 0
    for candidate in candidates[:most]:
        segments += candidate["segments"]
        if chosen and segments > most_segments:
            break
        chosen.append(candidate)
    return chosen


async def _take(ids: Sequence[int], at: datetime) -> dict[int, Message]:
    """Under a claim of their own, by their ids."""
    several = db.padded(ids)
    taken = await db.rows(
        "update message set status = 'sending', claim = ?, claimed_at = ?, attempted_at = null "
        f"where id in ({db.marks(several)}) and {STILL_QUEUED} returning {_KNOWN}",
        new_key(),
        at,
        *several,
    )
    plain = Message(kind="out", status="sending", claimed_at=at)
    return {row["id"]: _known(plain, row) for row in taken}


def _known(plain: Message, row: dict[str, Any]) -> Message:
    message = plain.clone()
    for column, value in row.items():
        setattr(message, column, value)
    if isinstance(message.send_before, str):  # as SQLite keeps moments
        message.send_before = datetime.fromisoformat(message.send_before)
    return message


async def phones_of(messages: Sequence[Message]) -> dict[int, str]:
    """To which phones these go, by their conversations."""
    if not messages:
        return {}
    several = db.padded([message.conversation_id for message in messages])
    found = await db.rows(
        "select conversation.id, member.phone from conversation "
        f"join member on member.id = conversation.member_id where conversation.id in "
        f"({db.marks(several)})",
        *several,
    )
    return {row["id"]: row["phone"] for row in found}


async def stamp(message: Message) -> bool:
    """Note that the text is about to be handed over. False: it may not be; see `held_back`.

    The gate is asked in the same statement: whoever said STOP while the text was claimed, or
    stopped its broadcast, has stopped it.
    """
    return await _stamping.submit(message, lane=message.claim, apart=message.id)


async def _stamp_all(messages: list[Message]) -> list[bool]:
    """Texts under one claim."""
    at = now()
    several = db.padded([message.id for message in messages])
    rows = await db.rows(
        "update message set attempted_at = ?, attempts = attempts + 1, "
        "first_attempted_at = coalesce(first_attempted_at, ?) "
        f"where id in ({db.marks(several)}) and claim = ? "
        "and status = 'sending' and attempted_at is null "
        "and not exists (select 1 from conversation "
        "join member on member.id = conversation.member_id "
        "where conversation.id = message.conversation_id "
        f"and {REFUSED_SQL}) "
        "and not exists (select 1 from broadcast where broadcast.id = message.broadcast_id "
        "and broadcast.stopped_at is not null) returning id",
        at,
        at,
        *several,
        messages[0].claim,
    )
    stamped = {row["id"] for row in rows}
    for message in messages:
        if message.id in stamped:
            message.attempted_at, message.attempts = at, message.attempts + 1
    return [message.id in stamped for message in messages]


async def may_still_go(message: Message) -> bool:
    """The gate once more, for a text that was stamped a while ago. False: see `held_back`."""
    found = await db.rows(
        "select message.id from message "
        "join conversation on conversation.id = message.conversation_id "
        "join member on member.id = conversation.member_id "
        "left join broadcast on broadcast.id = message.broadcast_id "
        "where message.id = ? and message.claim = ? and message.status = 'sending' "
        f"and not {REFUSED_SQL} "
        "and broadcast.stopped_at is null",
        message.id,
        message.claim,
    )
    return bool(found)


async def accepted(message: Message, sid: str, status: str) -> Settled:
    """The provider took the text. Its callbacks may have overtaken this answer."""
    if status not in ladder.FINAL and not message.provider_sid:
        answer = _Answer(message, sid, status)
        try:
            return await _naming.submit(answer, lane=message.phone_number_id, apart=message.id)
        except IntegrityError:
            pass  # See `climb`.
    return await climb(message, sid, status, None)


@dataclass(frozen=True)
class _Answer:
    """The provider's name for a text, and how far it says that it got."""

    message: Message
    sid: str
    status: str


async def _name_all(answers: list[_Answer]) -> list[Settled]:
    """Texts of one number. The name and the status of each are written at once."""
    number_id = answers[0].message.phone_number_id
    moved: list[dict[str, int]] = []
    async with change_many(number_id, [one.message.conversation_id for one in answers]):
        for status in sorted({one.status for one in answers}):
            moved += await _name_and_move([one for one in answers if one.status == status], status)
        # Copies of a broadcast hardly ever are.
        if newest := [row["id"] for row in moved if row["is_newest"]]:
            await show_in_rows(newest)
    revisions = {row["id"]: row["revision"] for row in moved}
    return [_settled(one, revisions.get(one.message.id)) for one in answers]


async def _name_and_move(answers: list[_Answer], status: str) -> list[dict[str, int]]:
    """Those that this moved, and whether each is its conversation's newest."""
    several, lower = db.padded(answers), ladder.below(status)
    names = ", ".join(["(cast(? as bigint), cast(? as text))"] * len(several))
    return await db.rows(
        f"with named (id, sid) as (values {names}) "
        "update message set status = ?, provider_sid = named.sid, error_code = null, "
        "claim = null, ask_after = ?, revision = (select conversation.revision from conversation "
        "where conversation.id = message.conversation_id) "
        f"from named where message.id = named.id and message.status in ({db.marks(lower)}) "
        "returning message.id, message.revision, message.id = (select last_message_id "
        "from conversation where conversation.id = message.conversation_id) as is_newest",
        *(value for one in several for value in (one.message.id, one.sid)),
        status,
        now() + FIRST_ASK,
        *lower,
    )


def _settled(answer: _Answer, revision: int | None) -> Settled:
    message, settled = answer.message, Settled(answer.message.conversation_id)
    if revision is not None:
        message.status, message.provider_sid = answer.status, answer.sid
        message.revision, message.claim = revision, None
        settled.messages.append(message)
    return settled


_stamping = Batcher(_stamp_all)
_naming = Batcher(_name_all)
