"""A broadcast is stopped: nothing more of it is sent."""

from collections.abc import Sequence

from inbox import db
from inbox.clock import now
from inbox.models.broadcast import Broadcast
from inbox.models.broadcasts.copies import BATCH
from inbox.models.change import change_many
from inbox.models.message import Message


async def stop_broadcast(broadcast: Broadcast) -> int:
    """Nothing more is sent; what is already on its way cannot be called back.

    Returns how many texts were stopped. From the first line on, none is enlisted or handed
    over any more, even if this should be cut short.
    """
    await Broadcast.filter(id=broadcast.id, stopped_at=None).update(stopped_at=now())
    await broadcast.refresh_from_db(fields=["stopped_at"])
    stopped = 0
    while waiting := await _waiting(broadcast):
        async with change_many(broadcast.phone_number_id, waiting):
            stopped += await _cancel(broadcast, waiting)
    return stopped


async def _waiting(broadcast: Broadcast) -> list[int]:
    """Some of the conversations in which a copy is still queued."""
    queued = Message.filter(broadcast_id=broadcast.id, status="queued")
    ids = await queued.limit(BATCH).values_list("conversation_id", flat=True)
    return [int(one) for one in ids]  # type: ignore[call-overload]


async def _cancel(broadcast: Broadcast, conversation_ids: Sequence[int]) -> int:
    canceled = await db.rows(
        "update message set status = 'canceled', settled_at = ?, revision = "
        "(select revision from conversation where conversation.id = conversation_id) "
        "where broadcast_id = ? and status = 'queued' "
        f"and conversation_id in ({db.marks(conversation_ids)}) returning id",
        now(),
        broadcast.id,
        *conversation_ids,
    )
    return len(canceled)
