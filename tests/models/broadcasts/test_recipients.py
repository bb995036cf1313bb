"""The recipients of a broadcast by outcome, the members it left out, retries, and answers."""

from datetime import timedelta

import pytest

from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Broadcast, Conversation, LeftOut, Member, Message
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.broadcasts.enqueueing import enlist, to_enlist
from inbox.models.broadcasts.progress import Progress, progress_of
from inbox.models.broadcasts.recipients import Outcome, chosen_outcome, counts_of, recipients
from inbox.models.broadcasts.retrying import retry_failed
from inbox.models.broadcasts.stopping import stop_broadcast
from inbox.models.texts.receive import receive
from inbox.models.texts.reply import reply, retry
from tests.cast import GEORGE, NAOMI, STRANGER, Cast
from tests.models.queueing import sid


async def sent(cast: Cast, body: str = "Dear {first_name}, who bakes?") -> Broadcast:
    """A broadcast to all, with every copy in the outbox."""
    one = await compose_broadcast(
        cast.grace, by=cast.ruth, body=body, target_type="all", key=new_key()
    )
    while await enlist(one):
        pass
    return await Broadcast.get(id=one.id)


async def progress(one: Broadcast) -> Progress:
    [found] = await progress_of([await Broadcast.get(id=one.id)])
    return found


async def names(one: Broadcast, outcome: Outcome) -> list[str]:
    return [found.member.name for found in await recipients(one, outcome)]


async def settle(one: Broadcast, status: str, code: str | None = None, **which: object) -> None:
    copies = Message.filter(broadcast_id=one.id, **which)
    await copies.update(status=status, error_code=code, settled_at=now())


async def says(cast: Cast, phone: str, body: str, number: int = 1) -> Message:
    received = await receive(cast.grace_number, sid=sid(number), from_=phone, body=body)
    assert received
    return await Message.get(id=received.messages[0].id)


async def test_excluded_members_are_kept_by_name_with_the_reason(cast: Cast) -> None:
    await cast.naomi.opt_out()
    await cast.george.note_unreachable("21614")
    one = await sent(cast)

    assert await LeftOut.filter(broadcast_id=one.id).count() == 2
    left_out = await recipients(one, "left_out")
    assert [found.member.name for found in left_out] == ["Naomi Park", "George Bell"]
    assert [found.reason.code for found in left_out if found.reason] == ["opted_out", "21614"]
    # A member who opts in again was still left out of this one.
    await cast.naomi.opt_in()
    assert (await progress(one)).left_out == 2


async def test_each_copy_is_listed_under_its_outcome(cast: Cast) -> None:
    one = await sent(cast)
    assert await names(one, "waiting") == ["Naomi Park", "George Bell"]
    await settle(one, "delivered", conversation__member_id=cast.naomi.id)
    await settle(one, "undelivered", "30003", conversation__member_id=cast.george.id)

    assert await names(one, "waiting") == []
    assert await names(one, "arrived") == ["Naomi Park"]
    [failed] = await recipients(one, "failed")
    assert failed.member.id == cast.george.id
    assert failed.reason and failed.reason.code == "30003"
    counts = counts_of(await progress(one))
    assert counts["arrived"] == counts["failed"] == 1
    assert chosen_outcome(None, await progress(one)) == "failed"
    assert chosen_outcome("arrived", await progress(one)) == "arrived"
    assert chosen_outcome("nonsense", await progress(one)) == "failed"


async def test_the_list_continues_where_its_last_page_ended(cast: Cast) -> None:
    for number in range(5):
        await Member.with_phone(cast.grace.id, f"+1202555016{number}", f"Member {number}")
    one = await sent(cast)
    seen: list[int] = []
    while page := await recipients(one, "waiting", after=seen[-1] if seen else None, limit=3):
        seen += [found.id for found in page]
    assert len(seen) == len(set(seen)) == 7


async def test_a_retry_sends_only_what_may_arrive_and_pressing_twice_sends_once(
    cast: Cast,
) -> None:
    third = await Member.with_phone(cast.grace.id, STRANGER, "Ada Stone")
    one = await sent(cast)
    await settle(one, "undelivered", "30003", conversation__member_id=cast.naomi.id)
    await settle(one, "undelivered", "30005", conversation__member_id=cast.george.id)
    await settle(one, "undelivered", "30003", conversation__member_id=third.id)
    await third.opt_out()
    assert (await progress(one)).retryable == 2

    assert await retry_failed(one) == 1
    assert await retry_failed(one) == 0
    assert await names(one, "waiting") == ["Naomi Park"]
    assert await names(one, "failed") == ["George Bell", "Ada Stone"]
    [again] = await Message.filter(retry_of_id__isnull=False).select_related("retry_of")
    assert again.body == "Dear Naomi, who bakes?"
    assert again.retry_of and again.retry_of.retried and again.retry_of.broadcast_id is None
    conversation = await Conversation.get(id=again.conversation_id)
    assert again.revision == again.retry_of.revision == conversation.revision
    assert conversation.last_at is None, "a broadcast never lifts a conversation"


