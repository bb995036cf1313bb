"""Snoozed conversations come back automatically, on every screen."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from inbox.clock import now
from inbox.context import Context
from inbox.models import Conversation, Message
from inbox.models.conversations import triage
from inbox.work.snoozes import BATCH, wake_round
from tests.cast import Cast
from tests.house import Screens
from tests.models.texts.test_receive import text


async def snoozed(cast: Cast, count: int, due: int) -> list[Conversation]:
    """This many, of which the first are due."""
    made = []
    for n in range(count):
        await text(cast, "Next week, please", n, from_=f"+1312555{n:04d}")
        made.append(await Conversation.all().order_by("-id").first())
    for n, conversation in enumerate(made):
        assert conversation
        until = now() + (timedelta(hours=1) if n >= due else -timedelta(seconds=1))
        await triage.snooze(conversation, until, by=cast.ruth)
    return [one for one in made if one]


async def test_due_conversations_wake_and_are_shown_and_the_rest_stay_snoozed(
    context: Context, cast: Cast, screens: Screens
) -> None:
    due, later = await snoozed(cast, 2, due=1)
    assert await wake_round(context.screens) is False
    await context.screens.drain()

    room = screens.put_in(f"conversation:{due.id}")
    assert "Snooze ended" in room and 'data-state="open"' in room
    rows = screens.put_in(f"church:{cast.grace.id}:inbox")
    assert f'id="conversation_{due.id}"' in rows and "rows_needs_reply" in rows
    assert f'id="conversation_{later.id}"' not in rows
    assert await Conversation.filter(state="snoozed").count() == 1
    await wake_round(context.screens)
    assert await Message.filter(event="woke").count() == 1


async def test_many_wake_batch_by_batch(context: Context, cast: Cast) -> None:
    await snoozed(cast, BATCH + 1, due=BATCH + 1)
    assert await wake_round(context.screens) is True
    assert await Conversation.filter(state="snoozed").count() == 1
    assert await wake_round(context.screens) is False
    assert await Conversation.filter(state="snoozed").count() == 0


async def test_one_that_cannot_wake_delays_none_of_the_others(
    context: Context, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, *_ = await snoozed(cast, 3, due=3)
    show = context.screens.show_conversations

    async def fail_for_one(ids: Sequence[int], lines: list[Message]) -> list[str]:
        if broken.id in ids:
            raise RuntimeError
        return await show(ids, lines)

    monkeypatch.setattr(context.screens, "show_conversations", fail_for_one)
    assert await wake_round(context.screens) is False
    assert await Conversation.filter(state="snoozed").count() == 0
