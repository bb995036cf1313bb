import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException

from inbox.simulator import text_from
from tests.simulator.town import CHURCH, Town, client_of


async def test_the_account_lists_its_numbers_by_number_and_name(town: Town) -> None:
    town.world.add_number(town.account, "+12025550101", friendly_name="Youth")
    listed = town.client.incoming_phone_numbers.list_async
    assert [each.phone_number for each in await listed()] == ["+12025550101", CHURCH]
    assert [each.phone_number for each in await listed(phone_number=CHURCH)] == [CHURCH]
    assert len(await listed(phone_number="202555****")) == 2
    assert [each.friendly_name for each in await listed(friendly_name="Youth")] == ["Youth"]
    assert await listed(phone_number="+13035550100") == []


async def test_another_churchs_number_is_not_found(town: Town) -> None:
    hope = town.world.add_account("Hope Fellowship")
    number = town.world.add_number(hope, "+13035550100")
    with pytest.raises(TwilioRestException) as refused:
        await town.client.incoming_phone_numbers(number.sid).fetch_async()
    assert (refused.value.status, refused.value.code) == (404, 20404)


async def test_a_number_is_configured_and_read_back(town: Town) -> None:
    number = town.client.incoming_phone_numbers(town.number.sid)
    await number.update_async(
        sms_url="https://grace.example/texts",
        sms_method="POST",
        sms_fallback_url="https://grace.example/again",
        sms_application_sid="",
        voice_url="https://grace.example/calls",
    )
    read = await number.fetch_async()
    assert read.sms_url == "https://grace.example/texts"
    assert read.sms_fallback_url == "https://grace.example/again"
    assert read.voice_url == "https://grace.example/calls"
    assert read.sms_application_sid == ""
    assert read.friendly_name == CHURCH


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sms_url": "nowhere"}, 21402),
        ({"sms_method": "PUT"}, 21403),
        ({"sms_url": "", "sms_fallback_url": "https://grace.example/again"}, 21406),
        ({"friendly_name": "x" * 65}, 21658),
    ],
)
async def test_an_invalid_setting_changes_nothing(
    town: Town, change: dict[str, str], code: int
) -> None:
    before = town.number.sms_url
    with pytest.raises(TwilioRestException) as refused:
        await town.client.incoming_phone_numbers(town.number.sid).update_async(**change)
    assert refused.value.code == code
    assert town.number.sms_url == before


async def test_offered_numbers_are_of_the_requested_kind(town: Town) -> None:
    offers = town.client.available_phone_numbers("US")
    local = await offers.local.list_async(area_code=615, limit=5)
    assert [each.phone_number[:8] for each in local] == ["+1615555"] * 5
    assert (local[0].locality, local[0].region) == ("Nashville", "TN")
    texas = await offers.local.list_async(in_region="TX", limit=3)
    assert {each.locality for each in texas} == {"Houston"}
    ending = await offers.local.list_async(contains="5550142", limit=3)
    assert all(each.phone_number.endswith("5550142") for each in ending)
    toll_free = await offers.toll_free.list_async(limit=3)
    assert all(each.phone_number.startswith("+18") for each in toll_free)
    assert await offers.local.list_async(area_code=533) == []
    assert CHURCH not in [each.phone_number for each in await offers.local.list_async()]


async def test_a_kind_that_the_country_does_not_have_is_not_found(town: Town) -> None:
    base = f"{town.simulator.url}/2010-04-01/Accounts/{town.account.sid}/AvailablePhoneNumbers"
    auth = aiohttp.BasicAuth(town.account.sid, town.account.auth_token)
    async with aiohttp.ClientSession(auth=auth) as session:
        for path, status in (
            ("US/Mobile", 404),
            ("XX/Local", 404),
            ("US/Local", 200),
            ("US/Local.json?Contains=1", 404),
        ):
            url = f"{base}/{path}" if ".json" in path else f"{base}/{path}.json"
            async with session.get(url) as answer:
                assert answer.status == (400 if "Contains" in path else status)


async def test_an_offered_number_is_bought_used_and_released(town: Town) -> None:
    offer = (await town.client.available_phone_numbers("US").local.list_async(limit=1))[0]
    bought = await town.client.incoming_phone_numbers.create_async(
        phone_number=offer.phone_number, sms_url=f"{town.application.url}/texts"
    )
    assert bought.phone_number == offer.phone_number
    await text_from(town.simulator.network, "+12025550142", bought.phone_number, "Hello")
    await town.settled()
    assert town.application.texts[0]["To"] == bought.phone_number
    assert await town.client.incoming_phone_numbers(bought.sid).delete_async()
    assert bought.phone_number not in town.world.numbers


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"phone_number": "+15005550000"}, 21422),
        ({"phone_number": "+15005550001"}, 21421),
        ({"phone_number": "somewhere"}, 21421),
        ({"phone_number": CHURCH}, 21422),
        ({"area_code": "533"}, 21452),
        ({}, 21421),
        ({"phone_number": "+12025550177", "sms_url": "nowhere"}, 21402),
    ],
)
async def test_an_unavailable_number_cannot_be_bought(
    town: Town, wanted: dict[str, str], code: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        await town.client.incoming_phone_numbers.create_async(**wanted)
    assert refused.value.code == code
    assert list(town.world.numbers) == [CHURCH]


@pytest.mark.parametrize("wanted", [{"phone_number": "+15005550006"}, {"area_code": "500"}])
async def test_test_credentials_buy_the_magic_number_and_own_nothing(
    town: Town, wanted: dict[str, str]
) -> None:
    test = town.world.add_account("Grace Chapel, test", test=True)
    async with client_of(town.simulator, test) as client:
        bought = await client.incoming_phone_numbers.create_async(**wanted)
    assert bought.phone_number == "+15005550006"
    assert test.numbers == {}
    assert list(town.world.numbers) == [CHURCH]
