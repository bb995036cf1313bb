"""Texts that arrived while the church was unreachable are fetched from Twilio."""

from datetime import timedelta
from typing import Any

import pytest

from inbox.clock import now
from inbox.models import Church, Media, Member, Message, PhoneNumber
from inbox.models.members.consent import record_opt_out
from inbox.models.texts.receive import receive
from inbox.simulator import text_from
from inbox.work import worker
from inbox.work.inbound_sync import LATE, MAX_LOOKBACK, InboundSync
from tests.cast import GEORGE, GRACE_NUMBER, GRACE_SID, HOPE_NUMBER, LYDIA, NAOMI, STRANGER
from tests.house import listen, until
from tests.models.queueing import queue
from tests.work.conftest import Delivery


async def missed(delivery: Delivery, body: str, from_: str = NAOMI, **more: Any) -> str:
    """A text that Twilio has but could not deliver to us. Returns its sid."""
    text = await text_from(delivery.simulator.network, from_, GRACE_NUMBER, body, **more)
    await delivery.arrived()
    assert not await Message.exists(provider_sid=text.sid)
    return text.sid


async def taken(delivery: Delivery, body: str, from_: str = NAOMI) -> None:
    """A text that was delivered normally."""
    text = await text_from(delivery.simulator.network, from_, GRACE_NUMBER, body)
    await delivery.arrived()
    assert await receive(delivery.cast.grace_number, sid=text.sid, from_=from_, body=body)


async def sweep(delivery: Delivery) -> int:
    """How many rounds it took."""
    sync, rounds = InboundSync(delivery.context), 1
    while await sync.round():
        rounds += 1
    assert sync.caught_up.is_set()
    return rounds


async def stored(*from_: str) -> list[str]:
    """From these members, or from all."""
    texts = Message.filter(kind="in").order_by("id")
    if from_:
        texts = texts.filter(conversation__member__phone__in=from_)
    bodies = await texts.values_list("body", flat=True)
    return [str(body) for body in bodies]


def set_twilios_clock(delivery: Delivery, **ago: float) -> None:
    delivery.simulator.world.clock = lambda: now() - timedelta(**ago)


async def test_missed_texts_are_stored_once_and_in_order(
    delivery: Delivery,
) -> None:
    await missed(delivery, "One")
    await taken(delivery, "Two")
    await missed(delivery, "Three")
    await missed(delivery, "Four", from_=STRANGER)
    assert await stored() == ["Two"]

    for _ in range(2):
        await sweep(delivery)
        assert await stored(NAOMI) == ["Two", "One", "Three"]
        assert await stored(STRANGER) == ["Four"]
    assert (await delivery.cast.conversation()).needs_reply


async def test_every_church_is_swept(delivery: Delivery) -> None:
    await missed(delivery, "Hello Grace")
    await text_from(delivery.simulator.network, LYDIA, HOPE_NUMBER, "Hello Hope")
    await delivery.arrived()
    await sweep(delivery)
    assert sorted(await stored()) == ["Hello Grace", "Hello Hope"]


async def test_pictures_of_a_missed_text_are_downloaded(delivery: Delivery) -> None:
    sid = await missed(delivery, "", pictures=2)
    await sweep(delivery)
    one, other = await Media.filter(message__provider_sid=sid)
    assert {one.content_type, other.content_type} == {"image/png"}
    provider = delivery.context.provider(delivery.cast.grace)
    files = delivery.simulator.world.accounts[GRACE_SID].messages[sid].media
    fetched = {(await provider.media(each.provider_url))[1] for each in (one, other)}
    assert fetched == {file.data for file in files}


async def test_a_long_absence_is_caught_up_page_by_page(delivery: Delivery) -> None:
    for n in range(230):
        await text_from(delivery.simulator.network, f"+1202555{n % 9:04d}", GRACE_NUMBER, f"{n}")
    await delivery.arrived()
    assert await sweep(delivery) > 5
    for one in range(9):
        assert await stored(f"+1202555{one:04d}") == [str(n) for n in range(one, 230, 9)]
    assert await sweep(delivery) == 3, "as many pages, and nothing to store"


async def test_texts_swept_long_ago_are_not_listed_again(delivery: Delivery) -> None:
    number = delivery.cast.grace_number
    await PhoneNumber.filter(id=number.id).update(connected_at=now() - timedelta(days=1))
    set_twilios_clock(delivery, hours=2)
    old = await missed(delivery, "Two hours ago")
    set_twilios_clock(delivery, hours=0)
    await missed(delivery, "Now")
    await sweep(delivery)
    assert await stored() == ["Two hours ago", "Now"]

    heard_until = (await PhoneNumber.get(id=number.id)).heard_until
    assert heard_until and abs(now() - LATE - heard_until) < timedelta(minutes=1)
    await Message.filter(provider_sid=old).update(provider_sid=None)
    await sweep(delivery)
    assert await stored() == ["Two hours ago", "Now"]


async def test_texts_from_before_the_number_was_ours_or_a_week_ago_are_not_fetched(
    delivery: Delivery,
) -> None:
    await PhoneNumber.all().update(connected_at=now())
    set_twilios_clock(delivery, minutes=1)
    await missed(delivery, "Before")
    set_twilios_clock(delivery, minutes=0)
    await missed(delivery, "After")
    for _ in range(2):
        await sweep(delivery)
        assert await stored() == ["After"]

    await PhoneNumber.all().update(connected_at=now() - 3 * MAX_LOOKBACK, heard_until=None)
    set_twilios_clock(delivery, days=MAX_LOOKBACK.days + 1)
    await missed(delivery, "Last month")
    set_twilios_clock(delivery, minutes=0)
    await sweep(delivery)
    assert sorted(await stored()) == ["After", "Before"]


