"""The outbox at work, against a Twilio simulator with good days and bad days."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest

from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Church, Member, Message, PhoneNumber
from inbox.models.broadcast import Broadcast
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.broadcasts.enqueueing import enlist
from inbox.models.broadcasts.stopping import stop_broadcast
from inbox.models.message import BROADCAST_PRIORITY
from inbox.models.outbox import dispatch, outcomes, receipts
from inbox.models.outbox.claimed import Claimed
from inbox.models.outbox.unconfirmed import LEASE
from inbox.simulator import Fault
from inbox.work import outbox as outbox_at_work
from inbox.work import reconcile, worker
from inbox.work.outbox import Outbox, Parcel
from inbox.work.reconcile import AccountWatch, Reconcile
from tests.cast import GRACE_SID
from tests.house import until
from tests.models.queueing import marked, queue
from tests.work.conftest import NOWHERE, Delivery


async def the_text(message: Message | Claimed) -> Message:
    return await Message.get(id=message.id)


async def test_a_text_is_sent_with_its_own_key_in_the_callback(delivery: Delivery) -> None:
    message = await queue(delivery.cast, body="Dinner at 6 😀")
    await delivery.send()
    await delivery.arrived()

    sent = await the_text(message)
    assert (sent.status, sent.attempts) == ("accepted", 1)
    [taken] = delivery.simulator.world.accounts[GRACE_SID].messages.values()
    assert taken.sid == sent.provider_sid
    assert taken.callback_url and taken.callback_url.startswith(f"{NOWHERE}/api/webhooks/twilio/")
    # Twilio does not send the part after the #, and retries when we fail.
    assert taken.callback_url.endswith(f"?key={message.key}#rc=5&rp=all")
    assert delivery.phone(delivery.cast.naomi) == ["Dinner at 6 😀"]


async def test_the_outbox_waits_as_long_as_twilio_asks(delivery: Delivery) -> None:
    faults = delivery.trouble(create_busy=Fault(next=1, seconds=(0, 60)))
    message = await queue(delivery.cast)
    asked = now()
    await delivery.send()

    waiting = await the_text(message)
    assert faults.struck["create_busy"] == 1
    assert (waiting.status, waiting.error_code) == ("queued", "20429")
    assert waiting.send_after and waiting.send_after >= asked + timedelta(seconds=60)
    await delivery.time_passes()
    await delivery.send()
    await delivery.arrived()
    assert delivery.phone(delivery.cast.naomi) == ["Hi"]


@pytest.mark.parametrize(
    "fault",
    [
        {"create_error_after": Fault(next=1, code=500)},
        {"create_error_after": Fault(next=1, code=502)},
        {"create_hang_after": Fault(next=1)},
        {"create_cut_after": Fault(next=1)},
    ],
    ids=lambda fault: f"{next(iter(fault))}",
)
async def test_a_text_that_arrived_without_an_answer_is_found_and_not_sent_again(
    delivery: Delivery, fault: dict[str, Fault]
) -> None:
    faults = delivery.trouble(**fault)
    message = await queue(delivery.cast)
    await delivery.send()
    assert faults.struck[next(iter(fault))] == 1
    assert (await the_text(message)).status == "unconfirmed"

    await delivery.arrived()
    await delivery.reconcile.look_up_unconfirmed()
    await delivery.send()
    found = await the_text(message)
    assert (found.status, found.resent) == ("delivered", 0)
    assert delivery.phone(delivery.cast.naomi) == ["Hi"]


@pytest.mark.parametrize(
    "fault",
    [
        {"create_error_before": Fault(next=1, code=503)},
        {"create_error_before": Fault(next=1, code=502)},
        {"create_hang_before": Fault(next=1)},
    ],
    ids=lambda fault: f"{next(iter(fault))}",
)
async def test_a_text_that_never_arrived_is_sent_again_exactly_once(
    delivery: Delivery, fault: dict[str, Fault]
) -> None:
    faults = delivery.trouble(**fault)
    message = await queue(delivery.cast)
    await delivery.send()
    assert faults.struck[next(iter(fault))] == 1
    assert (await the_text(message)).status == "unconfirmed"

    for _ in range(3):
        await delivery.reconcile.look_up_unconfirmed()
        await delivery.send()
        await delivery.arrived()
    sent = await the_text(message)
    assert (sent.status, sent.resent, sent.attempts) == ("accepted", 1, 2)
    assert delivery.phone(delivery.cast.naomi) == ["Hi"]


async def test_a_refused_connection_leaves_nothing_unconfirmed(delivery: Delivery) -> None:
    delivery.context.http.api_url = NOWHERE
    message = await queue(delivery.cast)
    await delivery.send()
    waiting = await the_text(message)
    assert (waiting.status, waiting.error_code) == ("queued", "connection")


async def test_nothing_is_looked_up_before_the_grace_is_over(delivery: Delivery) -> None:
    """Twilio's list sometimes lags: a missing text may still be in transit."""
    delivery.outbox._grace = timedelta(seconds=120)
    delivery.trouble(create_error_after=Fault(next=1), list_lag=Fault(chance=1, seconds=(60, 60)))
    message = await queue(delivery.cast)
    await delivery.send()
    await delivery.arrived()
    await delivery.reconcile.look_up_unconfirmed()
    assert (await the_text(message)).status == "unconfirmed"

    [taken] = delivery.simulator.world.accounts[GRACE_SID].messages.values()
    await receipts.settle(
        delivery.cast.grace.id, key=message.key, sid=taken.sid, status="delivered", code=None
    )
    await delivery.time_passes()
    await delivery.reconcile.look_up_unconfirmed()
    await delivery.send()
    assert (await the_text(message)).status == "delivered"
    assert delivery.phone(delivery.cast.naomi) == ["Hi"]


