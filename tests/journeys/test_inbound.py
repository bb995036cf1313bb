"""A member texts the church."""

from inbox.models import Conversation, Message
from tests.cast import NAOMI, STRANGER
from tests.house import House


async def test_a_text_is_stored_in_its_members_conversation(house: House) -> None:
    await house.text(NAOMI, "Could somebody drive me on Sunday?")

    message = await Message.get(direction="in").select_related("conversation__member")
    assert message.body == "Could somebody drive me on Sunday?"
    assert message.conversation.member.name == "Naomi Park"
    assert message.conversation.needs_reply


async def test_a_text_from_a_number_nobody_knows_makes_a_member(house: House) -> None:
    await house.text(STRANGER, "Hello, is this the church?")

    conversation = await Conversation.get().select_related("member")
    assert conversation.member.shown_name == "(202) 555-0199"
