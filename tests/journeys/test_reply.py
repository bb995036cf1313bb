"""Staff answer a member, and the ticks come back."""

import uuid

from inbox import paths
from inbox.models import Message
from tests.cast import NAOMI
from tests.house import House


async def test_a_reply_arrives_at_the_members_phone_and_its_ticks_come_back(house: House) -> None:
    await house.text(NAOMI, "Could somebody drive me on Sunday?")
    conversation = await house.cast.conversation()
    browser = await house.browser(house.cast.ruth)

    answer = await browser.post(
        paths.messages(conversation.id),
        data={"body": "Daniel will be there at 9.", "key": str(uuid.uuid4())},
        headers={"Accept": "text/vnd.turbo-stream.html"},
    )
    assert answer.status == 200
    assert "Daniel will be there at 9." in await answer.text()
    await house.settled()

    message = await Message.get(kind="out")
    assert message.status == "delivered"
    bubbles = house.world.handset(NAOMI).bubbles
    assert [bubble.body for bubble in bubbles][-1] == "Daniel will be there at 9."