async def test_two_unconfirmed_texts_with_the_same_words_both_arrive(delivery: Delivery) -> None:
    """The first arrived and the second did not. Their words alone cannot tell them apart."""
    delivery.trouble(create_error_after=Fault(next=1))
    one, other = await queue(delivery.cast), await queue(delivery.cast)
    await delivery.send()
    assert [(await the_text(each)).status for each in (one, other)] == ["unconfirmed", "queued"]
    await delivery.reconcile.look_up_unconfirmed()

    delivery.trouble(create_error_before=Fault(next=1))
    for _ in range(3):
        await delivery.send()
        await delivery.reconcile.look_up_unconfirmed()
    await delivery.arrived()
    assert (await the_text(one)).provider_sid != (await the_text(other)).provider_sid
    assert delivery.phone(delivery.cast.naomi) == ["Hi", "Hi"]


async def test_a_failed_lookup_decides_nothing_and_delays_nobody(
    delivery: Delivery,
) -> None:
    delivery.trouble(create_error_after=Fault(next=2))
    grace_text = await queue(delivery.cast, delivery.cast.naomi)
    await delivery.send()
    hope_text = await queue(delivery.cast, delivery.cast.lydia)
    await delivery.send()
    await delivery.arrived()

    account = delivery.simulator.world.accounts[GRACE_SID]
    account.auth_token, token = "0" * 32, account.auth_token
    await delivery.reconcile.look_up_unconfirmed()
    assert (await the_text(grace_text)).status == "unconfirmed"
    assert (await the_text(hope_text)).status == "delivered"

    account.auth_token = token
    await delivery.time_passes()
    await delivery.reconcile.look_up_unconfirmed()
    assert (await the_text(grace_text)).status == "delivered"


async def test_a_text_that_waited_too_long_is_held_back(delivery: Delivery) -> None:
    message = await queue(delivery.cast, send_before=now() - timedelta(seconds=1))
    await delivery.send()
    failed = await the_text(message)
    assert (failed.status, failed.error_code, failed.attempts) == ("failed", "too_old", 0)
    assert delivery.taken() == []


async def test_a_member_who_opts_out_before_a_text_is_sent_does_not_get_it(
    delivery: Delivery,
) -> None:
    message = await queue(delivery.cast)
    await delivery.cast.naomi.opt_out()
    await delivery.send()
    failed = await the_text(message)
    assert (failed.status, failed.error_code) == ("failed", "opted_out")
    assert delivery.taken() == []


async def test_a_stop_that_only_twilio_received_is_learned(delivery: Delivery) -> None:
    number = delivery.simulator.world.numbers[delivery.cast.grace_number.number]
    delivery.simulator.world.stop(number, delivery.cast.naomi.phone)
    message = await queue(delivery.cast)
    await delivery.send()
    assert (await the_text(message)).error_code == "21610"
    assert (await Member.get(id=delivery.cast.naomi.id)).refusal == "opted_out"