async def test_a_failed_or_redacted_text_is_left_out(delivery: Delivery) -> None:
    messages = delivery.simulator.world.accounts[GRACE_SID].messages
    messages[await missed(delivery, "Half of")].status = "failed"
    messages[await missed(delivery, "A secret")].body = ""
    del messages[await missed(delivery, "Deleted")]
    await missed(delivery, "Whole")
    await sweep(delivery)
    assert await stored() == ["Whole"]


async def test_a_missed_stop_counts_despite_later_texts(delivery: Delivery) -> None:
    await missed(delivery, "please stop")
    await taken(delivery, "Thank you")
    await sweep(delivery)
    assert (await Member.get(phone=NAOMI)).refusal == "opted_out"


@pytest.mark.parametrize(
    ("first", "then", "refusal"), [("STOP", "START", None), ("START", "STOP", "opted_out")]
)
async def test_a_missed_keyword_does_not_undo_a_later_one(
    delivery: Delivery, first: str, then: str, refusal: str | None
) -> None:
    await missed(delivery, first, from_=NAOMI)
    await missed(delivery, first, from_=GEORGE)
    await taken(delivery, then)
    await sweep(delivery)
    assert sorted(await stored()) == sorted([first, first, then])
    assert (await Member.get(phone=NAOMI)).refusal == refusal
    assert ((await Member.get(phone=GEORGE)).refusal is None) == (first == "START")


@pytest.mark.parametrize(("seconds", "refusal"), [(60, "opted_out"), (-60, None)])
async def test_a_missed_start_undoes_only_an_opt_out_that_was_recorded_before_it(
    delivery: Delivery, seconds: int, refusal: str | None
) -> None:
    await missed(delivery, "START")
    member = delivery.cast.naomi
    await record_opt_out(member, by=delivery.cast.ruth)
    recorded_at = now() + timedelta(seconds=seconds)
    await Member.filter(id=member.id).update(opted_out_at=recorded_at)
    await sweep(delivery)
    assert await stored() == ["START"]
    assert (await Member.get(id=member.id)).refusal == refusal


async def test_a_missed_start_does_not_undo_a_later_stop_at_another_number(
    delivery: Delivery,
) -> None:
    other = await PhoneNumber.connect(delivery.cast.grace, "+12025550101", "PN" + "8" * 32, 0)
    await PhoneNumber.all().update(connected_at=now() - timedelta(hours=1))
    set_twilios_clock(delivery, minutes=3)
    await taken(delivery, "STOP")
    set_twilios_clock(delivery, minutes=2)
    await missed(delivery, "START")
    await Member.filter(phone=NAOMI).update(opted_out_at=now() - timedelta(minutes=3))
    assert await receive(other, sid="SM" + "7" * 32, from_=NAOMI, body="STOP")
    set_twilios_clock(delivery, minutes=0)
    await sweep(delivery)
    assert "START" in await stored()
    assert (await Member.get(phone=NAOMI)).refusal == "opted_out"


async def test_two_missed_keywords_count_in_order(delivery: Delivery) -> None:
    for body in ("STOP", "START", "STOP"):
        await missed(delivery, body)
    await sweep(delivery)
    assert (await Member.get(phone=NAOMI)).refusal == "opted_out"


async def test_missed_keywords_of_two_languages_count_in_order(delivery: Delivery) -> None:
    await Church.filter(id=delivery.cast.grace.id).update(language="es")
    for body in ("ALTO", "START"):
        await missed(delivery, body)
    await sweep(delivery)
    assert await stored(NAOMI) == ["ALTO", "START"]
    assert (await Member.get(phone=NAOMI)).refusal is None


async def test_a_failed_sweep_is_repeated_and_delays_nobody(delivery: Delivery) -> None:
    await missed(delivery, "Hello Grace")
    await text_from(delivery.simulator.network, LYDIA, HOPE_NUMBER, "Hello Hope")
    await delivery.arrived()
    account = delivery.simulator.world.accounts[GRACE_SID]
    account.auth_token, token = "0" * 32, account.auth_token
    await sweep(delivery)
    assert await stored() == ["Hello Hope"]
    assert (await PhoneNumber.get(number=GRACE_NUMBER)).heard_until is None

    account.auth_token = token
    await sweep(delivery)
    assert await stored() == ["Hello Hope", "Hello Grace"]


async def test_a_worker_fetches_texts_before_it_sends(delivery: Delivery) -> None:
    message = await queue(delivery.cast)
    await queue(delivery.cast, delivery.cast.george)
    await missed(delivery, "please stop")
    working = worker.Worker(delivery.context, alone=True)
    await working.start()

    async def sent() -> bool:
        return GEORGE in delivery.taken()

    async def held_back() -> bool:
        return (await Message.get(id=message.id)).error_code == "opted_out"

    await until(sent)
    await until(held_back)
    await working.stop()
    assert NAOMI not in delivery.taken()


async def test_a_silent_twilio_does_not_keep_a_worker_from_starting(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "HEARING_FIRST", 0.1)
    monkeypatch.setattr(worker, "PATIENCE", 0.1)
    delivery.context.http._timeout = delivery.context.http._media_timeout  # a long timeout
    with listen() as silent:
        delivery.context.http.api_url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        working = worker.Worker(delivery.context, alone=True)
        await working.start()
        assert not working._inbound_sync.caught_up.is_set()
        assert len(working._tasks) == len(working._loops) + 1
        await working.stop()
