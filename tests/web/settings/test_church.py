"""What the church is called, where it is, and what its screens speak."""

from bs4 import BeautifulSoup

from inbox.models import Church
from tests.house import House

SPANISH = {
    "name": "Grace Chapel",
    "country": "US",
    "timezone": "America/Denver",
    "language": "es",
}


async def test_all_screens_of_a_church_speak_its_language(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    others = await house.browser(house.cast.sam)
    async with browser.get("/settings/church") as before:
        assert BeautifulSoup(await before.text(), "html.parser").html["lang"] == "en"

    async with browser.post("/settings/church", data=SPANISH) as answer:
        page = BeautifulSoup(await answer.text(), "html.parser")

    assert answer.status == 200
    assert page.html["lang"] == "es"
    assert page.h1.text == "Iglesia"
    assert page.select_one("#words"), "what the scripts say comes along"
    async with others.get("/settings/church") as hope:
        assert BeautifulSoup(await hope.text(), "html.parser").h1.text == "Church"


async def test_what_cannot_be_is_refused_and_nothing_is_lost(house: House) -> None:
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


async def test_only_an_owner_changes_it(house: House) -> None:
    browser = await house.browser(house.cast.mercy)
    async with browser.get("/settings/church") as page:
        assert page.status == 200
    async with browser.post("/settings/church", data=SPANISH) as answer:
        assert answer.status == 403
    assert (await Church.get(id=house.cast.grace.id)).language == "en"


async def test_somebody_who_is_not_signed_in_is_spoken_to_as_their_browser_speaks(
    house: House,
) -> None:
    browser = await house.browser()
    async with browser.get("/sign-in", headers={"Accept-Language": "es-MX,es;q=0.9"}) as page:
        assert BeautifulSoup(await page.text(), "html.parser").html["lang"] == "es"
    async with browser.get("/sign-in", headers={"Accept-Language": "fr"}) as page:
        assert BeautifulSoup(await page.text(), "html.parser").html["lang"] == "en"
