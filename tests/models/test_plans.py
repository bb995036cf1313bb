"""Rows that arrive by the thousand are found by their own keys, however long a church's history."""

import asyncio
import logging

import pytest

from inbox import db
from inbox.keys import new_key
from inbox.models import Message
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.broadcasts.enqueueing import enlist
from inbox.models.broadcasts.progress import progress_of
from inbox.models.conversations.counts import count_views
from inbox.models.conversations.search_index import SearchIndex
from inbox.models.outbox import outcomes
from inbox.models.outbox.receipts import settle
from inbox.models.scope import Scope
from inbox.models.texts.receive import receive
from tests.cast import Cast
from tests.models.queueing import claim, marked, queue, sid

MANY = 40

# PostgreSQL plans by its statistics, and there is little to count here.
pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def asked(caplog: pytest.LogCaptureFixture) -> list[tuple[str, list[object]]]:
    """The statements run from here on, with their values."""
    found: list[tuple[str, list[object]]] = []

    class Note(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if isinstance(record.args, tuple) and len(record.args) == 2:
                found.append(record.args)  # type: ignore[arg-type]

    caplog.set_level(logging.DEBUG, logger="tortoise.db_client")
    logging.getLogger("tortoise.db_client").addHandler(Note())
    return found


async def walks(asked: list[tuple[str, list[object]]]) -> list[str]:
    """How SQLite reports that it would walk through many texts for one of these."""
    found = []
    for sql, values in list(asked):
        if sql.lstrip().lower().startswith(("select", "update", "with")):
            for step in await db.rows(f"explain query plan {sql}", *values):
                found.append(step["detail"])
    assert found, "no query was run"
    texts = [one for one in found if one.split(" USING ")[0].endswith(("message", "conversation"))]
    return [one for one in texts if "SCAN" in one or one.endswith("(church_id=?)")]


async def test_a_burst_of_receipts_is_found_by_its_keys(
    cast: Cast, asked: list[tuple[str, list[object]]]
) -> None:
    asked.clear()
    await db.rows("select id from message where church_id = ?", cast.grace.id)
    assert await walks(asked), "it would be noticed"

    texts = [await queue(cast, status="accepted", provider_sid=sid(n)) for n in range(MANY)]
    asked.clear()
    told = await asyncio.gather(
        *(
            settle(cast.grace.id, key=one.key, sid=sid(n), status="delivered", code=None)
            for n, one in enumerate(texts)
        )
    )
    assert await walks(asked) == []
    assert len(told) == await Message.filter(status="delivered").count() == MANY


async def test_a_burst_of_texts_and_of_answers_is_found_by_its_sids(
    cast: Cast, asked: list[tuple[str, list[object]]]
) -> None:
    asked.clear()
    phones = [f"+1202555{n + 200:04d}" for n in range(MANY)]
    for turn in range(2):
        await asyncio.gather(
            *(
                receive(cast.grace_number, sid=sid(turn * MANY + n), from_=one, body="Good morning")
                for n, one in enumerate(phones)
            )
        )
    assert await walks(asked) == []

    for _ in phones:
        await queue(cast)
    asked.clear()
    claimed = await claim(cast.grace_number)
    for n, one in enumerate(claimed):
        await outcomes.accepted(await marked(one), sid(1_000 + n), "accepted")
    assert claimed and await walks(asked) == []


@pytest.mark.parametrize("analyzed", [False, True])
async def test_the_search_index_reads_fresh_texts_by_id(
    cast: Cast, asked: list[tuple[str, list[object]]], analyzed: bool
) -> None:
    for _ in range(MANY):
        await queue(cast)
    if analyzed:
        await db.rows("analyze")
    asked.clear()
    await SearchIndex().catch_up()

    [(sql, values)] = [one for one in asked if one[0].startswith("select id, body from message")]
    plan = [step["detail"] for step in await db.rows(f"explain query plan {sql}", *values)]
    assert plan == ["SEARCH message USING INTEGER PRIMARY KEY (rowid>?)"]


@pytest.mark.parametrize("analyzed", [False, True])
async def test_mine_is_counted_among_assigned_conversations(
    cast: Cast, asked: list[tuple[str, list[object]]], analyzed: bool
) -> None:
    await queue(cast)
    if analyzed:
        await db.rows("analyze")
    asked.clear()
    await count_views(Scope(cast.grace.id))

    [(sql, values)] = [one for one in asked if "'mine' as view" in one[0]]
    steps = [step["detail"] for step in await db.rows(f"explain query plan {sql}", *values)]
    found = [one for one in steps if "conversation USING" in one and "church_id" in one]
    assert any("(assignee_id=? AND state=?" in one for one in steps) and found == [], steps


@pytest.mark.parametrize("analyzed", [False, True])
async def test_the_progress_of_a_broadcast_is_counted_without_reading_its_copies(
    cast: Cast, asked: list[tuple[str, list[object]]], analyzed: bool
) -> None:
    broadcast = await compose_broadcast(
        cast.grace, by=cast.ruth, body="Choir at seven", target_type="all", key=new_key()
    )
    while await enlist(broadcast):
        pass
    if analyzed:
        await db.rows("analyze")
    asked.clear()
    [progress] = await progress_of([broadcast])
    assert progress.total > 1

    [(sql, values)] = [one for one in asked if "as copies" in one[0]]
    plan = [step["detail"] for step in await db.rows(f"explain query plan {sql}", *values)]
    assert plan == ["SEARCH message USING COVERING INDEX message_progress (broadcast_id=?)"]
