"""Receipts lost while we were unreachable are requested soon, and never all at once."""

from datetime import timedelta

import pytest

from inbox.clock import now
from inbox.models import Member, Message
from inbox.models.outbox.moves import FIRST_ASK
from inbox.providers.twilio_http import TwilioHttp
from inbox.work import reconcile
from inbox.work.reconcile import MANY_LOST, WORD_TAKES, Reconcile
from tests.cast import GRACE_SID
from tests.models.queueing import queue
from tests.work.conftest import NOWHERE, TIMEOUT, Delivery

A_WHILE = WORD_TAKES + timedelta(seconds=30)


async def sent_without_receipts(delivery: Delivery, count: int) -> list[int]:
    """The ids of texts that arrived, although no receipt reached us."""
    grace = delivery.cast.grace
    members = [
        await Member.with_phone(grace.id, f"+12025550{n}", f"Member {n}")
        for n in range(150, 150 + count)
    ]
    texts = [await queue(delivery.cast, member) for member in members]
    await delivery.send()
    await delivery.arrived()
    assert await Message.filter(status="accepted").count() == count
    return [text.id for text in texts]


async def last_heard_of(ids: list[int], ago: timedelta) -> None:
    await Message.filter(id__in=ids).update(ask_after=now() - ago + FIRST_ASK)


async def delivered() -> int:
    return await Message.filter(status="delivered").count()


def after_an_hour(delivery: Delivery) -> Reconcile:
    """Of a process that has been reachable for an hour."""
    delivery.reconcile._reached_again -= timedelta(hours=1)
    return delivery.reconcile


async def test_receipts_lost_during_downtime_are_requested_at_startup(
    delivery: Delivery,
) -> None:
    early, late = await sent_without_receipts(delivery, 2)
    await last_heard_of([early], A_WHILE)
    usual = after_an_hour(delivery)
    await usual.ask_for_receipts()
    assert await delivered() == 0, "the premise: usually it is too early to ask"

    begun = Reconcile(delivery.context)
    await begun.ask_for_receipts()
    assert await Message.filter(status="delivered").values_list("id", flat=True) == [early]
    await last_heard_of([late], A_WHILE)
    await begun.ask_for_receipts()
    assert await delivered() == 2


async def test_texts_sent_after_the_outage_wait_the_usual_time(delivery: Delivery) -> None:
    await sent_without_receipts(delivery, 1)
    begun = Reconcile(delivery.context)
    begun._reached_again -= A_WHILE
    # Sent a moment later.
    await Message.all().update(ask_after=begun._reached_again + FIRST_ASK + timedelta(seconds=5))
    await begun.ask_for_receipts()
    assert await delivered() == 0


async def test_a_text_that_has_not_arrived_is_asked_about_once(delivery: Delivery) -> None:
    [id] = await sent_without_receipts(delivery, 1)
    for text in delivery.simulator.world.accounts[GRACE_SID].messages.values():
        text.status = "sent"
    await last_heard_of([id], A_WHILE)
    before = await Message.get(id=id)
    begun = Reconcile(delivery.context)
    await begun.ask_for_receipts()
    once = await Message.get(id=id)
    assert once.status == "sent"
    assert before.ask_after and once.ask_after and once.ask_after > before.ask_after
    await begun.ask_for_receipts()
    assert (await Message.get(id=id)).ask_after == once.ask_after


@pytest.mark.parametrize("overdue", [MANY_LOST, 3])
async def test_many_lost_receipts_indicate_an_outage(delivery: Delivery, overdue: int) -> None:
    texts = await sent_without_receipts(delivery, overdue + 2)
    await last_heard_of(texts[:overdue], FIRST_ASK)
    await last_heard_of(texts[overdue:], A_WHILE)
    usual = after_an_hour(delivery)
    await usual.ask_for_receipts()
    assert await delivered() == overdue
    await usual.ask_for_receipts()
    assert await delivered() == (overdue + 2 if overdue == MANY_LOST else overdue)


async def test_many_lost_receipts_are_requested_in_batches(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "MAX_RECEIPTS", 4)
    await last_heard_of(await sent_without_receipts(delivery, 10), A_WHILE)
    begun = Reconcile(delivery.context)
    assert [await begun.ask_for_receipts() for _ in range(3)] == [True, True, False]
    assert await delivered() == 10


async def test_nobody_asks_without_a_pause_while_twilio_is_down(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "MAX_RECEIPTS", 4)
    await last_heard_of(await sent_without_receipts(delivery, 10), A_WHILE)
    await delivery.context.http.close()
    delivery.context.http = TwilioHttp(NOWHERE, timeout=TIMEOUT)
    await delivery.context.http.start()
    assert not await Reconcile(delivery.context).ask_for_receipts()
    assert await delivered() == 0