async def test_a_copy_retried_in_its_conversation_replaces_the_failed_one(
    cast: Cast,
) -> None:
    one = await sent(cast)
    await settle(one, "undelivered", "30003", conversation__member_id=cast.naomi.id)
    [failed] = await Message.filter(broadcast_id=one.id, status="undelivered")
    failed.conversation = await cast.conversation()
    again = await retry(failed, by=cast.ruth)

    assert (await Message.get(id=again.id)).broadcast_id == one.id
    assert (await progress(one)).failed == 0
    assert await names(one, "waiting") == ["George Bell", "Naomi Park"]
    assert (await cast.conversation()).last_at is None


async def test_nothing_of_a_stopped_broadcast_is_retried(cast: Cast) -> None:
    one = await sent(cast)
    await settle(one, "undelivered", "30003", conversation__member_id=cast.naomi.id)
    await stop_broadcast(one)
    assert (await progress(one)).retryable == 1, "the premise"
    assert await retry_failed(one) == 0
    assert await names(one, "failed") == ["Naomi Park"]


async def test_texts_after_a_broadcast_answer_it_until_staff_reply(cast: Cast) -> None:
    one = await sent(cast)
    assert (await says(cast, NAOMI, "I do!")).answers_id == one.id
    assert (await says(cast, NAOMI, "Two cakes", 2)).answers_id == one.id
    assert (await progress(one)).answered == 1, "members are counted, not texts"
    [answer] = await recipients(one, "answered")
    assert answer.message and answer.message.body == "Two cakes"

    await reply(await cast.conversation(), by=cast.ruth, body="Thanks", key=new_key())
    assert (await says(cast, NAOMI, "And my mother is ill", 3)).answers_id is None
    assert (await says(cast, GEORGE, "So do I", 4)).answers_id == one.id
    assert await names(one, "answered") == ["George Bell", "Naomi Park"]


async def test_a_text_answers_the_newest_broadcast(cast: Cast) -> None:
    await sent(cast)
    second = await sent(cast, "And who sings?")
    assert (await says(cast, NAOMI, "I do!")).answers_id == second.id


async def test_a_text_a_week_later_is_not_an_answer(cast: Cast) -> None:
    one = await sent(cast)
    assert (await says(cast, NAOMI, "I do!")).answers_id == one.id
    await Broadcast.filter(id=one.id).update(send_after=now() - timedelta(days=7, minutes=1))
    assert (await says(cast, GEORGE, "Hello", 2)).answers_id is None


async def test_a_stop_is_not_an_answer(cast: Cast) -> None:
    one = await sent(cast)
    assert (await says(cast, NAOMI, "STOP")).answers_id is None
    assert (await says(cast, GEORGE, "yes", 2)).answers_id == one.id


@pytest.mark.parametrize("rate", [0.5, 1, 4])
@pytest.mark.parametrize("seconds", [6, 20, 59, 61, 90])
async def test_the_rate_is_right_from_the_first_seconds_on(
    cast: Cast, rate: float, seconds: int
) -> None:
    """Also for a broadcast that first waited for others."""
    gone = int(seconds * rate) + 1
    here = cast.grace
    await Member.bulk_create(Member(church=here, phone=f"+1312{n:07d}") for n in range(gone + 1))
    one = await sent(cast)
    await Broadcast.filter(id=one.id).update(send_after=now() - timedelta(hours=1))
    at = now()
    copies = await Message.filter(broadcast_id=one.id).order_by("id").limit(gone)
    for n, copy in enumerate(copies):
        copy.status, copy.first_attempted_at = "sent", at - timedelta(seconds=n / rate)
    await Message.bulk_update(copies, ["status", "first_attempted_at"])
    found = await progress(one)
    assert found.per_minute == pytest.approx(rate * 60, rel=0.1, abs=1)
    left = timedelta(minutes=found.waiting / found.per_minute)
    assert found.finish and abs(found.finish - now() - left) < timedelta(seconds=5)


async def test_no_rate_is_shown_before_it_is_known_or_when_nothing_is_sent(cast: Cast) -> None:
    one = await sent(cast)
    assert (await progress(one)).per_minute == 0
    copies = Message.filter(broadcast_id=one.id, conversation__member_id=cast.naomi.id)
    for seconds in (0, 3, 61):
        await copies.update(status="sent", first_attempted_at=now() - timedelta(seconds=seconds))
        found = await progress(one)
        assert found.per_minute == 0 and found.finish is None


async def test_a_scheduled_broadcast_can_be_sent_at_once(cast: Cast) -> None:
    later = now() + timedelta(days=1)
    one = await compose_broadcast(
        cast.grace, by=cast.ruth, body="Hi", target_type="all", key=new_key(), send_after=later
    )
    assert await to_enlist() == []
    assert await one.send_now()
    assert not await one.send_now()
    assert [due.id for due in await to_enlist()] == [one.id]
