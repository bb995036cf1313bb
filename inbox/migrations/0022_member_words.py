from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

WORDS = "to_tsvector('simple', search_fold(new.name)) || array_to_tsvector(array['@' || new.church_id])"

MARKS = "._-/@&+"
SPACES = " " * len(MARKS)
# As search_fold_letters changes those up to U+017F.
LETTERS = (
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞàáâãäåçèéêëìíîïñòóôõöùúûüýÿ"
    "ĀāĂăĄąĆćĈĉĊċČčĎďĐĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦĨĩĪīĬĭĮįİĲĴĵĶķĹĺĻļĽľĿŁŃńŅņŇňŊ"
    "ŌōŎŏŐőŒŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŦŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽž"
)
FOLDED = (
    "aaaaaaæceeeeiiiiðnoooooøuuuuyþaaaaaaceeeeiiiinooooouuuuyy"
    "aaaaaaccccccccddđeeeeeeeeeegggggggghhħiiiiiiiiiĳjjkkllllllŀłnnnnnnŋ"
    "ooooooœrrrrrrssssssssttttŧuuuuuuuuuuuuwwyyyzzzzzz"
)

# What PostgreSQL does for each member that is named, so that a list of 50,000 is imported within
# seconds:
# - It compares each letter of a name with the thousands that search_fold changes. Most names have
#   only letters of European languages. Written in SQL, the function would be parsed and planned
#   anew each time.
# - A delete that was planned when the church was small reads all names. An upsert never does.
FORWARD = [
    # Migrations are recorded after they are committed, so this one may run twice.
    """do $$ begin
        if to_regprocedure('search_fold_letters(text)') is null then
            alter function search_fold(text) rename to search_fold_letters;
        end if;
    end $$""",
    f"""create or replace function search_fold(text) returns text language plpgsql immutable strict as $$ begin
        if octet_length($1) = length($1) then return translate($1, '{MARKS}', '{SPACES}'); end if;
        if $1 !~ '[^\\u0001-\\u017f]' then return translate($1, '{MARKS}{LETTERS}', '{SPACES}{FOLDED}'); end if;
        return search_fold_letters($1);
    end $$""",
    f"""create or replace function index_member() returns trigger language plpgsql as $$ begin
        if new.name = '' then
            delete from member_words where rowid = new.id;
        else
            insert into member_words (rowid, words) values (new.id, {WORDS})
            on conflict (rowid) do update set words = excluded.words;
        end if;
        return null;
    end $$""",
]
BACK = [
    "drop function search_fold(text)",
    "alter function search_fold_letters(text) rename to search_fold",
    f"""create or replace function index_member() returns trigger language plpgsql as $$ begin
        delete from member_words where rowid = new.id;
        insert into member_words (rowid, words) select new.id, {WORDS} where new.name <> '';
        return null;
    end $$""",
]


async def change(apps: Any, editor: Any) -> None:
    await _run(editor, FORWARD)


async def change_back(apps: Any, editor: Any) -> None:
    await _run(editor, BACK)


async def _run(editor: Any, statements: list[str]) -> None:
    if editor.client.capabilities.dialect == "postgres":
        for statement in statements:
            await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [('inbox', '0021_final_counts')]

    initial = False

    operations = [
        ops.RunPython(change, reverse_code=change_back),
    ]
