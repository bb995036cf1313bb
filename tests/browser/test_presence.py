"""Ruth and Daniel see each other's place by name, in the list and the thread, until they leave."""

import pytest
from playwright.async_api import Locator, Page, expect

from inbox import paths
from inbox.models import Draft
from tests.browser.windows import Windows, composer, follow, row, shows
from tests.cast import GEORGE, NAOMI
from tests.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"width": 390, "height": 844}


def dot(page: Page, name: str) -> Locator:
    return row(page, name).locator("presence-dot")


def face(page: Page) -> Locator:
    return page.locator(".presence-face")


async def two_conversations(house: House) -> str:
    await house.text(GEORGE, "Hi")
    await house.text(NAOMI, "Could somebody drive me?")
    return paths.conversation((await house.cast.conversation()).id)


async def test_viewers_and_writers_are_shown_by_name(house: House, windows: Windows) -> None:
    thread = await two_conversations(house)
    ruth = await windows.open(house.cast.ruth, thread)
    daniel = await windows.open(house.cast.daniel, thread)
    mercy = await windows.open(house.cast.mercy)

    # Anyone who arrives later sees at once who is there.
    await expect(face(daniel)).to_have_attribute("title", "Ruth Adeyemi is here")
    await expect(face(ruth)).to_have_attribute("title", "Daniel Ortiz is here")
    await expect(dot(mercy, "Naomi Park")).to_have_attribute("title", "Ruth and Daniel are here")
    await expect(dot(mercy, "Naomi Park")).to_have_attribute("data-state", "viewing")
    await expect(dot(mercy, "George Bell")).to_be_hidden()

    await composer(daniel).press_sequentially("I will")
    await expect(ruth.locator(".presence-words")).to_have_text("Daniel is writing…")
    await expect(ruth.locator("presence-faces [role=status]")).to_have_text("Daniel is writing…")
    await expect(face(ruth)).to_have_attribute("data-state", "writing")
    await expect(dot(mercy, "Naomi Park")).to_have_attribute("title", "Daniel is writing…")
    await expect(dot(mercy, "Naomi Park")).to_have_attribute("data-state", "writing")
    await expect(dot(mercy, "Naomi Park")).to_have_text("Daniel is writing…")
    # People do not see their own presence.
    await expect(face(daniel)).to_have_count(1)
    await expect(dot(ruth, "Naomi Park")).to_have_attribute("title", "Daniel is writing…")

    await composer(daniel).press("Enter")
    await expect(ruth.locator(".presence-words")).to_be_hidden()
    await expect(face(ruth)).to_have_attribute("data-state", "viewing")
    await row(daniel, "George Bell").click()
    await shows(daniel, "George Bell")
    await expect(face(ruth)).to_have_count(0)
    await expect(dot(mercy, "Naomi Park")).to_have_attribute("title", "Ruth is here")
    await expect(dot(mercy, "George Bell")).to_have_attribute("title", "Daniel is here")

    await daniel.close()
    await follow(ruth, paths.broadcasts())
    for name in ("George Bell", "Naomi Park"):
        await expect(dot(mercy, name)).to_be_hidden()


async def test_a_restored_draft_does_not_show_its_writer_as_typing(
    house: House, windows: Windows
) -> None:
    thread = await two_conversations(house)
    ruth = await windows.open(house.cast.ruth, thread)
    await composer(ruth).press_sequentially("Half a thou")
    await until(Draft.filter(body="Half a thou").exists)
    await ruth.close()
    daniel = await windows.open(house.cast.daniel, thread)
    ruth = await windows.open(house.cast.ruth, thread)
    await expect(composer(ruth)).to_have_value("Half a thou")
    await expect(face(daniel)).to_have_attribute("data-state", "viewing")
    # An emptied field is not typing, either.
    await composer(ruth).press("End")
    await composer(ruth).press_sequentially("ght")
    await expect(face(daniel)).to_have_attribute("data-state", "writing")
    await composer(ruth).fill("")
    await expect(face(daniel)).to_have_attribute("data-state", "viewing")


async def test_a_hidden_tab_is_not_present(house: House, windows: Windows) -> None:
    thread = await two_conversations(house)
    ruth = await windows.open(house.cast.ruth, thread)
    daniel = await windows.open(house.cast.daniel, thread)
    await expect(face(daniel)).to_have_count(1)
    await ruth.evaluate("""() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true })
      document.dispatchEvent(new Event("visibilitychange"))
    }""")
    await expect(face(daniel)).to_have_count(0)
    await ruth.evaluate("""() => {
      delete document.visibilityState
      document.dispatchEvent(new Event("visibilitychange"))
    }""")
    await expect(face(daniel)).to_have_count(1)


async def test_they_see_each_other_again_after_a_reconnect(house: House, windows: Windows) -> None:
    windows.expected = (r"net::ERR_", r"^WebSocket connection to ", "status of 50")
    thread = await two_conversations(house)
    ruth = await windows.open(house.cast.ruth, thread)
    daniel = await windows.open(house.cast.daniel, thread)
    await expect(face(daniel)).to_have_count(1)
    await ruth.context.set_offline(True)
    await expect(face(daniel)).to_have_count(0)
    await ruth.context.set_offline(False)
    await expect(face(daniel)).to_have_count(1)
    await expect(face(ruth)).to_have_count(1)


async def test_whoever_left_while_a_colleague_was_offline_is_gone_when_they_are_back(
    house: House, windows: Windows
) -> None:
    windows.expected = (r"net::ERR_", r"^WebSocket connection to ", "status of 50")
    thread = await two_conversations(house)
    ruth = await windows.open(house.cast.ruth, thread)
    mercy = await windows.open(house.cast.mercy, thread)
    daniel = await windows.open(house.cast.daniel, thread)
    await expect(face(daniel)).to_have_count(2)
    await daniel.context.set_offline(True)
    await expect(face(mercy)).to_have_count(1)
    await ruth.close()
    await expect(face(mercy)).to_have_count(0)
    assert await face(daniel).count() == 2
    await daniel.context.set_offline(False)
    # Long before she is forgotten because she is not reported any more.
    await expect(face(daniel)).to_have_count(1)
    await expect(face(daniel)).to_have_attribute("title", "Mercy Lind is here")
    await expect(face(mercy)).to_have_count(1)


async def test_the_words_fit_on_a_phone(house: House, windows: Windows) -> None:
    thread = await two_conversations(house)
    ruth = await windows.open(
        house.cast.ruth, thread, device="phone", viewport=PHONE, has_touch=True, is_mobile=True
    )
    daniel = await windows.open(house.cast.daniel, thread)
    await composer(daniel).press_sequentially("I will")
    await expect(ruth.locator(".presence-words")).to_have_text("Daniel is writing…")
    await expect(ruth.locator(".presence-words")).to_be_in_viewport(ratio=1)
    assert await ruth.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
