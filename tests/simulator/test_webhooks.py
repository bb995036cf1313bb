"""How long and how often Twilio tries."""

import asyncio
import socket

import aiohttp
import pytest

from inbox.simulator import webhooks
from inbox.simulator.webhooks import Answer, Patience, patience_for
from tests.simulator.town import Application


@pytest.mark.parametrize(
    ("fragment", "patience"),
    [
        ("", Patience()),
        ("#rc=3&rp=all", Patience(retries=3, policy=frozenset({"all"}))),
        ("#ct=100&rt=200&tt=300", Patience(connect=0.1, read=0.2, total=0.3)),
        ("#rc=9&ct=1&rt=many&sni=y", Patience()),
        ("#rp=4xx,5xx", Patience(policy=frozenset({"4xx", "5xx"}))),
    ],
)
def test_the_fragment_of_an_address_sets_timeouts_and_retries(
    fragment: str, patience: Patience
) -> None:
    assert patience_for(f"https://grace.example/texts{fragment}") == patience


async def call(url: str) -> Answer:
    async with aiohttp.ClientSession() as session:
        return await webhooks.call(session, "token", url, [("Body", "x")])


async def test_an_error_is_retried_only_if_the_address_asks_for_it(
    application: Application,
) -> None:
    application.answers = [500, 500]
    assert (await call(f"{application.url}/a")).code == 11200
    assert len(application.heard) == 1
    assert (await call(f"{application.url}/a#rc=1&rp=5xx")).code == 0
    assert len(application.heard) == 3
    tokens = [each.headers["I-Twilio-Idempotency-Token"] for each in application.heard]
    assert tokens[0] != tokens[1] == tokens[2]


async def test_a_refused_connection_is_tried_twice_by_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = []
    attempt = webhooks._attempt

    async def counted(*arguments: object) -> object:
        tried.append(arguments)
        return await attempt(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(webhooks, "_attempt", counted)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        answer = await call(f"http://127.0.0.1:{closed.getsockname()[1]}/")
    assert answer.code == 11205
    assert len(tried) == 2


async def test_an_application_that_never_answers_is_abandoned() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        for limit in ("rt", "tt"):
            answer = await call(f"http://127.0.0.1:{port}/#{limit}=100")
            assert (answer.code, answer.sentence) == (11200, "no answer in time")


async def test_an_invalid_address_is_an_alert_not_a_crash() -> None:
    for url in ("nowhere", "http://", "http://grace.invalid:99999/"):
        assert (await call(url)).code in (11200, 11205, 11321)
