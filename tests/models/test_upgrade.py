"""A church that is upgraded finds every thread as it was, on either database."""

import random

from tortoise.migrations.executor import MigrationTarget

from inbox import db
from inbox.models import Message
from inbox.models.conversations import thread
from tests.cast import Cast
from tests.models.conversations.test_thread_order import Talk, read_down, read_up, receive_one

BEFORE_POSITIONS = MigrationTarget("inbox", "0015_scheduled_body")


async def schema() -> set[str]:
    """The definition of each index, trigger, and column."""
    if not db.speaks_postgres():
        rows = await db.rows("select sql as definition from sqlite_master where sql is not null")
    else:
        rows = await db.rows(
            "select indexdef as definition from pg_indexes where schemaname = 'public' "
            "union all select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal "
            "union all select conname || pg_get_constraintdef(oid) from pg_constraint "
            "union all select table_name || '.' || column_name || ' ' || data_type || is_nullable "
            "|| coalesce(column_default, '') from information_schema.columns "
            "where table_schema = 'public'"
        )
    return {row["definition"] for row in rows}


async def test_a_talk_from_before_there_were_positions_goes_on_where_it_stopped(
    cast: Cast,
) -> None:
    talk = Talk(cast, random.Random(7))
    await receive_one(cast, 10_000)
    for _ in range(30):
        await talk.go_on()
    seen = (await talk.conversation()).revision
    by_id = [one.key for one in await Message.filter(key__in=talk.order).order_by("id")]
    as_new = await schema()
    await db._executor().migrate([BEFORE_POSITIONS], direction="backward")
    try:
        columns = await db.rows("select * from message limit 1")
        assert "position" not in columns[0], "the premise"
    finally:
        assert await db.migrate_database() == ["0016_position"]

    assert await schema() == as_new
    here = await talk.conversation()
    # Before, a bubble's id was its place.
    assert await read_up(here) == await read_down(here) == by_id
    missed = await thread.changed_since(here, seen, 200)
    assert missed == [], "nothing looks new to a browser that was up to date"

    talk.order = by_id
    for _ in range(15):
        await talk.go_on()
    here = await talk.conversation()
    assert await read_up(here) == await read_down(here) == talk.order
