"""Unconfirmed texts: which texts wait for them, how long, and how many arrive in the end."""

import asyncio
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from inbox.clock import now
from inbox.live.fragments import Fragments
from inbox.models import Message
from inbox.models.conversations.thread import bubbles
from inbox.models.message import BROADCAST_PRIORITY
from inbox.models.outbox import dispatch, receipts, unconfirmed
from inbox.simulator import Fault
from tests.cast import GRACE_SID
from tests.house import until
from tests.models.queueing import claim, queue, sid
from tests.work.conftest import Delivery

DOUBTS = {
    "error_before": {"create_error_before": Fault(next=1, code=503)},
    "gateway_before": {"create_error_before": Fault(next=1, code=502)},
    "hang_before": {"create_hang_before": Fault(next=1)},
    "error_after": {"create_error_after": Fault(next=1, code=500)},
    "hang_after": {"create_hang_after": Fault(next=1)},
    "cut_after": {"create_cut_after": Fault(next=1)},
}
# Without the slow ones.
QUICK = ["error_before", "error_after", "cut_after", "none"]


async def the_text(message: Message) -> Message:
    return await Message.get(id=message.id)


async def send_with(delivery: Delivery, doubt: str, body: str, **has: Any) -> Message:
    """A text to Naomi that meets this trouble in transit."""
    delivery.trouble(**DOUBTS.get(doubt, {}))
    message = await queue(delivery.cast, body=body, **has)
    await delivery.send()
    await delivery.arrived()
    delivery.trouble()
    return message


async def settle_all(delivery: Delivery) -> None:
    for _ in range(4):
        await delivery.time_passes()
        await delivery.reconcile.look_up_unconfirmed()
        await delivery.send()
        await delivery.arrived()


# Which texts wait.


@pytest.mark.parametrize("doubt", DOUBTS)
async def test_a_reply_is_sent_while_a_copy_of_a_broadcast_is_unconfirmed(
    delivery: Delivery, doubt: str
) -> None:
    copy = await send_with(delivery, doubt, "Snow!", priority=BROADCAST_PRIORITY)
    assert (await the_text(copy)).status == "unconfirmed"

    reply = await send_with(delivery, "none", "Are you safe?")
    assert (await the_text(reply)).status == "accepted"
    assert (await the_text(copy)).status == "unconfirmed"
    assert delivery.phone(delivery.cast.naomi)[-1] == "Are you safe?"

    await settle_all(delivery)
    assert sorted(delivery.phone(delivery.cast.naomi)) == ["Are you safe?", "Snow!"]


async def test_a_reply_does_not_wait_for_a_copy_that_is_being_sent(
    delivery: Delivery,
) -> None:
    await queue(delivery.cast, body="Snow!", priority=BROADCAST_PRIORITY)
    [copy] = await claim(delivery.cast.grace_number)
    reply = await queue(delivery.cast, body="Are you safe?")
    assert [one.id for one in await claim(delivery.cast.grace_number)] == [reply.id]
    assert await dispatch.mark_attempt(copy)


async def test_a_copy_waits_for_a_reply_and_a_reply_for_a_reply(delivery: Delivery) -> None:
    await send_with(delivery, "error_before", "First")
    second = await send_with(delivery, "none", "Second")
    copy = await send_with(delivery, "none", "Snow!", priority=BROADCAST_PRIORITY)
    assert [(await the_text(one)).status for one in (second, copy)] == ["queued", "queued"]

    await settle_all(delivery)
    assert delivery.phone(delivery.cast.naomi) == ["First", "Second", "Snow!"]


async def test_a_bubble_says_what_its_text_waits_for(delivery: Delivery) -> None:
    async def bubble(message: Message) -> str:
        shown = await bubbles().get(id=message.id)
        return str(Fragments().message(delivery.cast.grace, shown))

    first = await send_with(delivery, "error_before", "First")
    assert "Twilio had a problem" in await bubble(first)
    second = await queue(delivery.cast, body="Second")
    assert "Nobody knows yet whether the text before it went out." in await bubble(second)
    written = await the_text(second)

    await delivery.time_passes()
    await delivery.reconcile.look_up_unconfirmed()
    changed = await the_text(second)
    assert changed.revision > written.revision, "a returning viewer sees the bubble again"
    delivery.trouble(create_busy=Fault(next=1))
    await delivery.send()
    assert "Twilio has not accepted the text before it yet." in await bubble(second)
    await settle_all(delivery)
    assert "the text before it" not in await bubble(second)
    assert delivery.phone(delivery.cast.naomi) == ["First", "Second"]


async def test_a_receipt_that_settles_a_text_redraws_everything_that_waited(
    delivery: Delivery,
) -> None:
    first = await send_with(delivery, "error_after", "First")
    second = await queue(delivery.cast, body="Second")
    settled = await receipts.settle(
        delivery.cast.grace.id, key=first.key, sid=sid(9), status="sent", code=None
    )
    assert settled and [one.id for one in settled.messages] == [first.id, second.id]


# How long.


