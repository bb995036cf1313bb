"""Every visible change to a conversation happens inside `change`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from inbox import db


@asynccontextmanager
async def change(conversation_id: int) -> AsyncIterator[int]:
    """A transaction that first takes the conversation's next revision, and yields it.

    The revision is the order of changes, the cursor for catching up, and what tells a screen
    that a fragment is stale. Taking it first makes writers of one conversation queue up, and
    makes SQLite's transaction begin with a write: one that begins by reading fails at once
    when another process wrote in between. Nothing slow may be awaited inside.
    """
    async with db.transaction():
        taken = await db.rows(
            "update conversation set revision = revision + 1 where id = ? returning revision",
            conversation_id,
        )
        yield taken[0]["revision"]


@asynccontextmanager
async def change_many(conversation_ids: Sequence[int]) -> AsyncIterator[dict[int, int]]:
    """The same for a batch, such as a piece of a broadcast: the revision of each conversation."""
    marks = ", ".join("?" for _ in conversation_ids)
    async with db.transaction():
        # In one order, so that two batches cannot wait for each other's rows on PostgreSQL.
        taken = await db.rows(
            "update conversation set revision = revision + 1 where id in "
            f"(select id from conversation where id in ({marks}) order by id) "
            "returning id, revision",
            *conversation_ids,
        )
        yield {row["id"]: row["revision"] for row in taken}
