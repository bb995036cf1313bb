"""A database from before an update is brought up to date with what is in it."""

from pathlib import Path

from tortoise.migrations.graph import MigrationKey

from inbox import db
from inbox.config import Config

BEFORE = (
    "insert into conversation (church_id, member_id, phone_number_id, revision, last_at, "
    "last_body, last_direction, last_status, inbound_count) "
    "values (1, 1, 1, 3, '2026-01-01 00:00:00+00:00', 'Hello', 'in', 'received', 1) returning id"
)


async def test_a_conversation_from_before_triage_is_open_and_anybodys(tmp_path: Path) -> None:
    config = Config.from_environ({"DATA_DIR": str(tmp_path)})
    await db.open_database(config)
    try:
        await db._executor().migrate([MigrationKey("inbox", "0001_initial")])
        await db.rows("pragma foreign_keys = off")
        await db.rows(BEFORE)
        assert "0002_triage" in await db.migrate_database()
        [row] = await db.rows("select * from conversation")
        assert (row["state"], row["assignee_id"], row["snoozed_until"]) == ("open", None, None)
        assert (row["revision"], row["last_body"]) == (3, "Hello")
    finally:
        await db.close_database()
