"""The list beside every conversation: selecting rows, rows that hold still, filters, drafts."""

import re

import pytest
from playwright.async_api import Locator, Page, Request, expect

from inbox import paths
from inbox.models import Conversation, Member, Mention, ReadMark
from inbox.models.conversations.listing import FIRST_ROWS
from inbox.models.message import add_event
from tests.browser.test_triage import PHONE, count
from tests.browser.windows import Windows, follow, not_reloaded, row, shows
from tests.cast import GEORGE, NAOMI, STRANGER
from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMES = ["Rosa Diaz", "George Bell", "Naomi Park"]


async def three_people(house: House) -> list[Conversation]:
    """Naomi, George, and Rosa have texted, in this order."""
    await Member.with_phone(house.cast.grace.id, STRANGER, "Rosa Diaz")
    for phone in (NAOMI, GEORGE, STRANGER):
        await house.text(phone, "Could somebody drive me?")
    return await Conversation.filter(church=house.cast.grace).order_by("last_at")


def box(page: Page, name: str) -> Locator:
    return page.get_by_role("checkbox", name=name)


def bar(page: Page) -> Locator:
    """The label that counts new rows."""
    return page.locator(".rows-new")


async def listed(page: Page, *names: str) -> None:
    await expect(page.locator(".rows .row-name")).to_have_text(list(names))


async def test_a_range_of_rows_is_selected_and_done_on_every_screen(
    house: House, windows: Windows
) -> None:
    await three_people(house)
    ruth = await windows.open(house.cast.ruth, paths.inbox("needs-reply"))
    daniel = await windows.open(house.cast.daniel, paths.inbox("needs-reply"))
    bulk = ruth.get_by_role("form", name="With selected")
    await expect(bulk).to_be_hidden()
    await box(ruth, "Rosa Diaz").click()
    await expect(bulk).to_contain_text("1 selected")
    await box(ruth, "Naomi Park").click(modifiers=["Shift"])
    await expect(bulk).to_contain_text("3 selected")
    await box(ruth, "George Bell").click()
    await expect(bulk).to_contain_text("2 selected")
    # Live updates do not change the selection.
    await house.text(NAOMI, "On Sunday, I mean")
    await expect(row(ruth, "Naomi Park")).to_contain_text("On Sunday")
    await expect(box(ruth, "Naomi Park")).to_be_checked()

    await bulk.get_by_role("button", name="Done").click()
    for page in (ruth, daniel):
        await listed(page, "George Bell")
        await count(page, "done", 2)
    await expect(bulk).to_be_hidden()
    await ruth.get_by_role("button", name="Undo").click()
    for page in (ruth, daniel):
        await expect(page.locator(".rows .row")).to_have_count(3)

    await box(ruth, "George Bell").click()
    await bulk.get_by_title("More").click()
    await bulk.get_by_role("button", name="Select all").click()
    await expect(bulk).to_contain_text("3 selected")
    await bulk.get_by_title("Assign (a)").click()
    await bulk.get_by_role("button", name="Daniel Ortiz").click()
    await count(daniel, "mine", 3)
    await expect(ruth.locator(".toast")).to_contain_text("3 conversations reassigned")
    await not_reloaded(ruth, daniel)


async def test_rows_are_selected_and_opened_with_keys_alone(house: House, windows: Windows) -> None:
    await three_people(house)
    ruth = await windows.open(house.cast.ruth)
    await expect(ruth.locator('.rows .row-link[tabindex="0"]')).to_have_count(1)
    await ruth.keyboard.press("j")
    await ruth.keyboard.press("x")
    await ruth.keyboard.press("ArrowDown")
    await ruth.keyboard.press("Shift+X")
    await expect(ruth.locator(".bulk-count")).to_have_text("2 selected")
    await ruth.keyboard.press("Escape")
    await expect(ruth.locator(".bulk")).to_be_hidden()
    await ruth.keyboard.press("x")
    await ruth.keyboard.press("e")
    await count(ruth, "done", 1)
    await expect(row(ruth, "George Bell")).to_have_attribute("data-state", "done")
    await expect(row(ruth, "George Bell").locator(".row-link")).to_be_focused()
    await ruth.keyboard.press("End")
    await ruth.keyboard.press("Enter")
    await shows(ruth, "Naomi Park")


