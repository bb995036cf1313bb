"""Browser notifications: turned on once, then renewed automatically or reported as off."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator, Page, expect

from inbox import paths
from inbox.models import PushSubscription, Session, Staff
from inbox.providers.push import PushHttp
from tests.browser.windows import Profiles, Windows, follow
from tests.cast import PASSWORD
from tests.house import House, until
from tests.work.pushes import HOST, PushService, push_service

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(scope="module")
def profiles(whole_profiles: Profiles) -> Profiles:
    return whole_profiles


# A headless browser has no push service: only that part is faked. Its state is in localStorage,
# because a browser keeps it across pages and sign-ins.
MAKER = """
  const HAS = "pretended", FAILS = "pretended fails"
  const read = () => JSON.parse(localStorage.getItem(HAS) ?? "null")
  const made = ({ endpoint, key, ...keys }) => ({
    endpoint,
    options: { applicationServerKey: new Uint8Array(key).buffer },
    toJSON: () => ({ endpoint, keys }),
    unsubscribe: async () => Boolean(localStorage.removeItem(HAS)) || true,
  })
  PushManager.prototype.getSubscription = async () => read() && made(read())
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly || applicationServerKey.length !== 65) throw new Error("not that way")
    if (localStorage.getItem(FAILS)) throw new DOMException("no service", "AbortError")
    const count = Number(localStorage.getItem("count") ?? 0) + 1
    localStorage.setItem("count", count)
    const given = { ...FORM, endpoint: FORM.endpoint + count, key: [...applicationServerKey] }
    localStorage.setItem(HAS, JSON.stringify(given))
    return made(given)
  }
"""
LOST = "This browser no longer gets notifications."


@pytest_asyncio.fixture(loop_scope="session")
async def service(house: House) -> AsyncIterator[PushService]:
    house.app.context.push = PushHttp(allowed_host=HOST)
    async with push_service() as service:
        yield service


async def browser(house: House, windows: Windows, service: PushService, staff: Staff) -> Page:
    """At the switch, in a browser that supports push and has permission."""
    page = await windows.open(staff, paths.preference_settings(), "a phone that rings")
    await page.context.grant_permissions(["notifications"], origin=house.url)
    await page.add_init_script(f"{{ const FORM = {service.form('browser')}; {MAKER} }}")
    await page.reload()
    return page


def switch(page: Page) -> Locator:
    return page.locator("push-switch")


async def turn_on(page: Page) -> None:
    await switch(page).get_by_role("button", name="Turn on").click()
    await expect(switch(page)).to_contain_text("gets notifications")


async def belongs(service: PushService, *expected: tuple[Staff, str]) -> None:
    """Who is notified, and through which of the browser's subscriptions."""
    wanted = {(staff.id, service.endpoint("browser") + number) for staff, number in expected}

    async def true() -> bool:
        rows = await PushSubscription.all().values_list("staff_id", "endpoint")
        return {tuple(row) for row in rows} == wanted

    await until(true)


async def test_notifications_are_turned_on_and_off(
    house: House, windows: Windows, service: PushService
) -> None:
    page = await browser(house, windows, service, house.cast.ruth)
    await expect(switch(page)).to_contain_text("This browser does not get notifications.")
    await expect(page.get_by_text("None of your browsers gets notifications yet.")).to_be_visible()
    await turn_on(page)
    await belongs(service, (house.cast.ruth, "1"))
    await expect(page.get_by_text("1 of your browsers gets notifications.")).to_be_visible()
    await page.get_by_role("button", name="Send me a test notification").click()
    await expect(page.get_by_text("It may take a few seconds")).to_be_visible()
    assert service.told("browser1") == ["Notifications work"]
    await expect(switch(page)).to_contain_text("gets notifications")
    await switch(page).get_by_role("button", name="Turn off").click()
    await expect(switch(page)).to_contain_text("This browser does not get notifications.")
    await expect(page.get_by_text("None of your browsers gets notifications yet.")).to_be_visible()
    await belongs(service)

    await follow(page, paths.inbox())
    await expect(page.locator(".rail")).to_be_visible()
    await expect(page.get_by_text(LOST)).to_be_hidden()
    await belongs(service)
    await page.close()


async def test_signing_in_again_notifies_that_person_alone(
    house: House, windows: Windows, service: PushService
) -> None:
    page = await browser(house, windows, service, house.cast.ruth)
    await turn_on(page)
    await belongs(service, (house.cast.ruth, "1"))
    await sign_out(page)
    await belongs(service)
    await sign_in(page, house.cast.ruth)
    await belongs(service, (house.cast.ruth, "1"))
    await sign_out(page)
    await sign_in(page, house.cast.daniel)
    await belongs(service, (house.cast.daniel, "1"))
    # A session that ended elsewhere, in a tab that remembers what it reported. It may not have
    # connected before.
    windows.expected = (r"^WebSocket connection to .*code: 403",)
    await Session.filter(staff_id=house.cast.daniel.id).delete()
    await belongs(service)
    # The page may be on its way to the sign-in already.
    with suppress(PlaywrightError):
        await follow(page, paths.inbox())
    await sign_in(page, house.cast.daniel)
    await belongs(service, (house.cast.daniel, "1"))
    await page.close()


async def test_a_subscription_that_the_browser_lost_is_renewed(
    house: House, windows: Windows, service: PushService
) -> None:
    page = await browser(house, windows, service, house.cast.ruth)
    await turn_on(page)
    await page.evaluate("localStorage.removeItem('pretended')")
    await follow(page, paths.inbox())
    await belongs(service, (house.cast.ruth, "2"))
    # The server also drops one that it had stored and lost.
    await PushSubscription.all().delete()
    await page.evaluate("sessionStorage.clear()")
    await follow(page, paths.inbox())
    await belongs(service, (house.cast.ruth, "2"))
    await expect(page.get_by_text(LOST)).to_be_hidden()
    await page.close()


