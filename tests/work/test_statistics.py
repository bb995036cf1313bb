"""SQLite's statistics: the worker updates them at startup and daily."""

import pytest

from inbox import db
from inbox.context import Context
from inbox.models import Message
from inbox.work.tidy import statistics_round
from inbox.work.worker import DAY, Worker
from tests.cast import Cast
from tests.large import fill


@pytest.mark.only_on("sqlite")
async def test_a_church_that_has_grown_gets_new_statistics(cast: Cast) -> None:
    found = "select * from sqlite_master where name = 'sqlite_stat1'"
    await fill(cast, 200, texts=2)
    assert await db.rows(found) == []

    assert await statistics_round() is False
    counted = await db.rows("select stat from sqlite_stat1 where tbl = 'message'")
    assert any(row["stat"].startswith("40") for row in counted), counted
    assert await Message.all().count() > 400


@pytest.mark.only_on("sqlite")
async def test_it_waits_for_no_transaction(cast: Cast) -> None:
    async with db.transaction():
        await db.rows("update church set name = name where id = ? returning id", cast.grace.id)
    await statistics_round()


async def test_the_worker_updates_them_at_startup_and_daily(context: Context, cast: Cast) -> None:
    [loop] = [one for one in Worker(context, alone=True)._loops if one.name == "statistics"]
    assert loop._pause == DAY
