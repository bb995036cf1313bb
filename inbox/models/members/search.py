"""Searching members by name or phone number, within one church.

Input cannot break a query: it is first split into words, which contain only letters and digits.
"""

from asyncio import sleep
from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import digit, normalize

from tortoise.expressions import Q, RawSQL
from tortoise.queryset import QuerySet

from inbox import db
from inbox.models.church import Church
from inbox.models.member import Member
from inbox.models.search_sql import match, word_asked
from inbox.rules.phone import beginnings, number_in, parse_phone
from inbox.rules.search import MAX_ASKED, asked_terms, is_emoji, runs_in
from inbox.rules.spelling import asked_spellings, is_spelled

MAX_MEMBERS = 8
# If a name or number matches this many members, do not read all of them to show the first few.
MANY = 1_000
# Reading more names would take long.
MAX_UNINDEXED = 5_000
BATCH = 200
# No index applies to this: without statistics, SQLite would read the whole church to find a few
# ids.
_IN_CHURCH = RawSQL("member.church_id + 0")
# All of them begin words of a name.
Words = tuple[str, ...]


class Page(NamedTuple):
    """So many members by name; `after` is the last one of the previous page."""

    limit: int
    after: Member | None


async def find_members(
    church: Church,
    q: str,
    limit: int = MAX_MEMBERS,
    after: Member | None = None,
    *,
    provisional: bool = False,
) -> list[Member]:
    """Members, sorted by name, whose names begin with these words, or whose phone number contains
    three or more digits of the query; `after` is the last one of the previous page.

    In languages without spaces, names match anywhere. `provisional`: with the numbers that staff
    only opened.
    """
    page = Page(limit, after)
    ids = {
        *await _ids_by_name(church.id, q, page),
        *await _ids_by_phone(church, q, page),
        *await _ids_of_unindexed(church.id, q),
    }
    found = Member.filter(id__in=ids).annotate(in_church=_IN_CHURCH).filter(in_church=church.id)
    if not provisional:
        found = found.exclude(provisional="opened")
    return await by_name(found, after).limit(limit)


def by_name(members: QuerySet[Member], after: Member | None) -> QuerySet[Member]:
    """These members in the order of their names, those after this one."""
    if after:
        members = members.filter(Q(name__gt=after.name) | Q(name=after.name, id__gt=after.id))
    return members.order_by("name", "id")


async def _ids_by_name(church_id: int, q: str, page: Page) -> list[int]:
    """By the words of names as the database divides them, or in any spelling."""
    terms = asked_terms(q, of_names=True)
    words = tuple(
        word for term in terms if not term.run for word in term.words if not is_emoji(word)
    )
    # Runs of letters and emoji have no words in the index of names. They contain no "%" and no "_".
    runs = runs_in(q)[:MAX_ASKED]
    spelled = asked_spellings(q)
    by_words = [words] if words else []
    if not runs:
        return await _ids_by_words(church_id, [*by_words, *spelled], page)
    also = await _ids_by_words(church_id, spelled, page) if len(max(runs, key=len)) > 1 else []
    return [*also, *await _walk_by_name(church_id, *_is_named(church_id, by_words, runs), page)]


async def _ids_by_words(church_id: int, alternatives: Sequence[Words], page: Page) -> list[int]:
    if not alternatives:
        return []
    found = await db.rows(
        f"select rowid as id from member_words where {match('member_words')} limit {MANY}",
        _names_query(church_id, alternatives),
    )
    if len(found) == MANY:
        # With many matches, walking through members by name soon finds enough.
        return await _walk_by_name(church_id, *_is_named(church_id, alternatives, []), page)
    return [row["id"] for row in found]


def _is_named(
    church_id: int, alternatives: Sequence[Words], runs: Sequence[str]
) -> tuple[str, list[str]]:
    """A SQL condition for one member, and its values."""
    condition, values = _has_words(church_id, alternatives) if alternatives else ("true", [])
    for run in runs:
        condition += " and (name like ? or name like ?)"
        values = [*values, f"%{run}%", f"%{normalize('NFD', run)}%"]
    return condition, values


def _has_words(church_id: int, alternatives: Sequence[Words]) -> tuple[str, list[str]]:
    """A SQL condition for one member, and its values. SQLite would go through all words of the
    index that begin so, for each member anew; comparing the member's own takes no time."""
    if db.speaks_postgres():
        condition, values = match("member_words"), [_names_query(church_id, alternatives)]
    else:
        condition = " or ".join(
            " and ".join(["' ' || words like ?"] * len(words)) for words in alternatives
        )
        values = [f"% {word}%" for words in alternatives for word in words]
    return (
        "exists (select 1 from member_words where member_words.rowid = member.id "
        f"and ({condition}) limit 1 offset 0)"
    ), values


async def _walk_by_name(
    church_id: int, condition: str, values: Sequence[object], page: Page
) -> list[int]:
    """The first matches by name, checked one by one."""
    beyond = " and (name, id) > (?, ?)" if page.after else ""
    found = await db.rows(
        f"select id from member where church_id = ? and ({condition}){beyond} "
        "order by name, id limit ?",
        church_id,
        *values,
        *((page.after.name, page.after.id) if page.after else ()),
        page.limit,
    )
    return [row["id"] for row in found]


async def _ids_of_unindexed(church_id: int, q: str) -> list[int]:
    """Members named just now, or before an upgrade: their spellings are not in the index yet."""
    waiting = await db.rows(
        "select member_id as id, name from member_unindexed where church_id = ? "
        f"limit {MAX_UNINDEXED}",
        church_id,
    )
    ids: list[int] = []
    for start in range(0, len(waiting), BATCH):
        ids += [row["id"] for row in waiting[start : start + BATCH] if is_spelled(row["name"], q)]
        # Other requests are waiting.
        await sleep(0)
    return ids


async def _ids_by_phone(church: Church, q: str, page: Page) -> list[int]:
    # As copied from a link.
    q = number_in(q.strip().removeprefix("tel:").removeprefix("sms:"))
    digits = "".join(str(digit(one)) for one in q if one.isdecimal())
    if len(digits) < 3:
        return []
    begun = beginnings(digits, church.country)
    condition = "phone like ? or phone = ?" + " or phone like ?" * len(begun)
    number = parse_phone(q, church.country) or ""
    values = [f"%{digits}%", number, *(f"{one}%" for one in begun)]
    found = await db.rows(
        f"select id from member where church_id = ? and ({condition}) limit {MANY}",
        church.id,
        *values,
    )
    if len(found) == MANY:
        return await _walk_by_name(church.id, condition, values, page)
    return [row["id"] for row in found]


def _names_query(church_id: int, alternatives: Sequence[Words]) -> str:
    """A query for all words of one alternative in this church; all may be prefixes."""
    both, either = (" & ", " | ") if db.speaks_postgres() else (" AND ", " OR ")
    asked = either.join(
        f"({both.join(word_asked(word, may_go_on=True) for word in words)})"
        for words in dict.fromkeys(alternatives)
    )
    if db.speaks_postgres():
        return f"'@{church_id}' & ({asked})"
    return f'church : "c{church_id}" AND words : ({asked})'
