"""The church's name, time zone, and language."""

import pytest
from bs4 import BeautifulSoup
from phonenumbers import SUPPORTED_REGIONS

from inbox.i18n import LANGUAGES
from inbox.models import Church
from inbox.web.settings.zones import choices, known_zones
from tests.house import House

SPANISH = {
    "name": "Grace Chapel",
    "country": "US",
    "timezone": "America/Denver",
    "language": "es",
}


async def test_all_screens_of_a_church_use_its_language(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    others = await house.browser(house.cast.sam)
    async with browser.get("/settings/church") as before:
        assert BeautifulSoup(await before.text(), "html.parser").html["lang"] == "en"

    async with browser.post("/settings/church", data=SPANISH) as answer:
        page = BeautifulSoup(await answer.text(), "html.parser")

    assert answer.status == 200
    assert page.html["lang"] == "es"
    assert page.h1.text == "Iglesia"
    assert page.select_one("#words"), "the strings of the scripts are included"
    async with others.get("/settings/church") as hope:
        assert BeautifulSoup(await hope.text(), "html.parser").h1.text == "Church"


async def test_invalid_values_are_refused_and_nothing_is_lost(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    for wrong in ({"language": "tlh"}, {"timezone": "Middle/Earth"}, {"country": "XX"}):
        given = SPANISH | {"name": "Grace Chapel of Springfield"} | wrong
        async with browser.post("/settings/church", data=given) as answer:
            page = BeautifulSoup(await answer.text(), "html.parser")
        assert answer.status == 422
        assert page.select_one("[role=alert]")
        assert page.select_one("#name")["value"] == "Grace Chapel of Springfield"
    church = await Church.get(id=house.cast.grace.id)
    assert (church.language, church.timezone) == ("en", "America/Chicago")


async def test_a_stored_zone_stays_when_something_else_is_saved(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    for zone in ("UTC", "Etc/GMT+6", "US/Central", "Asia/Calcutta", "America/Chicago", "GMT"):
        await Church.filter(id=house.cast.grace.id).update(timezone=zone)
        async with browser.get("/settings/church") as answer:
            page = BeautifulSoup(await answer.text(), "html.parser")
        assert zone in known_zones(), "as a browser reports it"
        [chosen] = page.select("#timezone option[selected]")
        assert chosen["value"] == zone
        assert len(page.select(f'#timezone option[value="{zone}"]')) == 1
        given = SPANISH | {"language": "en", "timezone": chosen["value"]}
        async with browser.post("/settings/church", data=given) as answer:
            assert answer.status == 200
        assert (await Church.get(id=house.cast.grace.id)).timezone == zone


async def test_the_countrys_zones_come_first_and_by_name(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    async with browser.get("/settings/church") as answer:
        page = BeautifulSoup(await answer.text(), "html.parser")
    near, others = page.select("#timezone optgroup")
    assert near["label"] == "United States"
    assert {
        "America/Chicago": "Central Time (Chicago)",
        "America/Indiana/Indianapolis": "Eastern Time (Indianapolis)",
        "Pacific/Honolulu": "Hawaii-Aleutian Time (Honolulu)",
    }.items() <= {one["value"]: one.text for one in near.select("option")}.items()
    assert "UTC" in others.text and "Europe/Paris" in others.text
    assert "Shiprock" not in page.text, "an old name for Denver"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_zone_is_offered_once_in_every_country(language: str) -> None:
    for country in SUPPORTED_REGIONS:
        near, others = choices(country, language, "UTC")
        zones = [zone for zone, _ in (*near, *others)]
        assert len(zones) == len(set(zones)) and set(zones) <= known_zones()
        assert all(label for _, label in near)


async def test_only_an_owner_changes_it(house: House) -> None:
    browser = await house.browser(house.cast.mercy)
    async with browser.get("/settings/church") as page:
        assert page.status == 200
    async with browser.post("/settings/church", data=SPANISH) as answer:
        assert answer.status == 403
    assert (await Church.get(id=house.cast.grace.id)).language == "en"


async def test_visitors_who_are_not_signed_in_get_their_browsers_language(
    house: House,
) -> None:
    browser = await house.browser()
    async with browser.get("/sign-in", headers={"Accept-Language": "es-MX,es;q=0.9"}) as page:
        assert BeautifulSoup(await page.text(), "html.parser").html["lang"] == "es"
    async with browser.get("/sign-in", headers={"Accept-Language": "fr"}) as page:
        assert BeautifulSoup(await page.text(), "html.parser").html["lang"] == "en"
