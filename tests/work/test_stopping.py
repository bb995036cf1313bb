"""What Stop leaves behind for the worker."""

import pytest

from inbox.context import Context
from inbox.models import Member, Message
from inbox.models.broadcasts import stopping
from inbox.models.broadcasts.stopping import stop_broadcast
from inbox.models.outbox import outcomes
from inbox.work.broadcasts import cancel_round
from tests.cast import Cast
from tests.large import queue_broadcast
from tests.models.queueing import claim


async def test_a_copy_being_sent_during_stop_is_not_queued_again(cast: Cast) -> None:
    await cast.conversation()
    broadcast = await queue_broadcast(cast)
    [copy, *_] = await claim(cast.grace_number)
    await stop_broadcast(broadcast)
    assert (await Message.get(id=copy.id)).status == "sending", "the premise: Stop skipped it"
    await outcomes.refused(copy, "20429")
    assert (await Message.get(id=copy.id)).status == "canceled"


async def test_the_worker_cancels_what_stop_did_not_wait_for(
    context: Context, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "BATCH", 5)
    for n in range(12):
        await cast.conversation(await Member.with_phone(cast.grace.id, f"+1202555{n + 200:04d}"))
    broadcast = await queue_broadcast(cast)
    await stop_broadcast(broadcast)
    assert await Message.filter(status="queued").count() == 7

    assert await cancel_round(context.screens) is True
    assert await cancel_round(context.screens) is False
    assert await Message.filter(status="canceled").count() == 12
    assert await cancel_round(context.screens) is False
