"""Staff text all members."""

from inbox import paths
from inbox.keys import new_key
from inbox.models import Broadcast, Message
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.broadcasts.enqueueing import enlist
from inbox.models.broadcasts.progress import counts_of
from tests.cast import GEORGE, LYDIA, NAOMI, STRANGER
from tests.house import House


async def test_a_broadcast_reaches_all_who_want_texts(house: House) -> None:
    await house.text(STRANGER, "STOP")
    browser = await house.browser(house.cast.ruth)

    answer = await browser.post(
        paths.broadcasts(),
        data={"body": "Snow! No service today.", "target_type": "all", "key": new_key()},
    )
    assert answer.status == 200
    await house.settled()

    for phone in (NAOMI, GEORGE):
        [bubble] = house.world.handset(phone).bubbles
        assert bubble.body == "Snow! No service today."
    assert not house.world.handset(LYDIA).bubbles, "she belongs to the other church"
    broadcast = await Broadcast.get()
    counts = await counts_of(broadcast)
    assert counts == {"delivered": 2, "opted_out": 1, "unreachable": 0}
    assert broadcast.status(counts) == "done"


async def test_an_answer_to_a_broadcast_lifts_its_conversation(house: House) -> None:
    broadcast = await compose_broadcast(
        house.cast.grace, by=house.cast.ruth, body="Who bakes?", target_type="all", key=new_key()
    )
    while await enlist(broadcast):
        pass
    await house.settled()
    assert (await house.cast.conversation()).last_at is None

    await house.text(NAOMI, "I do!")
    conversation = await house.cast.conversation()
    assert conversation.last_body == "I do!"
    assert conversation.needs_reply
    bodies = await Message.filter(conversation_id=conversation.id).order_by("id")
    assert [one.body for one in bodies] == ["Who bakes?", "I do!"]
