import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException

from inbox.simulator import Fault, Faults, World, running, text_from
from inbox.simulator.faults import NAMES
from tests.simulator.town import CHURCH, NAOMI, Town, client_of

ONCE = Fault(next=1)


async def send(town: Town) -> str:
    message = await town.client.messages.create_async(
        to=NAOMI,
        from_=CHURCH,
        body="Hello",
        status_callback=f"{town.application.url}/receipts",
    )
    return str(message.sid)


async def refusal(town: Town) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as refused:
        await send(town)
    return refused.value.status, refused.value.code


async def receipts_with(town: Town, **faults: Any) -> list[str]:
    """The receipts of one text while these faults occur."""
    town.simulator.network.faults = Faults(**faults)
    await send(town)
    await town.settled()
    assert set(town.simulator.network.faults.struck) == set(faults)
    return town.application.receipts


async def test_a_lost_receipt_never_arrives(town: Town) -> None:
    assert await receipts_with(town, receipts_lost=ONCE) == ["delivered"]


async def test_a_receipt_arrives_twice(town: Town) -> None:
    twice = await receipts_with(town, receipts_twice=Fault(next=2))
    assert twice == ["sent", "sent", "delivered", "delivered"]


async def test_receipts_overtake_each_other(town: Town) -> None:
    assert await receipts_with(town, receipts_shuffled=ONCE) == ["delivered", "sent"]


async def test_a_late_receipt_arrives_after_the_next_one(town: Town) -> None:
    late = Fault(next=1, seconds=(0.05, 0.05))
    assert await receipts_with(town, receipts_late=late) == ["delivered", "sent"]


async def test_a_silent_carrier_leaves_it_at_sent(town: Town) -> None:
    assert await receipts_with(town, carrier_silent=ONCE) == ["sent"]
    [message] = town.account.messages.values()
    assert message.status == "sent"
    assert len(town.world.handset(NAOMI).bubbles) == 1


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (0, ["sent", "undelivered"]),
        (30003, ["sent", "undelivered"]),
        (30007, ["sent", "undelivered"]),
        (30001, ["failed"]),
    ],
)
async def test_a_failed_delivery_carries_its_code(town: Town, code: int, told: list[str]) -> None:
    assert await receipts_with(town, delivery_fails=Fault(next=1, code=code)) == told
    assert town.application.heard[-1].fields["ErrorCode"] == str(code or 30003)
    assert not town.world.handset(NAOMI).bubbles


async def test_an_incoming_text_is_delivered_twice_with_the_same_token(town: Town) -> None:
    town.simulator.network.faults = Faults(incoming_twice=ONCE)
    await text_from(town.simulator.network, NAOMI, CHURCH, "Hello")
    await town.settled()
    first, second = town.application.heard
    assert first.fields == second.fields
    name = "I-Twilio-Idempotency-Token"
    assert first.headers[name] == second.headers[name]


async def test_busy_is_429_and_nothing_was_accepted(town: Town) -> None:
    town.simulator.network.faults = Faults(create_busy=ONCE)
    assert await refusal(town) == (429, 20429)
    assert town.account.messages == {}
    await send(town)


async def test_a_busy_answer_can_say_how_long_to_wait(town: Town) -> None:
    town.simulator.network.faults = Faults(create_busy=Fault(next=1, seconds=(0, 3)))
    url = f"{town.simulator.url}/2010-04-01/Accounts/{town.account.sid}/Messages.json"
    auth = aiohttp.BasicAuth(town.account.sid, town.account.auth_token)
    async with aiohttp.ClientSession(auth=auth) as session, session.post(url) as answer:
        assert answer.headers["Retry-After"] == "3"


@pytest.mark.parametrize(
    ("fault", "answer", "taken"),
    [
        ({"create_error_before": Fault(next=1)}, (500, 20500), 0),
        ({"create_error_before": Fault(next=1, code=503)}, (503, 20500), 0),
        ({"create_error_after": Fault(next=1)}, (500, 20500), 1),
        ({"create_error_after": Fault(next=1, code=502)}, (502, 502), 1),
    ],
)
async def test_a_server_error_before_or_after_accepting_the_text(
    town: Town, fault: dict[str, Any], answer: tuple[int, int], taken: int
) -> None:
    town.simulator.network.faults = Faults(**fault)
    assert await refusal(town) == answer
    await town.settled()
    assert len(town.account.messages) == taken
    assert len(town.world.handset(NAOMI).bubbles) == taken


@pytest.mark.parametrize(("name", "taken"), [("create_hang_before", 0), ("create_hang_after", 1)])
async def test_an_answer_that_never_arrives(town: Town, name: str, taken: int) -> None:
    fault: dict[str, Any] = {name: Fault(next=1)}
    town.simulator.network.faults = Faults(**fault)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await send(town)
    await town.settled()
    assert len(town.account.messages) == taken


