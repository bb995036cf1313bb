"""Retrying: all of a broadcast's failed copies are sent again at once."""

from collections.abc import Sequence

from inbox import db
from inbox.clock import now
from inbox.models.broadcast import Broadcast
from inbox.models.broadcasts.copies import BATCH, Copy, await_answers, queue_copies
from inbox.models.change import change_many
from inbox.models.message import Message
from inbox.rules.reasons import reason_for
from inbox.rules.status_order import FAILED


async def retry_failed(broadcast: Broadcast) -> int:
    """Send failed copies again if they may go now; pressing twice sends once.

    Each new copy takes the failed one's place in the broadcast. Returns how many there are.
    """
    retried, last = 0, 0
    while failed := await _failed(broadcast, after=last):
        last = failed[-1].id
        again = [
            one
            for one in failed
            if reason_for(one.error_code).worth_retrying
            and one.conversation.member.broadcast_refusal is None
        ]
        async with change_many(
            broadcast.phone_number_id, [one.conversation_id for one in again]
        ) as revisions:
            retried += await _queue_again(broadcast, again, revisions)
    return retried


async def _failed(broadcast: Broadcast, after: int) -> list[Message]:
    """The next failed copies, oldest first, to members who may still be texted."""
    return (
        await Message.filter(
            broadcast_id=broadcast.id,
            status__in=FAILED,
            retried=False,
            id__gt=after,
            conversation__member__opted_out_at=None,
            conversation__member__unreachable=None,
        )
        .order_by("id")
        .limit(BATCH)
        .select_related("conversation__member")
    )


async def _queue_again(
    broadcast: Broadcast, failed: Sequence[Message], revisions: dict[int, int]
) -> int:
    if not failed:
        return 0
    given_up = await db.rows(
        "update message set retried = true, broadcast_id = null, revision = (select revision "
        "from conversation where conversation.id = message.conversation_id) "
        f"where broadcast_id = ? and retried = false and id in ({db.marks(failed)}) "
        "and exists (select 1 from broadcast where broadcast.id = ? "
        "and broadcast.stopped_at is null) returning id",
        broadcast.id,
        *(one.id for one in failed),
        broadcast.id,
    )
    ours = {row["id"] for row in given_up}
    copies = [
        Copy(one.conversation_id, one.body, one.segments, revisions[one.conversation_id], one.id)
        for one in failed
        if one.id in ours
    ]
    await queue_copies(broadcast, copies, now())
    await await_answers(broadcast.id, [copy.conversation_id for copy in copies])
    return len(copies)
