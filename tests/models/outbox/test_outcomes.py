"""The outbox: which text is next, who holds it, and what the provider's answer changes."""

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from inbox.clock import now
from inbox.models import Church, Conversation, Member, Message, PhoneNumber
from inbox.models.message import BROADCAST_PRIORITY, TOO_OLD
from inbox.models.outbox import dispatch, outcomes, receipts, unconfirmed
from inbox.models.outbox.claimed import Claimed
from inbox.rules import status_order
from tests.cast import Cast
from tests.models.queueing import claim, handed_over, kept, marked, queue, sid

GRACE = timedelta(seconds=120)


async def status_of(message: Message | Claimed) -> str:
    return (await Message.get(id=message.id)).status


# Which text is next.


async def test_replies_go_before_broadcasts_and_then_the_oldest_first(cast: Cast) -> None:
    mary = await Member.with_phone(cast.grace.id, "+12025550144")
    earlier = now() - timedelta(minutes=1)
    copy = await queue(cast, cast.naomi, priority=BROADCAST_PRIORITY, send_after=earlier)
    second = await queue(cast, cast.george)
    first = await queue(cast, mary, send_after=earlier)

    claimed = await claim(cast.grace_number)
    assert [one.id for one in claimed] == [first.id, second.id, copy.id]


async def test_a_text_that_is_not_due_waits(cast: Cast) -> None:
    message = await queue(cast, send_after=now() + timedelta(hours=1))
    assert await claim(cast.grace_number) == []
    assert await dispatch.numbers_with_work(now(), 10**12) == []
    assert await status_of(message) == "queued"


async def test_texts_to_one_member_are_sent_one_after_the_other(cast: Cast) -> None:
    first, second = await queue(cast, body="One"), await queue(cast, body="Two")

    [claimed] = await claim(cast.grace_number)
    assert claimed.id == first.id
    assert await claim(cast.grace_number) == []
    await outcomes.accepted(await marked(claimed), sid(1), "accepted")
    [claimed] = await claim(cast.grace_number)
    assert claimed.id == second.id


async def test_a_retried_text_is_still_sent_before_the_next_one(cast: Cast) -> None:
    first = await handed_over(cast, body="One")
    await queue(cast, body="Two")
    await outcomes.refused(first, "20429")

    assert await claim(cast.grace_number) == [], "the first one is due only later"
    later = now() + timedelta(seconds=30)
    [claimed] = await dispatch.claim(cast.grace_number, later, 25, 100)
    assert claimed.id == first.id


async def test_an_unconfirmed_text_holds_back_only_the_next_to_that_member(cast: Cast) -> None:
    await unconfirmed.no_answer(await handed_over(cast, body="Same words"), GRACE)
    await queue(cast, body="Same words")
    to_george = await queue(cast, cast.george)

    assert [one.id for one in await claim(cast.grace_number)] == [to_george.id]


async def test_many_texts_to_a_member_who_must_wait_delay_nobody_else(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "SPARE_CANDIDATES", 0)
    await outcomes.refused(await handed_over(cast), "20429")
    for _ in range(3):
        await queue(cast, send_after=now() - timedelta(hours=1))
    to_george = await queue(cast, cast.george)

    assert [one.id for one in await claim(cast.grace_number, most=1)] == [to_george.id]


async def test_only_one_worker_claims_a_text(cast: Cast) -> None:
    members = [await Member.with_phone(cast.grace.id, f"+1202555{n:04d}") for n in range(30)]
    for member in members:
        await queue(cast, member)

    batches = await asyncio.gather(*(claim(cast.grace_number, most=5) for _ in range(10)))
    ids = [message.id for batch in batches for message in batch]
    assert len(ids) == len(set(ids)) == 30


async def test_two_workers_together_respect_the_rate_of_a_number(cast: Cast) -> None:
    await PhoneNumber.filter(id=cast.grace_number.id).update(send_rate=10)
    for member in (cast.naomi, cast.george):
        await queue(cast, member, body="x" * 1500)

    one, other = await asyncio.gather(*(claim(cast.grace_number, segments=10) for _ in range(2)))
    assert len(one) + len(other) == 1
    busy = (await PhoneNumber.get(id=cast.grace_number.id)).busy_until
    [claimed] = one or other
    # Ten segments at ten a second. A turn may have begun half a second late.
    assert claimed.segments == 10
    assert 0.4 <= busy - claimed.claimed_at.timestamp() <= 1.2
    assert await dispatch.numbers_with_work(now(), busy - 0.1) == []
    assert await dispatch.numbers_with_work(now(), busy + 0.1) != []


