"""A database from before an update is brought up to date with what is in it."""

from pathlib import Path

from tortoise.migrations.executor import MigrationTarget

from inbox import db
from inbox.config import Config
from inbox.models import Church
from inbox.models.conversations.search import find_members
from inbox.models.conversations.search_index import SearchIndex

BEFORE = (
    "insert into conversation (church_id, member_id, phone_number_id, revision, last_at, "
    "last_body, last_direction, last_status, inbound_count) "
    "values (1, 1, 1, 3, '2026-01-01 00:00:00+00:00', 'Hello', 'in', 'received', 1) returning id"
)
NAMED_BEFORE = (
    "insert into member (id, church_id, name, phone, about, created_at) "
    "values (1, 1, 'José Park', '+12025550142', '', '2026-01-01 00:00:00+00:00')"
)
SAID_BEFORE = (
    "insert into message (id, church_id, conversation_id, phone_number_id, direction, body, "
    "status, key, segments, revision, retried, priority, attempts, resent, created_at) "
    "values (7, 1, 1, 1, 'in', 'The soup', 'received', 'k', 1, 1, 0, 0, 0, 0, "
    "'2026-01-01 00:00:00+00:00')"
)

WAITS_BEFORE = (
    "insert into conversation (id, church_id, member_id, phone_number_id, revision, last_body, "
    "last_kind, last_status, inbound_count, scheduled_for) "
    "values (1, 1, 1, 1, 3, 'Hello', 'in', 'received', 1, '2027-01-01 00:00:00+00:00')"
)
SCHEDULED_BEFORE = (
    "insert into message (id, church_id, conversation_id, phone_number_id, kind, body, "
    "status, key, segments, revision, retried, priority, attempts, resent, created_at, "
    "scheduled_for) values ({id}, 1, 1, 1, 'out', '{body}', 'scheduled', 'k{id}', 1, 1, 0, 0, 0, "
    "0, '2026-01-01 00:00:00+00:00', '{at}')"
)


async def test_a_conversation_from_before_triage_is_open_and_anybodys(tmp_path: Path) -> None:
    config = Config.from_environ({"DATA_DIR": str(tmp_path)})
    await db.open_database(config)
    try:
        await db._executor().migrate([MigrationTarget("inbox", "0001_initial")])
        await db.rows("pragma foreign_keys = off")
        await db.rows(BEFORE)
        assert "0002_triage" in await db.migrate_database()
        [row] = await db.rows("select * from conversation")
        assert (row["state"], row["assignee_id"], row["snoozed_until"]) == ("open", None, None)
        assert (row["revision"], row["last_body"]) == (3, "Hello")
    finally:
        await db.close_database()


async def test_what_was_said_before_there_was_a_search_is_found(tmp_path: Path) -> None:
    config = Config.from_environ({"DATA_DIR": str(tmp_path)})
    await db.open_database(config)
    try:
        await db._executor().migrate([MigrationTarget("inbox", "0004_screens")])
        await db.rows("pragma foreign_keys = off")
        await db.rows(NAMED_BEFORE)
        await db.rows(SAID_BEFORE)
        assert "0005_search" in await db.migrate_database()
        await SearchIndex().catch_up()
        church = await Church.create(id=1, name="Grace Chapel", hook_token="x")
        found = await db.rows("select rowid from message_words where message_words match 'soup'")
        assert found == [{"rowid": 7}]
        assert [one.name for one in await find_members(church, "jose")] == ["José Park"]
    finally:
        await db.close_database()


async def test_what_was_scheduled_before_its_list_showed_it_is_shown(tmp_path: Path) -> None:
    config = Config.from_environ({"DATA_DIR": str(tmp_path)})
    await db.open_database(config)
    try:
        await db._executor().migrate([MigrationTarget("inbox", "0014_last_stop")])
        await db.rows("pragma foreign_keys = off")
        await db.rows(WAITS_BEFORE)
        later, next_one = "2027-02-01 00:00:00+00:00", "2027-01-01 00:00:00+00:00"
        await db.rows(SCHEDULED_BEFORE.format(id=1, body="Later", at=later))
        await db.rows(SCHEDULED_BEFORE.format(id=2, body="See you " + "x" * 200, at=next_one))
        assert "0015_scheduled_body" in await db.migrate_database()
        [row] = await db.rows("select scheduled_body from conversation")
        assert row["scheduled_body"] == ("See you " + "x" * 200)[:120]
    finally:
        await db.close_database()
