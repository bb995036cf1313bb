"""After an upgrade, a church finds every thread unchanged, on either database."""

import random

import pytest
from tortoise.migrations.executor import MigrationTarget

from inbox import db
from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Member, Message
from inbox.models.conversations import thread
from inbox.models.members.name_index import index_names
from inbox.models.members.search import find_members
from inbox.models.texts.reply import Collision, reply
from inbox.rules.thread_place import Place
from tests.cast import Cast
from tests.models.conversations.test_thread_order import Talk, read_down, read_up, receive_one

BEFORE_POSITIONS = MigrationTarget("inbox", "0015_scheduled_body")
BEFORE_SPELLINGS = MigrationTarget("inbox", "0024_member_revision")
BEFORE_FAST_FOLDING = MigrationTarget("inbox", "0021_final_counts")


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


async def upgrade() -> None:
    """From before positions, with all that is stored."""
    await db._executor().migrate([BEFORE_POSITIONS], direction="backward")
    try:
        columns = await db.rows("select * from message limit 1")
        assert "position" not in columns[0], "the premise"
    finally:
        assert "0016_position" in await db.migrate_database()


async def test_a_conversation_from_before_positions_continues_where_it_stopped(
    cast: Cast,
) -> None:
    talk = Talk(cast, random.Random(7))
    await receive_one(cast, 10_000)
    for _ in range(30):
        await talk.go_on()
    seen = (await talk.conversation()).revision
    by_id = [one.key for one in await Message.filter(key__in=talk.order).order_by("id")]
    as_new = await schema()
    await upgrade()
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


async def test_a_page_open_during_the_upgrade_knows_what_it_has_seen_and_what_is_above(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread, "PAGE", 2)
    for n in range(4):
        await receive_one(cast, n)
    # A page from before the upgrade knows only ids.
    *above, loaded, last = await Message.filter(kind="in").order_by("id")
    await upgrade()

    conversation = await cast.conversation()
    assert conversation.revision >= last.id
    place = Place.read(str(loaded.id))
    assert place
    older = await thread.before(conversation, place)
    assert [one.key for one in older.messages] == [one.key for one in above]

    sent = await reply(conversation, by=cast.ruth, body="Hi", key=new_key(), seen=last.id)
    assert str(sent.place) > f"{last.id:012d}", "it is put below the existing bubbles"
    with pytest.raises(Collision):
        await reply(conversation, by=cast.daniel, body="Hello", key=new_key(), seen=last.id)


@pytest.mark.only_on("postgres")
async def test_names_are_folded_as_before_they_were_folded_fast(cast: Cast) -> None:
    count = await Member.all().count()
    # Each letter alone, and between others that decide how it is folded.
    letters = "from generate_series(1, 12000) as code where code not between 55296 and 57343"
    for text in ("chr(code)", "'a.b' || chr(code) || 'É'", "'José ' || chr(code) || chr(769)"):
        differing = f"select {text} as text {letters} and search_fold({text}) <> "
        assert await db.rows(differing + f"search_fold_letters({text})") == []
    changed = await db.rows(f"select code {letters} and search_fold(chr(code)) <> chr(code)")
    assert len(changed) > 1_000, "the premise"
    assert await db.rows("select search_fold(null) as nothing, search_fold('') as empty") == [
        {"nothing": None, "empty": ""}
    ]
    for _ in range(2):
        await db._executor().migrate([BEFORE_FAST_FOLDING], direction="backward")
        assert "0022_member_words" in await db.migrate_database()
    await Member.create(church=cast.grace, phone="+12025550177", name="José Núñez")
    assert [one.name for one in await find_members(cast.grace, "nunez")] == ["José Núñez"]
    [indexed] = await db.rows("select count(*) as many from member_words")
    assert indexed["many"] == count + 1


async def test_names_from_before_all_spellings_were_indexed_are_found_during_and_after_an_upgrade(
    cast: Cast,
) -> None:
    async def found(q: str) -> list[str]:
        return [one.name for one in await find_members(cast.grace, q)]

    async def insert(phone: str, name: str) -> None:
        # The model has later columns.
        await db.rows(
            "insert into member (church_id, name, about, created_at, phone) "
            f"values (?, ?, '', {db.moment_mark()}, ?) returning id",
            cast.grace.id,
            name,
            now(),
            phone,
        )

    await db._executor().migrate([BEFORE_SPELLINGS], direction="backward")
    await insert("+12025550177", "Pat O'Brien")
    await insert("+12025550178", "Pat Obrien")
    assert "0025_spellings" in await db.migrate_database()
    for _ in range(2):
        assert await found("obrien") == ["Pat O'Brien", "Pat Obrien"]
        assert await found("brien") == ["Pat O'Brien"]
        while await index_names():
            pass
    assert await db.rows("select * from member_unindexed") == []
    # The spellings stay, and an earlier version finds more.
    await db._executor().migrate([BEFORE_SPELLINGS], direction="backward")
    await insert("+12025550179", "Mary Park")
    await Member.filter(name="Pat Obrien").update(name="Pat Park")
    assert "0025_spellings" in await db.migrate_database()
    assert await found("park") == ["Mary Park", "Naomi Park", "Pat Park"]
    assert await found("obrien") == ["Pat O'Brien"]
