"""A broadcast's copies: ordinary messages in the outbox, many written at once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.expressions import F

from inbox import db
from inbox.clock import now
from inbox.keys import new_key
from inbox.models.broadcast import Broadcast
from inbox.models.message import BROADCAST_PRIORITY, TOO_OLD, Message

# The most members in one transaction: on SQLite, all other writers wait for it.
BATCH = 500

# What differs between copies, with its PostgreSQL type.
_GIVEN = {
    "conversation_id": "bigint",
    "body": "text",
    "segments": "int",
    "revision": "bigint",
    "position": "bigint",
    "retry_of_id": "bigint",
    "key": "text",
}
_SAME = (
    "send_after, send_before, created_at, church_id, phone_number_id, author_id, broadcast_id, "
    "kind, status, retried, priority, attempts, resent"
)


@dataclass(frozen=True)
class Copy:
    """One copy of a broadcast; `retry_of_id` is the failed message that it replaces."""

    conversation_id: int
    body: str
    segments: int
    revision: int
    retry_of_id: int | None = None


async def queue_copies(broadcast: Broadcast, copies: Sequence[Copy], send_after: datetime) -> None:
    """Queue one copy per conversation, even if called twice; inside `change_many`."""
    if not copies:
        return
    # Ids from our own database, so they are safe in the SQL. Only what differs is a parameter.
    ids = (broadcast.church_id, broadcast.phone_number_id, broadcast.author_id, broadcast.id)
    common = ", ".join("null" if id is None else str(int(id)) for id in ids)
    moments = ", ".join([db.moment_mark()] * 3)
    given, table = db.records("copy", _GIVEN)
    at = now()
    await db.rows(
        f"insert into message ({', '.join(_GIVEN)}, {_SAME}) select {given}, {moments}, "
        f"{common}, 'out', 'queued', false, {BROADCAST_PRIORITY}, 0, 0 from {table} "
        # The condition keeps SQLite from reading "on" as part of a join.
        "where true order by 1 on conflict do nothing returning id",
        send_after,
        send_after + TOO_OLD,
        at,
        json.dumps([_given_by(copy) for copy in copies]),
    )


def _given_by(copy: Copy) -> dict[str, Any]:
    return {**vars(copy), "position": copy.revision, "key": new_key()}


async def open_conversations(phone_number_id: int, member_ids: Sequence[int]) -> dict[int, int]:
    """The ids of the members' conversations with this number, by member, created where missing."""
    if not member_ids:
        return {}
    here = f"member.id in ({db.marks(member_ids)})"
    await db.rows(
        "insert into conversation (church_id, member_id, phone_number_id, revision, last_body, "
        "last_kind, last_status, inbound_count) "
        f"select church_id, id, {int(phone_number_id)}, 0, '', '', '', 0 from member where {here} "
        "and not exists (select 1 from conversation where conversation.member_id = member.id "
        f"and conversation.phone_number_id = {int(phone_number_id)}) "
        # Always in the same order, so that two workers never deadlock.
        "order by id on conflict do nothing returning id",
        *member_ids,
    )
    found = await db.rows(
        "select id, member_id from conversation where phone_number_id = ? "
        f"and member_id in ({db.marks(member_ids)})",
        phone_number_id,
        *member_ids,
    )
    return {row["member_id"]: row["id"] for row in found}


async def await_answers(broadcast_id: int, conversation_ids: Sequence[int]) -> None:
    """Make these members' next texts answer this broadcast; inside `change_many`."""
    if conversation_ids:
        await db.rows(
            f"update conversation set answering_id = ? where id in ({db.marks(conversation_ids)}) "
            "returning id",
            broadcast_id,
            *conversation_ids,
        )


async def leave_out(broadcast_id: int, reasons: dict[int, str]) -> None:
    """Record whom the broadcast did not text and why, by member; inside `change_many`."""
    if reasons:
        row = f"({int(broadcast_id)}, ?, ?)"
        await db.rows(
            f"insert into left_out (broadcast_id, member_id, reason) values "
            f"{', '.join([row] * len(reasons))} on conflict do nothing returning id",
            *(value for pair in reasons.items() for value in pair),
        )


async def take_its_place(failed: Message, again: Message) -> bool:
    """Put the new copy in the failed one's place in the broadcast; inside `change`.

    False if it is not a copy, or its broadcast was stopped.
    """
    left = await db.rows(
        "update message set broadcast_id = null where id = ? and broadcast_id in "
        "(select id from broadcast where stopped_at is null) returning id",
        failed.id,
    )
    if not left or failed.broadcast_id is None:
        return False
    again.broadcast_id, failed.broadcast_id = failed.broadcast_id, None
    again.priority = BROADCAST_PRIORITY
    # The revision keeps a count that was begun before from being taken for final.
    changed = {"final_counts": None, "revision": F("revision") + 1}
    await Broadcast.filter(id=again.broadcast_id).update(**changed)
    await again.save(update_fields=["broadcast_id", "priority"])
    await await_answers(again.broadcast_id, [again.conversation_id])
    return True
