"""A canceled task ends, even one that drops a cancellation."""

import asyncio

import pytest

from inbox import canceling
from inbox.canceling import cancel


async def test_a_task_that_drops_a_cancellation_is_canceled_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(canceling, "AGAIN", 0.01)
    dropped = 0

    async def stubborn() -> None:
        nonlocal dropped
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                dropped += 1
                if dropped == 3:
                    raise

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await cancel(task)
    assert task.cancelled()
    assert dropped == 3


async def test_what_a_task_raised_is_raised_to_those_who_cancel_it() -> None:
    async def broken() -> None:
        raise ValueError("broken")

    task = asyncio.create_task(broken())
    await asyncio.sleep(0)
    with pytest.raises(ValueError, match="broken"):
        await cancel(task)


async def test_those_who_wait_for_the_end_can_be_canceled_themselves() -> None:
    async def endless() -> None:
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if ended.is_set():
                    raise

    ended = asyncio.Event()
    task = asyncio.create_task(endless())
    waiting = asyncio.create_task(cancel(task))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not task.done()
    ended.set()
    await cancel(task)
