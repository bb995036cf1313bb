"""A thread shows its bubbles in the order in which they took their places, wherever reading
starts.
"""

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Conversation, Message
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.broadcasts.enqueueing import enlist
from inbox.models.conversations import thread, triage
from inbox.models.conversations.thread import Stretch
from inbox.models.conversations.triage import Then
from inbox.models.texts import scheduled
from inbox.models.texts.notes import add_note
from inbox.models.texts.reply import reply, retry
from inbox.models.texts.undo import undo
from inbox.rules.thread_place import Place
from tests.cast import NAOMI, Cast
from tests.models.queueing import sid
from tests.models.texts.test_receive import text

STEPS = 70
PAGE = 4
LATER = timedelta(hours=1)


class Talk:
    """What can happen in Naomi's conversation."""

    def __init__(self, cast: Cast, chance: random.Random) -> None:
        self._cast = cast
        self._chance = chance
        self._number = 0
        # The keys of the bubbles in the thread, in order of arrival.
        self.order: list[str] = []
        self.happened: set[str] = set()

    async def go_on(self) -> None:
        step: Callable[[], Awaitable[None]] = self._chance.choice(
            [self._text, self._reply, self._note, self._assign, self._broadcast]
            + [
                self._schedule,
                self._schedule,
                self._release,
                self._release,
                self._undo,
                self._retry,
            ]
        )
        before = len(self.order)
        await step()
        said = await self._said()
        self.order = [key for key in self.order if key in said]
        self.order += [key for key in said if key not in self.order]
        if len(self.order) != before:
            self.happened.add(step.__name__)

    async def _said(self) -> list[str]:
        """New ones by id: bubbles written together keep the order in which they were written."""
        said = Message.exclude(status="scheduled").exclude(kind="undone")
        rows = await said.filter(conversation__member_id=self._cast.naomi.id).order_by("id")
        return [one.key for one in rows]

    async def conversation(self) -> Conversation:
        return await self._cast.conversation()

    async def _text(self) -> None:
        self._number += 1
        await receive_one(self._cast, self._number)

    async def _reply(self) -> None:
        by = self._chance.choice([self._cast.ruth, self._cast.daniel])
        then = Then(done=self._chance.random() < 0.5)
        await reply(await self.conversation(), by=by, body="Hi", key=new_key(), then=then)

    async def _note(self) -> None:
        await add_note(await self.conversation(), by=self._cast.ruth, body="Hm", key=new_key())

    async def _assign(self) -> None:
        to = self._chance.choice([self._cast.ruth, self._cast.mercy, None])
        await triage.assign(await self.conversation(), to, by=self._cast.ruth)

    async def _broadcast(self) -> None:
        broadcast = await compose_broadcast(
            self._cast.grace, by=self._cast.ruth, body="Soup?", target_type="all", key=new_key()
        )
        while await enlist(broadcast):
            pass

    async def _schedule(self) -> None:
        if await Message.filter(status="scheduled").count() < scheduled.MAX_SCHEDULED:
            here = await self.conversation()
            at = now() + LATER * self._chance.random()
            await scheduled.schedule(here, by=self._cast.ruth, body="Later", key=new_key(), at=at)

    async def _release(self) -> None:
        if waiting := await self._any(status="scheduled"):
            await Message.filter(id=waiting.id).update(scheduled_for=now())
            assert await scheduled.release(waiting)

    async def _undo(self) -> None:
        if waiting := await self._any(status__in=("scheduled", "queued"), broadcast_id=None):
            await undo(waiting, by=self._cast.ruth)

    async def _retry(self) -> None:
        if sent := await self._any(status="queued", retried=False):
            await Message.filter(id=sent.id).update(status="failed")
            failed = Message.get(id=sent.id)
            here = await failed.select_related("conversation__member", "conversation__church")
            await retry(here, by=self._cast.ruth)

    async def _any(self, **which: object) -> Message | None:
        found = await Message.filter(
            conversation__member_id=self._cast.naomi.id, kind="out", **which
        ).order_by("id")
        return self._chance.choice(found) if found else None


async def receive_one(cast: Cast, number: int) -> None:
    assert await text(cast, f"Text {number}", number, NAOMI)
    assert await Message.exists(provider_sid=sid(number))


def keys(stretch: Stretch) -> list[str]:
    return [one.key for one in stretch.messages if not one.is_scheduled]


async def read_up(conversation: Conversation) -> list[str]:
    stretch = await thread.newest(conversation)
    found = keys(stretch)
    while stretch.older:
        stretch = await thread.before(conversation, stretch.older)
        assert len(stretch.messages) <= PAGE
        found = [*keys(stretch), *found]
    return found


async def read_down(conversation: Conversation) -> list[str]:
    stretch = await thread.after(conversation, Place(0, 0))
    found = keys(stretch)
    while stretch.newer:
        stretch = await thread.after(conversation, stretch.newer)
        assert len(stretch.messages) <= PAGE
        found += keys(stretch)
    return found


@pytest.mark.parametrize("seed", range(3))
async def test_a_thread_reads_the_same_from_either_end_and_from_the_middle(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(thread, "PAGE", PAGE)
    talk = Talk(cast, random.Random(seed))
    await receive_one(cast, 10_000)
    for _ in range(STEPS):
        await talk.go_on()
    assert {"_text", "_reply", "_release", "_undo", "_broadcast"} <= talk.happened

    here = await talk.conversation()
    order = talk.order
    messages = {one.key: one for one in await Message.filter(conversation_id=here.id)}
    places = [messages[key].place for key in order]
    assert len({place.position for place in places}) < len(places), "some share a position"
    ids = [place.id for place in places]
    assert ids != sorted(ids), "some were sent later than they were written"
    assert places == sorted(places)
    assert [str(one) for one in places] == sorted(str(one) for one in places)
    assert max(places).position <= here.revision

    assert await read_up(here) == order
    assert await read_down(here) == order
    for n, key in enumerate(order):
        around = await thread.around(here, messages[key])
        assert keys(around) == order[max(0, n - PAGE // 2 + 1) : n + PAGE // 2 + 1]
        above, below = around.older, around.newer
        if above:
            before = keys(await thread.before(here, above))
            assert before == order[: n - PAGE // 2 + 1][-PAGE:]
        if below:
            after = keys(await thread.after(here, below))
            assert after == order[n + PAGE // 2 + 1 :][:PAGE]
