"""A large church, filled with a few statements, for tests of plans and for benchmarks."""

from inbox import db
from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Broadcast, Conversation
from inbox.models.members.name_index import index_names
from inbox.models.message import TOO_OLD
from tests.cast import Cast

FIRST_NAMES = ("Ada", "Ben", "Carla", "David", "Esther", "Femi", "Gina", "Hugo", "Ines", "Jonas")
BODY = "See you on Sunday at the picnic"
# How many conversations get their texts in one statement.
PIECE = 5_000


async def fill(cast: Cast, members: int, texts: int) -> Conversation:
    """Grow Grace Chapel to this many members, each with this many texts.

    A third of the conversations need a reply, every 50th member has opted out, and every 100th
    conversation ends in a failed text. Calling it again with more lets the church grow. Returns the
    conversation at the top of the list.
    """
    await _members(cast, members)
    await _conversations(cast)
    [row] = await db.rows("select min(id) as first, max(id) as last from conversation")
    for start in range(row["first"], row["last"] + 1, PIECE):
        await _texts(cast, start, texts)
    await _point_at_last_texts()
    await _index()
    await _index_names()
    first = await Conversation.filter(phone_number=cast.grace_number).order_by("-last_at").first()
    assert first
    return first


async def _members(cast: Cast, members: int) -> None:
    names = " ".join(f"when {n} then '{name}'" for n, name in enumerate(FIRST_NAMES))
    await db.rows(
        "with recursive n (i) as (select 0 union all select i + 1 from n where i < ?) "
        "insert into member (church_id, name, phone, about, opted_out_at, created_at) "
        f"select {int(cast.grace.id)}, case i % {len(FIRST_NAMES)} {names} end || ' Member ' || i, "
        "'+1303' || (1000000 + i), '', "
        f"case when i % 50 = 7 then {_moment('0')} end, {_moment('0')} from n where true "
        "on conflict do nothing",
        members - 1,
    )


async def _conversations(cast: Cast) -> None:
    number, church = int(cast.grace_number.id), int(cast.grace.id)
    age = "(member.id - (select min(id) from member))"
    await db.rows(
        "insert into conversation (church_id, member_id, phone_number_id, revision, last_at, "
        "last_body, last_kind, last_status, inbound_count, needs_reply_since) "
        f"select {church}, id, {number}, 1, {_moment(age)}, '{BODY}', 'in', "
        f"case when {age} % 100 = 11 then 'failed' else 'received' end, 1, "
        f"case when {age} % 3 = 0 then {_moment(age)} end from member "
        f"where church_id = {church} and not exists (select 1 from conversation "
        "where conversation.member_id = member.id) order by id"
    )


async def _texts(cast: Cast, start: int, texts: int) -> None:
    """Half of them are inbound, and each conversation has a rare word of its own."""
    async with db.transaction():
        if db.speaks_postgres():
            # Skip the check of foreign keys: all of these rows are known to exist.
            await db.rows("set local session_replication_role = replica")
        await db.rows(
            "with recursive n (i) as (select 0 union all select i + 1 from n where i < ?) "
            "insert into message (church_id, conversation_id, phone_number_id, author_id, kind, "
            "body, status, key, provider_sid, segments, revision, position, retried, priority, "
            "attempts, resent, created_at) select conversation.church_id, conversation.id, "
            "phone_number_id, "
            f"case when i % 2 = 1 then {int(cast.ruth.id)} end, "
            "case when i % 2 = 1 then 'out' else 'in' end, "
            f"'{BODY} text ' || i || ' word' || conversation.id, "
            "case when i % 2 = 1 then 'delivered' else 'received' end, "
            "conversation.id || '-' || i, 'SM' || conversation.id || '-' || i, "
            f"1, 1, i + 1, false, 0, 0, 0, {_moment('0')} from conversation cross join n "
            f"where conversation.id >= {start} and conversation.id < {start + PIECE} "
            f"and phone_number_id = {int(cast.grace_number.id)} and last_message_id is null "
            "order by conversation.id, i",
            texts - 1,
        )


async def _index_names() -> None:
    while await index_names():
        pass
    if db.speaks_postgres():
        # As the server does by itself soon after.
        await db.rows("vacuum member_unindexed")


async def _point_at_last_texts() -> None:
    await db.rows(
        "update conversation set last_message_id = newest.id, revision = newest.position from "
        "(select conversation_id, max(id) as id, max(position) as position from message "
        "group by conversation_id) as newest "
        "where newest.conversation_id = conversation.id and last_message_id is null"
    )


async def _index() -> None:
    """The words of all these texts, as the worker would index them batch by batch."""
    fresh = "id > (select indexed_until from search_state)"
    if db.speaks_postgres():
        # Building an index is much faster than growing one.
        await db.rows("drop index message_words_words")
        await db.rows(
            "insert into message_words (rowid, church_id, words) select id, church_id, "
            "array_to_tsvector(('@' || church_id) || string_to_array(lower(body), ' ')) "
            f"from message where {fresh} order by id"
        )
        await db.rows("create index message_words_words on message_words using gin (words)")
    else:
        await db.rows(
            "insert into message_words (rowid, church, words) "
            f"select id, 'c' || church_id, body from message where {fresh} order by id"
        )
    await db.rows("update search_state set indexed_until = (select max(id) from message)")


async def queue_broadcast(cast: Cast) -> Broadcast:
    """A broadcast to everyone, enqueued: a copy waits in every conversation of the number."""
    at = now()
    broadcast = await Broadcast.create(
        church=cast.grace,
        phone_number=cast.grace_number,
        author=cast.ruth,
        key=new_key(),
        body=BODY,
        target_type="all",
        send_after=at,
        enlisted_at=at,
    )
    await db.rows(
        "insert into message (church_id, conversation_id, phone_number_id, author_id, "
        "broadcast_id, kind, body, status, key, segments, revision, position, retried, priority, "
        "attempts, resent, send_after, send_before, created_at) select church_id, id, "
        f"phone_number_id, {int(cast.ruth.id)}, {int(broadcast.id)}, 'out', '{BODY}', 'queued', "
        f"'b{int(broadcast.id)}-' || id, 1, revision, revision, false, 10, 0, 0, "
        f"cast(? as {_moment_type()}), "
        f"cast(? as {_moment_type()}), cast(? as {_moment_type()}) from conversation "
        f"where phone_number_id = {int(cast.grace_number.id)} order by id",
        at,
        at + TOO_OLD,
        at,
    )
    return broadcast


def _moment_type() -> str:
    return "timestamptz" if db.speaks_postgres() else "text"


def _moment(minutes: str) -> str:
    """This many minutes ago, in SQL."""
    if db.speaks_postgres():
        return f"(now() - {minutes} * interval '1 minute')"
    return f"strftime('%Y-%m-%d %H:%M:%f+00:00', 'now', '-' || {minutes} || ' minutes')"