async def test_a_subscription_for_an_old_key_is_renewed(
    house: House, windows: Windows, service: PushService
) -> None:
    page = await browser(house, windows, service, house.cast.ruth)
    await turn_on(page)
    await page.evaluate("""() => {
      const kept = JSON.parse(localStorage.getItem("pretended"))
      localStorage.setItem("pretended", JSON.stringify({ ...kept, key: [1, 2, 3] }))
      sessionStorage.clear()
    }""")
    await follow(page, paths.inbox())
    await belongs(service, (house.cast.ruth, "2"))
    await page.close()


async def test_a_subscription_is_reported_once_per_session(
    house: House, windows: Windows, service: PushService
) -> None:
    page = await browser(house, windows, service, house.cast.ruth)
    await turn_on(page)
    posted: list[Any] = []
    page.on("request", lambda one: posted.append(one.url) if "/push/" in one.url else None)
    for path in (paths.inbox(), paths.broadcasts(), paths.inbox()):
        await follow(page, path)
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    assert posted == []
    await page.evaluate("sessionStorage.clear()")
    await follow(page, paths.inbox())

    async def told() -> bool:
        return any(url.endswith(paths.push_subscribe()) for url in posted)

    await until(told)
    await page.close()


@pytest.mark.parametrize("loss", ["no service", "not allowed"])
async def test_a_subscription_that_cannot_be_renewed_is_announced_with_a_link_to_the_switch(
    house: House, windows: Windows, service: PushService, loss: str
) -> None:
    page = await browser(house, windows, service, house.cast.ruth)
    await turn_on(page)
    await page.evaluate("localStorage.removeItem('pretended')")
    if loss == "no service":
        await page.evaluate("localStorage.setItem('pretended fails', 'yes')")
    else:
        await page.context.clear_permissions()
    await follow(page, paths.inbox())
    await expect(page.get_by_text(LOST)).to_be_visible()
    await belongs(service)
    await follow(page, paths.broadcasts())
    await expect(page.get_by_text(LOST)).to_be_visible()
    await page.get_by_role("link", name="Turn notifications on").click()
    await expect(switch(page)).to_contain_text("This browser does not get notifications.")
    await expect(page.get_by_text("None of your browsers gets notifications yet.")).to_be_visible()
    await expect(page.get_by_text(LOST)).to_be_hidden()

    await page.evaluate("localStorage.removeItem('pretended fails')")
    await page.context.grant_permissions(["notifications"], origin=house.url)
    await turn_on(page)
    await belongs(service, (house.cast.ruth, "2"))
    await follow(page, paths.inbox())
    await expect(page.get_by_text(LOST)).to_be_hidden()
    await page.close()


@pytest.mark.parametrize("reload", [True, False])
async def test_a_permission_that_comes_back_brings_the_notifications_back(
    house: House, windows: Windows, service: PushService, reload: bool
) -> None:
    page = await browser(house, windows, service, house.cast.ruth)
    await turn_on(page)
    await page.evaluate("localStorage.removeItem('pretended')")
    await page.context.clear_permissions()
    await follow(page, paths.inbox())
    await expect(page.get_by_text(LOST)).to_be_visible()
    await belongs(service)

    await page.context.grant_permissions(["notifications"], origin=house.url)
    if reload:
        await page.reload()
    await belongs(service, (house.cast.ruth, "2"))
    await expect(page.get_by_text(LOST)).to_be_hidden()
    await page.close()


async def test_a_closed_announcement_stays_closed(
    house: House, windows: Windows, service: PushService
) -> None:
    page = await browser(house, windows, service, house.cast.ruth)
    await turn_on(page)
    await page.evaluate("""() => {
      localStorage.removeItem("pretended")
      localStorage.setItem("pretended fails", "yes")
    }""")
    await follow(page, paths.inbox())
    await page.locator("push-lost").get_by_role("button", name="Close").click()
    await expect(page.get_by_text(LOST)).to_be_hidden()
    await page.evaluate("sessionStorage.clear()")
    await follow(page, paths.inbox())
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await expect(page.get_by_text(LOST)).to_be_hidden()
    await page.close()


async def test_the_worker_reports_a_subscription_that_the_browser_changed(
    house: House, windows: Windows, service: PushService
) -> None:
    page = await browser(house, windows, service, house.cast.ruth)
    await turn_on(page)
    await belongs(service, (house.cast.ruth, "1"))
    [worker] = [one for one in page.context.service_workers if one.url.startswith(house.url)]
    await worker.evaluate(
        """({ form, before }) => {
          const { endpoint, ...keys } = form
          const event = new ExtendableEvent("pushsubscriptionchange")
          event.oldSubscription = { endpoint: before }
          event.newSubscription = { toJSON: () => ({ endpoint, keys }) }
          self.dispatchEvent(event)
        }""",
        {
            "form": {**service.form("browser"), "endpoint": service.endpoint("browser7")},
            "before": service.endpoint("browser1"),
        },
    )
    await belongs(service, (house.cast.ruth, "7"))
    await page.close()


async def sign_out(page: Page) -> None:
    await follow(page, paths.session_settings())
    await page.locator('[action$="/sign-out"] button').first.click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


async def sign_in(page: Page, staff: Staff) -> None:
    await page.get_by_label("Email address").fill(staff.email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator(".rail")).to_be_visible()