async def test_rows_hold_still_under_the_pointer_and_lose_nothing(
    house: House, windows: Windows
) -> None:
    [naomi, george, _] = await three_people(house)
    ruth = await windows.open(house.cast.ruth)
    daniel = await windows.open(house.cast.daniel)
    await listed(ruth, *NAMES)
    await row(ruth, "George Bell").hover()
    await house.text(NAOMI, "On Sunday")
    await listed(daniel, "Naomi Park", "Rosa Diaz", "George Bell")
    await expect(row(ruth, "Naomi Park")).to_contain_text("On Sunday")
    await expect(bar(ruth)).to_have_text("1 new")
    await listed(ruth, *NAMES)
    # A new member, and more from one who is already waiting.
    await house.text("+12025550177", "Is this the church?")
    await expect(bar(ruth)).to_have_text("2 new")
    await house.text("+12025550177", "Hello?")
    await house.text(NAOMI, "At ten")
    await expect(row(ruth, "Naomi Park")).to_contain_text("At ten")
    await expect(bar(ruth)).to_have_text("2 new")
    await listed(ruth, *NAMES)

    await bar(ruth).click()
    await listed(ruth, "Naomi Park", "(202) 555-0177", "Rosa Diaz", "George Bell")
    await expect(row(ruth, "(202) 555-0177")).to_contain_text("Hello?")
    await expect(bar(ruth)).to_be_hidden()

    await house.text(GEORGE, "Me too")
    await expect(bar(ruth)).to_have_text("1 new")
    await ruth.mouse.move(1000, 400)
    await listed(ruth, "George Bell", "Naomi Park", "(202) 555-0177", "Rosa Diaz")
    await expect(bar(ruth)).to_be_hidden()
    await house.text(STRANGER, "And me")
    await expect(ruth.locator(".row-name").first).to_have_text("Rosa Diaz")
    await not_reloaded(ruth, daniel)