async def test_a_turn_takes_as_many_segments_as_fit_and_at_least_one_text(cast: Cast) -> None:
    long = await queue(cast, cast.naomi, body="x" * 1500)
    await queue(cast, cast.george)

    assert [one.id for one in await claim(cast.grace_number, segments=1)] == [long.id]


async def test_the_church_that_sent_last_is_served_last(cast: Cast) -> None:
    await queue(cast, cast.naomi)
    await queue(cast, cast.george)
    await queue(cast, cast.lydia)
    assert await claim(cast.grace_number, most=1)

    waiting = await dispatch.numbers_with_work(now(), 10**12)
    assert [number.id for number in waiting] == [cast.hope_number.id, cast.grace_number.id]


# Who holds a text.


async def test_only_the_claiming_worker_sends_a_text_and_only_once(cast: Cast) -> None:
    await queue(cast)
    [message] = await claim(cast.grace_number)

    assert await dispatch.mark_attempt(message)
    assert not await dispatch.mark_attempt(message)
    assert (await Message.get(id=message.id)).attempts == 1


async def test_a_dead_workers_unsent_text_is_queued_again(cast: Cast) -> None:
    await queue(cast)
    [message] = await claim(cast.grace_number)
    [left] = await unconfirmed.abandoned(timedelta(0))

    await unconfirmed.recover(left, GRACE)
    assert await status_of(message) == "queued"
    assert not await dispatch.mark_attempt(message), "the dead worker was only slow: too late"


async def test_a_dead_workers_sent_text_is_unconfirmed(cast: Cast) -> None:
    message = await handed_over(cast)
    [left] = await unconfirmed.abandoned(timedelta(0))

    await unconfirmed.recover(left, GRACE)
    assert await status_of(message) == "unconfirmed"
    assert await unconfirmed.to_look_up(now()) == []
    assert len(await unconfirmed.to_look_up(now() + GRACE)) == 1


async def test_a_slow_worker_that_stamps_a_text_keeps_it_from_being_recovered(cast: Cast) -> None:
    await queue(cast)
    [message] = await claim(cast.grace_number)
    [left] = await unconfirmed.abandoned(timedelta(0))
    assert await dispatch.mark_attempt(message)

    await unconfirmed.recover(left, GRACE)
    assert await status_of(message) == "sending", "otherwise another worker would send it, too"


async def test_a_worker_that_dies_while_it_writes_leaves_all_or_nothing(cast: Cast) -> None:
    """A text with a sid and no status would be mistaken for one that never arrived."""
    left: set[tuple[str, bool]] = set()
    for number in range(60):
        message = await handed_over(cast)
        writing = asyncio.create_task(outcomes.accepted(message, sid(number), "accepted"))
        for _ in range(number):
            await asyncio.sleep(0.0002)
        writing.cancel()
        await asyncio.wait([writing])
        saved = await Message.get(id=message.id)
        left.add((saved.status, saved.provider_sid is not None))
        await outcomes.accepted(message, sid(number), "delivered")
    assert left == {("sending", False), ("accepted", True)}


async def test_two_workers_recover_a_text_once(cast: Cast) -> None:
    await handed_over(cast)
    [one], [other] = (
        await unconfirmed.abandoned(timedelta(0)),
        await unconfirmed.abandoned(timedelta(0)),
    )

    settled = await asyncio.gather(
        unconfirmed.recover(one, GRACE), unconfirmed.recover(other, GRACE)
    )
    assert sum(len(each.messages) for each in settled) == 1


async def test_a_late_recovery_does_not_touch_the_next_claim(cast: Cast) -> None:
    message = await handed_over(cast)
    [late] = await unconfirmed.abandoned(timedelta(0))
    await unconfirmed.recover(message, GRACE)
    await unconfirmed.never_arrived(await Message.get(id=message.id))
    [claimed] = await claim(cast.grace_number)

    await unconfirmed.recover(late, GRACE)
    assert await status_of(claimed) == "sending"
    assert await dispatch.mark_attempt(claimed)


# What the provider's answer changes.

ANSWER = "the answer"


