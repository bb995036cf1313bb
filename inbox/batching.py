"""Batches concurrent calls: while one batch runs, the next one collects."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

MAX_BATCH = 100

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Batcher(Generic[Item, Answer]):
    """No one waits for company: the first caller is served at once, and those who call meanwhile
    are the next batch. Each gets its answer when the whole batch is done.

    It keeps nothing between bursts, so a module may have one: it is a function that takes many
    calls at a time.
    """

    def __init__(self, work: Callable[[list[Item]], Awaitable[Sequence[Answer]]]) -> None:
        """`work` answers item by item. If it raises, it must have done nothing: then every item is
        tried by itself, so that a bad one fails alone.
        """
        self._work = work
        self._lanes: dict[Hashable, _Lane[Item, Answer]] = {}

    async def submit(self, item: Item, *, lane: Hashable = None, apart: Hashable = None) -> Answer:
        """Lanes are independent. Items with the same `apart` never share a batch: the first goes
        first, and the next in a later one. None goes with any other.
        """
        here = self._lanes.get(lane)
        if here is None:
            here = self._lanes[lane] = _Lane(self._work, lambda: self._lanes.pop(lane, None))
        return await here.submit(item, apart)


class _Lane(Generic[Item, Answer]):
    def __init__(
        self,
        work: Callable[[list[Item]], Awaitable[Sequence[Answer]]],
        ended: Callable[[], object],
    ) -> None:
        self._work = work
        self._ended = ended
        self._waiting: list[tuple[Item, Hashable, asyncio.Future[Answer]]] = []
        self._running: asyncio.Task[None] | None = None

    async def submit(self, item: Item, apart: Hashable) -> Answer:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, apart, answer))
        # Done: it was canceled before it began, when its loop ended.
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._serve(self._next())
        finally:
            self._ended()
            for *_, answer in self._waiting:
                answer.cancel()

    def _next(self) -> list[tuple[Item, asyncio.Future[Answer]]]:
        batch: list[tuple[Item, asyncio.Future[Answer]]] = []
        later: list[tuple[Item, Hashable, asyncio.Future[Answer]]] = []
        seen: set[Hashable] = set()
        for waiting in self._waiting:
            item, apart, answer = waiting
            if len(batch) == MAX_BATCH or (apart is not None and apart in seen):
                later.append(waiting)
            else:
                batch.append((item, answer))
            seen.add(apart)
        self._waiting = later
        return batch

    async def _serve(self, batch: list[tuple[Item, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._work([item for item, _ in batch])
        except Exception as fault:
            if len(batch) > 1:
                for one in batch:
                    await self._serve([one])
            elif not batch[0][1].done():
                batch[0][1].set_exception(fault)
            return
        except BaseException:
            for _, answer in batch:
                answer.cancel()
            raise
        for (_, answer), given in zip(batch, answers, strict=True):
            # Whoever went away meanwhile does not get it; it is done all the same.
            if not answer.done():
                answer.set_result(given)