async def test_one_church_with_much_to_send_does_not_delay_another(delivery: Delivery) -> None:
    for n in range(40):
        member = await Member.with_phone(delivery.cast.grace.id, f"+1202555{n + 200:04d}")
        await queue(delivery.cast, member, priority=BROADCAST_PRIORITY)
    await queue(delivery.cast, delivery.cast.lydia)

    delivery.outbox = Outbox(delivery.context, most_in_flight=4)
    await delivery.send()
    taken = delivery.taken()
    assert len(taken) == 41
    # Somewhere among the first ones, and not behind all of the other church's.
    assert taken.index(delivery.cast.lydia.phone) < len(taken) / 2


async def test_a_reply_overtakes_a_broadcast(delivery: Delivery) -> None:
    await PhoneNumber.filter(id=delivery.cast.grace_number.id).update(send_rate=10)
    for n in range(25):
        member = await Member.with_phone(delivery.cast.grace.id, f"+1202555{n + 200:04d}")
        await queue(delivery.cast, member, priority=BROADCAST_PRIORITY)
    await delivery.send()
    before = len(delivery.taken())
    assert before in (10, 20), "a turn or two, each worth a second"

    await queue(delivery.cast, delivery.cast.naomi)

    async def all_taken() -> bool:
        await delivery.send()
        return len(delivery.taken()) == 26

    await until(all_taken)
    assert delivery.taken().index(delivery.cast.naomi.phone) < before + 10, "in the next turn"


async def test_an_account_suspended_in_the_middle_pauses_its_church_and_loses_nothing(
    delivery: Delivery,
) -> None:
    members = [
        await Member.with_phone(delivery.cast.grace.id, f"+1202555{n + 200:04d}") for n in range(30)
    ]
    for member in members[:10]:
        await queue(delivery.cast, member)
    await delivery.send()
    account = delivery.simulator.world.accounts[GRACE_SID]
    account.status = "suspended"
    for member in members[10:]:
        await queue(delivery.cast, member)
    await queue(delivery.cast, delivery.cast.lydia)
    await delivery.send()

    assert (await Church.get(id=delivery.cast.grace.id)).twilio_problem == "20005"
    assert delivery.taken().count(delivery.cast.lydia.phone) == 1
    assert await Message.filter(status="queued").count() == 20
    await delivery.time_passes()
    await AccountWatch(delivery.context).round()
    assert await delivery.outbox.round() is False, "it is still suspended"

    account.status = "active"
    await AccountWatch(delivery.context).round()
    await delivery.send()
    assert sorted(delivery.taken()) == sorted(
        member.phone for member in (*members, delivery.cast.lydia)
    )


async def test_an_account_that_stays_broken_does_not_hide_one_that_works_again(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "CHURCHES", 1)
    grace, hope = delivery.cast.grace, delivery.cast.hope
    assert grace.id < hope.id
    await Church.all().update(twilio_problem="30002")
    delivery.simulator.world.accounts[GRACE_SID].status = "suspended"
    watch = AccountWatch(delivery.context)
    for _ in range(3):
        await watch.round()
    problems = dict(await Church.all().values_list("id", "twilio_problem"))
    assert problems == {grace.id: "30002", hope.id: None}


async def test_a_copy_waiting_for_a_retry_is_canceled_with_its_broadcast(
    delivery: Delivery,
) -> None:
    broadcast = await compose_broadcast(
        delivery.cast.grace, by=None, body="Snow!", target_type="all", key=new_key()
    )
    while await enlist(broadcast):
        pass
    [one] = await dispatch.claim(delivery.cast.grace_number, now(), 1, 10)
    one = await marked(one)
    await stop_broadcast(broadcast)
    await outcomes.refused(one, "connection")
    assert (await the_text(one)).status == "canceled"

    await delivery.time_passes()
    await delivery.send()
    assert await Message.filter(status="canceled").count() == 2
    assert delivery.taken() == []


async def test_a_dead_workers_texts_are_settled_one_by_one(delivery: Delivery) -> None:
    """One died before sending, one during it, and one before storing the answer."""
    cast = delivery.cast
    mary = await Member.with_phone(cast.grace.id, "+12025550144")
    for member in (cast.naomi, cast.george, mary):
        await queue(cast, member)
    claimed = await dispatch.claim(cast.grace_number, now(), 25, 100)
    assert len(claimed) == 3
    claimed[1:] = [await marked(text) for text in claimed[1:]]
    number = await PhoneNumber.get(id=cast.grace_number.id).select_related("church")
    parcel = Parcel(claimed[2], number)
    await delivery.context.provider(parcel.church).send(delivery.outbox._outgoing(parcel))

    await delivery.recover()
    statuses = [(await the_text(one)).status for one in claimed]
    assert statuses == ["queued", "unconfirmed", "unconfirmed"]
    await delivery.reconcile.look_up_unconfirmed()
    await delivery.send()
    await delivery.arrived()
    assert sorted(delivery.taken()) == sorted(one.phone for one in (cast.naomi, cast.george, mary))