async def test_a_held_back_row_that_leaves_the_view_does_not_appear(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Could somebody drive me?")
    ruth = await windows.open(house.cast.ruth, paths.inbox("needs-reply", sort="newest"))
    await row(ruth, "Naomi Park").hover()
    await house.text(GEORGE, "Me too")
    await expect(bar(ruth)).to_have_text("1 new")
    daniel = await house.browser(house.cast.daniel)
    george = await house.cast.conversation(house.cast.george)
    await daniel.post(paths.done(george.id), data={"done": "yes"})
    await expect(bar(ruth)).to_be_hidden()
    await ruth.mouse.move(1000, 400)
    await house.text(NAOMI, "Never mind")
    await expect(row(ruth, "Naomi Park")).to_contain_text("Never mind")
    await listed(ruth, "Naomi Park")


async def test_a_filter_survives_a_reload_and_announces_new_rows(
    house: House, windows: Windows
) -> None:
    await three_people(house)
    george = await house.cast.conversation(house.cast.george)
    await ReadMark.set(house.cast.ruth, george)
    ruth = await windows.open(house.cast.ruth)
    await ruth.get_by_title("Filter and sort").click()
    await ruth.get_by_role("link", name="Unread by me").click()
    await listed(ruth, "Rosa Diaz", "Naomi Park")
    await row(ruth, "Naomi Park").click()
    await shows(ruth, "Naomi Park")
    await expect(ruth).to_have_url(re.compile(r"/inbox/\d+\?filter=unread$"))
    await ruth.reload()
    await shows(ruth, "Naomi Park")
    await expect(ruth.locator(".narrowed")).to_contain_text("Unread by me")
    await listed(ruth, "Rosa Diaz")

    # A new row is announced; an existing row moves.
    await expect(bar(ruth)).to_be_hidden()
    await house.text(GEORGE, "Hello?")
    await expect(bar(ruth)).to_have_text("1 new")
    await house.text(STRANGER, "Anybody?")
    await expect(row(ruth, "Rosa Diaz")).to_contain_text("Anybody?")
    await listed(ruth, "Rosa Diaz")
    await bar(ruth).click()
    await listed(ruth, "Rosa Diaz", "George Bell")
    await expect(bar(ruth)).to_be_hidden()

    await ruth.get_by_role("link", name="Show all").click()
    await listed(ruth, "Rosa Diaz", "George Bell", "Naomi Park")
    await ruth.get_by_title("Filter and sort").click()
    await ruth.get_by_role("link", name="Oldest first").click()
    await listed(ruth, "Naomi Park", "George Bell", "Rosa Diaz")
    await ruth.mouse.move(1000, 400)
    await house.text(NAOMI, "Thank you")
    await listed(ruth, "George Bell", "Rosa Diaz", "Naomi Park")


async def test_pressing_a_row_requests_its_conversation_once(
    house: House, windows: Windows
) -> None:
    address = paths.conversation((await three_people(house))[0].id)
    ruth = await windows.open(house.cast.ruth)
    asked: list[Request] = []

    def note(request: Request) -> None:
        if request.url.endswith(address):
            asked.append(request)

    ruth.on("request", note)
    naomi = row(ruth, "Naomi Park")
    await naomi.hover()
    async with ruth.expect_request(f"**{address}"):
        await ruth.mouse.down()
    assert asked[0].headers["x-sec-purpose"] == "prefetch"
    await expect(naomi.locator(".badge")).to_be_visible()
    await ruth.mouse.up()
    await expect(ruth.locator(".messages")).to_contain_text("Could somebody drive me?")
    await expect(naomi.locator(".badge")).to_be_hidden()
    assert len(asked) == 1, "not a second time"
    ruth.remove_listener("request", note)


# The list, not a row, which may be drawn anew meanwhile. Ends once the list has been told.
SCROLL_DOWN = """() => new Promise(told => {
  const list = document.querySelector("row-list")
  list.addEventListener("scroll", told, { once: true })
  list.scrollTop = list.scrollHeight
})"""


async def test_a_long_list_returns_to_its_scroll_position(house: House, windows: Windows) -> None:
    for number in range(2 * FIRST_ROWS):
        await house.text(f"+1202555{100 + number:04}", f"Text {number}")
    ruth = await windows.open(house.cast.ruth)
    rows = ruth.locator(".rows .row")
    await ruth.evaluate(SCROLL_DOWN)
    await expect(rows).to_have_count(2 * FIRST_ROWS)
    await ruth.evaluate(SCROLL_DOWN)
    await ruth.evaluate("Turbo.visit('/settings')")
    await expect(rows).to_have_count(0)
    await ruth.evaluate("Turbo.visit('/inbox')")
    await expect(rows).to_have_count(2 * FIRST_ROWS)
    await expect(rows.last).to_be_in_viewport()


async def test_only_its_writer_sees_a_draft_in_the_row(house: House, windows: Windows) -> None:
    naomi = (await three_people(house))[0]
    ruth = await windows.open(house.cast.ruth)
    daniel = await windows.open(house.cast.daniel)
    draft = row(ruth, "Naomi Park").locator(".row-draft")
    await expect(draft).to_be_hidden()
    await house.screens.show_own(
        house.cast.ruth.id, "draft", naomi.id, kind="reply", body="Daniel will"
    )
    await expect(draft).to_have_text("Draft: Daniel will")
    await expect(row(ruth, "Naomi Park").locator(".row-text")).to_be_hidden()
    # It stays when the row is replaced.
    await house.text(NAOMI, "On Sunday")
    await expect(ruth.locator(".row-name").first).to_have_text("Naomi Park")
    await expect(draft).to_have_text("Draft: Daniel will")
    assert "Draft" not in await daniel.locator(".rows").inner_text()
    await house.screens.show_own(house.cast.ruth.id, "draft", naomi.id, kind="reply", body="")
    await expect(draft).to_be_hidden()
    await expect(row(ruth, "Naomi Park")).to_contain_text("On Sunday")


async def test_a_mentioned_colleague_finds_it_among_their_mentions(
    house: House, windows: Windows
) -> None:
    naomi = (await three_people(house))[0]
    ruth = await windows.open(house.cast.ruth, paths.inbox("mentions"))
    daniel = await windows.open(house.cast.daniel, paths.inbox("mentions"))
    await expect(ruth.get_by_text("Nobody has mentioned you")).to_be_visible()
    note = await add_event(naomi, "done", naomi.revision)
    await Mention.create(staff=house.cast.ruth, conversation=naomi, message=note)
    await house.screens.show_conversations([naomi.id])
    await listed(ruth, "Naomi Park")
    await count(ruth, "mentions", 1)
    await expect(row(ruth, "Naomi Park").get_by_text("You are mentioned")).to_be_attached()
    await expect(daniel.locator(".rows .row")).to_have_count(0)
    await count(daniel, "mentions", 0)
    await row(ruth, "Naomi Park").click()
    await count(ruth, "mentions", 0)
    await expect(row(ruth, "Naomi Park")).to_be_visible()
    await expect(row(ruth, "Naomi Park").locator(".mark-mention")).to_have_count(0)
    await follow(daniel, paths.inbox())
    await expect(row(daniel, "Naomi Park").locator(".mark-mention")).to_be_hidden()


async def test_on_a_phone_views_are_counted_and_a_long_touch_selects_rows(
    house: House, windows: Windows
) -> None:
    await three_people(house)
    phone = await windows.open(house.cast.ruth, device="phone", viewport=PHONE, has_touch=True)
    await phone.locator(".menu-views > summary").click()
    views = phone.get_by_role("navigation", name="Views")
    await expect(views.get_by_role("link", name="Unassigned")).to_contain_text("3")
    await phone.keyboard.press("Escape")
    link = row(phone, "George Bell").locator(".row-link")
    touch = {"pointerType": "touch", "isPrimary": True, "clientX": 200, "clientY": 200}
    await link.dispatch_event("pointerdown", touch)
    await expect(phone.locator(".bulk-count")).to_have_text("1 selected")
    await link.dispatch_event("pointerup", touch)
    await link.dispatch_event("click")
    await expect(phone.locator(".bulk-count")).to_have_text("1 selected")
    await row(phone, "Naomi Park").locator(".row-link").tap()
    await expect(phone.locator(".bulk-count")).to_have_text("2 selected")
    assert phone.url.endswith(paths.inbox()), "and nothing was opened"
    await phone.get_by_title("Done (e)").first.tap()
    await expect(phone.locator(".toast")).to_contain_text("2 conversations marked done.")
    await row(phone, "Naomi Park").tap()
    await shows(phone, "Naomi Park")


async def test_the_list_keeps_the_width_it_was_given(house: House, windows: Windows) -> None:
    await three_people(house)
    ruth = await windows.open(house.cast.ruth)
    divider = ruth.get_by_role("separator", name="Width of the list")
    await ruth.evaluate("localStorage.removeItem('list-width')")
    before = await _width(ruth)
    await divider.focus()
    await ruth.keyboard.press("End")
    await expect(divider).to_have_attribute("aria-valuenow", "45")
    assert await _width(ruth) > before * 1.5
    await ruth.reload()
    await expect(divider).to_have_attribute("aria-valuenow", "45")
    await divider.drag_to(ruth.locator(".contents"), target_position={"x": 20, "y": 400})
    await divider.dblclick()
    await expect(divider).to_have_attribute("aria-valuenow", "25")
    assert abs(await _width(ruth) - before) < 2


async def _width(page: Page) -> float:
    place = await page.locator(".pane-list").bounding_box()
    assert place
    return place["width"]
