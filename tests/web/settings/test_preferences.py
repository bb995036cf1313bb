"""Staff choose their own notifications, and the inbox can be installed as an app."""

import json
import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from bs4 import BeautifulSoup

from inbox import paths
from inbox.models import Church, PushKey, PushSubscription, Staff
from inbox.providers.push import PushHttp
from tests.house import House, until
from tests.work.pushes import HOST, PushService, push_service

CHOSEN = {"notify": "all", "from": "09:00", "until": "17:30", "undo_seconds": "20"}
DAYS = [("day", day) for day in "024"]


@pytest.fixture
async def service(house: House) -> AsyncIterator[PushService]:
    house.app.context.push = PushHttp(allowed_host=HOST)
    async with push_service() as service:
        yield service


async def page_of(browser: ClientSession) -> BeautifulSoup:
    answer = await browser.get(paths.preference_settings())
    assert answer.status == 200
    return BeautifulSoup(await answer.text(), "html.parser")


async def test_preferences_are_stored_shown_and_personal(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    before = await Staff.get(id=house.cast.daniel.id).values()
    form = [*CHOSEN.items(), *DAYS, ("enter", "line")]
    answer = await ruth.post(paths.preference_settings(), data=form)
    assert answer.status == 200 and str(answer.url).endswith("?saved")

    kept = await Staff.get(id=house.cast.ruth.id)
    assert (kept.notify, kept.notify_days) == ("all", "024")
    assert (kept.notify_from, kept.notify_until, kept.undo_seconds) == (540, 1050, 20)
    assert (kept.sound, kept.enter_sends) == (False, False)
    shown = await page_of(ruth)
    assert [one["value"] for one in shown.select("input[name=day][checked]")] == ["0", "2", "4"]
    assert [one["value"] for one in shown.select("input[type=time]")] == ["09:00", "17:30"]
    assert not shown.html.has_attr("data-sound")

    answer = await ruth.post(
        paths.preference_settings(), data=[*form[:-1], ("enter", "sends"), ("sound", "on")]
    )
    shown = await page_of(ruth)
    assert shown.html.has_attr("data-sound")
    assert (await Staff.get(id=house.cast.ruth.id)).enter_sends
    assert await Staff.get(id=house.cast.daniel.id).values() == before


async def test_the_former_address_leads_to_the_page_and_still_takes_its_form(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    old = "/settings/notifications"
    answer = await ruth.get(old, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (308, paths.preference_settings())
    answer = await ruth.post(old, data=CHOSEN)
    assert answer.status == 200 and str(answer.url).endswith("?saved")
    assert (await Staff.get(id=house.cast.ruth.id)).undo_seconds == 20


async def test_values_that_no_form_offers_are_not_stored(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    before = await Staff.get(id=house.cast.ruth.id).values()
    for wrong in (
        {"notify": "everything"},
        {"notify": ""},
        {"from": "25:00"},
        {"until": ""},
        {"undo_seconds": "7"},
        {"undo_seconds": "-5"},
        {"undo_seconds": "9" * 5000},
    ):
        answer = await ruth.post(paths.preference_settings(), data=CHOSEN | wrong)
        assert answer.status == 400, wrong
    assert await Staff.get(id=house.cast.ruth.id).values() == before
    odd = [*CHOSEN.items(), ("day", "9"), ("day", "1"), ("day", "1"), ("day", "x" * 900)]
    assert (await ruth.post(paths.preference_settings(), data=odd)).status == 200
    assert (await Staff.get(id=house.cast.ruth.id)).notify_days == "1"


async def test_the_week_begins_on_the_countrys_first_day(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    assert [one["value"] for one in (await page_of(ruth)).select("input[name=day]")][0] == "6"
    await Church.filter(id=house.cast.grace.id).update(language="es")
    shown = await page_of(ruth)
    assert "lunes" in shown.select_one(".days").text.lower()


async def test_a_browser_is_turned_on_tested_and_turned_off(
    house: House, service: PushService
) -> None:
    ruth = await house.browser(house.cast.ruth)
    # Nothing is on yet, and the page says so.
    answer = await ruth.post(paths.push_test())
    assert "None of your browsers" in await answer.text()
    assert (await ruth.post(paths.push_subscribe(), data=service.form("Ruth"))).status == 204
    assert (await ruth.post(paths.push_subscribe(), data=service.form("Ruth"))).status == 204
    assert await PushSubscription.all().count() == 1
    assert "1 of your browsers gets notifications" in str(await page_of(ruth))

    answer = await ruth.post(paths.push_test())
    assert "It may take a few seconds" in await answer.text()
    assert service.told("Ruth") == ["Notifications work"]
    service.statuses = [404]
    answer = await ruth.post(paths.push_test())
    assert "could not be delivered" in await answer.text()
    assert not await PushSubscription.exists()

    await ruth.post(paths.push_subscribe(), data=service.form("Ruth"))
    gone = {"endpoint": service.endpoint("Ruth")}
    assert (await ruth.post(paths.push_unsubscribe(), data=gone)).status == 204
    assert not await PushSubscription.exists()
    await ruth.post(paths.push_subscribe(), data=service.form("Ruth"))
    await ruth.post(paths.sign_out())
    assert not await PushSubscription.exists()


async def test_the_test_notification_cannot_be_used_to_flood_anyone(
    house: House, service: PushService
) -> None:
    ruth = await house.browser(house.cast.ruth)
    await ruth.post(paths.push_subscribe(), data=service.form("Ruth"))
    statuses = [(await ruth.post(paths.push_test())).status for _ in range(8)]
    assert statuses[:6] == [200] * 6 and statuses[-1] == 429


async def test_only_a_browser_can_be_turned_on(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    good = PushService(url="https://push.example").form("1")
    for wrong in (
        {"endpoint": "http://push.example/1"},
        {"endpoint": "https://10.0.0.1/1"},
        {"endpoint": ""},
        {"p256dh": "nothing"},
        {"auth": ""},
    ):
        answer = await ruth.post(paths.push_subscribe(), data=good | wrong)
        assert answer.status == 400, wrong
    assert (await ruth.post(paths.push_subscribe(), data=good)).status == 204
    nobody = await house.browser()
    for path in (paths.push_subscribe(), paths.push_unsubscribe(), paths.push_test()):
        assert (await nobody.post(path, data=good)).status == 401


async def test_a_text_wakes_a_browser(house: House, service: PushService) -> None:
    await house.cast.ruth.prefer(notify="all")
    ruth = await house.browser(house.cast.ruth)
    await ruth.post(paths.push_subscribe(), data=service.form("Ruth"))
    await house.text("+12025550142", "My mother died this morning")

    async def told() -> bool:
        return service.told("Ruth") == ["Naomi Park wrote"]

    await until(told)
    [pushed] = service.pushed["Ruth"]
    assert "mother" not in json.dumps(pushed.notice)
    key = await PushKey.get()
    assert pushed.claims(key.public_key)
    state = await (await ruth.get(paths.push_state())).json()
    assert state["key"] == key.public_key
    assert "1 of your browsers gets notifications." in state["browsers"]
    private = key.private_key(house.app.context.seal)
    assert private not in str(state) + str(await page_of(ruth))


async def test_a_browser_that_changes_its_subscription_counts_once(
    house: House, service: PushService
) -> None:
    ruth, daniel = await house.browser(house.cast.ruth), await house.browser(house.cast.daniel)
    await ruth.post(paths.push_subscribe(), data=service.form("1"))
    new = service.form("2") | {"before": service.endpoint("1")}
    # No one ends another person's subscription.
    await daniel.post(paths.push_subscribe(), data=service.form("3") | {"before": new["before"]})
    assert await PushSubscription.filter(staff_id=house.cast.ruth.id).count() == 1
    for _ in range(2):
        assert (await ruth.post(paths.push_subscribe(), data=new)).status == 204
        assert "1 of your browsers" in str(await page_of(ruth))
    await ruth.post(paths.push_subscribe(), data=new | {"before": new["endpoint"]})
    assert "1 of your browsers" in str(await page_of(ruth))


async def test_the_inbox_can_be_installed_as_an_app(house: House) -> None:
    nobody = await house.browser()
    answer = await nobody.get(paths.manifest())
    assert answer.content_type == "application/manifest+json"
    told = await answer.json(content_type=None)
    assert (told["name"], told["display"], told["start_url"]) == ("Inbox", "standalone", "/inbox")
    assert {one["purpose"] for one in told["icons"]} == {"any", "maskable"}
    for one in told["icons"]:
        icon = await nobody.get(one["src"])
        content = await icon.read()
        assert icon.content_type == "image/png" and content[:8] == b"\x89PNG\r\n\x1a\n"
        width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
        assert one["sizes"] == f"{width}x{height}"
    page = BeautifulSoup(await (await nobody.get(paths.sign_in())).text(), "html.parser")
    assert page.select_one("link[rel=manifest]")["href"] == paths.manifest()
    touch = page.select_one("link[rel=apple-touch-icon]")["href"]
    assert (await nobody.get(str(touch))).content_type == "image/png"
    spanish = await nobody.get(paths.manifest(), headers={"Accept-Language": "es"})
    assert (await spanish.json(content_type=None))["lang"] == "es"


async def test_the_worker_stores_no_personal_data(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    await house.text("+12025550142", "Hello")
    answer = await ruth.get(paths.service_worker())
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    script = await answer.text()
    kept = json.loads(re.match(r"const KEPT = (.*)", script)[1])  # type: ignore[index]
    assert kept[0] == paths.offline() and len(kept) == 4
    for address in kept:
        answer = await ruth.get(address)
        text = await answer.text()
        assert answer.status == 200, address
        assert "Naomi" not in text and "Ruth" not in text and "Grace" not in text, address
    assert "Nothing is lost" in await (await ruth.get(paths.offline())).text()
