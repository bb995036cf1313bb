"""Sending a text: accepted, rejected, never sent, or unconfirmed."""

import asyncio
import logging
import socket
from base64 import b64encode

import aiohttp
import pytest

from inbox.providers import (
    Credentials,
    Outgoing,
    Provider,
    Refused,
    Unconfirmed,
    Unreachable,
    provider_for,
)
from inbox.providers.twilio_http import TwilioHttp
from tests.providers.answers import (
    CHURCH,
    GRACE,
    NAOMI,
    SID,
    Answer,
    StandIn,
    hangs,
    hangs_up,
    message,
    refuses,
    says,
    says_text,
    stops_in_the_middle,
)

HOOK = "https://inbox.example/api/webhooks/twilio/t?key=k1"
SOUP = Outgoing("k1", to=NAOMI, from_=CHURCH, body="The soup is on.", status_url=HOOK)


async def test_a_text_that_twilio_accepts_has_its_sid(provider: Provider, twilio: StandIn) -> None:
    twilio.will(says(201, message(num_segments="2")))
    accepted = await provider.send(SOUP)
    assert (accepted.sid, accepted.status, accepted.segments) == (SID, "accepted", 2)
    [asked] = twilio.asked
    assert (asked.method, asked.path) == (
        "POST",
        f"/2010-04-01/Accounts/{GRACE.account_sid}/Messages.json",
    )
    assert dict(asked.form) == {
        "To": NAOMI, "From": CHURCH, "Body": "The soup is on.", "StatusCallback": HOOK,
    }  # fmt: skip
    basic = b64encode(f"{GRACE.account_sid}:{GRACE.auth_token}".encode()).decode()
    assert asked.authorization == f"Basic {basic}"


async def test_pictures_are_sent_as_repeated_fields(provider: Provider, twilio: StandIn) -> None:
    twilio.will(says(201, message(num_segments="0")))
    pictures = ("https://inbox.example/m/1.jpg", "https://inbox.example/m/2.jpg?a=b&c=d")
    accepted = await provider.send(Outgoing("k2", NAOMI, CHURCH, "", HOOK, pictures))
    assert accepted.segments is None
    form = twilio.asked[0].form
    assert [value for name, value in form if name == "MediaUrl"] == list(pictures)
    assert "Body" not in dict(form)


async def test_every_character_of_a_text_arrives_as_written(
    provider: Provider, twilio: StandIn
) -> None:
    body = "¡Amén! 50% + 1 & more = \N{SNOWMAN}\ufe0f “line”\r\nnext\t👩‍👩‍👧"
    twilio.will(says(201, message()))
    await provider.send(Outgoing("k3", NAOMI, CHURCH, body, HOOK))
    assert dict(twilio.asked[0].form)["Body"] == body


@pytest.mark.parametrize(
    ("answer", "code", "retry_after"),
    [
        (refuses(400, 21610), "21610", None),
        (refuses(401, 20003), "20003", None),
        (says_text(401, "<h1>Unauthorized</h1>"), "20003", None),
        (refuses(429, 20429), "20429", None),
        (refuses(429, 20429, **{"Retry-After": "7"}), "20429", 7.0),
        (refuses(429, 20429, **{"Retry-After": "Thu, 24 Aug 2023 05:01:45 GMT"}), "20429", 0.0),
        (refuses(429, 20429, **{"Retry-After": "soon"}), "20429", None),
        (refuses(429, 20429, **{"Retry-After": "nan"}), "20429", None),
        (refuses(429, 20429, **{"Retry-After": "99999999"}), "20429", 3600.0),
        (says_text(429, "slow down", "text/plain"), "20429", None),
        (says(422, {"type": "t", "title": "t", "status": 422, "code": 21211}), "21211", None),
        (says(404, {"message": "no code"}), "20404", None),
        (says_text(413, "<html>too large</html>"), "413", None),
        (says(400, ["not", "an", "object"]), "400", None),
    ],
)
async def test_a_clear_rejection_means_that_nothing_was_sent(
    provider: Provider, twilio: StandIn, answer: Answer, code: str, retry_after: float | None
) -> None:
    twilio.will(answer)
    with pytest.raises(Refused) as no:
        await provider.send(SOUP)
    assert (no.value.code, no.value.retry_after) == (code, retry_after)


@pytest.mark.parametrize(
    "answer",
    [
        refuses(500, 20500),
        refuses(503, 20503, **{"Retry-After": "1"}),
        says_text(502, "<html><h1>502 Bad Gateway</h1></html>"),
        says_text(408, "<html>Request Timeout</html>"),
        says_text(307, ""),
        says_text(201, "<html>welcome to the hotel's network</html>"),
        says_text(201, '{"sid": "SM', "application/json"),
        says_text(201, "", "application/json"),
        says(201, [message()]),
        says(201, message(sid="nonsense")),
        says(201, message(sid=None)),
        says(201, message(num_segments="many")),
        says(201, message(date_created=5)),
        hangs,
        hangs_up,
        stops_in_the_middle,
    ],
)
async def test_without_a_clear_answer_a_text_is_unconfirmed_and_not_sent_again(
    twilio: StandIn, answer: Answer
) -> None:
    impatient = TwilioHttp(twilio.url, timeout=0.3, connect_timeout=0.3)
    await impatient.start()
    twilio.will(answer)
    with pytest.raises(Unconfirmed):
        await provider_for(GRACE, impatient).send(SOUP)
    assert len(twilio.asked) == 1
    await impatient.close()


