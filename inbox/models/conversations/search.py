"""Searching texts by their words, within one church.

The last word may be incomplete; all words must occur. Input cannot break a query: it is first split
into words, which contain only letters and digits.
"""

from collections.abc import Sequence

from inbox import db
from inbox.models.message import Message
from inbox.models.scope import Scope
from inbox.models.search_sql import match, word_asked
from inbox.models.staff import Staff
from inbox.rules.ids import MAX_ID
from inbox.rules.search import Term, asked_terms, number_word

PAGE = 20
# On PostgreSQL, this many of the newest texts are checked one by one before the index is asked,
# which is slow for common words. Common words occur among the newest texts, too.
NEWEST = 2_000
# Shorter prefixes are not searched.
SHORTEST = 2


async def find_texts(
    staff: Staff, q: str, before: int | None = None, limit: int = PAGE
) -> list[Message]:
    """Texts that this person may see, the last written first, with author and conversation;
    `before` is the last id of the previous page."""
    terms = asked_terms(q)
    # In a language without spaces, one letter is enough.
    if sum(SHORTEST if term.run else len("".join(term.words)) for term in terms) < SHORTEST:
        return []
    scope = Scope.of(staff)
    ids = await _ids_of_texts(scope, terms, before or MAX_ID, limit)
    said = Message.filter(id__in=await _seen(scope, ids), kind__in=("in", "out", "note"))
    found = said.order_by("-id")
    with_these = found.select_related("author", "conversation__member")
    return await with_these.prefetch_related("pictures")


async def _ids_of_texts(scope: Scope, terms: Sequence[Term], before: int, limit: int) -> list[int]:
    query = _query(scope.church_id, terms)
    if not db.speaks_postgres():
        sql = (
            f"select rowid as id from message_words where {match('message_words')} "
            f"and rowid < ?{_and_seen(scope, 'message_words')} order by rowid desc limit ?"
        )
        return [row["id"] for row in await db.rows(sql, query, before, limit)]
    return await _among_newest(scope, query, before, limit) or await _by_index(
        scope, query, before, limit
    )


async def _seen(scope: Scope, ids: Sequence[int]) -> list[int]:
    """A cross join, so that SQLite begins with these few texts and not with all conversations."""
    if not ids:
        return []
    several = db.padded(ids)
    found = await db.rows(
        "select message.id from message cross join conversation "
        f"where message.id in ({db.marks(several)}) "
        f"and conversation.id = message.conversation_id and {scope.sql()}",
        *several,
    )
    return [row["id"] for row in found]


def _and_seen(scope: Scope, table: str) -> str:
    """The index only knows churches; for a narrower scope, check each text."""
    if scope.is_whole_church:
        return ""
    return (
        " and exists (select 1 from message join conversation "
        "on conversation.id = message.conversation_id "
        f"where message.id = {table}.rowid and {scope.sql()})"
    )


async def _among_newest(scope: Scope, query: str, before: int, limit: int) -> list[int]:
    """All that were asked for, or none. The newest texts are a range of the whole index, so that
    PostgreSQL reads them in order, however many texts it believes the church has."""
    found = await db.rows(
        "select rowid as id from (select church_id, rowid, words from message_words "
        "where (church_id, rowid) < (?, ?) order by church_id desc, rowid desc "
        f"limit {NEWEST}) as newest where church_id = ? and {match('message_words')}"
        f"{_and_seen(scope, 'newest')} order by rowid desc limit ?",
        scope.church_id,
        before,
        scope.church_id,
        query,
        limit,
    )
    return [row["id"] for row in found] if len(found) == limit else []


async def _by_index(scope: Scope, query: str, before: int, limit: int) -> list[int]:
    found = await db.rows(
        "with found as materialized "
        f"(select rowid from message_words where {match('message_words')}) "
        f"select rowid as id from found where rowid < ?{_and_seen(scope, 'found')} "
        "order by rowid desc limit ?",
        query,
        before,
        limit,
    )
    return [row["id"] for row in found]


def _query(church_id: int, terms: Sequence[Term]) -> str:
    """A query for all terms in this church; the last of them may be a prefix."""
    asked = [_asked(term, may_go_on=term is terms[-1]) for term in terms]
    if db.speaks_postgres():
        return " & ".join([f"'@{church_id}'", *asked])
    return f'church : "c{church_id}" AND words : ({" AND ".join(asked)})'


def _asked(term: Term, may_go_on: bool) -> str:
    """A term's words, also in one, the last of which may be a prefix; or a part of a number."""
    both, either = (" & ", " | ") if db.speaks_postgres() else (" AND ", " OR ")
    last = word_asked(term.words[-1], may_go_on and not term.run)
    words = both.join([*(word_asked(word) for word in term.words[:-1]), last])
    joined = [word_asked(term.joined, may_go_on)] if term.joined else []
    numbers = [word_asked(number_word(digits), may_go_on=True) for digits in term.numbers]
    return f"({either.join([f'({words})', *joined, *numbers])})"
