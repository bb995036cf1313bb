"""A broadcast is stopped: nothing more of it is sent."""

from collections.abc import Sequence

from inbox import db
from inbox.clock import now
from inbox.models.broadcast import Broadcast
from inbox.models.broadcasts.copies import BATCH
from inbox.models.change import change_many
from inbox.models.message import STILL_QUEUED


async def stop_broadcast(broadcast: Broadcast) -> int:
    """Nothing more is sent; what is already on its way cannot be called back.

    From the first statement on, no member is enqueued and no copy handed over. Cancels the first
    of the queued copies and returns how many; the worker cancels the rest with `cancel_more`, so
    that whoever presses Stop does not wait for tens of thousands.
    """
    await Broadcast.filter(id=broadcast.id, stopped_at=None).update(
        stopped_at=now(), canceled_until=0
    )
    await broadcast.refresh_from_db(fields=["stopped_at", "canceled_until"])
    return await cancel_more(broadcast)


async def to_cancel() -> list[Broadcast]:
    """Stopped broadcasts, copies of which may still be queued."""
    return await Broadcast.filter(canceled_until__isnull=False).order_by("id").limit(20)


async def cancel_more(broadcast: Broadcast) -> int:
    """Cancel up to BATCH queued copies in one short transaction. Returns how many.

    `broadcast.canceled_until` moves on with them, and is None when all are canceled. Nobody is
    enqueued after Stop: no copy can join those that were passed.
    """
    if broadcast.canceled_until is None:
        return 0
    waiting = await _waiting(broadcast.id, broadcast.canceled_until)
    async with change_many(broadcast.phone_number_id, list(waiting)):
        canceled = await _cancel(list(waiting.values()))
        broadcast.canceled_until = max(waiting) if len(waiting) == BATCH else None
        await broadcast.save(update_fields=["canceled_until"])
    return canceled


async def _waiting(broadcast_id: int, until: int) -> dict[int, int]:
    """Some of the copies that are still queued: their ids, by their conversations.

    In the order of the index of the broadcast's copies, so that each is read once in all.
    """
    found = await db.rows(
        f"select id, conversation_id from message where broadcast_id = ? and {STILL_QUEUED} "
        "and conversation_id > ? order by conversation_id limit ?",
        broadcast_id,
        until,
        BATCH,
    )
    return {row["conversation_id"]: row["id"] for row in found}


async def _cancel(ids: Sequence[int]) -> int:
    if not ids:
        return 0
    several = db.padded(ids)
    canceled = await db.rows(
        "update message set status = 'canceled', settled_at = ?, revision = "
        "(select revision from conversation where conversation.id = conversation_id) "
        f"where id in ({db.marks(several)}) and {STILL_QUEUED} returning id",
        now(),
        *several,
    )
    return len(canceled)
