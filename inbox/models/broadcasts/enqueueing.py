"""Enqueueing: when a broadcast's time comes, each of its members gets a copy.

A batch is one short transaction that also moves the cursor. Every member gets exactly one copy,
even if a worker dies halfway or several run at once.
"""

from asyncio import to_thread
from collections.abc import Sequence
from contextlib import suppress

from inbox import db
from inbox.clock import now
from inbox.i18n import translate
from inbox.models.broadcast import Broadcast
from inbox.models.broadcasts.audience import Audience
from inbox.models.broadcasts.copies import (
    BATCH,
    Copy,
    leave_out,
    open_conversations,
    queue_copies,
)
from inbox.models.change import change_many
from inbox.models.church import Church
from inbox.models.left_out import why_not
from inbox.models.member import Member
from inbox.rules.merge import STAND_IN, merge
from inbox.rules.segments import measure


async def to_enlist() -> list[Broadcast]:
    """Broadcasts whose time has come and whose members are not all enqueued yet."""
    due = await db.ids(
        "select id from broadcast where enlisted_at is null and stopped_at is null "
        "and send_after <= ? order by send_after limit 20",
        now(),
    )
    if not due:
        return []
    return (
        await Broadcast.filter(id__in=due, enlisted_at=None, stopped_at=None)
        .order_by("send_after")
        .select_related("phone_number")
    )


async def enlist(broadcast: Broadcast) -> bool:
    """Queue the next batch of members. False if all are queued or the broadcast was stopped."""
    members = (
        await Audience.of(broadcast)
        .members()
        .filter(id__gt=broadcast.cursor)
        .order_by("id")
        .limit(BATCH)
    )
    if not members:
        return not await _finish(broadcast)
    await _enlist(broadcast, members)
    await broadcast.refresh_from_db(fields=["cursor", "stopped_at"])
    return broadcast.stopped_at is None


async def _finish(broadcast: Broadcast) -> bool:
    """Note that all members are enqueued. False if the broadcast was edited meanwhile, so that
    there may be more."""
    try:
        async with db.transaction():
            await _advance(broadcast, [])
            broadcast.enlisted_at = now()
            await broadcast.save(update_fields=["enlisted_at"])
    except _Enlisted:
        return await Broadcast.is_stopped(broadcast.id)
    return True


async def _enlist(broadcast: Broadcast, members: Sequence[Member]) -> None:
    willing = [member for member in members if member.broadcast_refusal is None]
    stand_in = translate(await Church.language_of(broadcast.church_id), STAND_IN)
    # Reading five hundred names takes a fortieth of a second.
    texts = await to_thread(_texts, broadcast.body, willing, stand_in)
    number_id = broadcast.phone_number_id
    opened = await open_conversations(number_id, [member.id for member in willing])
    with suppress(_Enlisted):
        async with change_many(
            number_id, list(opened.values()), answering_id=broadcast.id
        ) as revisions:
            await _advance(broadcast, members)
            copies = []
            for member, (body, segments) in zip(willing, texts, strict=True):
                here = opened[member.id]
                copies.append(Copy(here, body, segments, revisions[here]))
            await queue_copies(broadcast, copies, broadcast.send_after)
            await leave_out(
                broadcast.id, {one.id: why_not(one) for one in members if one.broadcast_refusal}
            )


def _texts(template: str, members: Sequence[Member], stand_in: str) -> list[tuple[str, int]]:
    """Each member's text, and its number of segments."""
    bodies = [merge(template, first_name=one.first_name, stand_in=stand_in) for one in members]
    return [(body, measure(body).count) for body in bodies]


class _Enlisted(Exception):
    """Another worker has enqueued these members, or the broadcast was stopped or edited."""


async def _advance(broadcast: Broadcast, members: Sequence[Member]) -> None:
    """Advance the cursor. Raises _Enlisted."""
    reasons = [member.broadcast_refusal for member in members]
    moved = await db.rows(
        "update broadcast set cursor = ?, opted_out_count = opted_out_count + ?, "
        "unreachable_count = unreachable_count + ? "
        "where id = ? and cursor = ? and stopped_at is null "
        # Edited since it was read: by a process whose clock says that it is still to come.
        "and body = ? and send_after <= ? returning id",
        members[-1].id if members else broadcast.cursor,
        reasons.count("opted_out"),
        sum(one not in (None, "opted_out") for one in reasons),
        broadcast.id,
        broadcast.cursor,
        broadcast.body,
        now(),
    )
    if not moved:
        raise _Enlisted
    # Read once its row is ours, since the databases compare JSON differently.
    stored = await Broadcast.get(id=broadcast.id)
    if Audience.of(stored) != Audience.of(broadcast):
        raise _Enlisted
