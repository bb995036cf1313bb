"""The first rows of each view, and the counts beside them, cost a church of thousands no more."""

from datetime import timedelta

import pytest

from inbox.clock import now
from inbox.models import Conversation, Member, Mention
from inbox.models.conversations.counts import count_views
from inbox.models.conversations.listing import page
from inbox.models.conversations.views import VIEWS
from inbox.models.scope import Scope
from tests.cast import Cast
from tests.models.growing import assert_grows_little


async def leave_few_in(view: str, cast: Cast) -> None:
    """Only Naomi's and George's conversations are in this view, unless most are."""
    mine = cast.ruth.id
    columns: dict[str, dict[str, object]] = {
        "needs-reply": {"needs_reply_since": now()},
        "mine": {"assignee_id": mine},
        "snoozed": {"state": "snoozed"},
        "done": {"state": "done"},
        "scheduled": {"scheduled_for": now() + timedelta(days=1)},
    }
    few = Conversation.filter(member_id__in=[cast.naomi.id, cast.george.id])
    await Conversation.all().update(needs_reply_since=None)
    if view in columns:
        await few.update(**columns[view])
    if view == "new":
        await Member.filter(id__in=[cast.naomi.id, cast.george.id]).update(name="")
    if view == "mentions":
        for one in await few:
            by = {"staff_id": mine, "conversation_id": one.id}
            await Mention.get_or_create({"message_id": one.last_message_id}, **by)


async def assert_first_rows_cost_little(cast: Cast, analyzed: bool, view: str) -> None:
    async def action() -> None:
        assert len(await page(cast.ruth, view, limit=2)) == 2

    await assert_grows_little(cast, analyzed, lambda: leave_few_in(view, cast), action)


@pytest.mark.parametrize("view", VIEWS)
async def test_the_first_rows_of_each_view(cast: Cast, view: str) -> None:
    await assert_first_rows_cost_little(cast, True, view)


# PostgreSQL takes statistics by itself. The inbox takes SQLite's when it starts, and daily; until
# then, "new" walks through the open conversations.
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("view", [view for view in VIEWS if view != "new"])
async def test_the_first_rows_of_each_view_without_statistics(cast: Cast, view: str) -> None:
    await assert_first_rows_cost_little(cast, False, view)


async def test_the_counts_of_all_views(cast: Cast) -> None:
    async def prepare() -> None:
        for view in VIEWS:
            await leave_few_in(view, cast)
        await leave_few_in("needs-reply", cast)

    async def action() -> None:
        counted = await count_views(Scope.of(cast.ruth))
        assert counted.views["needs-reply"] == counted.views["scheduled"] == 2
        assert counted.longest_wait

    await assert_grows_little(cast, True, prepare, action)
