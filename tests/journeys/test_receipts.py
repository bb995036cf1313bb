"""Receipts report what became of a text."""

from typing import Any

import pytest

from inbox import paths
from inbox.keys import new_key
from inbox.models import Message
from inbox.models.outbox.moves import Settled
from inbox.models.outbox.receipts import settle
from inbox.simulator import Fault, Faults
from inbox.web import webhooks
from tests.house import House


async def reply(house: House, body: str) -> None:
    conversation = await house.cast.conversation()
    browser = await house.browser(house.cast.ruth)
    await browser.post(paths.messages(conversation.id), data={"body": body, "key": new_key()})
    await house.settled()


async def test_receipts_in_any_order_and_number_lead_to_the_same_status(house: House) -> None:
    house.network.faults = faults = Faults(
        receipts_shuffled=Fault(chance=1), receipts_twice=Fault(chance=1)
    )
    await reply(house, "See you on Sunday")

    assert faults.struck["receipts_shuffled"] == 1
    assert faults.struck["receipts_twice"] == 2
    assert (await Message.get()).status == "delivered"


async def test_twilio_resends_a_receipt_that_meets_errors(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = iter([OSError("the database is away"), RuntimeError("a mistake of ours")] * 2)

    async def fails_at_first(*given: Any, **named: Any) -> Settled | None:
        if error := next(errors, None):
            raise error
        return await settle(*given, **named)

    monkeypatch.setattr(webhooks, "settle", fails_at_first)
    await reply(house, "See you on Sunday")
    assert next(errors, None) is None, "there were errors"
    assert (await Message.get()).status == "delivered"


async def test_an_undelivered_text_says_why_and_can_be_sent_again(house: House) -> None:
    house.network.faults = Faults(delivery_fails=Fault(next=1, code=30003))
    await reply(house, "See you on Sunday")
    message = await Message.get()
    assert (message.status, message.error_code) == ("undelivered", "30003")
    assert message.reason and "switched off" in message.reason.text

    browser = await house.browser(house.cast.daniel)
    await browser.post(paths.retry(message.conversation_id, message.id))
    await house.settled()
    again = await Message.get(retry_of_id=message.id)
    assert again.status == "delivered"
