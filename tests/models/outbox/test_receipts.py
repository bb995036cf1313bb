"""A burst of receipts is processed together, and each does what it would do alone."""

import asyncio
import itertools

from inbox.keys import new_key
from inbox.models import Message, PhoneNumber
from inbox.models.outbox.receipts import settle
from tests.cast import Cast
from tests.models.queueing import queue, sid


async def taken(cast: Cast, number: int) -> Message:
    """A text that has the provider's sid."""
    return await queue(cast, status="accepted", provider_sid=sid(number))


async def told(cast: Cast, message: Message, number: int, status: str) -> list[int]:
    """The bubbles that the provider's answer changed."""
    settled = await settle(
        cast.grace.id, key=message.key, sid=sid(number), status=status, code=None
    )
    assert settled
    return [one.id for one in settled.messages]


async def test_all_statuses_of_one_text_at_once_leave_it_on_the_highest(cast: Cast) -> None:
    words = ("sent", "delivered", "accepted")
    for number, order in enumerate(itertools.permutations(words)):
        message = await taken(cast, number)
        moved = await asyncio.gather(*(told(cast, message, number, word) for word in order))

        assert dict(zip(order, moved, strict=True))["delivered"] == [message.id]
        await message.refresh_from_db()
        assert message.status == "delivered" and message.settled_at


async def test_texts_of_one_conversation_and_of_two_numbers_advance_together(cast: Cast) -> None:
    older = await PhoneNumber.connect(cast.grace, "+12025550180", "PN" + "8" * 32, 0)
    texts = [await taken(cast, number) for number in range(5)]
    await Message.filter(id=texts[0].id).update(phone_number_id=older.id)

    moved = await asyncio.gather(
        *(told(cast, text, number, "sent") for number, text in enumerate(texts))
    )

    assert moved == [[text.id] for text in texts]
    assert await Message.filter(status="sent").count() == 5
    conversation = await cast.conversation()
    assert (conversation.last_message_id, conversation.last_status) == (texts[-1].id, "sent")
    assert {one.revision for one in await Message.all()} <= set(range(conversation.revision + 1))


async def test_a_receipt_that_is_not_ours_spoils_nothing_for_the_others(cast: Cast) -> None:
    known, unnamed = await taken(cast, 1), await queue(cast, status="accepted")

    answers = await asyncio.gather(
        settle(cast.grace.id, key=new_key(), sid=sid(7), status="sent", code=None),
        settle(cast.grace.id, key=known.key, sid=sid(8), status="sent", code=None),
        settle(cast.hope.id, key=known.key, sid=sid(1), status="sent", code=None),
        settle(cast.grace.id, key=known.key, sid=sid(1), status="delivered", code=None),
        settle(cast.grace.id, key=unnamed.key, sid=sid(2), status="sent", code=None),
        settle(cast.grace.id, key=None, sid=sid(9), status="sent", code=None),
    )

    assert [answer is not None for answer in answers] == [False, False, False, True, True, False]
    for message, status, name in ((known, "delivered", sid(1)), (unnamed, "sent", sid(2))):
        await message.refresh_from_db()
        assert (message.status, message.provider_sid) == (status, name)
