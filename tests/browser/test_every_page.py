"""Every page, wide and narrow, light and dark: it fits, it is quiet, and everything has a name."""

import re
from collections.abc import Sequence

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from inbox import paths
from inbox.models import Conversation, Media, Message, Session, Staff
from inbox.models.message import new_key
from inbox.simulator import Fault, Faults
from tests.browser.windows import Windows, bubble, composer, follow, row, shows, status
from tests.cast import GEORGE, GRACE_NUMBER, NAOMI, PASSWORD, STRANGER
from tests.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 568}


async def a_busy_day(house: House) -> list[Conversation]:
    """A bit of everything on the screens: one conversation open, one stopped, one unknown."""
    await house.network.text_from(NAOMI, GRACE_NUMBER, "From the picnic", pictures=3)
    await house.network.settled()
    await until(_pictures_are_stored)
    await house.text(GEORGE, "Averylongwordwithoutanyspaces" * 6)
    await house.text(STRANGER, "Hello from https://an.example/" + "long/" * 30)
    browser = await house.browser(house.cast.ruth)
    everyone = {"body": "Dear {first_name}, hello", "target_type": "all", "key": new_key()}
    await browser.post(paths.broadcasts(), data=everyone)
    await house.settled()
    house.network.faults = Faults(delivery_fails=Fault(next=1, code=30003))
    reply = {"body": "Thank you for the pictures!", "key": new_key()}
    await browser.post(paths.messages(1), data=reply)
    await house.settled()
    await house.text(GEORGE, "STOP")
    await browser.post(paths.api_token_settings(), data={"name": "Website"})
    return await Conversation.all().order_by("id")


async def _pictures_are_stored() -> bool:
    return await Media.filter(status="stored").count() == 3


async def check(page: Page) -> None:
    """Loaded once, looked at in every way."""
    inks = set()
    for colours in ("light", "dark"):
        await page.emulate_media(color_scheme=colours)
        inks.add(await page.evaluate("getComputedStyle(document.body).color"))
    assert len(inks) == 2, f"{page.url}: {inks}"
    for size in (DESKTOP, NARROW):
        await page.set_viewport_size(size)
        assert await page.evaluate(SPILLS) == [], f"{page.url}, {size['width']} wide"
    for size in (PHONE, DESKTOP):
        await page.set_viewport_size(size)
        outline = await page.locator("body").aria_snapshot()
        assert nameless(outline) == [], f"{page.url}, {size['width']} wide"
        levels = heading_levels(outline)
        assert is_sane(levels), f"{page.url}, {size['width']} wide: headings of level {levels}"
        for colours in ("light", "dark"):
            await page.emulate_media(color_scheme=colours, reduced_motion="reduce")
            assert await shuts_out(page) == [], f"{page.url}, {size['width']} wide, {colours}"


