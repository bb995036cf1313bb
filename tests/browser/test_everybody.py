"""Large letters, a screen reader, and reduced motion."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from inbox import paths
from tests.browser.looks import SPILLS, nothing
from tests.browser.windows import Windows, bubble, composer, row, shows, status, write
from tests.cast import GEORGE, NAOMI, PASSWORD
from tests.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

# A window of 1280 by 800 in which everything is twice as large.
TWICE_AS_LARGE: dict[str, Any] = {
    "viewport": {"width": 640, "height": 400},
    "device_scale_factor": 2,
}


async def test_reading_and_answering_work_at_twice_the_size(house: House, windows: Windows) -> None:
    for number in range(8):
        await house.text(NAOMI, f"Text {number}")
    page = await windows.open(house.cast.ruth, device="large", **TWICE_AS_LARGE)
    await row(page, "Naomi Park").click()
    await shows(page, "Naomi Park")
    await expect(bubble(page, "Text 0")).to_be_in_viewport(ratio=1)
    await expect(composer(page)).to_be_in_viewport(ratio=1)
    await write(page, "We read you")
    await expect(status(page, "We read you")).to_have_text("Delivered")
    await expect(bubble(page, "We read you")).to_be_in_viewport(ratio=1)
    nothing(await page.evaluate(SPILLS), page.url)

    await composer(page).fill("\n".join("A long answer" for _ in range(12)))
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_in_viewport(ratio=1)
    await expect(bubble(page, "We read you")).to_be_in_viewport()
    await page.locator(".send-more").click()
    await page.get_by_role("button", name="Send and done").scroll_into_view_if_needed()
    await expect(page.get_by_role("button", name="Send and done")).to_be_in_viewport(ratio=1)
    await page.keyboard.press("Escape")
    await page.get_by_role("link", name="Back to the list").click()
    await expect(row(page, "Naomi Park")).to_be_in_viewport(ratio=1)


async def test_a_screen_reader_can_sign_in_answer_and_hear_new_texts(
    house: House, windows: Windows
) -> None:
    await house.text(GEORGE, "Is there parking?")
    await house.text(NAOMI, "Could somebody drive me?")
    page = await windows.open(None, paths.inbox())
    await page.get_by_role("textbox", name="Email address").fill("ruth@grace.example")
    # A password field has no role of its own; its label is what is read aloud.
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="All conversations")).to_be_visible()
    main = page.get_by_role("navigation", name="Main")
    await expect(main.get_by_role("link", name="Needs reply 2 waiting")).to_be_visible()

    conversations = page.get_by_role("region", name="All conversations")
    naomi = conversations.get_by_role("link", name=re.compile("Naomi Park.*drive me.*1 unread"))
    await naomi.press("Enter")
    await expect(page.get_by_role("heading", name="Naomi Park", level=1)).to_be_visible()
    texts = page.get_by_role("log", name="Texts")
    await expect(texts.get_by_role("article").last).to_contain_text("They wrote:")
    await expect(texts.get_by_role("article").last).to_contain_text("Could somebody drive me?")
    answer = page.get_by_role("textbox", name="Reply")
    await expect(answer).to_be_focused()
    await answer.fill("Daniel will")
    await page.get_by_role("button", name="Send", exact=True).press("Enter")
    await expect(texts.get_by_role("article").last).to_contain_text("Ruth Adeyemi")
    await expect(texts.get_by_role("article").last).to_contain_text("Delivered")

    await hears(page, house, NAOMI, "Thank you!", "Naomi Park: Thank you!")
    await hears(page, house, GEORGE, "And a ramp?", "George Bell: And a ramp?")
    await house.text(NAOMI, "STOP")
    await expect(page.get_by_role("status").filter(has_text="texted STOP")).to_be_visible()
    await expect(answer).to_have_count(0)


async def hears(page: Page, house: House, member: str, text: str, words: str) -> None:
    await house.text(member, text)
    await expect(page.get_by_role("status").filter(has_text=words)).to_have_count(1)


async def test_nothing_moves_with_reduced_motion(house: House, windows: Windows) -> None:
    await house.text(NAOMI, "Hello")
    thread = paths.conversation((await house.cast.conversation()).id)
    page = await windows.open(house.cast.ruth, thread)
    await page.emulate_media(reduced_motion="no-preference")
    await page.evaluate(COUNT_MOVEMENTS)
    await what_comes_and_goes(page, house, "One")

    async def moved() -> bool:
        return bool(await page.evaluate("window.movements"))

    await until(moved)
    await page.emulate_media(reduced_motion="reduce")
    await page.evaluate("window.movements = 0")
    await what_comes_and_goes(page, house, "Two")
    assert await page.evaluate("[window.movements, document.getAnimations().length]") == [0, 0]


# Those in style sheets, and those that scripts start.
COUNT_MOVEMENTS = """() => {
  window.movements = 0
  const count = () => { window.movements += 1 }
  for (const kind of ["animationstart", "transitionrun"]) document.addEventListener(kind, count)
  const { animate } = Element.prototype
  Element.prototype.animate = function (...given) { count(); return animate.apply(this, given) }
}"""


async def what_comes_and_goes(page: Page, house: House, text: str) -> None:
    """A text here and one in another row, a reply, a menu."""
    await house.text(NAOMI, text)
    await expect(bubble(page, text)).to_be_in_viewport()
    await house.text(GEORGE, text)
    await expect(row(page, "George Bell")).to_contain_text(text)
    await write(page, f"{text} it is")
    await expect(status(page, f"{text} it is")).to_have_text("Delivered")
    await page.locator(".menu-assign > summary").hover()
    await page.locator(".menu-assign > summary").click()
    await expect(page.locator("#thread").get_by_text("Assign to", exact=True)).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#thread").get_by_text("Assign to", exact=True)).to_be_hidden()
