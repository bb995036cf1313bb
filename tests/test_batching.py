"""Batched work: no call waits for others to arrive, and one bad item fails alone."""

import asyncio

import pytest

from inbox.batching import Batcher
from inbox.models import Conversation, Message
from inbox.models.texts.receive import receive
from tests.cast import GEORGE, NAOMI, STRANGER, Cast
from tests.models.queueing import sid


class Doubling:
    """Doubles numbers in batches, as slowly as the test asks."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def work(self, numbers: list[int]) -> list[int]:
        self.batches.append(numbers)
        await self.go_on.wait()
        if 13 in numbers:
            raise ValueError("an unlucky number")
        return [2 * number for number in numbers]


async def test_calls_that_arrive_meanwhile_form_the_next_batch() -> None:
    doubling = Doubling()
    together = Batcher(doubling.work)
    assert await asyncio.gather(*(together.submit(n) for n in range(4))) == [0, 2, 4, 6]
    doubling.go_on.clear()
    first = asyncio.create_task(together.submit(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    rest = [asyncio.create_task(together.submit(n)) for n in (2, 3)]
    await asyncio.sleep(0)
    doubling.go_on.set()
    assert await asyncio.gather(first, *rest) == [2, 4, 6]
    assert doubling.batches == [[0, 1, 2, 3], [1], [2, 3]]


async def test_a_bad_item_fails_alone() -> None:
    doubling = Doubling()
    together = Batcher(doubling.work)
    answers = await asyncio.gather(
        *(together.submit(n) for n in (1, 13, 2)), return_exceptions=True
    )
    assert answers[0] == 2 and answers[2] == 4
    assert isinstance(answers[1], ValueError)
    assert await together.submit(5) == 10


async def test_items_kept_apart_run_one_after_another() -> None:
    doubling = Doubling()
    together = Batcher(doubling.work)
    await asyncio.gather(*(together.submit(n, apart=n % 2) for n in range(4)))
    assert doubling.batches == [[0, 1], [2, 3]]


async def test_lanes_are_independent() -> None:
    doubling = Doubling()
    together = Batcher(doubling.work)
    await asyncio.gather(*(together.submit(n, lane=n) for n in range(3)))
    assert doubling.batches == [[0], [1], [2]]


async def test_a_canceled_call_cancels_no_other() -> None:
    doubling = Doubling()
    together = Batcher(doubling.work)
    doubling.go_on.clear()
    gone, staying = (asyncio.create_task(together.submit(n)) for n in (1, 2))
    await asyncio.sleep(0)
    gone.cancel()
    doubling.go_on.set()
    assert await staying == 4
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_nothing_is_kept_between_bursts() -> None:
    doubling = Doubling()
    together = Batcher(doubling.work)
    answers = asyncio.gather(*(together.submit(n, lane=n) for n in (1, 2, 13)))
    with pytest.raises(ValueError):
        await answers
    assert len(doubling.batches) == 3 and not together._lanes


def test_a_batcher_that_outlives_a_loop_works_in_the_next() -> None:
    doubling = Doubling()
    together = Batcher(doubling.work)

    async def ends_before_it_begins() -> None:
        left.append(asyncio.create_task(together.submit(1)))

    left: list[asyncio.Task[int]] = []
    asyncio.run(ends_before_it_begins())
    assert left[0].cancelled() and not doubling.batches, "the premise"

    async def again() -> int:
        async with asyncio.timeout(5):
            return await together.submit(2)

    assert asyncio.run(again()) == 4
    assert not together._lanes


async def test_texts_that_arrive_together_are_all_stored_though_one_is_a_duplicate(
    cast: Cast,
) -> None:
    assert await receive(cast.grace_number, sid=sid(1), from_=NAOMI, body="One")
    texts = [(sid(1), NAOMI), (sid(2), GEORGE), (sid(3), STRANGER), (sid(4), NAOMI)]
    stored = await asyncio.gather(
        *(receive(cast.grace_number, sid=name, from_=who, body="Many") for name, who in texts)
    )
    assert [one is not None for one in stored] == [False, True, True, True]
    assert await Message.all().count() == 4
    for conversation in await Conversation.all().prefetch_related("member"):
        newest = await Message.filter(conversation=conversation).order_by("-id").first()
        assert newest and conversation.last_message_id == newest.id
        assert conversation.revision == newest.revision
