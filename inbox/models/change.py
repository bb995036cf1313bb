"""Every visible change to a conversation happens inside `change`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from inbox import db
from inbox.models.member import Member
from inbox.models.phone_number import PhoneNumber

# The member, if staff once opened their number.
_PROVISIONAL = (
    "(select id from member where id = conversation.member_id and provisional <> '') as provisional"
)


@asynccontextmanager
async def change(conversation_id: int) -> AsyncIterator[int]:
    """Open a transaction that first takes the conversation's next revision, and yield it.

    The revision orders changes and bubbles, is the cursor for catching up, and tells a screen that
    a fragment is stale. Taking it first makes writers of one conversation queue up, and makes
    SQLite's transaction begin with a write: one that begins with a read fails at once if another
    process has written in between. Await nothing slow inside.

    At the end, a member whose number staff opened is listed if there is a text or a note.
    """
    async with db.transaction():
        taken = await db.rows(
            "update conversation set revision = revision + 1 where id = ? "
            f"returning revision, {_PROVISIONAL}",
            conversation_id,
        )
        yield taken[0]["revision"]
        await _list_if_written(taken)


@asynccontextmanager
async def change_many(
    phone_number_id: int, conversation_ids: Sequence[int], *, answering_id: int | None = None
) -> AsyncIterator[dict[int, int]]:
    """Do the same for many conversations of one number; yields the revision of each, by id.

    For one batch of a broadcast, which may be empty. `answering_id` is the broadcast that these
    members' next texts will answer. It is written with the revisions, so that each row changes only
    once.
    """
    async with db.transaction():
        await PhoneNumber.lock(phone_number_id)
        taken = await _next_revisions(conversation_ids, answering_id)
        yield {row["id"]: row["revision"] for row in taken}
        await _list_if_written(taken)


async def _next_revisions(
    conversation_ids: Sequence[int], answering_id: int | None
) -> list[dict[str, Any]]:
    if not conversation_ids:
        return []
    ids = db.padded(conversation_ids)
    # An id from our own database, so it is safe in the SQL.
    answering = f", answering_id = {int(answering_id)}" if answering_id else ""
    return await db.rows(
        f"update conversation set revision = revision + 1{answering} "
        f"where id in ({db.marks(ids)}) returning id, revision, {_PROVISIONAL}",
        *ids,
    )


async def _list_if_written(taken: Sequence[dict[str, Any]]) -> None:
    if provisional := [row["provisional"] for row in taken if row["provisional"]]:
        await Member.list_if_written(provisional)