async def shuts_out(page: Page) -> list[str]:
    """What axe finds serious or worse: who cannot see, hear or point is left standing there."""
    # Without its own copy of our style sheets, which our policy would not let it write down.
    found = await Axe().run(page, options={"preload": False, "resultTypes": ["violations"]})
    return [
        f"{rule['id']}: {node['html'][:120]} {node.get('failureSummary', '')[:200]}"
        for rule in found.response["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


# What reaches beyond the right or left edge, and would have to be scrolled to, or is cut off.
SPILLS = """() => {
  const width = document.documentElement.clientWidth
  const shown = { opacityProperty: true, visibilityProperty: true }
  const small = rect => rect.width < 2 || rect.height < 2
  const spills = [...document.body.querySelectorAll("*")].filter(element => {
    const rect = element.getBoundingClientRect()
    const outside = rect.right > width + 1 || rect.left < -1
    const matters = !small(rect) && !element.matches(".skip, svg *")
    return outside && matters && element.checkVisibility(shown)
  })
  if (document.documentElement.scrollWidth > width) spills.unshift(document.documentElement)
  return spills.map(element => element.outerHTML.slice(0, 120))
}"""


def nameless(outline: str) -> list[str]:
    """Controls without an accessible name, in Playwright's outline of a page."""
    roles = "button|link|textbox|searchbox|checkbox|radio|combobox|img|region|navigation"
    return re.findall(rf"^\s*- (?:{roles})(?=$|:| \[).*", outline, re.MULTILINE)


def heading_levels(outline: str) -> list[int]:
    return [int(level) for level in re.findall(r"- heading .*\[level=(\d)\]", outline)]


def is_sane(levels: Sequence[int]) -> bool:
    """Begins with a title, that of the page or of its first pane, and leaves out no level."""
    steps = zip(levels, levels[1:], strict=False)
    return levels[:1] == [1] and all(b - a <= 1 for a, b in steps)


async def test_the_pages_of_the_inbox(house: House, windows: Windows) -> None:
    conversations = await a_busy_day(house)
    pages = [
        paths.inbox(),
        paths.inbox("needs-reply"),
        *(paths.conversation(one.id) for one in conversations),
        paths.new_conversation(),
        paths.new_conversation("na"),
        paths.new_conversation("202 555 0177"),
        paths.search(),
        paths.search("hello"),
        paths.broadcasts(),
        paths.new_broadcast(),
        paths.broadcast(1),
    ]
    page = await windows.open(house.cast.ruth, viewport=DESKTOP)
    for path in pages:
        await follow(page, path)
        await check(page)


async def test_the_pages_of_the_settings(house: House, windows: Windows) -> None:
    pages = [
        paths.twilio_settings(),
        paths.staff_settings(),
        paths.session_settings(),
        paths.notification_settings(),
        paths.people_settings(),
        paths.import_people(),
        paths.api_token_settings(),
    ]
    ruth = await windows.open(house.cast.ruth, viewport=DESKTOP)
    for path in pages:
        await follow(ruth, path)
        await check(ruth)
    mercy = await windows.open(house.cast.mercy, viewport=DESKTOP)
    for path in pages[:6]:
        await follow(mercy, path)
        await check(mercy)

    await follow(ruth, paths.api_token_settings())
    await ruth.get_by_label("Name").fill("Website")
    await ruth.get_by_role("button", name="Make a token").click()
    await expect(ruth.get_by_text("Copy the new token now.")).to_be_visible()
    await check(ruth)


async def test_the_pages_of_those_who_are_not_signed_in(house: House, windows: Windows) -> None:
    windows.expected = ("status of 404",)
    page = await windows.open(None, paths.sign_in(), viewport=DESKTOP)
    await check(page)
    await follow(page, "/nowhere")
    await expect(page.get_by_role("heading", name="Not found")).to_be_visible()
    await check(page)


async def test_the_handsets(house: House, windows: Windows) -> None:
    await a_busy_day(house)
    page = await windows.open(None, house.simulator.url, viewport=DESKTOP)
    await check(page)


async def test_a_new_installation_is_set_up_in_the_browser(house: House, windows: Windows) -> None:
    await Session.all().delete()
    await Staff.all().delete()
    account = house.world.add_account("Saint Anne")
    house.world.add_number(account, "+12065550100")
    windows.expected = ("status of 422",)
    page = await windows.open(None, "/", viewport=DESKTOP)
    await check(page)
    await page.get_by_label("Name of the church").fill("Saint Anne")
    await page.get_by_label("Your name").fill("Mary Stone")
    await page.get_by_label("Your e-mail address").fill("mary@anne.example")
    await page.get_by_label("Choose a password").fill(PASSWORD)
    await page.get_by_role("button", name="Open the inbox").click()

    await expect(page.get_by_role("heading", name="Twilio", level=1)).to_be_visible()
    await check(page)
    other_tab = await page.context.new_page()
    await other_tab.goto(house.url + paths.inbox())
    await expect(other_tab.get_by_text("Connect your phone number")).to_be_visible()
    await check(other_tab)

    await page.get_by_label("Account SID").fill(account.sid)
    await page.get_by_label("Auth Token").fill("0" * 32)
    await page.get_by_label("Phone number").fill("(206) 555-0100")
    await page.get_by_role("button", name="Check and connect").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.get_by_label("Auth Token").fill(account.auth_token)
    await page.get_by_role("button", name="Check and connect").click()
    await expect(page.get_by_text("Texts can come and go now.")).to_be_visible()
    await check(page)

    await house.text(NAOMI, "Hello Saint Anne", to="+12065550100")
    await expect(row(other_tab, "(202) 555-0142")).to_contain_text("Hello Saint Anne")


async def test_on_a_phone_one_goes_from_the_list_to_a_thread_and_back(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Could somebody drive me on Sunday?")
    await house.text(GEORGE, "Hi")
    page = await windows.open(
        house.cast.ruth, device="phone", viewport=PHONE, has_touch=True, is_mobile=True
    )
    await row(page, "Naomi Park").tap()
    await shows(page, "Naomi Park")
    await expect(page.locator(".pane-list")).to_be_hidden()
    await expect(bubble(page, "drive me")).to_be_in_viewport()
    await expect(composer(page)).to_be_in_viewport()
    await expect(page).to_have_url(re.compile(r"/inbox/\d+$"))

    await composer(page).fill("Daniel will")
    await page.get_by_role("button", name="Send").tap()
    await expect(status(page, "Daniel will")).to_have_text("Delivered")
    await expect(composer(page)).to_be_in_viewport()

    await page.get_by_role("link", name="Back to the list").tap()
    await expect(row(page, "Naomi Park")).to_be_in_viewport()
    await expect(page.locator(".composer-text")).to_have_count(0)
    await row(page, "George Bell").tap()
    await shows(page, "George Bell")
    await expect(page).to_have_url(re.compile(paths.conversation(2)))
    # Turbo shows the thread a moment before its own visit has ended: going back just then counts.
    await page.go_back()
    await expect(row(page, "George Bell")).to_be_in_viewport()


async def test_the_keyboard_reaches_everything(house: House, windows: Windows) -> None:
    await house.text(NAOMI, "Could somebody drive me on Sunday?")
    await house.text(GEORGE, "Hi")
    page = await windows.open(house.cast.ruth, viewport=DESKTOP)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await tab_to(page, ".row-link")
    await expect(row(page, "George Bell").locator(".row-link")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(row(page, "Naomi Park").locator(".row-link")).to_be_focused()
    await page.keyboard.press("Enter")
    await shows(page, "Naomi Park")
    await expect(composer(page)).to_be_focused()
    await page.keyboard.type("Daniel will")
    await page.keyboard.press("Enter")
    await expect(status(page, "Daniel will")).to_have_text("Delivered")

    await page.reload()
    await page.locator(".row-link").last.focus()
    await tab_to(page, ".composer-text")


async def tab_to(page: Page, selector: str) -> None:
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await page.evaluate("css => document.activeElement.matches(css)", selector):
            return
    pytest.fail(f"The Tab key does not reach {selector}")


async def test_a_page_of_rows_scrolls_on_to_the_oldest(house: House, windows: Windows) -> None:
    for number in range(60):
        await house.text(f"+1202555{100 + number % 100:04}", f"Text {number}")
    assert await Message.filter(direction="in").count() == 60
    page = await windows.open(house.cast.ruth)
    await expect(page.locator(".row")).to_have_count(50)
    await page.locator(".row").last.scroll_into_view_if_needed()
    await expect(page.locator(".row")).to_have_count(60)
    names = await page.locator(".row-text").all_inner_texts()
    assert names == [f"Text {number}" for number in reversed(range(60))]
    await expect(page.locator(".row[data-unread]")).to_have_count(60)
