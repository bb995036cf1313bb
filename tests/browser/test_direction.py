"""Right-to-left texts and names, as a screen shows them."""

import pytest
from playwright.async_api import Locator, Page, expect

from inbox import paths
from inbox.models import Member
from tests.browser.windows import Windows, bubble, composer, row
from tests.cast import NAOMI
from tests.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Where each occurrence of these words is in an element: the left and right edges of its box.
PLACES = """(element, words) => {
  const found = []
  const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const at = walk.currentNode.data.indexOf(words)
    if (at < 0) continue
    const range = document.createRange()
    range.setStart(walk.currentNode, at)
    range.setEnd(walk.currentNode, at + words.length)
    const { left, right } = range.getBoundingClientRect()
    found.push([left, right])
  }
  return found[0]
}"""
# The left edges of an element and its icon, and the words between them, all measured at once: a
# live update may replace the element at any moment.
BESIDE_ICON = f"""(element, words) => [
  element.getBoundingClientRect().left,
  ...({PLACES})(element, words),
  element.querySelector(".icon").getBoundingClientRect().left,
]"""
LANGUAGES = {
    "Arabic": (
        "محمد علي",
        "هل يمكن لأحد أن يقلني يوم الأحد؟ شكرا جزيلا لكم.",
        "شكرا جزيلا لكم",
        ".",
    ),
    "Hebrew": ("שרה כהן", "האם מישהו יכול להסיע אותי ביום ראשון? תודה רבה.", "תודה רבה", "."),
    "Persian": (
        "مریم رضایی",
        "آیا کسی می‌تواند روز یکشنبه مرا برساند؟ خیلی ممنون.",
        "خیلی ممنون",
        ".",
    ),
    "Urdu": ("محمد عمران", "کیا کوئی مجھے اتوار کو لے جا سکتا ہے؟ بہت شکریہ۔", "بہت شکریہ", "۔"),
}


async def place(element: Locator, words: str) -> tuple[float, float]:
    left, right = await element.evaluate(PLACES, words)
    return left, right


async def opened(house: House, windows: Windows, name: str, text: str) -> Page:
    await house.text(NAOMI, text)
    await Member.filter(phone=NAOMI).update(name=name)
    return await windows.open(house.cast.ruth, paths.conversation(1))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_text_and_a_name_run_from_right_to_left(
    house: House, windows: Windows, language: str
) -> None:
    name, text, end, stop = LANGUAGES[language]
    page = await opened(house, windows, name, text)
    said = bubble(page, text).locator(".bubble-text")
    end_left, _ = await place(said, end)
    stop_left, _ = await place(said, end + stop)
    assert stop_left < end_left, "the period is at the end of the sentence, on the left"

    preview = row(page, name).locator(".row-text")
    assert await preview.evaluate("one => one.scrollWidth > one.clientWidth")

    async def its_beginning_is_visible() -> bool:
        box = await preview.bounding_box()
        left, right = await place(preview, text.split()[0])
        assert box
        inside = box["x"] <= left and right <= box["x"] + box["width"] + 1
        return inside and right > box["x"] + box["width"] / 2

    # The row's time may still be about to be written beside it.
    await until(its_beginning_is_visible)

    await composer(page).fill(text)
    assert await composer(page).evaluate("one => getComputedStyle(one).direction") == "rtl"
    await composer(page).fill("Thank you")
    assert await composer(page).evaluate("one => getComputedStyle(one).direction") == "ltr"


async def test_our_answer_in_the_list_shows_its_beginning_too(
    house: House, windows: Windows
) -> None:
    name, text, *_ = LANGUAGES["Hebrew"]
    page = await opened(house, windows, name, "Hello")
    await composer(page).fill(text)
    await composer(page).press("Enter")
    preview = row(page, name).locator(".row-text")
    await expect(preview).to_contain_text(text)
    edge, left, right, icon = await preview.evaluate(BESIDE_ICON, text.split()[0])
    assert edge <= left and right <= icon + 1

    await composer(page).fill(text)
    draft = row(page, name).locator("draft-line")
    await expect(draft).to_contain_text(text)
    assert await draft.evaluate("one => one.dir") == "rtl"
    await composer(page).fill(f"Hello {name}, thank you")
    await expect(draft).to_contain_text("Hello")
    assert await draft.evaluate("one => one.dir") == "ltr"


async def test_a_number_next_to_a_name_is_not_reversed(house: House, windows: Windows) -> None:
    page = await windows.open(house.cast.ruth, paths.import_people())
    listed = "Name,Phone\nשרה כהן,(202) 555-0191\nمحمد علي,(202) 555-0192\nדוד לוי,12"
    await page.get_by_label("Paste a list").fill(listed)
    await page.get_by_role("button", name="See what will happen").click()
    for name, number in (("שרה כהן", "(202) 555-0191"), ("محمد علي", "(202) 555-0192")):
        line = page.locator("li li", has_text=name)
        _, name_right = await place(line, name)
        area, rest = await place(line, number[:5]), await place(line, number[6:])
        assert name_right <= area[0] < area[1] <= rest[0], "the name, the area code, the rest"


async def test_a_number_in_a_text_is_not_reversed(house: House, windows: Windows) -> None:
    text = "رقمي (202) 555-0142 شكرا"
    page = await opened(house, windows, "محمد علي", text)
    for shown in (
        bubble(page, "رقمي").locator(".bubble-text"),
        row(page, "محمد").locator(".row-text"),
    ):
        area, middle, last = [await place(shown, part) for part in ("(202)", "555", "0142")]
        assert area[1] <= middle[0] and middle[1] <= last[0]
