"""What is shown of a change, and to whom."""

import asyncio
from collections.abc import Collection

import pytest

from inbox.context import Context
from inbox.dom_ids import dom_id
from inbox.live import rooms
from inbox.live.emit_queue import EmitQueue, everywhere
from inbox.live.screens import Screens as LiveScreens
from inbox.models import Message
from inbox.models.scope import Scope
from inbox.models.texts.receive import receive
from tests.cast import GEORGE, NAOMI, Cast
from tests.house import Screens
from tests.models.broadcasts.test_broadcast import compose, enlist
from tests.models.queueing import sid


async def copies_to_all(cast: Cast) -> list[Message]:
    broadcast = await compose(cast)
    await enlist(broadcast)
    return await Message.filter(broadcast_id=broadcast.id)


async def answered(cast: Cast, number: int, phone: str) -> Message:
    received = await receive(cast.grace_number, sid=sid(number), from_=phone, body="See you there")
    assert received
    return received.messages[0]


async def test_copies_of_a_broadcast_update_no_row_but_its_answers_do(
    context: Context, cast: Cast, screens: Screens
) -> None:
    copies = await copies_to_all(cast)
    context.screens.show_messages_soon(copies)
    await context.screens.drain()
    for copy in copies:
        assert dom_id(copy) in screens.put_in(rooms.conversation(copy.conversation_id))
    assert len(copies) == 2
    assert 'class="row"' not in screens.put_in(rooms.inbox(Scope(cast.grace.id)))

    context.screens.show_messages_soon([await answered(cast, 1, NAOMI)])
    await context.screens.drain()
    assert screens.put_in(rooms.inbox(Scope(cast.grace.id))).count('class="row"') == 1


async def test_a_bubble_and_a_head_are_rendered_only_for_open_screens(cast: Cast) -> None:
    naomi, george = await answered(cast, 1, NAOMI), await answered(cast, 2, GEORGE)
    heard = {rooms.inbox(Scope(cast.grace.id)), rooms.conversation(naomi.conversation_id)}
    here = Screens()

    async def somebody_is_in(asked: Collection[str]) -> set[str]:
        return heard & set(asked)

    told = LiveScreens(here, somebody_is_in)
    told.show_messages_soon([naomi, george])
    await told.drain()

    assert here.put_in(rooms.inbox(Scope(cast.grace.id))).count('class="row"') == 2
    opened = here.put_in(rooms.conversation(naomi.conversation_id))
    assert dom_id(naomi) in opened and f"gate_{naomi.conversation_id}" in opened
    assert here.put_in(rooms.conversation(george.conversation_id)) == ""


async def test_a_text_is_one_frame_in_every_room(
    context: Context, cast: Cast, screens: Screens
) -> None:
    """The row, its counts, and its announcement; the bubble, and what is around it."""
    naomi = await answered(cast, 1, NAOMI)
    context.screens.show_messages_soon([naomi])
    await context.screens.drain()
    for room in (rooms.inbox(Scope(cast.grace.id)), rooms.conversation(naomi.conversation_id)):
        assert len([one for one in screens.told if one[2] == room]) == 1
    [(event, data, _)] = [
        one for one in screens.told if one[2] == rooms.inbox(Scope(cast.grace.id))
    ]
    assert event == "put" and data[1] == ["arrived"]
    assert f"conversation_{naomi.conversation_id}" in data[0]
    assert 'id="counts"' in data[0]


async def test_of_many_conversations_shown_at_once_each_is_one_frame(
    context: Context, cast: Cast, screens: Screens
) -> None:
    """Its new event, and what is around it."""
    texts = [await answered(cast, 1, NAOMI), await answered(cast, 2, GEORGE)]
    ids = [one.conversation_id for one in texts]
    html = "".join(await context.screens.show_conversations(ids, texts))
    await context.screens.drain()
    waited = list(screens.told)
    screens.told.clear()
    context.screens.show_messages_soon(texts)
    await context.screens.drain()
    for text in texts:
        room = rooms.conversation(text.conversation_id)
        [(_, frame, _)] = [one for one in waited if one[2] == room]
        [(_, frame_soon, _)] = [one for one in screens.told if one[2] == room]
        for shown in (html, frame, frame_soon):
            assert dom_id(text) in shown and f"gate_{text.conversation_id}" in shown
    assert html.count('class="row"') == 2


async def test_a_burst_of_texts_updates_the_counts_once_more_at_its_end(
    context: Context, cast: Cast, screens: Screens
) -> None:
    for number in range(1, 6):
        context.screens.show_messages_soon([await answered(cast, number, NAOMI)])
    await context.screens.drain()
    counted = [one for one in screens.told if 'id="counts"' in str(one[1])]
    inbox = [one for one in counted if one[2] == rooms.inbox(Scope(cast.grace.id))]
    assert 1 <= len(inbox) <= 2
    context.screens.show_messages_soon([await answered(cast, 6, NAOMI)])
    await context.screens.drain()
    assert 'id="counts"' in screens.put_in(rooms.inbox(Scope(cast.grace.id)))


async def test_an_older_fragment_never_replaces_a_newer_one(screens: Screens) -> None:
    queue = EmitQueue(screens, everywhere)
    queue.put("conversation:1", "head_1", "<b id=head_1>new</b>", 7)
    queue.put("conversation:1", "head_1", "<b id=head_1>old</b>", 6)
    await queue.drain()
    assert screens.put_in("conversation:1") == "<b id=head_1>new</b>"
    queue.put("conversation:1", "head_1", "<b id=head_1>newer</b>", 8)
    await queue.drain()
    assert "newer" in screens.put_in("conversation:1")


class ManyBrowsers:
    """An emitter whose browsers take a tenth of a second to write each frame. The clock says so at
    once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.frames: list[str] = []
        self._loop = asyncio.get_running_loop()
        self._passed = 0.0
        clock = self._loop.time
        monkeypatch.setattr(self._loop, "time", lambda: clock() + self._passed)

    async def emit(self, event: str, data: str, room: str | None = None) -> None:
        self.frames.append(data)
        self._loop.call_soon(self._write)

    def _write(self) -> None:
        self._passed += 0.1


async def test_bursts_to_many_browsers_leave_in_fewer_frames(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browsers = ManyBrowsers(monkeypatch)
    queue = EmitQueue(browsers, everywhere)
    queue.put("inbox", "row_1", "One")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert browsers.frames == ["One"], "the first leaves at once"
    for number, row in enumerate(("Two", "Three", "Four"), 2):
        queue.put("inbox", f"row_{number}", row)
        for _ in range(10):
            await asyncio.sleep(0)
    await queue.drain()
    assert browsers.frames == ["One", "TwoThreeFour"]
