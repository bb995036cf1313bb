"""The same provider against the Twilio simulator: the whole way there and back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inbox.providers import (
    AccountProblem,
    Credentials,
    Outgoing,
    Provider,
    Refused,
    Unconfirmed,
    provider_for,
)
from inbox.providers.twilio_http import TwilioHttp
from inbox.simulator import Account, Fault, Faults, Number, RunningSimulator, World, running
from tests.providers.answers import CHURCH, NAOMI


@dataclass
class Grace:
    simulator: RunningSimulator
    account: Account
    number: Number
    http: TwilioHttp

    @property
    def provider(self) -> Provider:
        return self.as_if(self.account.auth_token)

    def as_if(self, token: str, sid: str | None = None) -> Provider:
        return provider_for(Credentials(sid or self.account.sid, token), self.http)

    def suffers(self, name: str, fault: Fault) -> None:
        faults: dict[str, Any] = {name: fault}
        self.simulator.network.faults = Faults(**faults)

    def sent(self) -> list[str]:
        return [one.body for one in self.account.messages.values() if one.to == NAOMI]


@pytest.fixture
async def grace() -> AsyncIterator[Grace]:
    world = World()
    account = world.add_account("Grace Chapel")
    number = world.add_number(account, CHURCH, "https://before.example/sms")
    async with running(world) as simulator:
        http = TwilioHttp(simulator.url, timeout=0.5, connect_timeout=0.5)
        await http.start()
        yield Grace(simulator, account, number, http)
        await http.close()


def text(body: str = "The soup is on.", to: str = NAOMI) -> Outgoing:
    return Outgoing("k1", to=to, from_=CHURCH, body=body, status_url="http://127.0.0.1:9/s?key=k1")


async def test_a_text_is_accepted_fetched_and_found(grace: Grace) -> None:
    before = datetime.now(UTC)
    accepted = await grace.provider.send(text("x" * 200))
    assert accepted.segments == 2
    fetched = await grace.provider.fetch(accepted.sid)
    assert fetched and (fetched.to, fetched.from_, fetched.body) == (NAOMI, CHURCH, "x" * 200)
    [found] = await grace.provider.find(NAOMI, CHURCH, before)
    assert (found.sid, found.direction) == (accepted.sid, "outbound")
    assert not await grace.provider.find(NAOMI, CHURCH, before + timedelta(hours=1))
    assert not await grace.provider.find("+12025550143", CHURCH, before)


async def test_more_than_a_page_of_texts_is_found_newest_first(grace: Grace) -> None:
    for n in range(60):
        await grace.provider.send(text(f"number {n}"))
    found = await grace.provider.find(NAOMI, CHURCH, datetime.now(UTC) - timedelta(minutes=1))
    assert len({one.sid for one in found}) == 60
    assert [one.created_at for one in found] == sorted(
        (one.created_at for one in found), reverse=True
    )


@pytest.mark.parametrize("fault", ["create_error_after", "create_hang_after", "create_cut_after"])
async def test_a_text_accepted_without_an_answer_is_unconfirmed_and_found(
    grace: Grace, fault: str
) -> None:
    grace.suffers(fault, Fault(next=1))
    before = datetime.now(UTC)
    with pytest.raises(Unconfirmed):
        await grace.provider.send(text())
    assert len(grace.sent()) == 1
    assert [one.body for one in await grace.provider.find(NAOMI, CHURCH, before)] == grace.sent()


@pytest.mark.parametrize("fault", ["create_error_before", "create_hang_before"])
async def test_a_text_lost_before_it_was_accepted_looks_the_same_and_is_not_found(
    grace: Grace, fault: str
) -> None:
    grace.suffers(fault, Fault(next=1))
    with pytest.raises(Unconfirmed):
        await grace.provider.send(text())
    assert grace.simulator.network.faults.struck[fault] == 1
    assert not await grace.provider.find(NAOMI, CHURCH, datetime.now(UTC))


async def test_a_busy_twilio_says_when_to_retry(grace: Grace) -> None:
    grace.suffers("create_busy", Fault(next=1, seconds=(3, 3)))
    with pytest.raises(Refused) as busy:
        await grace.provider.send(text())
    assert (busy.value.code, busy.value.retry_after) == ("20429", 3.0)
    assert not grace.sent()


@pytest.mark.parametrize(("to", "code"), [("+15005550001", "21211"), ("+15005550004", "21610")])
async def test_the_magic_numbers_refuse(grace: Grace, to: str, code: str) -> None:
    with pytest.raises(Refused) as no:
        await grace.provider.send(text(to=to))
    assert no.value.code == code


async def test_the_account_and_its_number_pass_and_texts_arrive_here(grace: Grace) -> None:
    await grace.provider.check_account()
    found = await grace.provider.find_number(CHURCH)
    assert (found.sid, found.sms_url) == (grace.number.sid, "https://before.example/sms")
    here = "https://inbox.example/api/webhooks/twilio/t/incoming"
    grace.number.sms_application_sid = "AP" + "1" * 32
    await grace.provider.point_number(found.sid, here)
    assert (grace.number.sms_url, grace.number.sms_method) == (here, "POST")
    assert not grace.number.sms_application_sid


async def test_each_problem_has_its_own_sentence(grace: Grace) -> None:
    test_account = grace.simulator.world.add_account("Test", test=True)
    problems = [
        await problem_of(grace.as_if("0" * 32).check_account()),
        await problem_of(grace.as_if("0" * 32, sid="AC" + "0" * 32).check_account()),
        await problem_of(grace.as_if("0" * 32, sid="wrong").check_account()),
        await problem_of(grace.provider.find_number("+13035550100")),
        await problem_of(grace.as_if(test_account.auth_token, test_account.sid).check_account()),
    ]
    grace.account.status = "suspended"
    problems.append(await problem_of(grace.provider.check_account()))
    assert [problem.code for problem in problems] == [
        "bad_token", "bad_token", "bad_sid", "number_not_found", "test_credentials",
        "account_suspended",
    ]  # fmt: skip
    assert len({problem.text for problem in problems}) == 5


async def test_a_picture_is_downloaded(grace: Grace) -> None:
    world, account = grace.simulator.world, grace.account
    message = world.new_message(
        account, from_=NAOMI, to=CHURCH, body="", direction="inbound", status="received",
        segments=1, is_mms=True,
    )  # fmt: skip
    world.keep(message)
    picture = world.attach(message, "image/png", b"\x89PNG" + bytes(1000))
    url = (
        f"https://api.twilio.com/2010-04-01/Accounts/{account.sid}"
        f"/Messages/{message.sid}/Media/{picture.sid}"
    )
    assert await grace.provider.media(url) == ("image/png", picture.data)


async def problem_of(check: object) -> AccountProblem:
    with pytest.raises(AccountProblem) as problem:
        await check  # type: ignore[misc]
    return problem.value
