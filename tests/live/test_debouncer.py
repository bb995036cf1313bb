"""Work that is done once for a burst of requests, and at once when draining."""

import asyncio

from inbox.live.debouncer import Debouncer


class Counting:
    def __init__(self) -> None:
        self.done: list[str] = []

    async def do(self, what: str) -> None:
        self.done.append(what)


async def test_draining_does_everything_requested_without_waiting_for_its_turn() -> None:
    counting, debouncer = Counting(), Debouncer(pause=3600)
    debouncer.ask("grace", lambda: counting.do("replaced"))
    debouncer.ask("grace", lambda: counting.do("grace"))
    debouncer.ask("hope", lambda: counting.do("hope"))
    async with asyncio.timeout(10):
        await debouncer.drain()
    assert counting.done == ["grace", "hope"]


async def test_what_is_requested_after_draining_waits_for_its_turn_again() -> None:
    counting, debouncer = Counting(), Debouncer(pause=3600)
    debouncer.ask("grace", lambda: counting.do("before"))
    async with asyncio.timeout(10):
        await debouncer.drain()
        debouncer.ask("grace", lambda: counting.do("after"))
        # As often as a round without a pause would need.
        for _ in range(10):
            await asyncio.sleep(0)
        assert counting.done == ["before"]
        await debouncer.drain()
    assert counting.done == ["before", "after"]