async def test_a_dead_workers_text_is_sent_before_later_ones(
    delivery: Delivery,
) -> None:
    """Whether it certainly was not sent, or may have been but was not."""
    for is_marked in (False, True):
        await queue(delivery.cast, body="First")
        [text] = await dispatch.claim(delivery.cast.grace_number, now(), 1, 100)
        if is_marked:
            await marked(text)
        await queue(delivery.cast, body="Second")
        await delivery.recover()
        for _ in range(2):
            await delivery.send()
            await delivery.arrived()
            await delivery.reconcile.look_up_unconfirmed()
        await delivery.send()
        await delivery.arrived()
    assert delivery.phone(delivery.cast.naomi) == ["First", "Second"] * 2


async def test_a_text_whose_receipts_are_lost_is_asked_about(delivery: Delivery) -> None:
    message = await queue(delivery.cast)
    await delivery.send()
    await delivery.arrived()
    await delivery.reconcile.ask_for_receipts()
    assert (await the_text(message)).status == "accepted", "it is too early to ask"

    await delivery.time_passes()
    await delivery.reconcile.ask_for_receipts()
    delivered = await the_text(message)
    assert (delivered.status, delivered.ask_after) == ("delivered", None)


async def test_a_text_that_twilio_has_forgotten_is_not_asked_about_again(
    delivery: Delivery,
) -> None:
    message = await queue(delivery.cast)
    await delivery.send()
    await delivery.arrived()
    delivery.simulator.world.accounts[GRACE_SID].messages.clear()

    await delivery.time_passes()
    await delivery.reconcile.ask_for_receipts()
    left = await the_text(message)
    assert (left.status, left.ask_after) == ("accepted", None)


