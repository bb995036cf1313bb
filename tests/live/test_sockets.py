"""One event to many browsers: our changes to the library, and that the library still
matches them.
"""

import asyncio
import time
from functools import partial

import pytest

from inbox.live import rooms
from inbox.live.screens import Screens as LiveScreens
from inbox.live.sockets import _poll
from inbox.models.scope import Scope
from tests.cast import NAOMI
from tests.house import House, Screens, until
from tests.live.browser import Browser, browsers


async def test_only_browsers_in_a_room_get_its_event(house: House) -> None:
    cast = house.cast
    async with browsers(house, cast.ruth, cast.daniel, cast.sam) as (ruth, daniel, sam):
        for browser in (ruth, daniel, sam):
            assert (await browser.join("inbox"))["ok"]
        await house.text(NAOMI, "Are you there?")
        await house.screens.drain()
        for browser in (ruth, daniel):
            await until(partial(_has_heard, browser, "Are you there?", "arrived"))
        await sam.hear()
        assert "Are you there?" not in sam.html and sam.told == []


async def _has_heard(browser: Browser, words: str, event: str) -> bool:
    return words in browser.html and (event, ()) in browser.told


async def test_sockets_wait_without_a_timer_and_leave_no_task_behind(
    house: House,
) -> None:
    engine = house.app.sockets.eio
    async with browsers(house, house.cast.ruth, house.cast.daniel):
        polls = [socket.poll for socket in engine.sockets.values()]
        assert [type(poll) for poll in polls] == [partial, partial]
        assert {poll.func for poll in polls} == {_poll}

    async def all_left() -> bool:
        writers = [task for task in asyncio.all_tasks() if "writer" in str(task.get_coro())]
        return not engine.sockets and not writers

    await until(all_left)


async def test_queued_packets_are_sent_before_the_end() -> None:
    queue: asyncio.Queue[object] = asyncio.Queue()
    for packet in ("one", "two", None):
        queue.put_nowait(packet)
    assert await _poll(queue) == ["one", "two"]  # type: ignore[arg-type,comparison-overlap]
    assert await _poll(queue) == []  # type: ignore[arg-type]
    async with asyncio.timeout(1):
        await queue.join()


@pytest.mark.parametrize("texts", [1, 3])
async def test_a_text_is_one_frame_with_its_row_and_the_counts(
    house: House, screens: Screens, texts: int
) -> None:
    house.app.context.screens = LiveScreens(screens)
    inbox = rooms.inbox(Scope(house.cast.grace.id))
    for number in range(texts):
        await house.text(NAOMI, f"Number {number}")
        await house.screens.drain()
        shown_at = time.monotonic()

        async def counts_are_shown_at_once_again(shown_at: float = shown_at) -> bool:
            return time.monotonic() - shown_at > 0.25

        await until(counts_are_shown_at_once_again)
    frames = [data for event, data, room in screens.told if room == inbox]
    assert len(frames) == texts
    assert all("arrived" in news for _, news in frames)
