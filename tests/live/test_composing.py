"""Texts sent and undone appear correctly on every screen, connected or not."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from inbox import paths
from inbox.clock import now
from inbox.dom_ids import dom_id
from inbox.keys import new_key
from inbox.models import Message, Staff
from tests.house import House, until
from tests.live.browser import browsers, fragments
from tests.web.test_triage import a_question, stream

ZONE = ZoneInfo("America/Chicago")


async def write(house: House, by: Staff, body: str, **form: str) -> Message:
    browser, key = await house.browser(by), new_key()
    conversation = await house.cast.conversation()
    path = form.pop("path", paths.messages(conversation.id))
    assert (await stream(browser, path, body=body, key=key, **form))[0] == 200
    return await Message.get(key=key)


async def undo(house: House, message: Message) -> None:
    browser = await house.browser(house.cast.ruth)
    path = paths.cancel(message.conversation_id, message.id)
    assert (await stream(browser, path))[0] == 200


async def test_a_disconnected_screen_ends_up_with_the_same_bubbles(house: House) -> None:
    conversation = await a_question(house)
    room, ruth_ = f"conversation:{conversation.id}", house.cast.ruth
    at = (datetime.now(ZONE) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    async with browsers(house, house.cast.mercy, house.cast.daniel) as (mercy, daniel):
        gone = await write(house, ruth_, "Canceled", at=at)
        goes = await write(house, ruth_, "Good morning", at=at)
        await house.settled()
        for browser in (mercy, daniel):
            joined = await browser.join(room, since=0)
            assert dom_id(gone) in fragments(joined["html"])
        await daniel.ask("leave", {"room": room})

        await write(house, ruth_, "She is in hospital", path=paths.notes(conversation.id))
        await undo(house, gone)
        await Message.filter(id=goes.id).update(scheduled_for=now())
        await until(lambda: Message.exists(key=goes.key, status="delivered"))
        await Staff.filter(id=ruth_.id).update(undo_seconds=20)
        undone = await write(house, ruth_, "Undone")
        await undo(house, undone)
        await house.settled()
        await mercy.hear()

        pushed = {id: html for id, html in fragments(mercy.html).items() if id.startswith("mess")}
        assert len(pushed) == 4
        for message in (gone, undone):
            assert "data-gone" in pushed[dom_id(message)]
            assert message.body not in pushed[dom_id(message)]
        assert "Good morning" in pushed[dom_id(goes)] and "Delivered" in pushed[dom_id(goes)]
        caught_up = fragments((await daniel.join(room, since=joined["since"]))["html"])
        assert {id: html for id, html in caught_up.items() if id.startswith("mess")} == pushed
        assert daniel.html == ""


async def test_a_draft_is_sent_only_to_ones_own_tabs(house: House) -> None:
    conversation = await a_question(house)
    cast = house.cast
    async with browsers(house, cast.ruth, cast.ruth, cast.daniel) as (desk, phone, daniel):
        told: dict[str, list[Any]] = {"desk": [], "phone": [], "daniel": []}
        for name, browser in (("desk", desk), ("phone", phone), ("daniel", daniel)):
            browser.socket.on("draft", told[name].append)
            await browser.join(f"conversation:{conversation.id}", since=0)
        ruth = await house.browser(cast.ruth)
        form = {"kind": "reply", "body": "Dear Naomi"}
        async with ruth.post(paths.draft(conversation.id), data=form) as answer:
            assert answer.status == 204
        for browser in (desk, phone, daniel):
            await browser.hear()
        assert told["desk"] == told["phone"] == [{"conversation": conversation.id} | form]
        assert told["daniel"] == []