async def test_a_text_is_looked_up_sooner_after_an_answer_than_after_silence(
    delivery: Delivery,
) -> None:
    delivery.outbox._grace = timedelta(seconds=120)

    async def waits(doubt: str) -> list[float]:
        """The seconds until it is looked up, each time it meets this trouble."""
        message = await queue(delivery.cast, body=doubt)
        http = delivery.context.http
        if not doubt.startswith("hang"):
            http._timeout = http._media_timeout  # a long timeout
        seconds = []
        for _ in range(3):
            delivery.trouble(**DOUBTS[doubt])
            await delivery.send()
            doubted = await the_text(message)
            assert doubted.ask_after and doubted.attempted_at
            seconds.append((doubted.ask_after - doubted.attempted_at).total_seconds())
            await delivery.time_passes()
            await delivery.reconcile.look_up_unconfirmed()
        delivery.trouble()
        await delivery.send()
        return seconds

    assert await waits("hang_before") == [120, 420, 1320]
    assert await waits("error_before") == [30, 105, 330]
    assert await waits("gateway_before") == [120, 420, 1320]


async def test_an_attempt_without_an_answer_keeps_the_longer_grace(delivery: Delivery) -> None:
    """Twilio may still be working on that attempt, whatever it says about the next."""
    delivery.outbox._grace = timedelta(seconds=120)
    message = await send_with(delivery, "hang_before", "Hi")
    await delivery.time_passes()
    await delivery.reconcile.look_up_unconfirmed()
    for wait in (420, 1320):
        delivery.trouble(**DOUBTS["error_before"])
        await delivery.send()
        doubted = await the_text(message)
        assert doubted.ask_after and doubted.attempted_at
        assert doubted.ask_after - doubted.attempted_at == timedelta(seconds=wait)
        await delivery.time_passes()
        await delivery.reconcile.look_up_unconfirmed()


# How many arrive.


@pytest.mark.parametrize(("first", "then"), list(product(QUICK, QUICK)))
async def test_a_copy_and_a_reply_with_the_same_words_both_arrive_once(
    delivery: Delivery, first: str, then: str
) -> None:
    """Their words alone cannot tell them apart in Twilio's list."""
    copy = await send_with(delivery, first, "Hi", priority=BROADCAST_PRIORITY)
    reply = await send_with(delivery, then, "Hi")
    await settle_all(delivery)
    assert delivery.phone(delivery.cast.naomi) == ["Hi", "Hi"]
    names = {(await the_text(one)).provider_sid for one in (copy, reply)}
    assert names == delivery.simulator.world.accounts[GRACE_SID].messages.keys()


@pytest.mark.parametrize("resent", [False, True])
async def test_a_late_receipt_takes_its_sid_back_from_a_text_with_the_same_words(
    delivery: Delivery, resent: bool
) -> None:
    """The copy never arrived, but was mistaken for the reply that did."""
    copy = await send_with(delivery, "error_before", "Hi", priority=BROADCAST_PRIORITY)
    reply = await send_with(delivery, "error_after", "Hi")
    [taken] = delivery.simulator.world.accounts[GRACE_SID].messages
    doubted = [one for one in await unconfirmed.to_look_up(now()) if one.id == copy.id]
    await delivery.reconcile._ask(doubted[0], delivery.reconcile._look_up)
    assert (await the_text(copy)).provider_sid == taken
    if resent:
        await delivery.reconcile.look_up_unconfirmed()
        assert (await the_text(reply)).status == "queued"

    await receipts.settle(
        delivery.cast.grace.id, key=reply.key, sid=taken, status="delivered", code=None
    )
    assert (await the_text(reply)).provider_sid == taken
    doubtful = await the_text(copy)
    assert (doubtful.status, doubtful.provider_sid) == ("unconfirmed", None)
    await settle_all(delivery)
    assert delivery.phone(delivery.cast.naomi) == ["Hi", "Hi"]


async def test_a_text_is_not_mistaken_for_another_in_transit_with_the_same_words(
    delivery: Delivery,
) -> None:
    copy = await send_with(delivery, "error_before", "Hi", priority=BROADCAST_PRIORITY)
    delivery.trouble(create_hang_after=Fault(next=1))
    reply = await queue(delivery.cast, body="Hi")
    sending = asyncio.create_task(delivery.send())

    async def reply_arrived() -> bool:
        return len(delivery.taken()) == 1

    await until(reply_arrived)
    assert (await the_text(reply)).status == "sending"
    await delivery.reconcile.look_up_unconfirmed()
    assert (await the_text(copy)).status == "unconfirmed", "it is looked up again later"
    await sending
    await settle_all(delivery)
    assert delivery.phone(delivery.cast.naomi) == ["Hi", "Hi"]


@pytest.mark.parametrize("minutes", [-61, -6, 6, 61])
@pytest.mark.parametrize("doubt", ["cut_after", "error_after"])
async def test_a_text_is_found_though_our_clock_is_wrong(
    delivery: Delivery, doubt: str, minutes: int
) -> None:
    delivery.simulator.world.clock = lambda: now() - timedelta(minutes=minutes)
    message = await send_with(delivery, doubt, "Hi")
    assert (await the_text(message)).status == "unconfirmed", "the premise"
    await settle_all(delivery)
    assert delivery.phone(delivery.cast.naomi) == ["Hi"]


async def test_when_two_workers_match_one_text_twice_one_of_them_looks_again(
    delivery: Delivery,
) -> None:
    copy = await send_with(delivery, "error_before", "Hi", priority=BROADCAST_PRIORITY)
    reply = await send_with(delivery, "error_after", "Hi")
    [taken] = delivery.simulator.world.accounts[GRACE_SID].messages
    for message in (copy, reply):
        doubted = await the_text(message)
        await unconfirmed.found(doubted, taken, "accepted", None)
    assert (await the_text(copy)).status == "accepted"
    assert (await the_text(reply)).status == "unconfirmed"
    await settle_all(delivery)
    assert delivery.phone(delivery.cast.naomi) == ["Hi", "Hi"]