@pytest.mark.parametrize("end", ["delivered", "undelivered", "failed"])
async def test_callbacks_in_any_order_lead_to_the_same_status(cast: Cast, end: str) -> None:
    words = [ANSWER, "accepted", "sent", end]
    for number, order in enumerate(itertools.permutations(words)):
        message = await handed_over(cast)
        ranks = []
        for word in (*order, *order[:2]):
            if word == ANSWER:
                await outcomes.accepted(message, sid(number), "accepted")
            else:
                assert await receipts.settle(
                    cast.grace.id, key=message.key, sid=sid(number), status=word, code=None
                )
            ranks.append(status_order.RANK[await status_of(message)])
        assert ranks == sorted(ranks)
        saved = await Message.get(id=message.id)
        assert (saved.status, saved.provider_sid) == (end, sid(number))
        assert saved.settled_at and saved.ask_after is None


async def test_a_callback_without_news_changes_nothing(cast: Cast) -> None:
    message = await handed_over(cast)
    await receipts.settle(cast.grace.id, key=message.key, sid=sid(1), status="sent", code=None)
    before = await Message.get(id=message.id)

    for status in ("accepted", "sent"):
        settled = await receipts.settle(
            cast.grace.id, key=message.key, sid=sid(1), status=status, code=None
        )
        assert settled and settled.messages == []
    assert (await Message.get(id=message.id)).revision == before.revision


async def test_a_callback_without_our_key_finds_its_text_by_sid(cast: Cast) -> None:
    message = await handed_over(cast)
    await outcomes.accepted(message, sid(1), "accepted")

    assert await receipts.settle(cast.grace.id, key=None, sid=sid(1), status="sent", code=None)
    assert await status_of(message) == "sent"


async def test_a_callback_settles_no_text_of_another_church(cast: Cast) -> None:
    message = await handed_over(cast)
    await outcomes.accepted(message, sid(1), "accepted")

    for key in (message.key, None):
        settled = await receipts.settle(
            cast.hope.id, key=key, sid=sid(1), status="delivered", code=None
        )
        assert settled is None
    assert await status_of(message) == "accepted"


async def test_a_sid_that_another_text_has_stays_there(cast: Cast) -> None:
    await outcomes.accepted(await handed_over(cast), sid(1), "accepted")
    message = await handed_over(cast, cast.george)

    [taken] = await kept(await outcomes.accepted(message, sid(1), "accepted"))
    assert (taken.status, taken.provider_sid) == ("accepted", None)


async def test_the_row_of_a_conversation_follows_its_newest_text(cast: Cast) -> None:
    older = await handed_over(cast)
    await outcomes.accepted(older, sid(1), "accepted")
    newest = await handed_over(cast)
    conversation = Conversation.filter(id=newest.conversation_id)

    await outcomes.accepted(newest, sid(2), "accepted")
    assert (await conversation.get()).last_status == "accepted"
    await unconfirmed.found(older, sid(1), "undelivered", "30003")
    assert (await conversation.get()).last_status == "accepted"


async def test_a_permanent_rejection_fails_the_text(cast: Cast) -> None:
    message = await handed_over(cast)
    [failed] = await kept(await outcomes.refused(message, "21612"))
    assert (failed.status, failed.error_code) == ("failed", "21612")
    assert failed.settled_at


async def test_a_temporary_rejection_is_retried_no_sooner_than_asked(cast: Cast) -> None:
    message = await handed_over(cast)
    asked = now()
    [waiting] = await kept(await outcomes.refused(message, "20429", retry_after=90))

    assert (waiting.status, waiting.error_code, waiting.attempts) == ("queued", "20429", 1)
    assert waiting.send_after and waiting.send_after >= asked + timedelta(seconds=90)
    assert waiting.attempted_at is None


async def test_an_answer_without_a_wait_still_waits_longer_each_time(cast: Cast) -> None:
    message = await handed_over(cast)
    message = replace(message, attempts=6)
    asked = now()
    [waiting] = await kept(await outcomes.refused(message, "20429", retry_after=0))
    assert waiting.send_after and waiting.send_after > asked + timedelta(seconds=30)


async def test_a_text_that_would_be_too_late_is_not_retried(cast: Cast) -> None:
    message = await handed_over(cast)
    message = replace(message, send_before=now() + timedelta(seconds=30))
    [failed] = await kept(await outcomes.refused(message, "20429", retry_after=60))
    assert (failed.status, failed.error_code) == ("failed", "too_old")


async def test_a_reply_waits_as_long_as_it_is_worth_reading(cast: Cast) -> None:
    message = await queue(cast)
    assert message.send_after and message.send_before == message.send_after + TOO_OLD


