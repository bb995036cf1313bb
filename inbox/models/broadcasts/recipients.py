"""What happened to a broadcast for each of its recipients, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from inbox import db
from inbox.models.broadcast import Broadcast
from inbox.models.broadcasts.progress import ARRIVED, HANDED, STOPPED, WAITING, Progress
from inbox.models.conversation import Conversation
from inbox.models.left_out import LeftOut
from inbox.models.member import Member
from inbox.models.message import Message
from inbox.rules.reasons import Reason, reason_for
from inbox.rules.status_order import FAILED

Outcome = Literal["answered", "failed", "left_out", "waiting", "handed", "arrived", "stopped"]

_STATUSES: dict[Outcome, Sequence[str]] = {
    "failed": tuple(FAILED),
    "waiting": WAITING,
    "handed": HANDED,
    "arrived": ARRIVED,
    "stopped": STOPPED,
}


@dataclass(frozen=True)
class Recipient:
    """A recipient with their copy, their answer, or neither. The next page begins after `id`."""

    id: int
    member: Member
    conversation_id: int | None
    message: Message | None
    reason: Reason | None


def counts_of(progress: Progress) -> dict[Outcome, int]:
    """How many recipients there are per outcome, those that need attention first."""
    return {
        "answered": progress.answered,
        "failed": progress.failed,
        "left_out": progress.left_out,
        "waiting": progress.waiting,
        "handed": progress.handed,
        "arrived": progress.arrived,
        "stopped": progress.stopped,
    }


def chosen_outcome(asked: str | None, progress: Progress) -> Outcome:
    """The outcome asked for; otherwise the first that has any recipients."""
    counts = counts_of(progress)
    for outcome in counts:
        if outcome == asked:
            return outcome
    return next((outcome for outcome, count in counts.items() if count), "arrived")


async def recipients(
    broadcast: Broadcast, outcome: Outcome, *, after: int | None = None, limit: int = 50
) -> list[Recipient]:
    """Recipients by id, ascending; answers newest first, one per member. `after` is the last `id`
    of the previous page."""
    if outcome == "answered":
        return await _answers(broadcast, after, limit)
    if outcome == "left_out":
        return await _left_out(broadcast, after or 0, limit)
    return await _copies(broadcast, _STATUSES[outcome], after or 0, limit)


async def _copies(
    broadcast: Broadcast, statuses: Sequence[str], after: int, limit: int
) -> list[Recipient]:
    found = Message.filter(broadcast_id=broadcast.id, status__in=statuses, id__gt=after)
    copies = await found.order_by("id").limit(limit).select_related("conversation__member")
    return [_of(copy) for copy in copies]


async def _answers(broadcast: Broadcast, after: int | None, limit: int) -> list[Recipient]:
    newest = await db.rows(
        "select max(id) as id from message where answers_id = ? group by conversation_id "
        "having max(id) < ? order by max(id) desc limit ?",
        broadcast.id,
        after or 2**62,
        limit,
    )
    found = Message.filter(id__in=[row["id"] for row in newest])
    with_members = found.order_by("-id").select_related("conversation__member")
    answers = await with_members.prefetch_related("pictures")
    return [_of(answer) for answer in answers]


def _of(message: Message) -> Recipient:
    reason = message.reason if message.has_failed else None
    here = message.conversation
    return Recipient(message.id, here.member, here.id, message, reason)


async def _left_out(broadcast: Broadcast, after: int, limit: int) -> list[Recipient]:
    found = LeftOut.filter(broadcast_id=broadcast.id, id__gt=after)
    rows = await found.order_by("id").limit(limit).select_related("member")
    conversations = await Conversation.filter(
        phone_number_id=broadcast.phone_number_id, member_id__in=[row.member_id for row in rows]
    )
    by_member = {one.member_id: one.id for one in conversations}
    return [
        Recipient(row.id, row.member, by_member.get(row.member_id), None, reason_for(row.reason))
        for row in rows
    ]
