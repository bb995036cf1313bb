"""A member texts the church."""

from typing import Any

import pytest

from inbox import paths
from inbox.models import Conversation, Message
from inbox.models.texts.receive import Received, receive
from inbox.web import webhooks
from tests.cast import NAOMI, STRANGER
from tests.house import House


async def test_a_text_is_stored_in_its_members_conversation(house: House) -> None:
    await house.text(NAOMI, "Could somebody drive me on Sunday?")

    message = await Message.get(kind="in").select_related("conversation__member")
    assert message.body == "Could somebody drive me on Sunday?"
    assert message.conversation.member.name == "Naomi Park"
    assert message.conversation.needs_reply


async def test_a_text_from_an_unknown_number_creates_a_member(house: House) -> None:
    await house.text(STRANGER, "Hello, is this the church?")

    conversation = await Conversation.get().select_related("member")
    assert conversation.member.shown_name("US") == "(202) 555-0199"


async def test_twilio_resends_a_text_that_meets_errors(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = iter([OSError("the database is away"), RuntimeError("a mistake of ours")])

    async def fails_twice(*given: Any, **named: Any) -> Received | None:
        if error := next(errors, None):
            raise error
        return await receive(*given, **named)

    monkeypatch.setattr(webhooks, "receive_text", fails_twice)
    number = house.world.numbers[house.cast.grace_number.number]
    number.sms_url = paths.incoming_address(house.url, house.cast.grace)
    await house.text(NAOMI, "Are you there?")
    assert next(errors, None) is None, "there were errors"
    assert (await Message.get(kind="in")).body == "Are you there?"
