"""An update migrates an older database together with its data."""

from pathlib import Path

from tortoise.migrations.executor import MigrationTarget

from inbox import db
from inbox.config import Config
from inbox.models import Church
from inbox.models.conversations.search_index import SearchIndex
from inbox.models.members.search import find_members

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

TALK_BEFORE = (
    "insert into conversation (id, church_id, member_id, phone_number_id, revision, last_body, "
    "last_kind, last_status, inbound_count) values ({id}, 1, {id}, 1, {revision}, '', '', '', 0)"
)
TEXT_BEFORE = (
    "insert into message (id, church_id, conversation_id, phone_number_id, kind, body, "
    "status, key, segments, revision, retried, priority, attempts, resent, created_at) "
    "values ({id}, 1, {conversation}, 1, 'in', 'Hi', 'received', 'k{id}', 1, 1, 0, 0, 0, 0, "
    "'2026-01-01 00:00:00+00:00')"
)


async def test_a_conversation_from_before_triage_is_open_and_unassigned(tmp_path: Path) -> None:
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


async def test_texts_from_before_the_search_are_found(tmp_path: Path) -> None:
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


async def test_texts_scheduled_before_the_list_showed_them_are_listed(tmp_path: Path) -> None:
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


async def schema() -> dict[str, str]:
    """The SQL of each table, index, and trigger, by name."""
    rows = await db.rows("select name, sql from sqlite_master where sql is not null")
    return {row["name"]: row["sql"] for row in rows}


async def test_bubbles_from_before_positions_keep_their_order(
    tmp_path: Path,
) -> None:
    config = Config.from_environ({"DATA_DIR": str(tmp_path)})
    await db.open_database(config)
    try:
        await db._executor().migrate([MigrationTarget("inbox", "0015_scheduled_body")])
        await db.rows("pragma foreign_keys = off")
        for conversation, revision in ((1, 3), (2, 900), (3, 1)):
            await db.rows(TALK_BEFORE.format(id=conversation, revision=revision))
        for id, conversation in ((40, 1), (12, 2), (11, 1), (30, 2), (7, 1)):
            await db.rows(TEXT_BEFORE.format(id=id, conversation=conversation))
        before = await schema()
        await db._executor().migrate([MigrationTarget("inbox", "0016_position")])

        places = await db.rows("select conversation_id, id, position from message order by id")
        assert [(one["id"], one["position"]) for one in places] == [
            (7, 7),
            (11, 11),
            (12, 12),
            (30, 30),
            (40, 40),
        ]
        rows = await db.rows("select id, revision from conversation order by id")
        # At least the last position, so that the next bubble appears below; never less than before,
        # and unchanged if there is no bubble.
        assert [(row["id"], row["revision"]) for row in rows] == [(1, 40), (2, 900), (3, 1)]

        after = await schema()
        changed = {name for name in before | after if before.get(name) != after.get(name)}
        indexes = {name for name in changed if name.startswith("idx_message_")}
        assert changed - indexes == {"message"}
        [gone] = indexes - after.keys()
        [new] = indexes - before.keys()
        assert '("conversation_id", "id")' in before[gone]
        assert '("conversation_id", "position", "id")' in after[new]
        added = ", position bigint not null default 0"
        assert after["message"].replace(added, "") == before["message"]
        assert [name for name in before if name.startswith("message_words_")], "its triggers"
    finally:
        await db.close_database()


STAFF_BEFORE = (
    "insert into staff (id, church_id, email, name, password_hash, role, created_at) "
    "values ({id}, 1, '{role}@grace.example', '{role}', 'x', '{role}', '2026-01-01 00:00:00+00:00')"
)


async def test_staff_who_are_neither_owners_nor_volunteers_become_editors(tmp_path: Path) -> None:
    config = Config.from_environ({"DATA_DIR": str(tmp_path)})
    await db.open_database(config)
    try:
        await db._executor().migrate([MigrationTarget("inbox", "0022_member_words")])
        await db.rows("pragma foreign_keys = off")
        for id, role in enumerate(("owner", "staff", "volunteer"), 1):
            await db.rows(STAFF_BEFORE.format(id=id, role=role))
        await db.migrate_database()
        found = await db.rows("select role from staff order by id")
        assert [row["role"] for row in found] == ["owner", "editor", "volunteer"]
        await db._executor().migrate([MigrationTarget("inbox", "0022_member_words")])
        found = await db.rows("select role from staff order by id")
        assert [row["role"] for row in found] == ["owner", "staff", "volunteer"]
    finally:
        await db.close_database()
