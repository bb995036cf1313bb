"""The words of texts, kept apart for searching: written by the worker, shortly after the texts.

No text waits for the index. What is in it already is known by one number, up to which nothing is
missing; so nothing is forgotten, whenever a worker dies.
"""

import json
from typing import Any

from inbox import db
from inbox.rules.search import index_words

BATCH = 500
# How `index_words` takes texts apart. Whoever changes that adds one here, and a migration that has
# all texts indexed again.
FORM = 2

# A broadcast's copies are found as that broadcast. A scheduled text gets a new id when it goes.
# "not indexed" leaves SQLite nothing to go by but ids. It would read all texts outside broadcasts,
# or skip through another index, whichever its statistics suggest.
_FRESH = (
    "select id, body from message {by_id} where id > ? and kind in ('in', 'out', 'note') "
    "and body <> '' and broadcast_id is null and status <> 'scheduled' {missing} "
    "order by id limit {limit}"
)
# On PostgreSQL some beyond that id are there already: those that were not waited for.
_MISSING = (
    "and not exists (select 1 from message_words "
    f"where message_words.rowid = message.id and form >= {FORM}) "
)
# Only those still there: a text that was taken back meanwhile stays out.
_WRITE_SQLITE = (
    "insert or replace into message_words (rowid, church, words) "
    "select message.id, 'c' || message.church_id, json_extract(fresh.value, '$.words') "
    "from json_each(?) as fresh "
    "join message on message.id = json_extract(fresh.value, '$.id') "
    "where message.kind <> 'undone'"
)
_WRITE_POSTGRES = (
    "insert into message_words (rowid, church_id, form, words) "
    f"select message.id, message.church_id, {FORM}, "
    "array_to_tsvector(('@' || message.church_id) || string_to_array(fresh.words, ' ')) "
    "from jsonb_to_recordset(cast(cast(? as text) as jsonb)) as fresh (id bigint, words text) "
    "join message on message.id = fresh.id where message.kind <> 'undone' "
    "order by message.id "
    "on conflict (rowid) do update set form = excluded.form, words = excluded.words"
)
_MOMENT = (
    "select (select coalesce(max(id), 0) from message) as newest, "
    "cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint) as oldest_writer, "
    "cast(cast(pg_snapshot_xmax(pg_current_snapshot()) as text) as bigint) as next_writer"
)


class SearchIndex:
    """What one worker does for it. There may be several workers."""

    def __init__(self) -> None:
        # Of some moment: the newest id that was there, and who would begin to write next.
        self._moment = (0, 0)
        self._complete = 0

    async def catch_up(self) -> bool:
        """Index one batch. True if there may be more."""
        [state] = await db.rows("select indexed_until from search_state")
        until = state["indexed_until"]
        complete = await self._complete_until()
        fresh = await db.rows(_fresh(), until)
        if len(fresh) == BATCH:
            complete = min(complete, fresh[-1]["id"])
        if fresh or complete - until >= BATCH:
            await _write(fresh, complete)
        return len(fresh) == BATCH

    async def _complete_until(self) -> int:
        """The id up to which no text can come any more.

        On SQLite one writes after the other, and ids come in order. On PostgreSQL a smaller id may
        be committed later: until whoever wrote while we looked has ended.
        """
        if not db.speaks_postgres():
            [newest] = await db.rows("select coalesce(max(id), 0) as id from message")
            return int(newest["id"])
        [now] = await db.rows(_MOMENT)
        newest_then, next_writer_then = self._moment
        if now["oldest_writer"] >= next_writer_then:
            self._complete = newest_then
            self._moment = (now["newest"], now["next_writer"])
        return self._complete


def _fresh() -> str:
    if db.speaks_postgres():
        return _FRESH.format(by_id="", missing=_MISSING, limit=BATCH)
    return _FRESH.format(by_id="not indexed", missing="", limit=BATCH)


async def _write(fresh: list[dict[str, Any]], complete: int) -> None:
    texts = [{"id": one["id"], "words": " ".join(index_words(one["body"]))} for one in fresh]
    async with db.transaction():
        await db.rows(_WRITE_POSTGRES if db.speaks_postgres() else _WRITE_SQLITE, json.dumps(texts))
        await db.rows(
            "update search_state set indexed_until = ? where indexed_until < ?", complete, complete
        )
