"""A church brings its members: a list from a file, checked before anything changes."""

import asyncio
import re

import pytest
from playwright.async_api import FilePayload, Route, expect

from inbox import paths
from inbox.models import Group, Member
from tests.browser.windows import Windows, follow
from tests.cast import GEORGE, NAOMI, STRANGER
from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

FILE = "Name;Mobile\nNoëmi Stone;202-555-0151\nNaomi Park;202-555-0142\nNobody;12\n"


async def test_a_file_is_previewed_and_imported(house: House, windows: Windows) -> None:
    page = await windows.open(house.cast.ruth, paths.people_settings())
    await page.get_by_role("link", name="Import a list").click()
    file = FilePayload(name="people.csv", mimeType="text/csv", buffer=FILE.encode("cp1252"))
    await page.get_by_label("Or choose a file").set_input_files(file)
    await page.get_by_role("button", name="See what will happen").click()
    await expect(page.get_by_text("1 new member")).to_be_visible()
    await expect(page.get_by_text("1 is already a member")).to_be_visible()
    await expect(page.get_by_text("Line 4: Nobody, 12")).to_be_visible()
    assert await Member.filter(church=house.cast.grace).count() == 2

    await page.get_by_role("button", name="Add 1 member").click()
    await expect(page.get_by_text("1 member added or named.")).to_be_visible()
    await page.get_by_role("searchbox").fill("noë")
    await page.get_by_role("searchbox").press("Enter")
    await expect(page.locator(".line-name")).to_have_text(["Noëmi Stone"])
    await page.get_by_role("button", name="Open Noëmi Stone").click()
    await expect(page.locator(".thread-name")).to_have_text("Noëmi Stone")


async def test_a_list_is_corrected_and_imported_into_a_new_group(
    house: House, windows: Windows
) -> None:
    page = await windows.open(house.cast.ruth, paths.import_people())
    await page.get_by_label("Paste a list").fill("Gómez, Ana\t202-555-0151\nPark, Naomi\t12\n")
    await page.get_by_label("Add everyone to a group").fill("Choir")
    await page.get_by_role("button", name="See what will happen").click()
    await expect(page.get_by_text("1 member will be in a new group, Choir")).to_be_visible()
    await expect(page.get_by_text("Ana Gómez, (202) 555-0151")).to_be_visible()
    await expect(page.get_by_text("Line 1: “Gómez, Ana” becomes Ana Gómez")).to_be_visible()

    await page.get_by_role("button", name="Edit the list").click()
    pasted = page.get_by_label("Paste a list")
    await pasted.fill((await pasted.input_value()).replace("12\n", "202-555-0142\n"))
    await page.get_by_role("button", name="See what will happen").click()
    await expect(page.get_by_text("2 members will be in a new group, Choir")).to_be_visible()
    await page.get_by_role("button", name="Add 1 member").click()
    await expect(page.get_by_role("heading", name="Choir")).to_be_visible()
    await expect(page.locator(".line-name")).to_have_text(["Ana Gómez", "Naomi Park"])


@pytest.mark.parametrize("width", [1280, 390])
async def test_a_group_is_filled_without_leaving_its_page(
    house: House, windows: Windows, width: int
) -> None:
    choir = await Group.create(church=house.cast.grace, name="Choir")
    await choir.add([house.cast.naomi])
    await Member.with_phone(house.cast.grace.id, STRANGER, "Rosa Diaz")
    daniel = await windows.open(
        house.cast.daniel,
        paths.group_settings(choir.id),
        device=f"screen of {width}",
        viewport={"width": width, "height": 844},
    )
    field = daniel.get_by_role("combobox", name="Add members")
    await field.fill("naomi")
    await expect(daniel.get_by_role("option", name="Naomi Park")).to_be_disabled()
    for asked, name in (("bell", "George Bell"), ("0199", "Rosa Diaz")):
        await field.fill(asked)
        await expect(daniel.get_by_role("option", name=name)).to_be_visible()
        await field.press("Enter")
        await expect(daniel.locator(".pick-name").last).to_have_text(name)
    await daniel.get_by_role("button", name="Add", exact=True).click()
    await expect(daniel.get_by_text("2 members added to this group.")).to_be_visible()
    names = ["George Bell", "Naomi Park", "Rosa Diaz"]
    await expect(daniel.locator(".line-name")).to_have_text(names)


async def test_the_members_of_selected_conversations_are_added_to_a_group(
    house: House, windows: Windows
) -> None:
    for phone in (GEORGE, NAOMI):
        await house.text(phone, "May I sing, too?")
    choir = await Group.create(church=house.cast.grace, name="Choir")
    ruth = await windows.open(house.cast.ruth)
    mercy = await windows.open(house.cast.mercy)
    for page in (mercy, ruth):
        await page.locator(".row-pick").first.click()
        await page.locator(".bulk").get_by_title("More").click()
        await page.get_by_role("button", name="Select all").click()
        offered = page.locator(".bulk").get_by_role("button", name="Choir")
        await expect(offered).to_be_visible(visible=page is ruth)
    await ruth.locator(".bulk").get_by_role("button", name="Choir").click()
    await expect(ruth.locator(".toast")).to_contain_text("2 members are in the group.")
    assert len(await choir.page(None, 10)) == 2


async def test_one_menu_holds_the_settings_pages_on_a_phone(house: House, windows: Windows) -> None:
    phone = {"width": 390, "height": 844}
    page = await windows.open(house.cast.ruth, paths.people_settings(), "phone", viewport=phone)
    menu = page.locator(".settings-nav .menu-views")
    for name in ("Preferences", "Saved replies"):
        await menu.locator("> summary").click()
        await menu.get_by_role("link", name=name).click()
        await expect(page.get_by_role("heading", name=name)).to_be_visible()
        await expect(menu.locator(".menu-panel")).to_be_hidden()
        await expect(menu.locator("a[aria-current]")).to_have_text(name)
    nav = await page.locator(".settings-nav").bounding_box()
    assert nav and nav["height"] <= 64, "it closes and shows the page"


async def test_what_is_typed_before_its_code_has_loaded_is_searched(
    house: House, windows: Windows
) -> None:
    choir = await Group.create(church=house.cast.grace, name="Choir")
    page = await windows.open(house.cast.daniel)
    typed = asyncio.Event()

    async def hold(code: Route) -> None:
        await typed.wait()
        await code.continue_()

    await page.route(re.compile("/people-picker-[A-Z0-9]+[.]js$"), hold)
    await follow(page, paths.group_settings(choir.id))
    await page.get_by_role("combobox", name="Add members").fill("naomi")
    typed.set()
    await expect(page.get_by_role("option", name="Naomi Park")).to_be_visible()
