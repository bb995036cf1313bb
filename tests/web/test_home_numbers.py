"""Each church sees domestic numbers in national format, and others in international format."""

import json

import pytest

from inbox import paths
from inbox.live.fragments import Fragments
from inbox.models import Church, Member
from tests.cast import NAOMI, Cast
from tests.house import House

BRITISH, AT_HOME, FROM_ABROAD = "+447911123456", "07911 123456", "+44 7911 123456"
LIST = f"Name,Mobile,Home\nAmy Hale,{BRITISH},+442079460958\n"


async def in_britain(church: Church) -> None:
    await church.amend(church.name, "GB", "Europe/London", "en")


async def seen(house: House, path: str) -> str:
    browser = await house.browser(house.cast.ruth)
    async with browser.get(path) as answer:
        assert answer.status == 200
        return await answer.text()


@pytest.fixture
async def stranger(house: House) -> Member:
    """A number without a name, so that the number is shown in place of a name."""
    await in_britain(house.cast.grace)
    await house.text(NAOMI, "Hello")
    await house.settled()
    return await Member.with_phone(house.cast.grace.id, BRITISH)


async def test_every_list_shows_domestic_numbers_in_national_format(
    house: House, stranger: Member
) -> None:
    conversation = await house.cast.conversation(stranger)
    pages = {
        paths.search("07911"): AT_HOME,
        paths.search("07911 1234"): AT_HOME,
        paths.people_settings(): AT_HOME,
        paths.conversation(conversation.id): AT_HOME,
        paths.search("naomi"): "+1 202-555-0142",
    }
    for path, number in pages.items():
        page = await seen(house, path)
        assert number in page, path
        assert FROM_ABROAD not in page, path
    found = json.loads(await seen(house, f"{paths.search_people()}?q=07911"))
    assert [one["name"] for one in found["people"]] == [AT_HOME]


async def test_an_import_shows_domestic_numbers_in_national_format(house: House) -> None:
    await in_britain(house.cast.grace)
    browser = await house.browser(house.cast.ruth)
    async with browser.post(paths.import_people(), data={"list": LIST}) as answer:
        page = await answer.text()
    assert AT_HOME in page and "020 7946 0958" in page
    assert "+44 " not in page


async def test_two_churches_each_see_the_same_number_in_their_own_format(cast: Cast) -> None:
    await in_britain(cast.grace)
    shown, fragments = [], Fragments()
    for church in (cast.grace, cast.hope):
        member = await Member.with_phone(church.id, BRITISH)
        conversation = await cast.conversation(member)
        shown.append(fragments.row(church, conversation))
    assert AT_HOME in shown[0] and FROM_ABROAD not in shown[0]
    assert FROM_ABROAD in shown[1]


async def test_a_church_that_changes_its_country_sees_its_rows_redrawn(cast: Cast) -> None:
    fragments = Fragments()
    conversation = await cast.conversation(await Member.with_phone(cast.grace.id, BRITISH))
    assert FROM_ABROAD in fragments.row(cast.grace, conversation)
    await in_britain(cast.grace)
    assert AT_HOME in fragments.row(cast.grace, conversation)


async def test_a_live_update_shows_domestic_numbers_in_national_format(house: House) -> None:
    """The screens reload the church with each change, because another process may have
    changed it.
    """
    await Church.filter(id=house.cast.grace.id).update(country="GB")
    conversation = await house.cast.conversation(
        await Member.with_phone(house.cast.grace.id, BRITISH)
    )
    html = "".join(await house.screens.show_conversations([conversation.id]))
    assert AT_HOME in html and FROM_ABROAD not in html
