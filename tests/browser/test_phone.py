"""On a phone: names are readable, controls are within reach, and nothing jumps."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Route, expect

from inbox import paths
from inbox.models import Church, Group
from tests.browser.windows import Windows, row, shows
from tests.cast import STRANGER
from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

SIZES = ({"width": 390, "height": 844}, {"width": 320, "height": 640})
VIEWS = ("all", "needs-reply", "unassigned", "new", "scheduled")
# CSS pixels. A thumb misses anything smaller.
THUMB = 40


def phone_of(size: dict[str, int]) -> dict[str, Any]:
    return {"device": f"phone of {size['width']}", "viewport": size, "has_touch": True}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
async def test_the_name_of_the_view_is_readable(
    house: House, windows: Windows, size: dict[str, int], language: str
) -> None:
    await Church.filter(id=house.cast.grace.id).update(language=language)
    phone = await windows.open(house.cast.ruth, **phone_of(size))
    for view in VIEWS:
        await phone.goto(f"{house.url}{paths.inbox(view)}")
        name = phone.locator(".views-name")
        assert await fits(name), await name.inner_text()
        # Whole words, in two lines at most.
        words = (await name.inner_text()).split()
        assert await lines(name) <= min(2, len(words)), words
        for link in await phone.locator(".rail-links .rail-name:visible").all():
            assert await fits(link), await link.inner_text()


async def fits(element: Locator) -> bool:
    return bool(await element.evaluate("one => one.scrollWidth <= one.clientWidth + 1"))


async def lines(element: Locator) -> int:
    return int(
        await element.evaluate(
            "one => Math.round(one.clientHeight / parseFloat(getComputedStyle(one).lineHeight))"
        )
    )


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
async def test_the_number_of_an_unknown_member_is_readable(
    house: House, windows: Windows, size: dict[str, int]
) -> None:
    await house.text(STRANGER, "Hello?")
    phone = await windows.open(house.cast.ruth, **phone_of(size))
    await row(phone, "(202) 555-0199").click()
    await shows(phone, "(202) 555-0199")
    assert await fits(phone.locator(".thread-name"))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
async def test_everything_below_the_text_box_is_within_reach_of_a_thumb(
    house: House, windows: Windows, size: dict[str, int], language: str
) -> None:
    await Church.filter(id=house.cast.grace.id).update(language=language)
    naomi = await house.cast.conversation()
    phone = await windows.open(house.cast.ruth, paths.conversation(naomi.id), **phone_of(size))
    await shows(phone, "Naomi Park")
    assert await fits(phone.locator(".thread-name"))
    # The other tab has a draft, too, which takes room for its dot.
    await phone.locator("#tab_note").tap()
    await phone.locator(".composer-text").fill("Her birthday is today")
    await phone.locator("#tab_reply").tap()
    await phone.locator(".composer-text").fill("Happy birthday")
    controls = await phone.locator(".composer-box :is(button, summary):visible").all()
    assert len(controls) == 6
    for one in controls:
        await is_for_a_thumb(one, size)
        # Nothing else is above it.
        await one.tap(trial=True)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
async def test_everything_in_the_head_is_within_reach_of_a_thumb(
    house: House, windows: Windows, size: dict[str, int]
) -> None:
    naomi = await house.cast.conversation()
    phone = await windows.open(house.cast.ruth, **phone_of(size))
    for one in await phone.locator(".pane-list .pane-head :is(summary, a):visible").all():
        await is_for_a_thumb(one, size)
    await phone.locator(".menu-new > summary").tap()
    await phone.locator(".menu-new").get_by_text("New broadcast").tap()
    await expect(phone.get_by_role("heading", name="New broadcast")).to_be_visible()
    await expect(phone).to_have_url(f"{house.url}{paths.new_broadcast()}")
    await phone.go_back()
    await expect(phone).to_have_url(f"{house.url}{paths.inbox()}")
    await expect(phone.locator(".menu-new")).not_to_have_attribute("open", "")
    await phone.locator(".menu-new > summary").tap()
    await phone.locator(".menu-new").get_by_text("New message").tap()
    await expect(phone.get_by_role("heading", name="New message")).to_be_visible()
    await phone.goto(f"{house.url}{paths.conversation(naomi.id)}")
    await shows(phone, "Naomi Park")


@pytest.mark.parametrize("width", [700, 820, 1099, 1100, 1280])
async def test_every_menu_opens_inside_the_window(
    house: House, windows: Windows, width: int
) -> None:
    group = await Group.create(
        church=house.cast.grace, name="Parents and helpers of the Bible school"
    )
    await group.add([house.cast.naomi])
    await house.text(STRANGER, "Hello?")
    tablet = await windows.open(
        house.cast.ruth,
        paths.conversation(1),
        device=f"tablet of {width}",
        viewport={"width": width, "height": 1180},
        has_touch=True,
    )
    await shows(tablet, "(202) 555-0199")
    for picking in (False, True):
        if picking:
            await tablet.locator(".row-link").first.focus()
            await tablet.keyboard.press("x")
            await expect(tablet.locator(".bulk-count")).to_be_visible()
        menus = await tablet.locator(".menu:has(> summary:visible)").all()
        assert len(menus) > 4
        for menu in menus:
            await menu.evaluate("one => { one.open = true }")
            box = await menu.locator("> .menu-panel").bounding_box()
            name = await menu.get_attribute("class")
            assert box, name
            assert box["x"] >= 0, name
            assert box["x"] + box["width"] <= width, name
            await menu.evaluate("one => { one.open = false }")


async def test_every_menu_of_a_thread_is_a_sheet_across_the_whole_screen(
    house: House, windows: Windows
) -> None:
    await house.text(STRANGER, "Hello?")
    phone = await windows.open(house.cast.ruth, **phone_of(SIZES[0]))
    await row(phone, "(202) 555-0199").tap()
    await shows(phone, "(202) 555-0199")
    await phone.locator(".menu-more > summary").tap()
    await phone.get_by_role("button", name="Details").tap()
    await expect(phone.get_by_text("Can be texted")).to_be_visible()
    menus = await phone.locator(".thread .menu:has(> .menu-panel)").all()
    assert len(menus) > 4
    for menu in menus:
        await menu.evaluate("one => { one.open = true }")
        box = await menu.locator("> .menu-panel").bounding_box()
        name = await menu.get_attribute("class")
        assert box, name
        assert (box["x"], box["width"]) == (0, SIZES[0]["width"]), name
        assert box["y"] + box["height"] == SIZES[0]["height"], name
        await menu.evaluate("one => { one.open = false }")


# The moment at which the sheet has the address and Turbo's own visit has not ended.
BACK_AT_ONCE = """() => {
  const push = history.pushState
  history.pushState = function (...given) {
    history.pushState = push
    push.apply(this, given)
    history.back()
  }
}"""


@pytest.mark.parametrize("chosen", ["New broadcast", "New message"])
async def test_going_back_while_a_sheet_still_opens_shows_the_list(
    house: House, windows: Windows, chosen: str
) -> None:
    phone = await windows.open(house.cast.ruth, **phone_of(SIZES[0]))
    await phone.evaluate(BACK_AT_ONCE)
    await phone.locator(".menu-new > summary").tap()
    async with phone.expect_event("framenavigated", lambda _: phone.url.endswith(paths.inbox())):
        await phone.locator(".menu-new").get_by_text(chosen).tap()
    await expect(phone.get_by_role("heading", name=chosen)).to_have_count(0)
    await expect(phone.locator(".menu-new > summary")).to_be_visible()
    await expect(phone).to_have_url(f"{house.url}{paths.inbox()}")


async def is_for_a_thumb(element: Locator, size: dict[str, int]) -> None:
    box = await element.bounding_box()
    assert box and min(box["width"], box["height"]) >= THUMB, box
    assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"], box


async def test_sign_out_is_spelled_out_below_the_settings(house: House, windows: Windows) -> None:
    size = SIZES[0]
    phone = await windows.open(house.cast.ruth, paths.session_settings(), **phone_of(size))
    menu = phone.locator(".settings-nav .menu-views")
    leave = menu.get_by_role("button", name="Sign out")
    await expect(leave).to_be_hidden()
    await menu.locator("> summary").tap()
    await is_for_a_thumb(leave, size)
    await leave.tap()
    await expect(phone.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_the_emoji_do_not_jump_while_they_load(house: House, windows: Windows) -> None:
    naomi = await house.cast.conversation()
    path = paths.conversation(naomi.id)
    phone = await windows.open(house.cast.ruth, path, **phone_of(SIZES[0]))
    may_come = asyncio.Event()

    async def hold(route: Route) -> None:
        await may_come.wait()
        await route.continue_()

    await phone.route("**/emoji.en-*.js", hold)
    await phone.get_by_role("button", name="Emoji").tap()
    await expect(phone.get_by_role("searchbox", name="Find an emoji")).to_be_visible()
    await expect(phone.locator(".emoji-pages button")).to_have_count(0)
    before = await places(phone)
    may_come.set()
    await expect(phone.get_by_role("heading", name="Smileys")).to_be_visible()
    assert await places(phone) == before
    await phone.keyboard.type("no emoji has this name")
    await expect(phone.get_by_text("No emoji matches.")).to_be_visible()
    assert (await places(phone))[:2] == before[:2]


async def places(page: Page) -> list[Any]:
    """The positions of the picker, its search field, and its groups."""
    parts = (".pop-emoji", ".pop-emoji .pop-search", ".pop-emoji .emoji-groups")
    return [await page.locator(part).bounding_box() for part in parts]
