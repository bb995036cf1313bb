"""Changes to a conversation: one transaction each, even if the caller is canceled midway."""

import asyncio

import pytest

from inbox.models import Conversation
from inbox.models.change import change, change_many
from tests.cast import Cast


async def test_every_change_has_its_own_revision(cast: Cast) -> None:
    conversation = await cast.conversation()

    async def one() -> int:
        async with change(conversation.id) as revision:
            return revision

    taken = await asyncio.gather(*(one() for _ in range(20)))
    assert sorted(taken) == list(range(1, 21))


async def test_a_failed_change_uses_no_revision(cast: Cast) -> None:
    conversation = await cast.conversation()
    with pytest.raises(ZeroDivisionError):
        async with change(conversation.id):
            raise ZeroDivisionError
    assert (await Conversation.get(id=conversation.id)).revision == 0


async def test_an_empty_batch_is_a_batch(cast: Cast) -> None:
    async with change_many(cast.grace_number.id, []) as revisions:
        assert revisions == {}


async def test_a_caller_canceled_in_a_change_leaves_the_database_free(cast: Cast) -> None:
    conversation = await cast.conversation()

    async def once() -> None:
        async with change(conversation.id):
            pass

    cut_off = 0
    for steps in range(1, 60):
        task = asyncio.create_task(once())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        cut_off += task.cancelled()
        async with asyncio.timeout(5):
            await once()
    assert cut_off > 5
    # Nothing was left half done: a new connection sees what the others did.
    revision = (await Conversation.get(id=conversation.id)).revision
    assert 59 <= revision <= 2 * 59
