"""Search: members by name or phone, texts by their words; each within one church.

The last word may be but a beginning, several words must all be there. Nothing that anybody types
can break a query: it is taken apart into words first, which hold letters and digits alone.
"""

from collections.abc import Sequence

from tortoise.expressions import Q

from inbox import db
from inbox.models.church import Church
from inbox.models.member import Member
from inbox.models.message import Message
from inbox.rules.ids import LARGEST_ID
from inbox.rules.phone import parse_phone
from inbox.rules.search import asked_words

MOST_MEMBERS = 8
PAGE = 20
# On PostgreSQL, so many of the newest are looked at one by one before the index is asked: it is
# slow for words that stand everywhere, and those stand here, too.
NEWEST = 2_000
# Beginnings of fewer letters than that are no word to look for yet.
SHORTEST = 2


async def find_members(church: Church, q: str, limit: int = MOST_MEMBERS) -> list[Member]:
    """By beginnings of their names, or by three digits and more of their phone; by name."""
    ids = await _ids_by_name(church.id, asked_words(q), limit)
    found = Member.filter(Q(id__in=ids) | _by_phone(church, q), church_id=church.id)
    return await found.order_by("name", "id").limit(limit)


async def _ids_by_name(church_id: int, words: Sequence[str], limit: int) -> list[int]:
    if not words:
        return []
    found = await db.rows(
        "select id from member where church_id = ? and id in "
        f"(select rowid from member_words where {_match('member_words')}) "
        "order by name, id limit ?",
        church_id,
        _query(church_id, words, beginnings=len(words)),
        limit,
    )
    return [row["id"] for row in found]


def _by_phone(church: Church, q: str) -> Q:
    digits = "".join(one for one in q if one in "0123456789")
    if len(digits) < 3 or any(one.isalpha() for one in q):
        return Q(id=-1)
    return Q(phone__contains=digits) | Q(phone=parse_phone(q, church.country) or "")


async def find_texts(
    church_id: int, q: str, before: int | None = None, limit: int = PAGE
) -> list[Message]:
    """Newest first, with their author and conversation; `before` is the last id already had."""
    words = asked_words(q)
    if sum(map(len, words)) < SHORTEST:
        return []
    ids = await _ids_of_texts(church_id, words, before or LARGEST_ID, limit)
    said = Message.filter(church_id=church_id, id__in=ids, kind__in=("in", "out", "note"))
    found = said.order_by("-id")
    with_these = found.select_related("author", "conversation__member")
    return await with_these.prefetch_related("pictures")


async def _ids_of_texts(church_id: int, words: Sequence[str], before: int, limit: int) -> list[int]:
    query = _query(church_id, words, beginnings=1)
    if not db.speaks_postgres():
        sql = (
            f"select rowid as id from message_words where {_match('message_words')} "
            "and rowid < ? order by rowid desc limit ?"
        )
        return [row["id"] for row in await db.rows(sql, query, before, limit)]
    return await _among_newest(church_id, query, before, limit) or await _by_index(
        query, before, limit
    )


async def _among_newest(church_id: int, query: str, before: int, limit: int) -> list[int]:
    """All that were asked for, or none at all."""
    found = await db.rows(
        "select rowid as id from (select rowid, words from message_words where church_id = ? "
        f"and rowid < ? order by rowid desc limit {NEWEST}) as newest "
        f"where {_match('message_words')} order by rowid desc limit ?",
        church_id,
        before,
        query,
        limit,
    )
    return [row["id"] for row in found] if len(found) == limit else []


async def _by_index(query: str, before: int, limit: int) -> list[int]:
    found = await db.rows(
        "with found as materialized "
        f"(select rowid from message_words where {_match('message_words')}) "
        "select rowid as id from found where rowid < ? order by rowid desc limit ?",
        query,
        before,
        limit,
    )
    return [row["id"] for row in found]


def _match(table: str) -> str:
    """`?` is a query."""
    return (
        "words @@ cast(cast(? as text) as tsquery)" if db.speaks_postgres() else f"{table} match ?"
    )


def _query(church_id: int, words: Sequence[str], beginnings: int) -> str:
    """All of the words, the last `beginnings` of which may go on, in a row of this church."""
    whole = len(words) - beginnings
    if db.speaks_postgres():
        asked = [f"'{word}'{':*' if n >= whole else ''}" for n, word in enumerate(words)]
        return " & ".join([f"'@{church_id}'", *asked])
    asked = [f'"{word}"{"*" if n >= whole else ""}' for n, word in enumerate(words)]
    return f'church : "c{church_id}" AND words : ({" AND ".join(asked)})'