async def test_a_worker_told_to_stop_does_not_wait_for_an_answer_that_never_comes(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PATIENCE", 0.1)
    faults = delivery.trouble(create_hang_after=Fault(next=1))
    delivery.context.http._timeout = delivery.context.http._media_timeout  # a long timeout
    message = await queue(delivery.cast)
    working = worker.Worker(delivery.context, alone=True)
    await working.start()

    async def hangs() -> bool:
        return faults.struck["create_hang_after"] == 1

    await until(hangs)
    await working.stop()
    assert (await the_text(message)).status == "unconfirmed"


async def wait_with_copies_ahead(delivery: Delivery) -> "asyncio.Task[bool]":
    """Two are being sent and have no answer for a while; two more are claimed."""
    for n in range(8):
        member = await Member.with_phone(delivery.cast.grace.id, f"+1202555{n + 200:04d}")
        await queue(delivery.cast, member, priority=BROADCAST_PRIORITY)
    delivery.outbox = Outbox(delivery.context, most_in_flight=2)
    delivery.trouble(create_hang_after=Fault(next=2))
    working = asyncio.create_task(delivery.outbox.round())

    async def all_places_are_taken() -> bool:
        stamped = Message.filter(status="sending", attempted_at__isnull=False)
        return await stamped.count() == 2 and len(delivery.taken()) == 2

    await until(all_places_are_taken)
    assert await Message.filter(status="sending", attempted_at=None).count() == 2
    return working


async def test_claimed_texts_are_released_at_shutdown(delivery: Delivery) -> None:
    working = await wait_with_copies_ahead(delivery)
    delivery.outbox.end()
    await working
    await delivery.outbox.finish()

    assert len(delivery.taken()) == 2
    assert await Message.filter(status="unconfirmed").count() == 2
    queued = Message.filter(status="queued", claim=None, attempts=0)
    assert await queued.count() == 6, "and nobody has to wait until the claim is known to be dead"


async def wait_with_two_stamped_ahead(
    delivery: Delivery, many: int, broadcast: Broadcast | None = None
) -> "asyncio.Task[bool]":
    """Eight are being sent and have no answer for a while; two more are stamped."""
    for n in range(many):
        member = await Member.with_phone(delivery.cast.grace.id, f"+1202555{n + 200:04d}")
        await queue(delivery.cast, member, broadcast_id=broadcast and broadcast.id)
    delivery.outbox = Outbox(delivery.context, most_in_flight=8)
    delivery.trouble(create_hang_after=Fault(next=8))
    working = asyncio.create_task(delivery.outbox.round())
    stamped = Message.filter(status="sending", attempted_at__isnull=False)

    async def as_many_as_may_be() -> bool:
        return await stamped.count() == 10 and len(delivery.taken()) == 8

    await until(as_many_as_may_be)
    return working


async def test_a_stop_while_a_text_waits_for_a_slot_prevents_it(
    delivery: Delivery,
) -> None:
    working = await wait_with_two_stamped_ahead(delivery, 10)
    for member in await Member.exclude(phone__in=delivery.taken()).filter(
        phone__contains="+1202555"
    ):
        await member.opt_out()
    await working
    await delivery.outbox.finish()
    assert len(delivery.taken()) == 8
    assert await Message.filter(status="failed", error_code="opted_out").count() == 2


async def test_stamped_texts_are_stopped_with_their_broadcast(delivery: Delivery) -> None:
    broadcast = await compose_broadcast(
        delivery.cast.grace, by=None, body="Hi", target_type="all", key=new_key()
    )
    working = await wait_with_two_stamped_ahead(delivery, 10, broadcast)
    await stop_broadcast(broadcast)
    await working
    await delivery.outbox.finish()
    assert len(delivery.taken()) == 8
    assert await Message.filter(status="canceled").count() == 2


async def test_stamped_texts_wait_for_a_slot_and_are_released_at_shutdown(
    delivery: Delivery,
) -> None:
    working = await wait_with_two_stamped_ahead(delivery, 20)
    delivery.outbox.end()
    await working
    await delivery.outbox.finish()
    assert len(delivery.taken()) == 8
    assert await Message.filter(status="unconfirmed").count() == 8
    queued = Message.filter(status="queued", claim=None, attempts=0, first_attempted_at=None)
    assert await queued.count() == 12, "as if none of them had been tried"

    delivery.outbox = Outbox(delivery.context)
    await delivery.time_passes()
    await delivery.reconcile.look_up_unconfirmed()
    await delivery.send()
    assert len(delivery.taken()) == len(set(delivery.taken())) == 20, "each once"


async def test_a_reply_is_sent_before_texts_that_were_claimed_ahead(delivery: Delivery) -> None:
    working = await wait_with_copies_ahead(delivery)
    delivery.trouble(create_hang_after=Fault(next=1))
    await queue(delivery.cast, delivery.cast.naomi)
    await working
    await delivery.send()

    assert len(delivery.taken()) == 9
    # Two were being sent, and two took their slots.
    assert delivery.taken().index(delivery.cast.naomi.phone) <= 4


def twilios_record(delivery: Delivery) -> Any:
    [taken] = delivery.simulator.world.accounts[GRACE_SID].messages.values()
    return taken


async def test_a_text_is_found_although_our_clock_is_minutes_ahead(delivery: Delivery) -> None:
    delivery.trouble(create_error_after=Fault(next=1))
    delivery.simulator.world.clock = lambda: now() - timedelta(minutes=4)
    message = await queue(delivery.cast)
    await delivery.send()
    await delivery.arrived()
    await delivery.reconcile.look_up_unconfirmed()
    await delivery.send()
    assert (await the_text(message)).provider_sid == twilios_record(delivery).sid
    assert delivery.phone(delivery.cast.naomi) == ["Hi"]


async def test_an_earlier_attempt_that_arrived_is_found_an_hour_later(
    delivery: Delivery,
) -> None:
    delivery.trouble(create_error_after=Fault(next=1), list_lag=Fault(next=1, seconds=(60, 60)))
    message = await queue(delivery.cast)
    await delivery.send()
    await delivery.arrived()
    await delivery.reconcile.look_up_unconfirmed()
    assert (await the_text(message)).status == "queued", "Twilio's list lagged"

    hour_ago = now() - timedelta(hours=1)
    await Message.filter(id=message.id).update(first_attempted_at=hour_ago)
    record = twilios_record(delivery)
    record.created_at = record.listed_at = hour_ago + timedelta(seconds=1)
    delivery.trouble(create_error_before=Fault(next=1))
    await delivery.time_passes()
    await delivery.send()
    again = await the_text(message)
    assert (again.status, again.attempts) == ("unconfirmed", 2)
    assert again.first_attempted_at == hour_ago

    await delivery.time_passes()
    await delivery.reconcile.look_up_unconfirmed()
    assert (await the_text(message)).provider_sid == record.sid
    assert delivery.phone(delivery.cast.naomi) == ["Hi"]


@pytest.mark.parametrize(
    ("body", "ours"),
    [("Oh Hi", False), ("Sent from your Twilio trial account - Hi", True), ("Hi\n", True)],
)
async def test_only_the_same_words_are_matched_to_ours(
    delivery: Delivery, body: str, ours: bool
) -> None:
    delivery.trouble(create_error_after=Fault(next=1))
    message = await queue(delivery.cast)
    await delivery.send()
    await delivery.arrived()
    twilios_record(delivery).body = body
    await delivery.reconcile.look_up_unconfirmed()
    status = (await the_text(message)).status
    assert status == ("delivered" if ours else "queued")


async def test_a_text_that_twilio_has_redacted_is_found_and_not_sent_again(
    delivery: Delivery,
) -> None:
    delivery.trouble(create_cut_after=Fault(next=1))
    message = await queue(delivery.cast)
    await delivery.send()
    await delivery.arrived()
    twilios_record(delivery).body = ""
    await delivery.time_passes()
    await delivery.reconcile.look_up_unconfirmed()
    assert (await the_text(message)).status == "delivered"
    await delivery.time_passes()
    await delivery.send()
    assert len(delivery.taken()) == 1


async def test_a_worker_delayed_after_the_stamp_sends_nothing(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await queue(delivery.cast)
    mark, late = dispatch.mark_attempt, 0.0

    async def mark_and_sleep(text: Claimed) -> Claimed | None:
        nonlocal late
        attempt = await mark(text)
        late = outbox_at_work.MAX_HOLD_UP + 1
        return attempt

    monkeypatch.setattr(dispatch, "mark_attempt", mark_and_sleep)
    # As when the machine slept: only one of the two clocks advanced.
    monkeypatch.setattr(outbox_at_work, "_clocks", lambda: (time.time() + late, time.monotonic()))
    await delivery.send()
    let_go = await the_text(message)
    assert (let_go.status, let_go.attempts, let_go.first_attempted_at) == ("queued", 0, None)
    assert delivery.taken() == []

    monkeypatch.undo()
    await delivery.send()
    await delivery.arrived()
    assert delivery.phone(delivery.cast.naomi) == ["Hi"]


async def test_a_clock_that_was_set_back_does_not_stop_sending(delivery: Delivery) -> None:
    await PhoneNumber.filter(id=delivery.cast.grace_number.id).update(
        busy_until=time.time() + 86400, send_rate=10
    )
    await queue(delivery.cast)
    await delivery.send()
    await delivery.arrived()
    assert delivery.phone(delivery.cast.naomi) == ["Hi"]
    number = await PhoneNumber.get(id=delivery.cast.grace_number.id)
    assert number.busy_until < time.time() + 1


async def test_a_text_that_is_being_sent_is_not_mistaken_for_a_dead_workers(
    delivery: Delivery,
) -> None:
    """As when the clock is set forward while Twilio takes its time."""
    delivery.trouble(create_hang_after=Fault(next=1))
    message = await queue(delivery.cast)
    reconcile = Reconcile(delivery.context, delivery.outbox.in_hand)
    await delivery.outbox.round()

    async def is_handed_over() -> bool:
        return (await the_text(message)).attempted_at is not None

    await until(is_handed_over)
    await reconcile.recover_abandoned(timedelta(0))
    assert (await the_text(message)).status == "sending"
    await delivery.outbox.finish()
    assert delivery.outbox.in_hand() == set()
    assert (await the_text(message)).status == "unconfirmed", "its own task has settled it"


@pytest.mark.parametrize("lease", [timedelta(0), LEASE])
async def test_a_clock_that_was_set_back_leaves_no_text_with_a_dead_worker(
    delivery: Delivery, lease: timedelta
) -> None:
    first, second = await queue(delivery.cast, body="First"), await queue(delivery.cast)
    [_] = await dispatch.claim(delivery.cast.grace_number, now(), 1, 100)
    in_an_hour = now() + timedelta(hours=1)
    assert await Message.filter(id=first.id).update(claimed_at=in_an_hour)
    await delivery.send()
    assert (await the_text(second)).status == "queued", "the premise: it waits for the first"
    await delivery.reconcile.recover_abandoned(lease)
    for _ in range(2):
        await delivery.send()
        await delivery.arrived()
    assert delivery.phone(delivery.cast.naomi) == ["First", "Hi"]
