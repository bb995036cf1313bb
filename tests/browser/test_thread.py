"""The thread: bubbles of every kind, links to a place in it, and the member's details."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Locator, Page, Route, expect

from inbox import paths
from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Group, Media, Message, Staff
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.broadcasts.enqueueing import enlist
from inbox.models.texts import scheduled
from inbox.models.texts.notes import add_note
from tests.browser.windows import (
    Windows,
    bubble,
    composer,
    follow,
    not_reloaded,
    row,
    shows,
    status,
    write,
)
from tests.cast import NAOMI, STRANGER
from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

DESK = {"width": 1440, "height": 800}
PHONE = {"width": 390, "height": 844}
# The smallest possible picture.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360"
    "000002000001e221bc330000000049454e44ae426082"
)


def details(page: Page) -> Locator:
    return page.locator("details-pane")


async def long_talk(house: House, length: int) -> list[Message]:
    conversation = await house.cast.conversation()
    start = datetime.now(UTC) - timedelta(days=2)
    await Message.bulk_create(
        [
            Message(
                church_id=conversation.church_id,
                conversation_id=conversation.id,
                phone_number_id=conversation.phone_number_id,
                kind="in",
                status="received",
                body=f"Text {number}.",
                key=new_key(),
                revision=0,
                position=0,
                created_at=start + timedelta(minutes=number),
            )
            for number in range(length)
        ]
    )
    return await Message.filter(conversation_id=conversation.id).order_by("id")


async def test_a_link_to_a_bubble_shows_it_and_the_thread_continues_from_there(
    house: House, windows: Windows
) -> None:
    texts = await long_talk(house, 160)
    conversation = await house.cast.conversation()
    ruth = await windows.open(house.cast.ruth, paths.message(conversation.id, texts[60].id))
    found = bubble(ruth, "Text 60.")
    await expect(found).to_be_in_viewport()
    await expect(found).to_have_attribute("data-found", "")
    pane = await ruth.locator(".thread-scroll").bounding_box()
    box = await found.bounding_box()
    assert pane and box and 0.15 < (box["y"] - pane["y"]) / pane["height"] < 0.35
    await expect(found).not_to_have_attribute("data-found", "")

    await house.text(NAOMI, "Something new")
    await expect(bubble(ruth, "Something new")).to_have_count(1)
    await expect(ruth.locator(".newer")).to_have_count(1)
    await bubble(ruth, "Text 84.").scroll_into_view_if_needed()
    await expect(bubble(ruth, "Text 100.")).to_have_count(1)
    while await ruth.locator(".newer").count():
        await ruth.locator(".messages > .message").nth(-2).scroll_into_view_if_needed()
    numbers = [text.split(".")[0] for text in await ruth.locator(".bubble-text").all_inner_texts()]
    assert numbers[-101:] == [f"Text {n}" for n in range(60, 160)] + ["Something new"]
    await not_reloaded(ruth)


async def test_one_press_leads_from_the_middle_of_a_thread_to_its_end(
    house: House, windows: Windows
) -> None:
    texts = await long_talk(house, 160)
    conversation = await house.cast.conversation()
    ruth = await windows.open(house.cast.ruth, paths.said(conversation.id, texts[20].id))
    await expect(bubble(ruth, "Text 20.")).to_be_in_viewport()
    await ruth.get_by_role("button", name="Newest").click()
    await expect(bubble(ruth, "Text 159.")).to_be_in_viewport()
    assert "at=" not in ruth.url
    await bubble(ruth, "Text 159.").locator(".message-link").click()
    await expect(bubble(ruth, "Text 159.")).to_have_attribute("data-found", "")
    assert f"at={texts[159].id}" in ruth.url
    await not_reloaded(ruth)


async def test_notes_look_unlike_texts_and_scheduled_texts_are_at_the_end(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Hello")
    conversation = await house.cast.conversation()
    ruth = await windows.open(house.cast.ruth, paths.conversation(conversation.id))
    daniel = await windows.open(house.cast.daniel, paths.conversation(conversation.id))
    later = await scheduled.schedule(
        conversation,
        by=house.cast.ruth,
        body="Choir at seven",
        key=new_key(),
        at=now() + timedelta(days=2),
    )
    note = await add_note(
        conversation, by=house.cast.ruth, body="@Daniel Ortiz, call her", key=new_key()
    )
    await house.screens.show_conversations([conversation.id], [later, note])
    for page in (ruth, daniel):
        here = bubble(page, "call her")
        await expect(here.locator(".message-author")).to_have_text("Only staff · Ruth Adeyemi")
        await expect(here.locator(".called")).to_have_text("@Daniel Ortiz")
        await expect(page.locator(".message").last).to_contain_text("Choir at seven")
        await expect(page.locator(".message").last).to_contain_text("Scheduled · Ruth Adeyemi")
        await expect(here.locator(".status")).to_have_count(0)
    tints = [
        await bubble(daniel, text).locator(".bubble").evaluate(COLOR)
        for text in ("Hello", "call her", "Choir at seven")
    ]
    assert len(set(tints)) == 3
    await house.text(NAOMI, "One more thing")
    await expect(bubble(daniel, "One more thing")).to_be_in_viewport()
    await expect(daniel.locator(".message").last).to_contain_text("Choir at seven")

    await bubble(daniel, "Choir at seven").get_by_text("Edit").click()
    await daniel.get_by_label("Text", exact=True).fill("Choir at eight")
    await daniel.get_by_role("button", name="Save", exact=True).click()
    await expect(bubble(ruth, "Choir at eight")).to_have_count(1)
    await bubble(ruth, "Choir at eight").get_by_role("button", name="Send now").click()
    for page in (ruth, daniel):
        await expect(status(page, "Choir at eight")).to_have_text("Delivered")
        await expect(page.locator(".message").last).to_contain_text("Choir at eight")
    await not_reloaded(ruth, daniel)


COLOR = "element => getComputedStyle(element).backgroundColor"


async def test_only_the_sender_may_undo_and_then_it_is_undone_everywhere(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Hello")
    await Staff.filter(id=house.cast.ruth.id).update(undo_seconds=20)
    conversation = await house.cast.conversation()
    ruth = await windows.open(house.cast.ruth, paths.conversation(conversation.id))
    daniel = await windows.open(house.cast.daniel, paths.conversation(conversation.id))
    await write(ruth, "Oh no")
    await expect(bubble(ruth, "Oh no").get_by_role("button", name="Undo")).to_be_visible()
    await expect(bubble(daniel, "Oh no")).to_be_visible()
    await expect(bubble(daniel, "Oh no").get_by_role("button", name="Undo")).to_be_hidden()
    await bubble(ruth, "Oh no").get_by_role("button", name="Undo").click()
    for page in (ruth, daniel):
        await expect(bubble(page, "Oh no")).to_have_count(0)
    await expect(composer(ruth)).to_have_value("Oh no")
    await not_reloaded(ruth, daniel)


async def test_an_answer_to_a_broadcast_names_it(house: House, windows: Windows) -> None:
    broadcast = await compose_broadcast(
        house.cast.grace,
        by=house.cast.ruth,
        body="Church is at ten this Sunday",
        target_type="all",
        key=new_key(),
    )
    await enlist(broadcast)
    await house.text(NAOMI, "We will be there")
    conversation = await house.cast.conversation()
    ruth = await windows.open(house.cast.ruth, paths.conversation(conversation.id))
    answers = ruth.get_by_role("link", name="Answers “Church is at ten this Sunday”")
    await expect(answers).to_have_attribute("href", paths.broadcast(broadcast.id))


async def test_a_long_text_shows_its_beginning_until_expanded(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "\n".join(f"Verse {number}" for number in range(60)))
    await house.text(NAOMI, "Short")
    conversation = await house.cast.conversation()
    ruth = await windows.open(house.cast.ruth, paths.conversation(conversation.id))
    long = bubble(ruth, "Verse 59")
    folded = await long.bounding_box()
    assert folded and folded["height"] < 450
    await expect(ruth.get_by_role("button", name="Show all")).to_have_count(1)
    await ruth.get_by_role("button", name="Show all").click()
    whole = await long.bounding_box()
    assert whole and whole["height"] > 900
    await expect(ruth.get_by_role("button", name="Show all")).to_have_count(0)


async def test_pictures_open_over_the_page_and_keys_browse_them(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Look at these")
    message = await Message.get(body="Look at these")
    folder = house.app.config.data_dir / "media"
    folder.mkdir(exist_ok=True)
    for name in ("a", "b", "c"):
        (folder / name).write_bytes(PIXEL)
        await Media.create(
            church_id=message.church_id,
            message=message,
            provider_url="https://api.twilio.com/x",
            content_type="image/png",
            status="stored",
            file_name=name,
        )
    conversation = await house.cast.conversation()
    ruth = await windows.open(house.cast.ruth, paths.conversation(conversation.id))
    windows_before = len(ruth.context.pages)
    place = ruth.locator(".lightbox-place")
    await ruth.locator("a.picture").nth(1).click()
    await expect(ruth.get_by_role("dialog", name="Photos")).to_be_visible()
    await expect(place).to_have_text("2 of 3")
    await ruth.keyboard.press("ArrowRight")
    await expect(place).to_have_text("3 of 3")
    await ruth.keyboard.press("ArrowRight")
    await expect(place).to_have_text("3 of 3")
    await ruth.keyboard.press("ArrowLeft")
    await ruth.keyboard.press("ArrowLeft")
    await expect(place).to_have_text("1 of 3")
    await ruth.keyboard.press("Escape")
    await expect(ruth.get_by_role("dialog", name="Photos")).to_be_hidden()
    assert len(ruth.context.pages) == windows_before


async def test_the_details_are_beside_the_thread_and_colleagues_see_changes(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Hello")
    await Group.create(church=house.cast.grace, name="Choir")
    thread = paths.conversation((await house.cast.conversation()).id)
    ruth = await windows.open(house.cast.ruth, thread, viewport=DESK)
    daniel = await windows.open(house.cast.daniel, thread, viewport=DESK)
    for page in (ruth, daniel):
        await expect(details(page).get_by_text("Can be texted")).to_be_visible()

    await details(ruth).get_by_text("Change groups").click()
    await ruth.get_by_role("button", name="Choir").click()
    await expect(ruth.get_by_role("button", name="Choir", pressed=True)).to_be_visible()
    await ruth.get_by_label("A new group").fill("Soup kitchen")
    await ruth.get_by_label("A new group").press("Enter")
    await expect(daniel.locator(".group-name")).to_have_text(["Choir", "Soup kitchen"])
    await ruth.get_by_role("button", name="Choir").click()
    await expect(daniel.locator(".group-name")).to_have_text(["Soup kitchen"])
    await ruth.keyboard.press("Escape")

    await ruth.locator(".about-edit > summary").click()
    await ruth.get_by_label("Notes about this member").fill("Her boys are six and nine.")
    await ruth.locator(".about-form .button-main").click()
    await expect(details(daniel).get_by_text("six and nine")).to_be_visible()
    await expect(ruth.get_by_label("Notes about this member")).to_be_hidden()
    await daniel.locator(".about-edit > summary").click()
    await expect(daniel.get_by_label("Notes about this member")).to_have_value(
        re.compile("six and nine")
    )

    await house.text(NAOMI, "STOP")
    for page in (ruth, daniel):
        await expect(details(page).get_by_text("Opted out by text on")).to_be_visible()
    await not_reloaded(ruth, daniel)


async def test_details_that_were_read_earlier_replace_nothing_newer(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Hello")
    choir = await Group.create(church=house.cast.grace, name="Choir")
    thread = paths.conversation((await house.cast.conversation()).id)
    daniel = await windows.open(house.cast.daniel, thread, viewport=DESK)
    await expect(details(daniel).get_by_text("Not in any group yet.")).to_be_visible()
    read, late = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        answer = await route.fetch()
        read.set()
        await late.wait()
        await route.fulfill(response=answer)

    await daniel.route("**/details", hold)
    await house.cast.naomi.write_about("Her boys are six and nine.", over="")
    await house.text(NAOMI, "Hello again")
    await read.wait()
    ruth = await house.browser(house.cast.ruth)
    form = {"group_id": str(choir.id), "in": "yes"}
    await ruth.post(paths.member_groups(house.cast.naomi.id), data=form)
    await expect(daniel.locator(".group-name")).to_have_text(["Choir"])
    late.set()
    await expect(details(daniel).get_by_text("six and nine")).to_be_visible()
    await expect(daniel.locator(".group-name")).to_have_text(["Choir"])


async def test_the_composer_keeps_its_controls_inside_next_to_the_details(
    house: House, windows: Windows
) -> None:
    house.cast.grace.language = "es"
    await house.cast.grace.save(update_fields=["language"])
    await house.text(NAOMI, "Hello")
    thread = paths.conversation((await house.cast.conversation()).id)
    ruth = await windows.open(house.cast.ruth, thread, viewport={"width": 1280, "height": 800})
    await ruth.locator(".details-button").click()
    await expect(ruth.locator(".thread[data-narrow]")).to_be_visible()
    await ruth.locator("#composer_text").fill("¡Gracias por toda la ayuda! 🙏 " * 4)
    await expect(ruth.locator(".composer .meter-count")).to_have_text("2 mensajes, quedan 11")
    box, *inside = [
        await ruth.locator(f".composer-box{part}").bounding_box()
        for part in ("", " .composer-text", " .send-more")
    ]
    assert box
    for part in inside:
        assert part and part["x"] + part["width"] <= box["x"] + box["width"]


async def test_a_number_without_a_name_is_readable_next_to_the_details(
    house: House, windows: Windows
) -> None:
    await house.text(STRANGER, "Hello?")
    ruth = await windows.open(
        house.cast.ruth, paths.conversation(1), viewport={"width": 1280, "height": 800}
    )
    await ruth.locator(".details-button").click()
    await expect(ruth.locator(".thread[data-narrow]")).to_be_visible()
    name = ruth.locator(".thread-name")
    await expect(name).to_have_text("(202) 555-0199")
    assert await name.evaluate("one => one.scrollWidth <= one.clientWidth")
    await details(ruth).get_by_role("button", name="Add a name").click()
    await expect(ruth.get_by_label("Name", exact=True)).to_be_in_viewport()
    await ruth.evaluate("localStorage.clear()")


async def test_the_details_remember_whether_they_are_open_and_what_is_folded(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Hello")
    thread = paths.conversation((await house.cast.conversation()).id)
    ruth = await windows.open(house.cast.ruth, thread, viewport=DESK)
    await ruth.locator(".fold > summary", has_text="Groups").click()
    await expect(details(ruth).get_by_text("Change groups")).to_be_hidden()
    await follow(ruth, thread)
    await expect(details(ruth).get_by_text("Can be texted")).to_be_visible()
    await expect(details(ruth).get_by_text("Change groups")).to_be_hidden()
    await ruth.get_by_role("button", name="Close the details").click()
    await follow(ruth, thread)
    await shows(ruth, "Naomi Park")
    await expect(details(ruth)).to_be_hidden()
    await ruth.get_by_role("button", name="Details", exact=True).click()
    await expect(details(ruth).get_by_text("Can be texted")).to_be_visible()
    await ruth.evaluate("localStorage.clear()")


async def test_the_details_are_a_separate_page_on_a_phone(house: House, windows: Windows) -> None:
    await house.text(NAOMI, "Hello")
    phone = await windows.open(house.cast.ruth, device="phone", viewport=PHONE, has_touch=True)
    await row(phone, "Naomi Park").click()
    await shows(phone, "Naomi Park")
    await expect(details(phone)).to_be_hidden()
    await phone.locator(".menu-more > summary").click()
    await phone.locator(".menu-more").get_by_role("button", name="Details").click()
    await expect(details(phone).get_by_text("Can be texted")).to_be_visible()
    box = await details(phone).bounding_box()
    assert box and box["width"] == PHONE["width"] and box["height"] > 800
    await phone.get_by_role("button", name="Close the details").click()
    await expect(details(phone)).to_be_hidden()
    await expect(bubble(phone, "Hello")).to_be_visible()
