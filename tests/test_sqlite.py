"""SQLite with more than one process: one writes, and the others wait their turn."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from inbox import db
from inbox.config import Config, ConfigError
from inbox.context import Context
from inbox.keys import new_key
from inbox.models import Member, Message
from inbox.models.conversations.search_index import SearchIndex
from tests.cast import Cast
from tests.conftest import DURABLE

pytestmark = pytest.mark.only_on("sqlite")

WRITE = "update search_state set indexed_until = indexed_until + 0"


@pytest.fixture
def other(context: Context) -> Iterator[sqlite3.Connection]:
    """Another process, which waits for no one."""
    path = context.config.database_url.removeprefix("sqlite://")
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    yield connection
    connection.close()


async def test_a_transaction_that_begins_with_a_read_can_still_write(
    other: sqlite3.Connection,
) -> None:
    other.execute(WRITE)
    async with db.transaction():
        await db.rows("select indexed_until from search_state")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute(WRITE)
        await db.rows(WRITE)
    other.execute(WRITE)


async def test_the_search_index_waits_for_another_process_that_writes(
    other: sqlite3.Connection, context: Context, cast: Cast
) -> None:
    conversation = await cast.conversation()
    await Message.create(
        church=cast.grace,
        conversation=conversation,
        phone_number=cast.grace_number,
        kind="in",
        status="received",
        body="Soup on Friday",
        key=new_key(),
        revision=1,
        position=1,
    )
    # A connection that has not used the search tables, as after a start.
    await db.close_database()
    await db.open_database(context.config)
    other.execute("begin immediate")
    asyncio.get_running_loop().call_later(0.2, other.commit)
    await SearchIndex().catch_up()
    assert not other.in_transaction, "it did not have to wait"
    assert await db.rows("select rowid from message_words where message_words match 'soup'")


async def test_bulk_inserts_wait_for_another_process_that_writes(
    other: sqlite3.Connection, context: Context, cast: Cast
) -> None:
    await db.close_database()
    await db.open_database(context.config)
    other.execute("begin immediate")
    asyncio.get_running_loop().call_later(0.2, other.commit)
    people = [Member(church=cast.grace, phone=f"+1303555{n:04}", name="Ann") for n in range(3)]
    await Member.bulk_create(people)
    assert not other.in_transaction, "it did not have to wait"
    assert await Member.filter(name="Ann").count() == 3


async def test_an_acknowledged_text_survives_a_power_failure(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "SYNCHRONOUS", DURABLE)
    await db.open_database(config)
    [synchronous] = await db.rows("pragma synchronous")
    await db.close_database()
    assert synchronous == {"synchronous": 2}, "SQLite calls this FULL"


async def test_a_file_that_cannot_be_opened_leaves_no_thread_behind(config: Config) -> None:
    folder = replace(config, database_url=f"sqlite://{config.data_dir}")
    before = threading.enumerate()
    with pytest.raises(ConfigError):
        await db.open_database(folder)
    assert threading.enumerate() == before
