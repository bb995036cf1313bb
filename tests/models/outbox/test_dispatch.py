"""Texts stamped and named in batches: each as if it had been alone."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from inbox.batching import Batcher
from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Conversation, Member, Message
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.broadcasts.stopping import stop_broadcast
from inbox.models.outbox import dispatch, moves, outcomes, receipts, unconfirmed
from inbox.models.outbox.claimed import Claimed
from tests.cast import Cast
from tests.models.queueing import claim, marked, queue, sid

GRACE = timedelta(seconds=120)


async def claimed_together(cast: Cast, count: int) -> list[Claimed]:
    for n in range(count):
        await queue(cast, await Member.with_phone(cast.grace.id, f"+1202555{n + 200:04d}"))
    claimed = await claim(cast.grace_number, most=count)
    assert len(claimed) == count
    return claimed


async def stamped_together(cast: Cast, count: int) -> list[Claimed]:
    return await marked_together(await claimed_together(cast, count))


async def marked_together(texts: list[Claimed]) -> list[Claimed]:
    return list(await asyncio.gather(*map(marked, texts)))


async def as_kept(messages: Sequence[Message | Claimed]) -> list[Message]:
    return [await Message.get(id=message.id) for message in messages]


@contextmanager
def sizes_of(together: Batcher[Any, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The size of each batch."""
    sizes: list[int] = []
    work = together._work

    async def counted(items: list[Any]) -> Any:
        sizes.append(len(items))
        return await work(items)

    with monkeypatch.context() as patch:
        patch.setattr(together, "_work", counted)
        yield sizes


async def test_a_claim_returns_everything_needed_to_send_its_texts(cast: Cast) -> None:
    message = await queue(cast, body="Dinner at 6 😀", attempts=2, resent=1)
    [claimed] = await claim(cast.grace_number)

    kept = await Message.get(id=message.id)
    for name in (
        "key body segments church_id conversation_id phone_number_id broadcast_id send_before "
        "priority attempts resent error_code claim claimed_at status attempted_at provider_sid"
    ).split():
        assert getattr(claimed, name) == getattr(kept, name), name
    assert claimed.to_phone == cast.naomi.phone


async def test_of_texts_stamped_together_only_the_blocked_ones_are_held_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    broadcast = await compose_broadcast(
        cast.grace, by=None, body="Snow!", target_type="all", key=new_key()
    )
    texts = await claimed_together(cast, 6)
    stops, cannot, snow, lost, gone, goes = texts
    await Member.filter(conversations__id=stops.conversation_id).update(opted_out_at=now())
    await Member.filter(conversations__id=cannot.conversation_id).update(unreachable="30006")
    await Message.filter(id=snow.id).update(broadcast_id=broadcast.id)
    texts[2] = replace(snow, broadcast_id=broadcast.id)
    await stop_broadcast(broadcast)
    await Message.filter(id=lost.id).update(claim="another worker's")
    await receipts.settle(cast.grace.id, key=gone.key, sid=sid(1), status="sent", code=None)

    with sizes_of(dispatch._marking, monkeypatch) as sizes:
        stamped = await asyncio.gather(*map(dispatch.mark_attempt, texts))
    assert sizes == [6]
    assert stamped[:-1] == [None] * 5
    assert stamped[-1] and (stamped[-1].id, stamped[-1].attempts) == (goes.id, 1)
    assert stamped[-1].attempted_at
    for text in texts[:-1]:
        await outcomes.held_back(text)
    assert [one.status for one in await as_kept(texts)] == [
        "failed",
        "failed",
        "canceled",
        "sending",
        "sent",
        "sending",
    ]


async def test_a_text_that_is_stamped_twice_at_once_is_stamped_once(cast: Cast) -> None:
    message, other = await claimed_together(cast, 2)
    again = replace(message)

    stamped = await asyncio.gather(*map(dispatch.mark_attempt, (message, other, again)))
    assert [one is not None for one in stamped] == [True, True, False]
    assert [one.attempts for one in await as_kept([message, other])] == [1, 1]


async def test_two_claims_of_one_text_are_not_confused(cast: Cast) -> None:
    """It was given up while its first holder slept, and claimed again by the same process."""
    first, _ = await claimed_together(cast, 2)
    await unconfirmed.recover(await Message.get(id=first.id), GRACE)
    [second] = await claim(cast.grace_number)
    assert second.id == first.id

    [none, one] = await asyncio.gather(*map(dispatch.mark_attempt, (first, second)))
    assert none is None and one


