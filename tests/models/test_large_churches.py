"""Daily actions cost a church of thousands no more than a church of hundreds.

On databases with fresh statistics, and on those with none: a church may have either.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from inbox import db
from inbox.clock import now
from inbox.models import Broadcast, Conversation, Member, Mention, Message
from inbox.models.broadcasts import audience, stopping
from inbox.models.broadcasts.audience import Audience
from inbox.models.broadcasts.stopping import cancel_more, stop_broadcast, to_cancel
from inbox.models.conversations import search
from inbox.models.conversations.counts import count_views
from inbox.models.conversations.listing import Listing, page
from inbox.models.conversations.search import find_members, find_texts
from inbox.models.conversations.views import VIEWS
from inbox.models.outbox import dispatch
from inbox.models.scope import Scope
from tests.cast import Cast
from tests.costs import asked, cost_of
from tests.large import fill, queue_broadcast
from tests.models.queueing import claim, queue

SMALL, LARGE = 200, 2_000
# The index tree may be one level higher, or a page not read yet.
MORE = 1.2
# Far less than looking at each member takes.
SLACK = 600

pytestmark = pytest.mark.parametrize("analyzed", [False, True])


async def assert_grows_little(
    cast: Cast,
    analyzed: bool,
    prepare: Callable[[], Awaitable[object]],
    action: Callable[[], Awaitable[object]],
) -> None:
    """With ten times the members, `action` costs about the same. `prepare` runs before each."""
    costs = []
    for members in (SMALL, LARGE):
        await fill(cast, members, texts=2)
        await prepare()
        if analyzed:
            await db.rows("analyze")
        costs.append(await cost_of(action))
    small, large = costs
    assert small > 0
    assert large <= MORE * small + SLACK, costs


async def nothing() -> None:
    pass


async def test_a_scan_of_all_members_is_noticed(cast: Cast, analyzed: bool) -> None:
    with pytest.raises(AssertionError, match="1.2|MORE|assert"):
        await assert_grows_little(
            cast, analyzed, nothing, lambda: Member.filter(about__contains="soup").count()
        )


async def test_a_claim_while_a_broadcast_waits(cast: Cast, analyzed: bool) -> None:
    async def prepare() -> None:
        await Message.filter(status__in=("queued", "sending")).update(status="canceled")
        await queue_broadcast(cast)
        for attempts in (0, 1):
            await queue(cast, attempts=attempts)
            await queue(cast, cast.george, attempts=attempts)

    async def action() -> None:
        assert await dispatch.numbers_with_work(now(), 0) != []
        assert len(await claim(cast.grace_number)) == 25

    await assert_grows_little(cast, analyzed, prepare, action)


async def test_a_claim_while_a_broadcast_waits_for_a_retry(cast: Cast, analyzed: bool) -> None:
    async def prepare() -> None:
        await Message.filter(status__in=("queued", "sending")).update(status="canceled")
        await queue_broadcast(cast)
        await Message.filter(status="queued").update(attempts=1)
        await queue(cast, cast.george)

    async def action() -> None:
        assert len(await claim(cast.grace_number)) == 25

    await assert_grows_little(cast, analyzed, prepare, action)


async def test_stop_and_each_canceled_batch(
    cast: Cast, analyzed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "BATCH", 50)
    queued: list[Broadcast] = []

    async def prepare() -> None:
        await Broadcast.all().update(canceled_until=None)
        queued[:] = [await queue_broadcast(cast)]

    async def action() -> None:
        assert await stop_broadcast(queued[0]) == 50
        [rest] = await to_cancel()
        assert await cancel_more(rest) == 50

    await assert_grows_little(cast, analyzed, prepare, action)


async def test_finding_texts_by_a_rare_word_and_by_a_common_one(
    cast: Cast, analyzed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "NEWEST", 100)
    conversation = await cast.conversation()

    async def action() -> None:
        assert len(await find_texts(cast.ruth, f"word{conversation.id} Sunday")) == 2

    await assert_grows_little(cast, analyzed, nothing, action)


async def test_finding_members_by_a_rare_name_and_by_a_common_one(
    cast: Cast, analyzed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MANY", 20)

    async def action() -> None:
        assert [one.name for one in await find_members(cast.grace, "naomi")] == ["Naomi Park"]
        # PostgreSQL's index of words always returns everyone with that name.
        if not db.speaks_postgres():
            assert len(await find_members(cast.grace, "member")) == search.MAX_MEMBERS

    await assert_grows_little(cast, analyzed, nothing, action)


async def test_a_few_selected_members_are_counted(cast: Cast, analyzed: bool) -> None:
    async def action() -> None:
        chosen = Audience(cast.grace.id, "individual", [cast.naomi.id, cast.george.id])
        assert (await chosen.reach()).willing == 2

    await assert_grows_little(cast, analyzed, nothing, action)


async def test_members_are_counted_without_creating_a_model_for_each(
    cast: Cast, analyzed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience, "PIECE", 100)
    await fill(cast, SMALL, texts=1)
    with asked() as statements:
        reach = await Audience(cast.grace.id, "all").reach()
    members = await Member.filter(church=cast.grace)
    willing = [one for one in members if one.broadcast_refusal is None]
    assert (reach.willing, reach.opted_out) == (len(willing), len(members) - len(willing))
    assert reach.first_names.total() == len(willing) > audience.PIECE
    pieces = [sql for sql, _ in statements if "order by id limit" in sql]
    assert len(pieces) == 2


async def test_the_list_of_failed_texts(cast: Cast, analyzed: bool) -> None:
    listing = Listing.read("all", "failed")

    async def action() -> None:
        rows = await page(cast.ruth, listing, limit=2)
        assert [row.last_status for row in rows] == ["failed"] * 2

    await assert_grows_little(cast, analyzed, nothing, action)


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


@pytest.mark.parametrize("view", VIEWS)
async def test_the_first_rows_of_each_view(cast: Cast, analyzed: bool, view: str) -> None:
    async def action() -> None:
        assert len(await page(cast.ruth, view, limit=2)) == 2

    if not analyzed and (view == "new" or db.speaks_postgres()):
        pytest.skip("the inbox or PostgreSQL itself takes statistics of a church that has grown")
    await assert_grows_little(cast, analyzed, lambda: leave_few_in(view, cast), action)


async def test_all_views_are_counted(cast: Cast, analyzed: bool) -> None:
    async def prepare() -> None:
        for view in VIEWS:
            await leave_few_in(view, cast)
        await leave_few_in("needs-reply", cast)

    async def action() -> None:
        counted = await count_views(Scope.of(cast.ruth))
        assert counted.views["needs-reply"] == counted.views["scheduled"] == 2
        assert counted.longest_wait

    if analyzed:
        await assert_grows_little(cast, analyzed, prepare, action)
