"""Every visible change to a conversation happens inside `change`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from inbox import db
from inbox.models.member import Member
from inbox.models.phone_number import PhoneNumber

# The member, if staff only opened their number.
_OPENED = (
    "(select id from member where id = conversation.member_id and provisional = 'opened') as opened"
)


@asynccontextmanager
async def change(conversation_id: int) -> AsyncIterator[int]:
    """Open a transaction that first takes the conversation's next revision, and yield it.

    The revision orders changes and bubbles, is the cursor for catching up, and tells a screen that
    a fragment is stale. Taking it first makes writers of one conversation queue up, and makes
    SQLite's transaction begin with a write: one that begins with a read fails at once if another
    process has written in between. Await nothing slow inside.

    A member whose number staff only opened is in the lists from then on.
    """
    async with db.transaction():
        taken = await db.rows(
            "update conversation set revision = revision + 1 where id = ? "
            f"returning revision, {_OPENED}",
            conversation_id,
        )
        await _note_written(taken)
        yield taken[0]["revision"]


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
        yield await _next_revisions(conversation_ids, answering_id)


async def _next_revisions(
    conversation_ids: Sequence[int], answering_id: int | None
) -> dict[int, int]:
    if not conversation_ids:
        return {}
    ids = db.padded(conversation_ids)
    # An id from our own database, so it is safe in the SQL.
    answering = f", answering_id = {int(answering_id)}" if answering_id else ""
    taken = await db.rows(
        f"update conversation set revision = revision + 1{answering} "
        f"where id in ({db.marks(ids)}) returning id, revision, {_OPENED}",
        *ids,
    )
    await _note_written(taken)
    return {row["id"]: row["revision"] for row in taken}


async def _note_written(taken: Sequence[dict[str, Any]]) -> None:
    if opened := [row["opened"] for row in taken if row["opened"]]:
        await Member.note_written(opened)