async def test_a_connection_dropped_in_the_middle_of_the_response(town: Town) -> None:
    town.simulator.network.faults = Faults(create_cut_after=ONCE)
    with pytest.raises(aiohttp.ClientError):
        await send(town)
    await town.settled()
    assert len(town.account.messages) == 1
    await send(town)


async def test_a_hanging_answer_does_not_keep_the_simulator_from_closing() -> None:
    world = World()
    account = world.add_account("Grace Chapel")
    world.add_number(account, CHURCH)
    faults = Faults(create_hang_after=ONCE)
    taken = asyncio.Event()
    world.watchers.add(lambda _: taken.set())
    async with asyncio.timeout(3):
        async with running(world, faults=faults) as simulator:
            async with client_of(simulator, account) as client:
                sending = asyncio.create_task(
                    client.messages.create_async(to=NAOMI, from_=CHURCH, body="Hello")
                )
                await taken.wait()
        await asyncio.gather(sending, return_exceptions=True)


async def test_fresh_texts_are_missing_from_the_list_for_a_while() -> None:
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    world = World(clock=lambda: now)
    account = world.add_account("Grace Chapel")
    world.add_number(account, CHURCH)
    faults = Faults(list_lag=Fault(next=2, seconds=(60, 60)))
    async with running(world, faults=faults) as simulator, client_of(simulator, account) as client:
        message = await client.messages.create_async(to=NAOMI, from_=CHURCH, body="Hello")
        await text_from(simulator.network, NAOMI, CHURCH, "Hello yourself")
        assert await client.messages.list_async() == []
        assert (await client.messages(message.sid).fetch_async()).sid == message.sid
        now += timedelta(seconds=61)
        assert len(await client.messages.list_async()) == 2


def test_the_same_seed_causes_the_same_faults_at_about_the_set_rate() -> None:
    def strikes(seed: int) -> list[bool]:
        faults = Faults(seed=seed, receipts_lost=Fault(chance=0.25))
        return [faults.strikes("receipts_lost") is not None for _ in range(1000)]

    assert strikes(7) == strikes(7) != strikes(8)
    assert 200 < sum(strikes(7)) < 300


@pytest.mark.parametrize(
    "values",
    [{"chance": 1.1}, {"chance": -0.1}, {"next": -1}, {"seconds": (2, 1)}, {"seconds": (0, 9999)}],
)
def test_a_fault_out_of_range_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        Fault(**values)  # type: ignore[arg-type]


async def test_faults_are_set_shown_and_cleared_over_http(town: Town) -> None:
    url = f"{town.simulator.url}/_simulator/faults"
    wanted = {"seed": 7, "receipts_lost": {"chance": 0.5}, "create_busy": {"next": 2}}
    async with aiohttp.ClientSession() as session:
        async with session.put(url, json=wanted) as answer:
            assert answer.status == 200
        assert await refusal(town) == (429, 20429)
        async with session.get(url) as answer:
            shown = await answer.json()
        assert set(shown) == {"seed", "struck", *NAMES}
        assert shown["struck"] == {"create_busy": 1}
        assert shown["create_busy"]["next"] == 1
        assert shown["receipts_lost"]["chance"] == 0.5
        async with session.put(url, json=shown) as answer:
            assert answer.status == 200
        async with session.delete(url) as answer:
            assert answer.status == 204
    await send(town)
    assert town.simulator.network.faults == Faults()


@pytest.mark.parametrize(
    "body",
    [
        "nonsense",
        "[]",
        '{"rain": {}}',
        '{"receipts_lost": 1}',
        '{"receipts_lost": {"chance": "often"}}',
        '{"receipts_lost": {"chance": 2}}',
        '{"receipts_lost": {"next": 1.5}}',
        '{"receipts_late": {"seconds": 3}}',
        '{"receipts_late": {"minutes": 3}}',
        '{"seed": "x"}',
    ],
)
async def test_nonsense_is_answered_with_a_sentence(town: Town, body: str) -> None:
    before = town.simulator.network.faults
    url = f"{town.simulator.url}/_simulator/faults"
    async with aiohttp.ClientSession() as session, session.put(url, data=body) as answer:
        assert answer.status == 400
        assert json.loads(await answer.text())["error"]
    assert town.simulator.network.faults is before


async def test_another_site_cannot_set_faults(town: Town) -> None:
    url = f"{town.simulator.url}/_simulator/faults"
    headers = {"Sec-Fetch-Site": "cross-site"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.put(url, json={}) as answer:
            assert answer.status == 403


async def test_a_client_can_wait_over_http_until_everything_is_done(town: Town) -> None:
    town.simulator.network.carrier_seconds = 0.02
    await send(town)
    url = f"{town.simulator.url}/_simulator/settled"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert await answer.json() == {"settled": True}
    assert town.application.receipts == ["sent", "delivered"]
