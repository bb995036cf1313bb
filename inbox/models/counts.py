"""How many conversations stand in each view, for the rail."""

from dataclasses import dataclass

from inbox import db
from inbox.models.conversation import Conversation
from inbox.models.views import VIEWS

# Beyond that a screen says "99+", and the database need not count on.
MOST_COUNTED = 100


@dataclass(frozen=True)
class Counts:
    """`views` without "mine", which is in `mine` by person; a person who has none is not there."""

    views: dict[str, int]
    mine: dict[int, int]


async def count_views(church_id: int) -> Counts:
    """Two queries, whatever the size of the church."""
    names = [view for view in VIEWS if view != "mine"]
    columns = [f"({_count(church_id, view)}) as c{n}" for n, view in enumerate(names)]
    [counted] = await db.rows(f"select {', '.join(columns)}")
    assigned = await db.rows(
        "select assignee_id, count(*) as assigned from conversation where church_id = ? "
        "and state = 'open' and assignee_id is not null and last_at is not null "
        "group by assignee_id",
        church_id,
    )
    return Counts(
        {view: counted[f"c{n}"] for n, view in enumerate(names)},
        {row["assignee_id"]: row["assigned"] for row in assigned},
    )


def _count(church_id: int, view: str) -> str:
    # Written out by the ORM from the view's own filter; it holds nothing that came from outside.
    some = Conversation.inside(church_id, view).only("id").limit(MOST_COUNTED)
    return f"select count(*) from ({some.sql(params_inline=True)}) as counted"
