"""Scheduled texts are sent when they are due, and every screen shows it."""

from datetime import timedelta

import pytest

from inbox.clock import now
from inbox.context import Context
from inbox.dom_ids import dom_id
from inbox.keys import new_key
from inbox.models import Message
from inbox.models.texts import scheduled
from inbox.work.scheduled import BATCH, release_round
from tests.cast import Cast
from tests.house import Screens


async def waiting(cast: Cast, count: int, due: int) -> list[Message]:
    """This many, each to another member, of which the first are due."""
    made = []
    for n in range(count):
        member = await cast.naomi.with_phone(cast.grace.id, f"+1312555{n:04d}")
        conversation = await cast.conversation(member)
        at = now() + timedelta(hours=1)
        made.append(
            await scheduled.schedule(
                conversation, by=cast.ruth, body=f"Text {n}", key=new_key(), at=at
            )
        )
    ids = [one.id for one in made[:due]]
    await Message.filter(id__in=ids).update(scheduled_for=now() - timedelta(seconds=1))
    return made


async def test_due_texts_are_sent_on_every_screen_and_the_rest_wait(
    context: Context, cast: Cast, screens: Screens
) -> None:
    due, later = await waiting(cast, 2, due=1)
    assert await release_round(context.screens) is False
    await context.screens.drain()
    room = screens.put_in(f"conversation:{due.conversation_id}")
    assert f'id="{dom_id(due)}"' in room and 'data-status="queued"' in room
    rows = screens.put_in(f"church:{cast.grace.id}:inbox")
    assert f'id="conversation_{due.conversation_id}"' in rows
    assert f'id="conversation_{later.conversation_id}"' not in rows
    assert await Message.filter(status="scheduled").count() == 1
    await release_round(context.screens)
    assert await Message.filter(status="queued").count() == 1


async def test_many_are_sent_batch_by_batch(context: Context, cast: Cast) -> None:
    await waiting(cast, BATCH + 1, due=BATCH + 1)
    assert await release_round(context.screens) is True
    assert await release_round(context.screens) is False
    assert await Message.filter(status="queued").count() == BATCH + 1


async def test_one_that_cannot_be_sent_delays_none_of_the_others(
    context: Context, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, *_ = await waiting(cast, 3, due=3)
    release = scheduled.release

    async def fail_for_one(message: Message) -> Message | None:
        if message.id == broken.id:
            raise RuntimeError
        return await release(message)

    monkeypatch.setattr(scheduled, "release", fail_for_one)
    assert await release_round(context.screens) is False
    assert await Message.filter(status="queued").count() == 2
    assert (await Message.get(id=broken.id)).status == "scheduled"
