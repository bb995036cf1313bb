"""Each church sees numbers as they are dialed at home, and foreign ones as from abroad."""

import json

import pytest

from inbox import paths
from inbox.live import fragments
from inbox.models import Church, Conversation, Member
from inbox.models.church import country_of
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
    """A number without a name, so that the number stands wherever a name would."""
    await in_britain(house.cast.grace)
    await house.text(NAOMI, "Hello")
    await house.settled()
    return await Member.with_phone(house.cast.grace.id, BRITISH)


async def test_every_list_shows_numbers_as_dialed_at_home(house: House, stranger: Member) -> None:
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


async def test_a_list_to_import_shows_numbers_as_dialed_at_home(house: House) -> None:
    await in_britain(house.cast.grace)
    browser = await house.browser(house.cast.ruth)
    async with browser.post(paths.import_people(), data={"list": LIST}) as answer:
        page = await answer.text()
    assert AT_HOME in page and "020 7946 0958" in page
    assert "+44 " not in page


async def test_two_churches_see_the_same_number_each_in_their_own_way(cast: Cast) -> None:
    await in_britain(cast.grace)
    shown = []
    for church in (cast.grace, cast.hope):
        member = await Member.with_phone(church.id, BRITISH)
        conversation = await cast.conversation(member)
        shown.append(fragments.row("en", conversation))
    assert AT_HOME in shown[0] and FROM_ABROAD not in shown[0]
    assert FROM_ABROAD in shown[1]


async def test_a_church_that_moves_sees_its_rows_drawn_anew(cast: Cast) -> None:
    conversation = await cast.conversation(await Member.with_phone(cast.grace.id, BRITISH))
    assert FROM_ABROAD in fragments.row("en", conversation)
    # As another process writes it: here it is noticed as soon as the church is read with a row.
    await Church.filter(id=cast.grace.id).update(country="GB")
    again = await Conversation.whole().get(id=conversation.id)
    assert country_of(cast.grace.id) == "GB"
    assert AT_HOME in fragments.row("en", again)
    await Church.filter(id=cast.grace.id).update(country="US")
    await Church.language_of(cast.grace.id)
    assert FROM_ABROAD in fragments.row("en", again)