async def test_texts_accepted_together_each_get_their_own_sid(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = await stamped_together(cast, 7)
    overtaken, failed, *_ = texts
    await receipts.settle(
        cast.grace.id, key=overtaken.key, sid=sid(0), status="delivered", code=None
    )
    await receipts.settle(cast.grace.id, key=failed.key, sid=sid(1), status="failed", code="30003")

    words = ["accepted"] * 5 + ["sent"] * 2
    with sizes_of(moves._asked, monkeypatch) as sizes:
        settled = await asyncio.gather(
            *(outcomes.accepted(texts[n], sid(n), words[n]) for n in range(7))
        )
    assert sizes == [7]
    assert [len(one.messages) for one in settled] == [0, 0, 1, 1, 1, 1, 1]
    kept = await as_kept(texts)
    assert [one.provider_sid for one in kept] == [sid(n) for n in range(7)]
    assert [one.status for one in kept] == ["delivered", "failed", *words[2:]]
    for text in kept[2:]:
        conversation = await Conversation.get(id=text.conversation_id)
        assert text.revision == conversation.revision
        assert conversation.last_status == text.status
        assert text.ask_after and text.claim is None
    for one, text in zip(settled[2:], kept[2:], strict=True):
        [shown] = one.messages
        assert (shown.id, shown.status, shown.revision) == (text.id, text.status, text.revision)


async def test_a_sid_that_is_taken_spoils_nothing_for_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = await stamped_together(cast, 4)
    await outcomes.accepted(texts[0], sid(7), "accepted")

    named = zip(texts[1:], [sid(1), sid(7), sid(3)], strict=True)
    with sizes_of(moves._asked, monkeypatch) as sizes:
        settled = await asyncio.gather(
            *(outcomes.accepted(text, name, "accepted") for text, name in named)
        )
    assert sizes[:4] == [3, 1, 1, 1], "together it fails, and then each is tried separately"
    assert [one.messages[0].status for one in settled] == ["accepted"] * 3
    kept = await as_kept(texts[1:])
    assert [one.provider_sid for one in kept] == [sid(1), None, sid(3)]
    assert {one.status for one in kept} == {"accepted"}


async def test_statuses_that_are_final_at_once_are_final(cast: Cast) -> None:
    texts = await stamped_together(cast, 2)
    await asyncio.gather(
        outcomes.accepted(texts[0], sid(1), "delivered"),
        outcomes.accepted(texts[1], sid(2), "accepted"),
    )
    kept = await as_kept(texts)
    assert [one.status for one in kept] == ["delivered", "accepted"]
    assert kept[0].settled_at and kept[0].ask_after is None


async def test_a_worker_that_dies_while_it_writes_for_many_leaves_all_or_nothing(
    cast: Cast,
) -> None:
    seen: set[tuple[str, bool]] = set()
    number_id = cast.grace_number.id
    for attempt in range(24):
        texts = await stamped_together(cast, 3)
        writing = [
            asyncio.create_task(outcomes.accepted(text, sid(10 * attempt + n), "accepted"))
            for n, text in enumerate(texts)
        ]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        lane = moves._asked._lanes[number_id]
        for _ in range(attempt):
            await asyncio.sleep(0.0003)
        assert lane._running
        lane._running.cancel()
        await asyncio.wait([*writing, lane._running])
        left = {(one.status, one.provider_sid is not None) for one in await as_kept(texts)}
        assert len(left) == 1, "not one without the others"
        seen |= left
        for n, text in enumerate(texts):
            await outcomes.accepted(text, sid(10 * attempt + n), "delivered")
    assert seen == {("sending", False), ("accepted", True)}


async def test_a_worker_that_dies_between_stamp_and_answer_leaves_only_those_unconfirmed(
    cast: Cast,
) -> None:
    texts = await claimed_together(cast, 9)
    texts[3:] = await marked_together(texts[3:])
    await asyncio.gather(*(outcomes.accepted(texts[n], sid(n), "accepted") for n in range(6, 9)))

    for left in await unconfirmed.abandoned(timedelta(0)):
        await unconfirmed.recover(left, GRACE)
    statuses = [one.status for one in await as_kept(texts)]
    assert statuses == ["queued"] * 3 + ["unconfirmed"] * 3 + ["accepted"] * 3
    # The answers arrive after all, as from a worker that was only slow.
    await asyncio.gather(*(outcomes.accepted(texts[n], sid(n), "accepted") for n in range(3, 6)))
    assert not any(await asyncio.gather(*map(dispatch.mark_attempt, texts[:3])))
    statuses = [one.status for one in await as_kept(texts)]
    assert statuses == ["queued"] * 3 + ["accepted"] * 6


async def test_a_claim_changes_nothing_that_a_screen_shows(cast: Cast) -> None:
    tried = await queue(cast, attempts=1)
    await queue(cast, body="Waits behind it")
    before = await Message.all().order_by("id").values("id", "revision")
    row = await Conversation.get(id=tried.conversation_id)

    [claimed] = await claim(cast.grace_number)
    assert claimed.id == tried.id
    assert await Message.all().order_by("id").values("id", "revision") == before
    after = await Conversation.get(id=tried.conversation_id)
    assert (after.revision, after.last_status) == (row.revision, row.last_status)
