import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException

from inbox.simulator import PRACTICE_SID, PRACTICE_TOKEN
from tests.simulator.town import CHURCH, NAOMI, Town, client_of


async def refusal(town: Town, secret: str, sid: str | None = None) -> tuple[int, int]:
    """Status and code of the refusal that these credentials get for the account itself."""
    async with client_of(town.simulator, town.account, secret) as client:
        with pytest.raises(TwilioRestException) as refused:
            await client.api.v2010.accounts(sid or town.account.sid).fetch_async()
    return refused.value.status, refused.value.code


async def test_an_account_shows_itself_to_its_own_token(town: Town) -> None:
    account = await town.client.api.v2010.accounts(town.account.sid).fetch_async()
    assert (account.friendly_name, account.status, account.type) == (
        "Grace Chapel",
        "active",
        "Full",
    )


async def test_a_wrong_token_or_another_account_is_401(town: Town) -> None:
    assert await refusal(town, "0" * 32) == (401, 20003)
    hope = town.world.add_account("Hope Fellowship")
    assert await refusal(town, town.account.auth_token, hope.sid) == (401, 20003)
    assert await refusal(town, "é") == (401, 20003)


async def test_a_request_without_credentials_is_asked_for_them(town: Town) -> None:
    url = f"{town.simulator.url}/2010-04-01/Accounts/{town.account.sid}.json"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
        assert (await answer.json())["code"] == 20003


async def test_a_suspended_account_shows_its_state_and_does_nothing_else(town: Town) -> None:
    town.account.status = "suspended"
    account = await town.client.api.v2010.accounts(town.account.sid).fetch_async()
    assert account.status == "suspended"
    with pytest.raises(TwilioRestException) as refused:
        await town.client.messages.create_async(to=NAOMI, from_=CHURCH, body="Hello")
    assert (refused.value.status, refused.value.code) == (403, 20005)


async def test_a_closed_account_is_401(town: Town) -> None:
    town.account.status = "closed"
    assert await refusal(town, town.account.auth_token) == (401, 20003)


async def test_both_tokens_work_during_rotation_and_only_the_new_one_afterward(
    town: Town,
) -> None:
    old, new = town.account.auth_token, "f" * 32
    town.account.secondary_token = new
    for token in (old, new):
        async with client_of(town.simulator, town.account, token) as client:
            assert (await client.balance.fetch_async()).currency == "USD"
    town.account.promote_secondary_token()
    assert await refusal(town, old) == (401, 20003)
    assert town.account.auth_token == new


async def test_an_api_key_sends_but_does_not_see_the_account(town: Town) -> None:
    sid, secret = town.world.add_key(town.account)
    async with client_of(town.simulator, town.account, secret) as client:
        client.username = sid
        client.auth = (sid, secret)
        await client.messages.create_async(to=NAOMI, from_=CHURCH, body="Hello")
        with pytest.raises(TwilioRestException) as refused:
            await client.api.v2010.accounts(town.account.sid).fetch_async()
    assert (refused.value.status, refused.value.code) == (401, 20003)


async def test_a_key_in_place_of_the_account_is_90002(town: Town) -> None:
    assert await refusal(town, town.account.auth_token, "SK" + "0" * 32) == (400, 90002)


async def test_unknown_paths_and_methods_answer_like_twilio(town: Town) -> None:
    base = f"{town.simulator.url}/2010-04-01/Accounts/{town.account.sid}"
    auth = aiohttp.BasicAuth(town.account.sid, town.account.auth_token)
    async with aiohttp.ClientSession(auth=auth) as session:
        async with session.get(f"{base}/Faxes.json") as answer:
            assert (answer.status, (await answer.json())["code"]) == (404, 20404)
        async with session.delete(f"{base}/Messages.json") as answer:
            assert (answer.status, (await answer.json())["code"]) == (405, 20004)


async def test_the_balance_is_text(town: Town) -> None:
    balance = await town.client.balance.fetch_async()
    assert (balance.balance, balance.account_sid) == ("100.00", town.account.sid)


async def test_services_can_be_read(town: Town) -> None:
    service = town.world.add_service(town.account, "Pool", [town.number])
    listed = await town.client.messaging.v1.services.list_async()
    assert [each.sid for each in listed] == [service.sid]
    assert listed[0].use_inbound_webhook_on_number is False
    numbers = await town.client.messaging.v1.services(service.sid).phone_numbers.list_async()
    assert [each.phone_number for each in numbers] == [CHURCH]


def test_the_practice_account_is_always_the_same() -> None:
    assert PRACTICE_SID == "AC27941b3d7ae687c792bcef58dcedbd4a"
    assert PRACTICE_TOKEN == "7cbc26de26c62e0b685baabd0ebdd2f3"