async def test_a_connection_that_dies_when_used_again_leaves_the_text_unconfirmed(
    provider: Provider, twilio: StandIn
) -> None:
    twilio.will(says(201, message()), hangs_up)
    await provider.send(SOUP)
    with pytest.raises(Unconfirmed):
        await provider.send(SOUP)
    assert len(twilio.asked) == 2


async def test_a_refused_connection_means_that_nothing_was_sent(unused_tcp_port: int) -> None:
    with pytest.raises(Unreachable):
        await send_to(f"http://127.0.0.1:{unused_tcp_port}")


async def test_an_unknown_host_means_that_nothing_was_sent() -> None:
    with pytest.raises(Unreachable):
        await send_to("http://twilio.invalid")


async def test_a_failed_handshake_means_that_nothing_was_sent(twilio: StandIn) -> None:
    with pytest.raises(Unreachable):
        await send_to(twilio.url.replace("http:", "https:"))
    assert not twilio.asked


async def test_a_connection_timeout_means_that_nothing_was_sent() -> None:
    """A listener that accepts no one and whose queue is full, so that connecting only waits."""
    loop = asyncio.get_running_loop()
    with socket.socket() as deaf, socket.socket() as first, socket.socket() as second:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        first.setblocking(False)
        second.setblocking(False)
        await loop.sock_connect(first, deaf.getsockname())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await loop.sock_connect(second, deaf.getsockname())
        with pytest.raises(Unreachable):
            await send_to("http://{}:{}".format(*deaf.getsockname()))


async def test_a_client_that_was_never_opened_sends_nothing() -> None:
    with pytest.raises(Unreachable):
        await provider_for(GRACE, TwilioHttp("http://127.0.0.1:1")).send(SOUP)


async def test_without_a_custom_address_credentials_go_only_to_twilio() -> None:
    wire = TwilioHttp()
    await wire.start()
    for elsewhere in ("https://twilio.com.example/x", "http://api.twilio.com/2010-04-01"):
        with pytest.raises(Unreachable, match="Twilio only"):
            await wire.request("GET", elsewhere, auth=(GRACE.account_sid, GRACE.auth_token))
    await wire.close()


async def test_one_address_stands_in_for_all_of_twilio(http: TwilioHttp, twilio: StandIn) -> None:
    twilio.will(says(200, {"services": [], "meta": {"key": "services"}}))
    services = await http.client_for(GRACE).messaging.v1.services.list_async(limit=1, page_size=1)
    assert services == []
    assert twilio.asked[0].path == "/v1/Services"


async def test_a_region_in_the_environment_does_not_change_the_address(
    http: TwilioHttp, twilio: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    twilio.will(says(201, message()))
    assert (await provider_for(GRACE, http).send(SOUP)).sid == SID


async def test_many_churches_at_once_each_get_their_own_answer(
    http: TwilioHttp, twilio: StandIn
) -> None:
    async def echo(request: aiohttp.web.Request) -> aiohttp.web.StreamResponse:
        body = (await request.post())["Body"]
        return aiohttp.web.json_response(message(sid=f"SM{int(str(body)):032x}"), status=201)

    twilio.will(*[echo] * 150)
    churches = [Credentials(f"AC{n:032x}", f"token{n}") for n in range(150)]
    accepted = await asyncio.gather(
        *(
            provider_for(church, http).send(Outgoing("k", NAOMI, CHURCH, str(n), HOOK))
            for n, church in enumerate(churches)
        )
    )
    assert [int(one.sid[2:], 16) for one in accepted] == list(range(150))
    assert len({asked.authorization for asked in twilio.asked}) == 150


async def test_numbers_words_and_tokens_stay_out_of_the_log(
    provider: Provider, twilio: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("test").debug("the log is listening")
    twilio.will(says(201, message()), refuses(400, 21610), hangs_up)
    for expected in (None, Refused, Unconfirmed):
        try:
            await provider.send(SOUP)
        except (Refused, Unconfirmed) as fault:
            assert type(fault) is expected
            assert NAOMI[2:] not in str(fault)
    assert "listening" in caplog.text
    for secret in (NAOMI[2:], "soup", GRACE.auth_token):
        assert secret not in caplog.text


def test_a_token_is_not_shown_by_accident() -> None:
    assert GRACE.auth_token not in f"{GRACE} {GRACE!r}"


async def send_to(api_url: str) -> None:
    wire = TwilioHttp(api_url, timeout=2, connect_timeout=0.3)
    await wire.start()
    try:
        await provider_for(GRACE, wire).send(SOUP)
    finally:
        await wire.close()
