"""Old broadcasts are counted for the last time, however many copies they have."""

from datetime import timedelta

import pytest

from inbox.clock import now
from inbox.models import Broadcast, Message
from inbox.models.broadcasts import progress
from inbox.models.broadcasts.progress import Progress, progress_of
from inbox.models.texts.reply import retry
from tests.cast import Cast
from tests.costs import asked
from tests.models.broadcasts.test_recipients import sent, settle

LONG_AGO, LAST_WEEK = timedelta(days=9), timedelta(days=7)


async def looked_at(one: Broadcast) -> tuple[Progress, bool]:
    """Its progress, and whether the copies were counted for it."""
    with asked() as statements:
        [found] = await progress_of([await Broadcast.get(id=one.id)])
    return found, any("as copies" in sql for sql, _ in statements)


async def an_old_one(cast: Cast, age: timedelta = LONG_AGO) -> Broadcast:
    """One copy was delivered, and one failed."""
    one = await sent(cast)
    await settle(one, "delivered")
    await settle(one, "failed", "30003", conversation__member_id=cast.george.id)
    await Broadcast.filter(id=one.id).update(send_after=now() - age, enlisted_at=now() - age)
    return one


async def test_an_old_broadcast_is_counted_once(cast: Cast) -> None:
    one = await an_old_one(cast)
    first, counted = await looked_at(one)
    assert counted and (first.arrived, first.failed, first.total) == (1, 1, 2)
    again, counted = await looked_at(one)
    assert not counted
    assert (again.counts, again.status, again.may_retry) == (first.counts, "done", False)


async def test_members_left_out_are_counted_as_well(cast: Cast) -> None:
    await cast.naomi.opt_out()
    one = await an_old_one(cast)
    for _ in range(2):
        found, _ = await looked_at(one)
        assert (found.left_out, found.failed, found.total) == (1, 1, 1)


@pytest.mark.parametrize("status", ["queued", "sending", "unconfirmed"])
async def test_a_broadcast_with_a_waiting_copy_is_counted_each_time(
    cast: Cast, status: str
) -> None:
    one = await an_old_one(cast)
    await settle(one, status, conversation__member_id=cast.naomi.id)
    assert [(await looked_at(one))[1] for _ in range(2)] == [True, True]


async def test_a_broadcast_of_last_week_is_counted_each_time(cast: Cast) -> None:
    one = await an_old_one(cast, LAST_WEEK)
    assert [(await looked_at(one))[1] for _ in range(2)] == [True, True]


async def test_a_copy_that_is_sent_again_after_weeks_is_counted(cast: Cast) -> None:
    one = await an_old_one(cast)
    assert (await looked_at(one))[0].failed == 1
    failed = await Message.with_context().get(broadcast_id=one.id, status="failed")
    await failed.fetch_related("conversation__member", "conversation__church")
    again = await retry(failed, by=cast.ruth)
    found, _ = await looked_at(one)
    assert (found.waiting, found.failed) == (1, 0)
    await Message.filter(id=again.id).update(status="delivered")
    found, _ = await looked_at(one)
    assert (found.arrived, found.failed) == (2, 0)


@pytest.mark.parametrize("arrives", [True, False])
async def test_what_becomes_of_a_copy_that_was_sent_again_after_weeks_is_counted(
    cast: Cast, arrives: bool
) -> None:
    one = await an_old_one(cast)
    failed = await Message.with_context().get(broadcast_id=one.id, status="failed")
    await failed.fetch_related("conversation__member", "conversation__church")
    again = await retry(failed, by=cast.ruth)
    await Message.filter(id=again.id).update(status="sent", first_attempted_at=now())
    found, _ = await looked_at(one)
    assert (found.handed, found.failed) == (1, 0)
    status = "delivered" if arrives else "undelivered"
    await Message.filter(id=again.id).update(status=status)
    found, _ = await looked_at(one)
    assert (found.handed, found.arrived, found.failed) == (0, 1 + arrives, 1 - arrives)


async def test_a_count_from_before_a_retry_is_not_final(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await an_old_one(cast)
    keep = progress._keep_final
    failed = await Message.with_context().get(broadcast_id=one.id, status="failed")
    await failed.fetch_related("conversation__member", "conversation__church")

    async def late(counted: Progress) -> None:
        await retry(failed, by=cast.ruth)
        await keep(counted)

    monkeypatch.setattr(progress, "_keep_final", late)
    await looked_at(one)
    monkeypatch.undo()
    found, counted = await looked_at(one)
    assert counted and (found.waiting, found.failed) == (1, 0)
