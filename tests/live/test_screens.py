"""What is shown of a change, and to whom."""

from collections.abc import Collection

from inbox.live import rooms, wire
from inbox.live.screens import drain, show_later
from inbox.models import Message
from inbox.models.scope import Scope
from inbox.models.texts.receive import receive
from inbox.placing import dom_id
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


async def test_the_copies_of_a_broadcast_change_no_row_and_the_answers_do(
    cast: Cast, screens: Screens
) -> None:
    copies = await copies_to_all(cast)
    show_later(copies)
    await drain()
    for copy in copies:
        assert dom_id(copy) in screens.put_in(rooms.conversation(copy.conversation_id))
    assert len(copies) == 2
    assert 'class="row"' not in screens.put_in(rooms.inbox(Scope(cast.grace.id)))

    show_later([await answered(cast, 1, NAOMI)])
    await drain()
    assert screens.put_in(rooms.inbox(Scope(cast.grace.id))).count('class="row"') == 1


async def test_a_bubble_and_a_head_are_drawn_for_whoever_has_them_open(cast: Cast) -> None:
    naomi, george = await answered(cast, 1, NAOMI), await answered(cast, 2, GEORGE)
    heard = {rooms.inbox(Scope(cast.grace.id)), rooms.conversation(naomi.conversation_id)}
    here = Screens()

    async def somebody_is_in(asked: Collection[str]) -> set[str]:
        return heard & set(asked)

    wire.connect(here, somebody_is_in)
    show_later([naomi, george])
    await drain()

    assert here.put_in(rooms.inbox(Scope(cast.grace.id))).count('class="row"') == 2
    opened = here.put_in(rooms.conversation(naomi.conversation_id))
    assert dom_id(naomi) in opened and f"gate_{naomi.conversation_id}" in opened
    assert here.put_in(rooms.conversation(george.conversation_id)) == ""
