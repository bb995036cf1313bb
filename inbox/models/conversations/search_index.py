"""The search index of texts, written by the worker shortly after the texts.

No text waits for the index. One id says up to where the index is complete, so nothing is lost if a
worker dies.
"""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

from inbox import db
from inbox.models.message import Message
from inbox.rules.search import index_words

BATCH = 500
# The version of `index_words`. When it changes, increase this and add a migration that indexes all
# texts again.
FORM = 5

# Copies of a broadcast are not searched. A scheduled text is indexed when it goes.
# "not indexed" makes SQLite go by id. Otherwise it would read all texts outside broadcasts, or skip
# through another index, depending on its statistics.
_FRESH = (
    "select id, body from message {by_id} where id > ? and kind in ('in', 'out', 'note') "
    "and body <> '' and broadcast_id is null and status <> 'scheduled' {missing} "
    "order by id limit {limit}"
)
# On PostgreSQL, some texts beyond that id are indexed already: those that did not have to wait.
_MISSING = (
    "and not exists (select 1 from message_words "
    f"where message_words.rowid = message.id and form >= {FORM}) "
)
# Only texts that still exist: one undone meanwhile stays out.
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


async def index_text(text: Message) -> None:
    """Index a text that was scheduled until now; inside `change`. The worker may have passed its id
    long ago."""
    await _write_words(_indexed([(text.id, text.body)]))


class SearchIndex:
    """What one worker remembers about the index. There may be several workers."""

    def __init__(self) -> None:
        # A past moment: the newest id, and the number of the next transaction.
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
        """The id up to which no more texts can appear.

        On SQLite, writers take turns, so ids appear in order. On PostgreSQL, a smaller id may be
        committed later, until all transactions that were open when we looked have ended.
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
    # Finding the words of a full batch takes a tenth of a second.
    texts = await asyncio.to_thread(_indexed, [(one["id"], one["body"]) for one in fresh])
    async with db.transaction():
        await _write_words(texts)
        await db.rows(
            "update search_state set indexed_until = ? where indexed_until < ?", complete, complete
        )


def _indexed(texts: Iterable[tuple[int, str]]) -> str:
    """Texts, by id, as the statements above read them."""
    return json.dumps([{"id": id, "words": " ".join(index_words(body))} for id, body in texts])


async def _write_words(texts: str) -> None:
    await db.rows(_WRITE_POSTGRES if db.speaks_postgres() else _WRITE_SQLITE, texts)
