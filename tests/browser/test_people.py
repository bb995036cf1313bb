"""A church brings its people along: a list from a file, looked at before anything is changed."""

import pytest
from playwright.async_api import FilePayload, expect

from inbox import paths
from inbox.models import Member
from tests.browser.windows import Windows
from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

FILE = "Name;Mobile\nNoëmi Stone;202-555-0151\nNaomi Park;202-555-0142\nNobody;12\n"


async def test_a_file_is_looked_at_and_imported(house: House, windows: Windows) -> None:
    page = await windows.open(house.cast.ruth, paths.people_settings())
    await page.get_by_role("link", name="Import a list").click()
    file = FilePayload(name="people.csv", mimeType="text/csv", buffer=FILE.encode("cp1252"))
    await page.get_by_label("Or choose a file").set_input_files(file)
    await page.get_by_role("button", name="See what would happen").click()
    await expect(page.get_by_text("1 new person")).to_be_visible()
    await expect(page.get_by_text("1 is here already")).to_be_visible()
    await expect(page.get_by_text("Line 4: Nobody, 12")).to_be_visible()
    assert await Member.filter(church=house.cast.grace).count() == 2

    await page.get_by_role("button", name="Add 1 person").click()
    await expect(page.get_by_text("1 person was added or named.")).to_be_visible()
    await page.get_by_role("searchbox").fill("noë")
    await page.get_by_role("searchbox").press("Enter")
    await expect(page.locator(".line-name")).to_have_text(["Noëmi Stone"])
    await page.get_by_role("button", name="Open Noëmi Stone").click()
    await expect(page.locator(".thread-name")).to_have_text("Noëmi Stone")
