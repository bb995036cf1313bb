"""How many conversations are in each view, for the rail."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from inbox import db
from inbox.models.conversations.listing import in_view
from inbox.models.conversations.views import LONG_AGO, PERSONAL, VIEWS
from inbox.models.scope import Scope

# Beyond this, a screen shows "99+", so the database can stop counting.
MAX_COUNTED = 100
# For how many scopes and views the SQL is cached.
MAX_STATEMENTS = 2_000
# An older broadcast has nothing left to send: its queued copies are too old.
MAX_BROADCAST = timedelta(hours=13)


@dataclass(frozen=True)
class Counts:
    """`views` has the shared views. `personal` has the personal ones, by view and staff id, without
    zeros."""

    views: dict[str, int]
    personal: dict[str, dict[int, int]] = field(default_factory=dict)
    # How many broadcasts are scheduled or being sent.
    broadcasts: int = 0
    # Since when the member who has waited longest has been waiting; None if no one is.
    longest_wait: datetime | None = None

    def of(self, view: str, staff_id: int) -> int:
        """The count to show beside this view for this person."""
        return self.personal[view].get(staff_id, 0) if view in PERSONAL else self.views[view]


async def count_views(scope: Scope) -> Counts:
    """Count all views of a scope, in two queries for a church of any size."""
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
        db.moment(counted["longest"]),
    )


# Look for a queued copy only among the number's queued texts: the plus sign keeps the database from
# walking through all copies of the broadcast instead.
_BROADCASTS = (
    "select count(*) from broadcast where {seen} and stopped_at is null "
    "and (enlisted_at is null or (send_after > ? and exists (select 1 from message "
    "where message.phone_number_id = broadcast.phone_number_id and message.priority = 10 "
    "and message.status = 'queued' and +message.broadcast_id = broadcast.id)))"
)
_LONGEST = (
    "select min(needs_reply_since) from conversation where {seen} "
    # Not "is not null": SQLite's index would not skip the others.
    f"and needs_reply_since > '{LONG_AGO:%Y-%m-%d}'"
)
# Open conversations per assignee, and unseen mentions. The church's few staff are counted one by
# one, so unassigned open conversations are never read.
_PERSONAL = (
    "select 'mine' as view, staff.id as staff_id, "
    "(select count(*) from (select 1 from conversation where conversation.assignee_id = staff.id "
    "and conversation.state = 'open' and conversation.last_at is not null{and_seen} "
    f"limit {MAX_COUNTED}) as theirs) as counted "
    "from staff where staff.church_id = ? union all "
    # A cross join, so that the database begins with the few staff and reads only their mentions.
    "select 'mentions', staff.id, count(*) from staff cross join mention join conversation "
    "on conversation.id = mention.conversation_id where staff.church_id = ? "
    "and mention.staff_id = staff.id and mention.seen_at is null "
    "and conversation.last_at is not null{and_seen} group by staff.id"
)


# Building the SQL takes the ORM longer than counting takes the database.
@lru_cache(MAX_STATEMENTS)
def _count(scope: Scope, view: str) -> str:
    # The ORM writes this from the view's own filter; it contains no outside input.
    some = in_view(scope, view).only("id").limit(MAX_COUNTED)
    return f"select count(*) from ({some.sql(params_inline=True)}) as counted"
