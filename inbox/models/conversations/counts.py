"""How many conversations stand in each view, for the rail."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from inbox import db
from inbox.models.conversations.listing import in_view
from inbox.models.conversations.views import PERSONAL, VIEWS
from inbox.models.scope import Scope

# Beyond that a screen says "99+", and the database need not count on.
MAX_COUNTED = 100
# For so many scopes and views the SQL is kept.
MAX_WORDS = 2_000
# Of a broadcast that began longer ago nothing waits any more: its copies are too old to be sent.
MAX_BROADCAST = timedelta(hours=13)


@dataclass(frozen=True)
class Counts:
    """`views` without the personal ones, which are in `personal` by view and person; whoever has
    none there is left out."""

    views: dict[str, int]
    personal: dict[str, dict[int, int]] = field(default_factory=dict)
    # Broadcasts that are scheduled or under way.
    broadcasts: int = 0
    # Since when the one waits who has waited longest; None when nobody does.
    longest_wait: datetime | None = None

    def of(self, view: str, staff_id: int) -> int:
        """What stands beside this view on the screen of this person."""
        return self.personal[view].get(staff_id, 0) if view in PERSONAL else self.views[view]


async def count_views(scope: Scope) -> Counts:
    """Two queries, whatever the size of the church."""
    names = [view for view in VIEWS if view not in PERSONAL]
    columns = [f"({_count(scope, view)}) as c{n}" for n, view in enumerate(names)]
    columns.append(f"({_BROADCASTS.format(seen=scope.sql('broadcast'))}) as broadcasts")
    columns.append(f"({_LONGEST.format(seen=scope.sql())}) as longest")
    [counted] = await db.rows(f"select {', '.join(columns)}", datetime.now(UTC) - MAX_BROADCAST)
    personal: dict[str, dict[int, int]] = {view: {} for view in PERSONAL}
    in_person = _PERSONAL.format(and_seen=scope.and_sql())
    for row in await db.rows(in_person, scope.church_id, scope.church_id):
        if row["counted"]:
            personal[row["view"]][row["staff_id"]] = row["counted"]
    return Counts(
        {view: counted[f"c{n}"] for n, view in enumerate(names)},
        personal,
        counted["broadcasts"],
        _moment(counted["longest"]),
    )


# A queued copy is looked for among the queued of its number alone; the sign keeps the database from
# walking through all the copies of the broadcast instead.
_BROADCASTS = (
    "select count(*) from broadcast where {seen} and stopped_at is null "
    "and (enlisted_at is null or (send_after > ? and exists (select 1 from message "
    "where message.phone_number_id = broadcast.phone_number_id and message.priority = 10 "
    "and message.status = 'queued' and +message.broadcast_id = broadcast.id)))"
)
_LONGEST = (
    "select min(needs_reply_since) from conversation where {seen} and needs_reply_since is not null"
)
# What is theirs, and what they are mentioned in and have not seen yet. Each of the church's few
# staff is counted alone, so open conversations that are assigned to nobody are never read.
_PERSONAL = (
    "select 'mine' as view, staff.id as staff_id, "
    "(select count(*) from conversation where conversation.assignee_id = staff.id "
    "and conversation.state = 'open' and conversation.last_at is not null{and_seen}) as counted "
    "from staff where staff.church_id = ? union all "
    # Crossed, so that the church's few people come first, each with their own mentions.
    "select 'mentions', staff.id, count(*) from staff cross join mention join conversation "
    "on conversation.id = mention.conversation_id where staff.church_id = ? "
    "and mention.staff_id = staff.id and mention.seen_at is null "
    "and conversation.last_at is not null{and_seen} group by staff.id"
)


# Putting the words together takes the ORM longer than the database takes to count.
@lru_cache(MAX_WORDS)
def _count(scope: Scope, view: str) -> str:
    # Written out by the ORM from the view's own filter; it holds nothing that came from outside.
    some = in_view(scope, view).only("id").limit(MAX_COUNTED)
    return f"select count(*) from ({some.sql(params_inline=True)}) as counted"


def _moment(value: Any) -> datetime | None:
    # SQLite keeps moments as text.
    return datetime.fromisoformat(value) if isinstance(value, str) else value
