"""Stopping a broadcast: none of its remaining copies is sent."""

from collections.abc import Sequence
from typing import Any

from inbox import db
from inbox.clock import now
from inbox.models.broadcast import Broadcast
from inbox.models.broadcasts.copies import BATCH
from inbox.models.change import change_many
from inbox.models.outbox.moves import Move, move


async def stop_broadcast(broadcast: Broadcast) -> int:
    """Stop sending. Copies that are already on their way cannot be recalled.

    From the first statement on, no member is enqueued and no copy is handed over. Cancels the first
    queued copies and returns how many. The worker cancels the rest with `cancel_more`, so that Stop
    responds quickly even with tens of thousands queued.
    """
    await Broadcast.filter(id=broadcast.id, stopped_at=None).update(
        stopped_at=now(), canceled_until=0
    )
    await broadcast.refresh_from_db(fields=["stopped_at", "canceled_until"])
    return await cancel_more(broadcast)


async def to_cancel() -> list[Broadcast]:
    """Stopped broadcasts that may still have queued copies."""
    stopped = await db.ids(
        "select id from broadcast where canceled_until is not null order by id limit 20"
    )
    if not stopped:
        return []
    # Another worker may have finished some of them in between.
    return await Broadcast.filter(id__in=stopped, canceled_until__isnull=False).order_by("id")


async def cancel_more(broadcast: Broadcast) -> int:
    """Cancel the queued ones among the next BATCH copies, in one short transaction. Returns how
    many.

    `broadcast.canceled_until` advances with them, and is None when all are canceled. No member is
    enqueued after Stop, so no copy can appear behind it.
    """
    if broadcast.canceled_until is None:
        return 0
    copies = await _copies(broadcast.id, broadcast.canceled_until)
    queued = [copy for copy in copies if copy["status"] == "queued"]
    async with change_many(broadcast.phone_number_id, [copy["conversation_id"] for copy in queued]):
        canceled = await _cancel(broadcast, queued)
        is_last = len(copies) < BATCH
        broadcast.canceled_until = None if is_last else copies[-1]["conversation_id"]
        await broadcast.save(update_fields=["canceled_until"])
    return canceled


async def _copies(broadcast_id: int, until: int) -> list[dict[str, Any]]:
    """The next copies, queued or not, so that each is read once.

    The condition is a range of the whole index of copies. Otherwise PostgreSQL, for a young
    broadcast, would read and sort all of its copies each time.
    """
    return await db.rows(
        "select id, conversation_id, status from (select id, broadcast_id, conversation_id, status "
        "from message where (broadcast_id, conversation_id) > (?, ?) "
        "order by broadcast_id, conversation_id limit ?) as next where broadcast_id = ? "
        "order by conversation_id",
        broadcast_id,
        until,
        BATCH,
        broadcast_id,
    )


async def _cancel(broadcast: Broadcast, queued: Sequence[dict[str, Any]]) -> int:
    ids = {copy["id"] for copy in queued}
    canceled = await move(
        [
            Move(
                id=copy["id"],
                conversation_id=copy["conversation_id"],
                phone_number_id=broadcast.phone_number_id,
                was="queued",
                start=("queued",),
                to="canceled",
            )
            for copy in queued
        ]
    )
    return sum(one.id in ids for one in canceled)