async def test_a_rejection_does_not_undo_what_a_callback_has_reported(cast: Cast) -> None:
    message = await handed_over(cast)
    await receipts.settle(cast.grace.id, key=message.key, sid=sid(1), status="sent", code=None)

    for code in ("21610", "20429"):
        assert (await outcomes.refused(message, code)).messages == []
    assert await status_of(message) == "sent"
    assert (await Member.get(id=cast.naomi.id)).refusal is None


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_stop_that_only_twilio_knows_is_learned(cast: Cast, at_once: bool) -> None:
    message = await handed_over(cast)
    if at_once:
        settled = await outcomes.refused(message, "21610")
    else:
        settled = await unconfirmed.found(message, sid(1), "failed", "21610")

    assert (await Member.get(id=cast.naomi.id)).refusal == "opted_out"
    failed, event = await kept(settled)
    assert (failed.status, event.event) == ("failed", "opted_out")
    assert event.revision > failed.revision


@pytest.mark.parametrize("code", ["21614", "30005", "30006"])
async def test_a_number_that_cannot_be_texted_is_recorded(cast: Cast, code: str) -> None:
    await unconfirmed.found(await handed_over(cast), sid(1), "undelivered", code)
    member = await Member.get(id=cast.naomi.id)
    assert (member.refusal, member.unreachable) == ("unreachable", code)


async def test_an_account_in_trouble_pauses_only_its_church(cast: Cast) -> None:
    await queue(cast, cast.naomi)
    await queue(cast, cast.lydia)
    await cast.grace.report_problem("20003")

    [number] = await dispatch.numbers_with_work(now(), 10**12)
    assert number.id == cast.hope_number.id
    await cast.grace.clear_problem()
    assert len(await dispatch.numbers_with_work(now(), 10**12)) == 2


async def test_an_account_suspended_after_it_accepted_the_text_is_recorded(cast: Cast) -> None:
    message = await handed_over(cast)
    await unconfirmed.found(message, sid(1), "failed", "30002")
    assert (await Church.get(id=cast.grace.id)).twilio_problem == "30002"
    assert (await Church.get(id=cast.hope.id)).twilio_problem is None


async def test_a_text_waits_for_its_account_without_failing(cast: Cast) -> None:
    message = await handed_over(cast)
    message = replace(message, attempts=50)
    [waiting] = await kept(await outcomes.refused(message, "20003"))
    assert (waiting.status, waiting.error_code) == ("queued", "20003")


# Unconfirmed texts.


async def to_look_up(cast: Cast) -> Message:
    message = await handed_over(cast)
    await unconfirmed.no_answer(message, timedelta(0))
    [doubted] = await unconfirmed.to_look_up(now())
    return doubted


async def test_a_text_that_never_arrived_is_queued_again_once(cast: Cast) -> None:
    doubted = await to_look_up(cast)
    also = await Message.get(id=doubted.id)

    assert (await unconfirmed.never_arrived(doubted)).messages
    [again] = await claim(cast.grace_number)
    await unconfirmed.no_answer(await marked(again), timedelta(0))
    assert (await unconfirmed.never_arrived(also)).messages == [], (
        "that was about the first attempt"
    )
    assert await status_of(again) == "unconfirmed"


async def test_a_receipt_during_the_lookup_keeps_the_text_from_being_sent_again(
    cast: Cast,
) -> None:
    doubted = await to_look_up(cast)
    await receipts.settle(cast.grace.id, key=doubted.key, sid=sid(1), status="sent", code=None)

    await unconfirmed.never_arrived(doubted)
    doubted.resent = unconfirmed.MAX_RESENDS
    await unconfirmed.never_arrived(doubted)
    assert await status_of(doubted) == "sent"


async def test_a_late_receipt_of_the_first_attempt_cancels_the_second(cast: Cast) -> None:
    doubted = await to_look_up(cast)
    await unconfirmed.never_arrived(doubted)
    [again] = await claim(cast.grace_number)

    await receipts.settle(cast.grace.id, key=doubted.key, sid=sid(1), status="sent", code=None)
    assert not await dispatch.mark_attempt(again)
    assert await status_of(again) == "sent"


