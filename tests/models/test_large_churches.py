"""Daily actions cost a church of thousands no more than a church of hundreds.

On databases with fresh statistics, and on those with none: a church may have either.
"""

import pytest

from inbox import db
from inbox.clock import now
from inbox.models import Broadcast, Member, Message
from inbox.models.broadcasts import audience, stopping
from inbox.models.broadcasts.audience import Audience
from inbox.models.broadcasts.stopping import cancel_more, stop_broadcast, to_cancel
from inbox.models.conversations import search as text_search
from inbox.models.conversations.listing import Listing, page
from inbox.models.conversations.search import find_texts
from inbox.models.members import search as member_search
from inbox.models.members.search import MAX_MEMBERS, find_members
from inbox.models.outbox import dispatch
from tests.cast import Cast
from tests.costs import asked
from tests.large import fill, queue_broadcast
from tests.models.growing import SMALL, assert_grows_little
from tests.models.queueing import claim, queue

pytestmark = pytest.mark.parametrize("analyzed", [False, True])


async def nothing() -> None:
    pass


async def test_a_scan_of_all_members_is_noticed(cast: Cast, analyzed: bool) -> None:
    with pytest.raises(AssertionError, match="the cost grows from"):
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
    monkeypatch.setattr(text_search, "NEWEST", 100)
    conversation = await cast.conversation()

    async def action() -> None:
        assert len(await find_texts(cast.ruth, f"word{conversation.id} Sunday")) == 2

    await assert_grows_little(cast, analyzed, nothing, action)


async def test_finding_members_by_a_rare_name_and_by_a_common_one(
    cast: Cast, analyzed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member_search, "MANY", 20)

    async def action() -> None:
        assert [one.name for one in await find_members(cast.grace, "naomi")] == ["Naomi Park"]
        # PostgreSQL's index of words always returns everyone with that name.
        if not db.speaks_postgres():
            assert len(await find_members(cast.grace, "member")) == MAX_MEMBERS

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
