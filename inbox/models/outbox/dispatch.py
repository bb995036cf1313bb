"""Dispatch: claim, mark, and hand over texts in batches.

One statement for many texts succeeds for each of them or for none. Every text is named with its
claim, and each caller gets its own answer.
"""

import time
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from inbox import db
from inbox.batching import Batcher
from inbox.clock import now
from inbox.keys import new_key
from inbox.models.member import REFUSED_SQL
from inbox.models.message import ahead_sql
from inbox.models.outbox.claimed import Claimed
from inbox.models.outbox.moves import Move, move
from inbox.models.phone_number import PhoneNumber

# More candidates than fit are read, since some may wait behind an earlier text to the same member.
SPARE_CANDIDATES = 50
# The column from the member; the others are the text's own.
_TO = "to_phone"
_READ = [
    one.name
    for one in fields(Claimed)
    if one.name not in (_TO, "attempted_at", "status", "provider_sid")
]


async def numbers_with_work(at: datetime, busy_after: float) -> list[PhoneNumber]:
    """Numbers that may be due to send, least recently busy first, so that no church waits for
    another.

    `busy_after` is in Unix seconds: numbers that are still sending then are left out.
    """
    due = await db.rows(
        "select id from phone_number where exists (select 1 from message "
        "where message.phone_number_id = phone_number.id and message.status = 'queued' "
        # For the offset, see `ahead_sql` in message.py.
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


async def claim(number: PhoneNumber, at: datetime, most: int, most_segments: int) -> list[Claimed]:
    """Claim the next texts of one number: replies before broadcasts, then the oldest first.

    Takes at most `most` texts and `most_segments` segments, or a single longer text. A text waits
    while an earlier one to the same member is being sent, so that they arrive in order, but a reply
    never waits for a broadcast's copy.
    """
    claim = new_key()
    async with db.transaction():
        number.busy_until = await PhoneNumber.lock(number.id)
        if not number.is_free(time.time()):
            return []
        chosen = _fitting(await _candidates(number, at, most), most, most_segments)
        if not chosen:
            return []
        await move([_claim(number, row, claim, at) for row in chosen])
        await number.take_turn(time.time(), sum(row["segments"] for row in chosen))
        claimed = await _claimed([row["id"] for row in chosen], claim)
    return [claimed[row["id"]] for row in chosen if row["id"] in claimed]


async def _candidates(number: PhoneNumber, at: datetime, most: int) -> list[dict[str, int]]:
    """Due texts in order, one per conversation, none behind a text that is being sent.

    A text that waits for another attempt counts as being sent.
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
    """A SQL condition: a text that comes before this one has this status."""
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


def _claim(number: PhoneNumber, row: dict[str, int], claim: str, at: datetime) -> Move:
    return Move(
        id=row["id"],
        conversation_id=row["conversation_id"],
        phone_number_id=number.id,
        was="queued",
        start=("queued",),
        to="sending",
        columns={"claim": claim, "claimed_at": at},
    )


async def _claimed(ids: Sequence[int], claim: str) -> dict[int, Claimed]:
    """The texts under this claim, by id."""
    several = db.padded(ids)
    found = await db.rows(
        f"select {', '.join(f'message.{name}' for name in _READ)}, member.phone as {_TO} "
        "from message join conversation on conversation.id = message.conversation_id "
        "join member on member.id = conversation.member_id "
        f"where message.id in ({db.marks(several)}) and message.claim = ?",
        *several,
        claim,
    )
    return {row["id"]: Claimed(**{**row, **_moments(row)}) for row in found}


def _moments(row: dict[str, Any]) -> dict[str, datetime]:
    """SQLite stores times as text."""
    return {
        name: datetime.fromisoformat(row[name])
        for name in ("claimed_at", "send_before")
        if isinstance(row[name], str)
    }


async def mark_attempt(text: Claimed) -> Claimed | None:
    """Note that the text is about to be handed over. None if it may not be; see `held_back`.

    The same statement checks the gate, so that a STOP, or stopping its broadcast, still holds back
    a claimed text.
    """
    return await _marking.submit(text, lane=text.claim, apart=text.id)


async def _mark_all(texts: list[Claimed]) -> list[Claimed | None]:
    """For texts under one claim."""
    at = now()
    several = db.padded([text.id for text in texts])
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
        texts[0].claim,
    )
    marked = {row["id"] for row in rows}
    return [
        replace(text, attempted_at=at, attempts=text.attempts + 1) if text.id in marked else None
        for text in texts
    ]


async def may_still_go(text: Claimed) -> bool:
    """Check the gate again for a text that was marked a while ago. False: see `held_back`."""
    found = await db.rows(
        "select message.id from message "
        "join conversation on conversation.id = message.conversation_id "
        "join member on member.id = conversation.member_id "
        "left join broadcast on broadcast.id = message.broadcast_id "
        "where message.id = ? and message.claim = ? and message.status = 'sending' "
        f"and not {REFUSED_SQL} "
        "and broadcast.stopped_at is null",
        text.id,
        text.claim,
    )
    return bool(found)


_marking = Batcher(_mark_all)