async def test_a_late_receipt_of_the_first_attempt_does_not_count_for_the_second(
    cast: Cast,
) -> None:
    doubted = await to_look_up(cast)
    await unconfirmed.never_arrived(doubted)
    [again] = await claim(cast.grace_number)
    await outcomes.accepted(await marked(again), sid(2), "accepted")

    late = await receipts.settle(
        cast.grace.id, key=doubted.key, sid=sid(1), status="failed", code="30003"
    )
    assert late is None
    assert await status_of(again) == "accepted"


async def test_a_text_that_never_arrives_is_given_up_after_a_few_attempts(cast: Cast) -> None:
    doubted = await to_look_up(cast)
    for _ in range(unconfirmed.MAX_RESENDS):
        assert (await unconfirmed.never_arrived(doubted)).messages
        [again] = await claim(cast.grace_number)
        again = await marked(again)
        handed_over_at = again.attempted_at
        await unconfirmed.no_answer(again, timedelta(0))
        doubted = await Message.get(id=again.id)
        assert handed_over_at and doubted.ask_after
        assert doubted.ask_after >= handed_over_at + unconfirmed.RESEND_PATIENCE

    [failed] = await kept(await unconfirmed.never_arrived(doubted))
    assert (failed.status, failed.error_code) == ("failed", "connection")


async def test_a_text_that_was_found_is_not_looked_up_again(cast: Cast) -> None:
    doubted = await to_look_up(cast)
    await unconfirmed.found(doubted, sid(1), "delivered", None)
    assert await status_of(doubted) == "delivered"
    assert await unconfirmed.to_look_up(now() + timedelta(days=2)) == []


async def test_unconfirmed_texts_of_a_church_in_trouble_do_not_block_others(cast: Cast) -> None:
    await to_look_up(cast)
    await cast.grace.report_problem("20003")
    await unconfirmed.no_answer(await handed_over(cast, cast.lydia), timedelta(0))

    [doubted] = await unconfirmed.to_look_up(now(), limit=1)
    assert doubted.church_id == cast.hope.id


async def test_only_one_of_two_workers_looks_up_a_text(cast: Cast) -> None:
    await to_look_up(cast)
    [one], [other] = await unconfirmed.to_look_up(now()), await unconfirmed.to_look_up(now())
    later = now() + timedelta(seconds=30)
    assert await unconfirmed.ask_later(one, later)
    assert not await unconfirmed.ask_later(other, later + timedelta(seconds=1))


async def test_receipts_are_requested_ever_more_rarely_and_not_forever(
    cast: Cast,
) -> None:
    message = await handed_over(cast)
    await outcomes.accepted(message, sid(1), "accepted")
    at, asked = now(), []
    while due := await unconfirmed.unreported(at + timedelta(days=3), 10):
        [unreported] = due
        assert unreported.ask_after
        at = unreported.ask_after
        asked.append(at - message.attempted_at)  # type: ignore[operator]
        assert await unconfirmed.ask_later(unreported, unconfirmed.next_ask(unreported, at))

    assert 5 <= len(asked) <= 10
    assert timedelta(minutes=14) < asked[0] < timedelta(minutes=16)
    assert timedelta(hours=12) < asked[-1] < timedelta(days=2)
    assert [one.key for one in await Message.filter(ask_after=None)] == [message.key]


async def test_a_stop_counts_until_the_moment_of_sending(cast: Cast) -> None:
    await queue(cast)
    [message] = await claim(cast.grace_number)
    # Naomi's STOP is stored while a worker already holds the text.
    await (await Member.get(id=cast.naomi.id)).opt_out()

    assert not await dispatch.mark_attempt(message)
    [shown] = await kept(await outcomes.held_back(message))
    assert (shown.status, shown.error_code) == ("failed", "opted_out")


async def test_a_text_that_was_claimed_again_is_left_to_its_new_holder(cast: Cast) -> None:
    await queue(cast)
    [message] = await claim(cast.grace_number)
    await Message.filter(id=message.id).update(claim="another worker's")

    assert not await dispatch.mark_attempt(message)
    assert not (await outcomes.held_back(message)).messages
    assert (await Message.get(id=message.id)).status == "sending"


async def test_a_reply_does_not_wait_for_a_broadcast_that_is_retried_later(cast: Cast) -> None:
    later = now() + timedelta(minutes=5)
    await queue(cast, body="Supper!", attempts=1, send_after=later, priority=BROADCAST_PRIORITY)
    reply = await queue(cast, body="Of course I will come.")

    assert [one.id for one in await claim(cast.grace_number)] == [reply.id]
