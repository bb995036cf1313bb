"""Ruth opts Naomi out by menu, key, command bar, or suggestion; every screen shows it."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from inbox import paths
from inbox.clock import now
from inbox.models import Church, Member
from tests.browser.looks import PHONE, check_access
from tests.browser.windows import Windows, bubble, composer, not_reloaded, row, takes_only_notes
from tests.cast import NAOMI
from tests.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPTED_OUT = "Ruth Adeyemi opted Naomi Park out of texts"


def event(page: Page, text: str) -> Locator:
    return page.locator(".event", has_text=text)


def asked(page: Page) -> Locator:
    return page.locator("dialog.ask")


async def is_opted_out(house: House) -> bool:
    return (await Member.get(id=house.cast.naomi.id)).refusal == "opted_out"


async def thread_with(house: House, body: str) -> str:
    await house.text(NAOMI, body)
    return paths.conversation((await house.cast.conversation()).id)


async def sees_it(page: Page) -> None:
    await expect(event(page, OPTED_OUT)).to_be_visible()
    await expect(page.locator(".gate")).to_contain_text("Ruth Adeyemi recorded it.")
    await takes_only_notes(page)


async def test_the_menu_explains_then_opts_out_and_every_screen_shows_it(
    house: House, windows: Windows
) -> None:
    thread = await thread_with(house, "Hello")
    ruth = await windows.open(house.cast.ruth, thread)
    daniel = await windows.open(house.cast.daniel, thread)
    item = ruth.locator(".menu-more").get_by_role("button", name="Opt out of texts")

    await ruth.locator(".menu-more > summary").click()
    await item.click()
    await expect(asked(ruth)).to_contain_text("Opt this member out of texts?")
    await expect(asked(ruth)).to_contain_text("broadcasts leave them out")
    await asked(ruth).get_by_role("button", name="Cancel").click()
    await expect(asked(ruth)).to_have_count(0)
    assert not await is_opted_out(house)

    await ruth.locator(".menu-more > summary").click()
    await item.click()
    await asked(ruth).get_by_role("button", name="Opt out").click()
    for page in (ruth, daniel):
        await sees_it(page)
    await expect(row(daniel, "Naomi Park").locator(".mark-bad")).to_have_count(1)
    await ruth.locator(".menu-more > summary").click()
    await expect(item).to_be_hidden()
    await ruth.keyboard.press("Escape")

    await daniel.locator(".gate").get_by_role("button", name="Undo the opt-out").click()
    await expect(asked(daniel)).to_contain_text("Text Naomi Park again?")
    await expect(asked(daniel)).to_contain_text("Twilio still blocks")
    await asked(daniel).get_by_role("button", name="Undo the opt-out").click()
    for page in (ruth, daniel):
        await expect(event(page, "Daniel Ortiz undid the opt-out")).to_be_visible()
        await expect(page.get_by_role("tab", name="Reply")).to_be_visible()
    await not_reloaded(ruth, daniel)


async def test_a_key_opts_out(house: House, windows: Windows) -> None:
    ruth = await windows.open(house.cast.ruth, await thread_with(house, "Hello"))
    await ruth.locator(".thread-scroll").focus()
    await ruth.keyboard.press("o")
    await expect(asked(ruth)).to_be_visible()
    await ruth.keyboard.press("Escape")
    await expect(asked(ruth)).to_have_count(0)
    assert not await is_opted_out(house)
    await ruth.keyboard.press("o")
    await asked(ruth).get_by_role("button", name="Opt out").press("Enter")
    await sees_it(ruth)


async def test_the_command_bar_opts_out_and_undoes_it(house: House, windows: Windows) -> None:
    ruth = await windows.open(house.cast.ruth, await thread_with(house, "Hello"))
    for words, button in (("opt out", "Opt out"), ("undo the opt", "Undo the opt-out")):
        await ruth.keyboard.press("Control+k")
        await ruth.locator(".commands-field").fill(words)
        option = ruth.locator("#commands_list [role=option]").first
        await expect(option).to_contain_text(re.compile(words, re.IGNORECASE))
        await ruth.keyboard.press("Enter")
        await asked(ruth).get_by_role("button", name=button).click()
        await expect(asked(ruth)).to_have_count(0)
        if button == "Opt out":
            await sees_it(ruth)
    await expect(event(ruth, "undid the opt-out")).to_be_visible()
    assert not await is_opted_out(house)


async def test_a_text_that_asks_to_opt_out_only_suggests_it_live(
    house: House, windows: Windows
) -> None:
    thread = await thread_with(house, "Don't stop praying for us")
    ruth = await windows.open(house.cast.ruth, thread)
    daniel = await windows.open(house.cast.daniel, thread)
    hint = ".opt-out-hint"
    await expect(ruth.locator(hint)).to_be_hidden()
    await house.text(NAOMI, "no me manden mensajes")
    for page in (ruth, daniel):
        await expect(page.locator(hint)).to_contain_text("may be asking to stop getting texts")
    assert not await is_opted_out(house)

    await daniel.locator(hint).get_by_role("button", name="Not now").click()
    for page in (ruth, daniel):
        await expect(page.locator(hint)).to_be_hidden()
    await house.text(NAOMI, "Take me off the list")
    await ruth.locator(hint).get_by_role("button", name="Opt Naomi out").click()
    await asked(ruth).get_by_role("button", name="Opt out").click()
    for page in (ruth, daniel):
        await sees_it(page)
        await expect(page.locator(hint)).to_be_hidden()
    await not_reloaded(ruth, daniel)


async def test_the_details_opt_out_on_a_phone(house: House, windows: Windows) -> None:
    thread = await thread_with(house, "Hello")
    ruth = await windows.open(house.cast.ruth, thread, viewport=PHONE)
    await ruth.locator(".menu-more > summary").click()
    await ruth.locator('[data-turns="details"]').click()
    card = ruth.locator(".person")
    await card.get_by_role("button", name="Opt out of texts").click()
    await asked(ruth).get_by_role("button", name="Opt out").click()
    await expect(card).to_contain_text("Opted out by Ruth Adeyemi on")
    await expect(card.get_by_role("button", name="Undo the opt-out")).to_be_visible()
    await until(lambda: is_opted_out(house))


async def test_a_stop_offers_no_undo(house: House, windows: Windows) -> None:
    ruth = await windows.open(house.cast.ruth, await thread_with(house, "STOP"))
    await expect(ruth.locator(".gate")).to_contain_text(
        "They asked for it by text, so staff cannot undo it."
    )
    await expect(ruth.get_by_role("button", name="Undo the opt-out")).to_have_count(0)
    await ruth.locator(".menu-more > summary").click()
    for item in (".menu-opt-out", ".menu-opt-out-undo"):
        await expect(ruth.locator(item)).to_be_hidden()


async def test_a_draft_stays_visible_when_it_can_no_longer_be_sent(
    house: House, windows: Windows
) -> None:
    ruth = await windows.open(house.cast.ruth, await thread_with(house, "Hello"))
    await composer(ruth).fill("Hello Naomi, are you")
    await house.text(NAOMI, "STOP")
    await expect(composer(ruth)).to_be_disabled()
    await expect(composer(ruth)).to_have_value("Hello Naomi, are you")
    await ruth.get_by_role("tab", name="Private note").click()
    await expect(composer(ruth)).to_have_value("")
    await expect(ruth.get_by_role("tab", name="Reply")).to_be_visible()


async def test_a_note_that_is_being_written_never_becomes_a_reply(
    house: House, windows: Windows
) -> None:
    await thread_with(house, "Hello")
    ruth = await windows.open(house.cast.ruth, await thread_with(house, "STOP"))
    await takes_only_notes(ruth)
    await composer(ruth).press_sequentially("She is ")
    await house.text(NAOMI, "START")
    await expect(ruth.get_by_role("tab", name="Reply")).to_be_visible()
    await composer(ruth).press_sequentially("in the hospital")
    await composer(ruth).press("Enter")
    await expect(bubble(ruth, "She is in the hospital")).to_have_class(re.compile("message-note"))


async def test_texts_after_stop_are_shown_and_need_no_reply(house: House, windows: Windows) -> None:
    thread = await thread_with(house, "STOP")
    daniel = await windows.open(house.cast.daniel, paths.inbox("needs-reply"))
    ruth = await windows.open(house.cast.ruth, thread)
    owed = ruth.locator(".gate").get_by_role("button", name="No reply needed")
    await takes_only_notes(ruth)
    await expect(owed).to_have_count(0)
    await house.text(NAOMI, "My father has died")
    await expect(row(daniel, "Naomi Park").locator(".mark-late")).to_have_count(1)
    await expect(ruth.locator(".gate")).to_contain_text("They are waiting for an answer.")
    await check_access(ruth)
    await owed.click()
    for page in (ruth, daniel):
        await expect(page.locator(".mark-late")).to_have_count(0)
    await expect(row(daniel, "Naomi Park")).to_have_count(0)
    await expect(owed).to_have_count(0)
    await not_reloaded(ruth, daniel)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_offer_and_the_gate_are_accessible(
    house: House, windows: Windows, language: str
) -> None:
    await Church.filter(id=house.cast.grace.id).update(language=language)
    thread = await thread_with(house, "Please stop sending texts")
    ruth = await windows.open(house.cast.ruth, thread)
    await expect(ruth.locator(".opt-out-hint")).to_be_visible()
    await check_access(ruth)
    await Member.filter(id=house.cast.naomi.id).update(
        opted_out_at=now(), opted_out_by="Ruth Adeyemi"
    )
    await ruth.reload()
    await expect(ruth.locator(".gate")).to_be_visible()
    await check_access(ruth)
