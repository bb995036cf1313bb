from collections.abc import Sequence
from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

from inbox.rules.letters import without_accents as fold

# What is searched: the words of names and of texts, each row under the id of its member or message
# and marked with its church. The ORM knows nothing of these tables. Names are indexed as they are
# written, by triggers; texts by the worker, so that no text waits for the index (models/search_index),
# and a trigger removes what was undone.
# Whatever rebuilds the tables "member" or "message" on SQLite has to make their triggers again.

SQLITE = [
    "create virtual table member_words using fts5(church, words, tokenize = 'unicode61 remove_diacritics 2')",
    "create virtual table message_words using fts5(church, words, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2')",
    "create table search_state (indexed_until bigint not null)",
    """create trigger member_words_insert after insert on member when new.name <> '' begin
        insert into member_words (rowid, church, words) values (new.id, 'c' || new.church_id, new.name);
    end""",
    """create trigger member_words_update after update of name on member when old.name <> new.name begin
        delete from member_words where rowid = old.id;
        insert into member_words (rowid, church, words)
        select new.id, 'c' || new.church_id, new.name where new.name <> '';
    end""",
    "create trigger member_words_delete after delete on member begin delete from member_words where rowid = old.id; end",
    "create trigger message_words_delete after delete on message begin delete from message_words where rowid = old.id; end",
    "create trigger message_words_gone after update of direction on message when new.direction = 'gone' begin delete from message_words where rowid = new.id; end",
    "insert into member_words (rowid, church, words) select id, 'c' || church_id, name from member where name <> ''",
    "insert into search_state (indexed_until) values (0)",
]

SQLITE_BACK = [
    "drop trigger message_words_gone",
    "drop trigger message_words_delete",
    "drop trigger member_words_delete",
    "drop trigger member_words_update",
    "drop trigger member_words_insert",
    "drop table search_state",
    "drop table message_words",
    "drop table member_words",
]


def _fold_sql() -> str:
    """rules/letters.fold in SQL, for what changes one letter into one other."""
    letters = [chr(code) for code in range(0x80, 0x2000)]
    folded = [(one, fold(one)) for one in letters if fold(one) != one]
    changed = [(one, to) for one, to in folded if len(to) == 1]
    gone = [one for one, to in folded if not to]
    marks = "._-/@&+"
    before = "".join(one for one, _ in changed) + marks + "".join(gone)
    after = "".join(to for _, to in changed) + " " * len(marks)
    return f"translate($1, '{before}', '{after}')"


MEMBER_WORDS = "to_tsvector('simple', search_fold({name})) || array_to_tsvector(array['@' || {church}])"

POSTGRES = [
    f"create function search_fold(text) returns text language sql immutable strict as $$ select {_fold_sql()} $$",
    "create table member_words (rowid bigint primary key references member (id) on delete cascade, words tsvector not null)",
    "create index member_words_words on member_words using gin (words)",
    "create table message_words (rowid bigint primary key references message (id) on delete cascade, church_id bigint not null, words tsvector not null)",
    "create index message_words_church on message_words (church_id, rowid)",
    "create index message_words_words on message_words using gin (words)",
    "create table search_state (indexed_until bigint not null)",
    f"""create function index_member() returns trigger language plpgsql as $$ begin
        delete from member_words where rowid = new.id;
        insert into member_words (rowid, words)
        select new.id, {MEMBER_WORDS.format(name="new.name", church="new.church_id")} where new.name <> '';
        return null;
    end $$""",
    "create trigger member_words_insert after insert on member for each row when (new.name <> '') execute function index_member()",
    "create trigger member_words_update after update of name on member for each row when (old.name <> new.name) execute function index_member()",
    """create function forget_message() returns trigger language plpgsql as $$ begin
        delete from message_words where rowid = new.id;
        return null;
    end $$""",
    "create trigger message_words_gone after update of direction on message for each row when (new.direction = 'gone') execute function forget_message()",
    f"insert into member_words (rowid, words) select id, {MEMBER_WORDS.format(name='name', church='church_id')} from member where name <> ''",
    "insert into search_state (indexed_until) values (0)",
]

POSTGRES_BACK = [
    "drop trigger message_words_gone on message",
    "drop function forget_message",
    "drop trigger member_words_update on member",
    "drop trigger member_words_insert on member",
    "drop function index_member",
    "drop table search_state",
    "drop table message_words",
    "drop table member_words",
    "drop function search_fold",
]


async def make(apps: Any, editor: Any) -> None:
    await _run(editor, SQLITE, POSTGRES)


async def drop(apps: Any, editor: Any) -> None:
    await _run(editor, SQLITE_BACK, POSTGRES_BACK)


async def _run(editor: Any, sqlite: Sequence[str], postgres: Sequence[str]) -> None:
    for statement in postgres if editor.client.capabilities.dialect == "postgres" else sqlite:
        await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [('inbox', '0004_screens')]

    initial = False

    operations = [
        ops.RunPython(make, reverse_code=drop),
    ]
