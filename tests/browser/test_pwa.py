"""The inbox as an app: it starts, notifies, and reports when it is offline."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from inbox import paths
from tests.browser.windows import LOST_LINE, Profiles, Windows, bubble, row
from tests.cast import GEORGE, NAOMI
from tests.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(scope="module")
def profiles(whole_profiles: Profiles) -> Profiles:
    return whole_profiles


HIDE = """() => {
  Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true })
  document.dispatchEvent(new Event("visibilitychange"))
}"""
SHOW = """() => {
  delete document.visibilityState
  document.dispatchEvent(new Event("visibilitychange"))
}"""
COUNT_NOTES = """() => {
  const Real = OscillatorNode
  window.notes = 0
  window.OscillatorNode = class extends Real {
    constructor(...given) { super(...given); window.notes += 1 }
  }
}"""
WORKER = "navigator.serviceWorker.ready.then((one) => one.active.scriptURL)"


async def holds(page: Page, script: str) -> None:
    """Run from outside: a page may not turn text into code."""

    async def true() -> bool:
        return bool(await page.evaluate(script))

    await until(true)


async def test_the_worker_has_a_page_for_being_offline(house: House, windows: Windows) -> None:
    windows.expected = (*LOST_LINE, "status of 50")
    await house.text(NAOMI, "Hello")
    page = await windows.open(house.cast.ruth)
    assert await page.evaluate(WORKER) == house.url + paths.service_worker()
    await holds(page, "navigator.serviceWorker.controller !== null")
    await house.stop()
    await page.goto(house.url + paths.inbox())
    await expect(page.get_by_role("heading", name="No connection to the inbox")).to_be_visible()
    await expect(page.get_by_text("Nothing is lost.")).to_be_visible()
    background = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(245, 244, 241)", "its style sheet is stored with it"
    kept = await page.evaluate("""async () => {
      const found = []
      for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys())
          found.push(new URL(url).pathname)
      return found
    }""")
    assert len(kept) == 4 and not [one for one in kept if "inbox" in one]
    await house.start()
    await page.get_by_role("link", name="Try again").click()
    await expect(row(page, "Naomi Park")).to_be_visible()


async def test_a_notification_names_the_sender_and_opens_the_conversation(
    house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Hello")
    conversation = await house.cast.conversation()
    page = await windows.open(house.cast.ruth, paths.broadcasts())
    await page.context.grant_permissions(["notifications"], origin=house.url)
    await page.evaluate(WORKER)
    await holds(page, "navigator.serviceWorker.controller !== null")
    told = (
        f'{{"title": "Naomi Park wrote", "text": "Grace Chapel", "topic": "c{conversation.id}", '
        f'"url": "{paths.conversation(conversation.id)}"}}'
    )
    await deliver(page, house.url, told)
    await holds(
        page,
        """(async () => {
      const worker = await navigator.serviceWorker.ready
      const [shown] = await worker.getNotifications()
      return shown?.title === "Naomi Park wrote" && shown.body === "Grace Chapel"
    })()""",
    )
    # What the worker does on a click, which no test can trigger.
    await page.evaluate(
        """url => navigator.serviceWorker.dispatchEvent(
          new MessageEvent("message", { data: { open: url } }))""",
        paths.conversation(conversation.id),
    )
    await expect(bubble(page, "Hello")).to_be_visible()


async def deliver(page: Page, origin: str, data: str) -> None:
    """As a push service would."""
    devtools = await page.context.new_cdp_session(page)
    found: list[str] = []

    def note(event: dict[str, Any]) -> None:
        # Other origins of this profile have registrations too, and ended ones are still reported.
        found.extend(
            one["registrationId"]
            for one in event["registrations"]
            if one["scopeURL"].startswith(origin) and not one["isDeleted"]
        )

    devtools.on("ServiceWorker.workerRegistrationUpdated", note)
    await devtools.send("ServiceWorker.enable")

    async def registered() -> bool:
        return bool(found)

    await until(registered)
    await devtools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": found[-1], "data": data},
    )


@pytest.mark.parametrize(
    ("like", "change", "says"),
    [
        ({}, "Notification.permission = 'denied'", "Notifications are blocked in this browser."),
        ({}, "delete window.PushManager", "This browser cannot get notifications."),
        ({}, "window.isSecureContext = false", "Not available at this address."),
        ({"user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)"}, "", "Add to Home Screen"),
    ],
)
async def test_it_explains_why_it_cannot_be_installed(
    house: House, windows: Windows, like: dict[str, Any], change: str, says: str
) -> None:
    page = await windows.open(house.cast.ruth, "/inbox", f"odd browser {says}", **like)
    name, _, value = change.partition(" = ")
    if value:
        owner, _, field = name.rpartition(".")
        change = f"Object.defineProperty({owner}, '{field}', {{ get: () => {value} }})"
    await page.add_init_script(change)
    await page.goto(house.url + paths.preference_settings())
    await expect(page.locator("push-switch")).to_contain_text(says)
    await expect(page.locator("push-switch button")).to_be_hidden()
    await page.close()  # No other page may be changed this way.


async def test_a_hidden_page_sounds_once_for_a_burst(house: House, windows: Windows) -> None:
    page = await windows.open(house.cast.ruth, paths.broadcasts())
    icon = page.locator("link[rel=icon]")
    await page.evaluate(COUNT_NOTES)
    await page.locator("h1").first.click()
    await house.text(NAOMI, "While she looks")
    await expect(page).to_have_title(re.compile(r"^\(1\)"))
    assert await page.evaluate("notes") == 0
    await expect(icon).to_have_attribute("href", re.compile(r"/icon\.svg$"))

    await page.evaluate(HIDE)
    await house.text(NAOMI, "While she does not")
    await expect(icon).to_have_attribute("href", re.compile(r"icon-news\.svg$"))
    await holds(page, "notes === 2")
    await house.text(GEORGE, "Me too")
    await expect(page).to_have_title(re.compile(r"^\(2\)"))
    assert await page.evaluate("notes") == 2
    await page.evaluate(SHOW)
    await expect(icon).to_have_attribute("href", re.compile(r"/icon\.svg$"))


async def test_no_sound_plays_for_those_who_turned_it_off(house: House, windows: Windows) -> None:
    await house.cast.daniel.prefer(sound=False)
    page = await windows.open(house.cast.daniel)
    await page.evaluate(COUNT_NOTES)
    await page.locator("h1").first.click()
    # A text that appears proves that the page's socket is connected.
    await house.text(GEORGE, "Is somebody there?")
    await expect(row(page, "George Bell")).to_contain_text("Is somebody there?")
    await page.evaluate(HIDE)
    await house.text(NAOMI, "Hello")
    await expect(page.locator("link[rel=icon]")).to_have_attribute(
        "href", re.compile(r"icon-news\.svg$")
    )
    assert await page.evaluate("notes") == 0
    # The premise: it would have played.
    await page.evaluate("document.documentElement.dataset.sound = ''")
    await page.evaluate(SHOW)
    await page.locator("h1").first.click()
    await page.evaluate(HIDE)
    await page.evaluate("performance.now = () => 1e9")
    await house.text(GEORGE, "Hello")
    await holds(page, "notes === 2")
