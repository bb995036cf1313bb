"""A church connects its Twilio account over the API, checked with a simulated Twilio."""

import pytest
from quart import Quart

from inbox import paths
from inbox.context import Context
from inbox.models import Church, PhoneNumber
from inbox.providers import AccountProblem, Refused, twilio_numbers
from inbox.simulator import RunningSimulator
from tests.api.conftest import Answer, Program, program_of
from tests.cast import GRACE_NUMBER, GRACE_SID, GRACE_TOKEN, HOPE_NUMBER, HOPE_SID, Cast

NEW_NUMBER = "+12025550177"


async def connect(program: Program, church: Church, **given: str) -> Answer:
    body = {"accountSid": GRACE_SID, "authToken": GRACE_TOKEN, "phoneNumber": GRACE_NUMBER}
    return await program.post(f"/api/churches/{church.id}/twilio/connect", {**body, **given})


@pytest.fixture
async def newcomer(app: Quart, cast: Cast) -> tuple[Church, Program]:
    """A church that has not connected anything yet."""
    church = await Church.open("Harbour Church")
    return church, await program_of(app, church)


async def test_an_account_that_twilio_accepts_is_stored(
    grace: Program, cast: Cast, context: Context, twilio: RunningSimulator
) -> None:
    woken: list[bool] = []
    context.wake_worker = lambda: woken.append(True)
    await cast.grace.report_problem("20003")

    answer = await connect(grace, cast.grace, phoneNumber="(202) 555-0100")

    assert answer.status == 200
    assert answer.said == {
        "success": True,
        "data": {"twilioVerified": True, "twilioPhoneNumber": GRACE_NUMBER},
    }
    church = await Church.get(id=cast.grace.id)
    assert church.auth_token(context.seal) == GRACE_TOKEN
    assert church.twilio_problem is None
    assert woken


async def test_twilio_is_given_the_address_for_incoming_texts(
    grace: Program, cast: Cast, context: Context, twilio: RunningSimulator
) -> None:
    await connect(grace, cast.grace)

    hook = context.config.public_url + paths.incoming_hook(cast.grace) + "#rc=5&rp=all"
    assert twilio.world.numbers[GRACE_NUMBER].sms_url == hook
    number = await PhoneNumber.get(number=GRACE_NUMBER)
    assert number.points_here
    assert number.sid == twilio.world.numbers[GRACE_NUMBER].sid


async def test_a_new_church_is_connected_by_its_first_account(
    newcomer: tuple[Church, Program], context: Context, twilio: RunningSimulator
) -> None:
    church, program = newcomer
    twilio.world.add_number(twilio.world.accounts[GRACE_SID], NEW_NUMBER)

    assert (await connect(program, church, phoneNumber=NEW_NUMBER)).status == 200

    assert (await Church.get(id=church.id)).connected
    number = await PhoneNumber.main(church.id)
    assert number and number.number == NEW_NUMBER
    assert number.send_rate == context.config.send_rate


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"accountSid": "AC123"}, (422, "bad_sid")),
        ({"accountSid": HOPE_SID}, (422, "bad_token")),
        ({"authToken": "c" * 32}, (422, "bad_token")),
        ({"phoneNumber": "12"}, (422, "bad_number")),
        ({"phoneNumber": "+12025550188"}, (422, "number_not_found")),
    ],
)
async def test_credentials_that_twilio_rejects_are_refused_and_not_stored(
    newcomer: tuple[Church, Program],
    twilio: RunningSimulator,
    given: dict[str, str],
    refusal: tuple[int, str],
) -> None:
    church, program = newcomer

    answer = await connect(program, church, **given)

    assert answer.refusal == refusal
    assert not (await Church.get(id=church.id)).connected
    assert await PhoneNumber.main(church.id) is None


async def test_a_suspended_account_has_its_own_sentence(
    grace: Program, cast: Cast, twilio: RunningSimulator
) -> None:
    twilio.world.accounts[GRACE_SID].status = "suspended"

    answer = await connect(grace, cast.grace)

    assert answer.refusal == (422, "account_suspended")
    assert "suspended" in answer.sentence


async def test_a_church_can_text_even_if_twilio_refuses_the_webhook(
    grace: Program, cast: Cast, twilio: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def not_pointed(*_: object) -> None:
        raise AccountProblem("not_pointed", "Twilio did not keep the address.")

    monkeypatch.setattr(twilio_numbers, "point_number", not_pointed)
    await PhoneNumber.filter(id=cast.grace_number.id).update(points_here=True)

    assert (await connect(grace, cast.grace)).status == 200
    assert not (await PhoneNumber.get(id=cast.grace_number.id)).points_here


async def test_a_silent_twilio_is_reported_as_a_bad_gateway(
    grace: Program, cast: Cast, context: Context
) -> None:
    context.http.api_url = "http://127.0.0.1:1"

    assert (await connect(grace, cast.grace)).refusal == (502, "connection")


async def test_an_unknown_twilio_error_is_reported_by_its_code(
    grace: Program, cast: Cast, twilio: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_: object) -> None:
        with twilio_numbers._in_plain_words():
            raise Refused("20006", "Access Denied")

    monkeypatch.setattr(twilio_numbers, "check_account", refused)

    answer = await connect(grace, cast.grace)

    assert answer.refusal == (422, "20006")
    assert answer.sentence == "Twilio refused this (Twilio code 20006)."


async def test_a_number_of_another_church_is_reported_only_as_in_use(
    newcomer: tuple[Church, Program], cast: Cast, twilio: RunningSimulator
) -> None:
    church, program = newcomer

    answer = await connect(program, church)

    assert answer.refusal == (409, "number_taken")
    assert cast.grace.name not in answer.sentence
    assert not (await Church.get(id=church.id)).connected


async def test_only_its_owner_learns_that_a_number_is_in_use(
    newcomer: tuple[Church, Program], twilio: RunningSimulator
) -> None:
    church, program = newcomer

    answer = await connect(program, church, phoneNumber=HOPE_NUMBER)

    assert answer.refusal == (422, "number_not_found")


async def test_another_church_cannot_be_connected(
    grace: Program, cast: Cast, twilio: RunningSimulator
) -> None:
    answer = await connect(grace, cast.hope)

    assert answer.refusal == (404, "not_found")
    assert (await Church.get(id=cast.hope.id)).twilio_account_sid == HOPE_SID


async def test_the_token_appears_in_no_answer_and_no_log(
    grace: Program, cast: Cast, twilio: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    caplog.set_level("DEBUG", logger="inbox")
    answers = [
        await connect(grace, cast.grace),
        await connect(grace, cast.grace, phoneNumber="+12025550188"),
    ]

    assert GRACE_TOKEN not in str([answer.said for answer in answers])
    assert GRACE_TOKEN not in caplog.text
    assert GRACE_NUMBER not in caplog.text
