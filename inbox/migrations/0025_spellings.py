from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

WORDS = "to_tsvector('simple', search_fold(new.name)) || array_to_tsvector(array['@' || new.church_id])"

# Names are found in every spelling, by words that only our own rule can make (rules/spelling). The
# database notes which names wait for the worker, and finds them until then as before. All names that
# exist wait at first, and so do all texts: their index has another form, too.
ALL_WAIT = [
    "insert into member_unindexed (church_id, member_id, name) select church_id, id, name from member where name <> ''",
    "update search_state set indexed_until = 0",
]
SQLITE = [
    "create table member_unindexed (church_id bigint not null, member_id bigint not null, name varchar(120) not null, primary key (church_id, member_id)) without rowid",
    """create trigger member_unindexed_insert after insert on member when new.name <> '' begin
        insert or replace into member_unindexed (church_id, member_id, name) values (new.church_id, new.id, new.name);
    end""",
    """create trigger member_unindexed_update after update of name on member when old.name <> new.name begin
        delete from member_unindexed where church_id = old.church_id and member_id = old.id;
        insert into member_unindexed (church_id, member_id, name)
        select new.church_id, new.id, new.name where new.name <> '';
    end""",
    "create trigger member_unindexed_delete after delete on member begin delete from member_unindexed where church_id = old.church_id and member_id = old.id; end",
]
SQLITE_BACK = [
    "drop trigger member_unindexed_delete",
    "drop trigger member_unindexed_update",
    "drop trigger member_unindexed_insert",
]
INDEX_MEMBER = f"""create or replace function index_member() returns trigger language plpgsql as $$ begin
    if new.name = '' then
        delete from member_words where rowid = new.id;
    else
        insert into member_words (rowid, words) values (new.id, {WORDS})
        on conflict (rowid) do update set words = excluded.words;
    end if;
    return null;
end $$"""
# The worker takes a waiting name before it writes the words, so whoever names a member does, too:
# otherwise they could wait for each other.
NOTE_MEMBER = """if new.name = '' then
        delete from member_unindexed where church_id = new.church_id and member_id = new.id;
    else
        insert into member_unindexed (church_id, member_id, name) values (new.church_id, new.id, new.name)
        on conflict (church_id, member_id) do update set name = excluded.name;
    end if;
    """
POSTGRES = [
    "create table member_unindexed (church_id bigint not null, member_id bigint not null references member (id) on delete cascade, name varchar(120) not null, primary key (church_id, member_id))",
    # For the cascade.
    "create index member_unindexed_member on member_unindexed (member_id)",
    INDEX_MEMBER.replace("if new.name", NOTE_MEMBER + "if new.name", 1),
]
POSTGRES_BACK = [INDEX_MEMBER]
# An earlier version finds names by its own words, beside those that are left.
BACK = ["drop table member_unindexed", "update search_state set indexed_until = 0"]


async def change(apps: Any, editor: Any) -> None:
    await _run(editor, [*(POSTGRES if _speaks_postgres(editor) else SQLITE), *ALL_WAIT])


async def change_back(apps: Any, editor: Any) -> None:
    await _run(editor, [*(POSTGRES_BACK if _speaks_postgres(editor) else SQLITE_BACK), *BACK])


def _speaks_postgres(editor: Any) -> bool:
    return bool(editor.client.capabilities.dialect == "postgres")


async def _run(editor: Any, statements: list[str]) -> None:
    for statement in statements:
        await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [('inbox', '0024_member_revision')]

    initial = False

    operations = [
        ops.RunPython(change, reverse_code=change_back),
    ]
