"""The search index of names, in every spelling, written by the worker shortly after the names.

The database knows which names wait for it. Until then, a name is found by its words as the database
divides them (migration 0005), and by reading those that wait.
"""

import json

from inbox import db
from inbox.rules.spelling import spellings

BATCH = 200

# Another worker takes others.
_TAKE = (
    "delete from member_unindexed where (church_id, member_id) in "
    "(select church_id, member_id from member_unindexed limit {limit}{locked}) "
    "returning member_id as id, name"
)
_WRITE_SQLITE = (
    "insert or replace into member_words (rowid, church, words) select member.id, "
    "'c' || member.church_id, member.name || ' ' || json_extract(fresh.value, '$.words') "
    "from json_each(?) as fresh join member on member.id = json_extract(fresh.value, '$.id')"
)
_WRITE_POSTGRES = (
    "update member_words "
    "set words = member_words.words || array_to_tsvector(string_to_array(fresh.words, ' ')) "
    "from jsonb_to_recordset(cast(cast(? as text) as jsonb)) as fresh (id bigint, words text) "
    "where member_words.rowid = fresh.id"
)


async def index_names() -> bool:
    """Index one batch. True if there may be more."""
    # Mostly nothing waits, and nobody has to wait for this to be found out.
    if not await db.rows("select 1 from member_unindexed limit 1"):
        return False
    async with db.transaction():
        taken = await db.rows(_take())
        await db.rows(_WRITE_POSTGRES if db.speaks_postgres() else _WRITE_SQLITE, _indexed(taken))
    return len(taken) == BATCH


def _take() -> str:
    return _TAKE.format(
        limit=BATCH, locked=" for update skip locked" if db.speaks_postgres() else ""
    )


def _indexed(taken: list[dict[str, object]]) -> str:
    """Names, by member, as the statements above read them."""
    return json.dumps(
        [
            {"id": one["id"], "words": " ".join(words)}
            for one in taken
            if (words := spellings(str(one["name"])))
        ]
    )
