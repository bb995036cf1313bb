"""Each problem with an account or a number has its own sentence."""

import pytest

from inbox.providers import AccountProblem, Credentials, Provider, provider_for
from inbox.providers.twilio_http import TwilioHttp
from tests.providers.answers import (
    CHURCH,
    GRACE,
    Answer,
    StandIn,
    hangs_up,
    number,
    numbers,
    refuses,
    says,
    says_text,
)

HOOK = "https://inbox.example/api/webhooks/twilio/t/incoming"
PN = "PN" + "2" * 32


def account(**other: str) -> Answer:
    fields = {"sid": GRACE.account_sid, "friendly_name": "Grace Chapel", "auth_token": "secret"}
    return says(200, fields | {"status": "active", "type": "Full"} | other)


async def test_an_active_account_passes(provider: Provider, twilio: StandIn) -> None:
    twilio.will(account())
    await provider.check_account()
    assert twilio.asked[0].path == f"/2010-04-01/Accounts/{GRACE.account_sid}.json"


async def test_a_trial_account_passes(provider: Provider, twilio: StandIn) -> None:
    twilio.will(account(type="Trial"))
    await provider.check_account()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refuses(401, 20003), "bad_token"),
        (refuses(404, 20404), "bad_sid"),
        (refuses(403, 20008), "test_credentials"),
        (refuses(401, 20005), "account_suspended"),
        (account(status="suspended"), "account_suspended"),
        (account(status="closed"), "account_closed"),
        (refuses(429, 20429), "busy"),
        (refuses(400, 20001), "20001"),
        (refuses(500, 20500), "connection"),
        (says_text(502, "<html>"), "connection"),
        (says_text(200, "<html>log in to the wireless network</html>"), "connection"),
        (hangs_up, "connection"),
    ],
)
async def test_an_account_that_cannot_be_used_says_why(
    provider: Provider, twilio: StandIn, answer: Answer, code: str
) -> None:
    twilio.will(answer)
    with pytest.raises(AccountProblem) as problem:
        await provider.check_account()
    assert problem.value.code == code
    assert problem.value.text.endswith(".") and GRACE.auth_token not in problem.value.text


@pytest.mark.parametrize(
    ("sid", "token", "code", "words"),
    [
        ("", "4f" * 16, "bad_sid", "AC"),
        ("SK" + "a" * 32, "4f" * 16, "bad_sid", "API key"),
        ("AC" + "a" * 31, "4f" * 16, "bad_sid", "AC"),
        ("AC" + "a" * 32 + "\n", "4f" * 16, "bad_sid", "AC"),
        ("AC" + "g" * 32, "4f" * 16, "bad_sid", "AC"),
        ("AC" + "a" * 32, "", "bad_token", "Auth Token"),
        ("AC" + "a" * 32, "two words", "bad_token", "Auth Token"),
        ("AC" + "a" * 32, "••••••••", "bad_token", "Auth Token"),
    ],
)
async def test_invalid_credentials_are_recognized_without_asking_twilio(
    http: TwilioHttp, twilio: StandIn, sid: str, token: str, code: str, words: str
) -> None:
    with pytest.raises(AccountProblem) as problem:
        await provider_for(Credentials(sid, token), http).check_account()
    assert problem.value.code == code and words in problem.value.text
    assert not twilio.asked


async def test_only_the_exact_number_is_found(provider: Provider, twilio: StandIn) -> None:
    longer = number(sid="PN" + "3" * 32, phone_number=CHURCH + "0")
    twilio.will(numbers(longer, number()))
    found = await provider.find_number(CHURCH)
    assert (found.sid, found.number, found.friendly_name) == (PN, CHURCH, "Grace Chapel")
    assert found.sms_url == "https://before.example/sms"
    assert ("PhoneNumber", CHURCH) in twilio.asked[0].query


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (numbers(), "number_not_found"),
        (numbers(number(phone_number=CHURCH + "0")), "number_not_found"),
        (numbers(number(capabilities={"sms": False, "voice": True})), "number_cannot_text"),
        (numbers(number(capabilities={"SMS": False})), "number_cannot_text"),
        (refuses(401, 20003), "bad_token"),
        (refuses(500, 20500), "connection"),
    ],
)
async def test_a_number_that_cannot_be_used_says_why(
    provider: Provider, twilio: StandIn, answer: Answer, code: str
) -> None:
    twilio.will(answer)
    with pytest.raises(AccountProblem) as problem:
        await provider.find_number(CHURCH)
    assert problem.value.code == code


async def test_a_number_without_stated_capabilities_is_accepted(
    provider: Provider, twilio: StandIn
) -> None:
    twilio.will(numbers(number(capabilities=None)))
    assert (await provider.find_number(CHURCH)).sid == PN


@pytest.mark.parametrize("text", ["", "+", "555-0100", "2025550100", "+1202*"])
async def test_an_invalid_number_is_not_looked_up(
    provider: Provider, twilio: StandIn, text: str
) -> None:
    with pytest.raises(AccountProblem) as problem:
        await provider.find_number(text)
    assert problem.value.code == "bad_number"


async def test_a_number_is_configured_and_read_back(provider: Provider, twilio: StandIn) -> None:
    twilio.will(says(200, number()), says(200, number(sms_url=HOOK, sms_application_sid=None)))
    await provider.point_number(PN, HOOK)
    update, read = twilio.asked
    assert (update.method, read.method) == ("POST", "GET")
    assert dict(update.form) == {"SmsUrl": HOOK, "SmsMethod": "POST", "SmsApplicationSid": ""}


@pytest.mark.parametrize(
    "kept", [{}, {"sms_url": HOOK, "sms_method": "GET"}, {"sms_url": HOOK,
             "sms_application_sid": "AP" + "1" * 32}],
)  # fmt: skip
async def test_an_address_that_was_not_stored_is_noticed(
    provider: Provider, twilio: StandIn, kept: dict[str, str]
) -> None:
    twilio.will(says(200, number()), says(200, number(**kept)))
    with pytest.raises(AccountProblem) as problem:
        await provider.point_number(PN, HOOK)
    assert problem.value.code == "not_pointed"


async def test_a_number_that_has_left_the_account_is_not_configured(
    provider: Provider, twilio: StandIn
) -> None:
    twilio.will(refuses(404, 20404))
    with pytest.raises(AccountProblem) as problem:
        await provider.point_number(PN, HOOK)
    assert problem.value.code == "number_not_found"


@pytest.mark.parametrize("kept", [HOOK + "#rc=5&rp=all", HOOK])
async def test_an_address_matches_with_or_without_its_retry_settings(
    provider: Provider, twilio: StandIn, kept: str
) -> None:
    twilio.will(says(200, number()), says(200, number(sms_url=kept)))
    await provider.point_number(PN, HOOK + "#rc=5&rp=all")
    assert dict(twilio.asked[0].form)["SmsUrl"] == HOOK + "#rc=5&rp=all"
