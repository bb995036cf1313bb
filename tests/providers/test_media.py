"""Downloading a picture without ever showing the token to anyone but Twilio."""

import gzip

import pytest
from aiohttp import web

from inbox.providers import Provider, Refused, TooLarge, Unreachable
from inbox.providers.public_only import PublicOnly
from inbox.providers.twilio_http import MAX_ATTACHMENT_BYTES
from tests.providers.answers import GRACE, Answer, StandIn, hangs_up, refuses, says_text

PATH = f"/2010-04-01/Accounts/{GRACE.account_sid}/Messages/MM{'b' * 32}/Media/ME{'c' * 32}"
PICTURE = b"\xff\xd8\xff" + bytes(range(256)) * 700


def sends(content: bytes, kind: str = "image/jpeg", **headers: str) -> Answer:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=content, headers={"Content-Type": kind, **headers})

    return answer


def streams(size: int) -> Answer:
    """Sends zeros in chunks, without a Content-Length."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(bytes(size))
        return response

    return answer


def announces(size: int) -> Answer:
    """Sends the headers of a file of this size, then closes the connection."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
        response.content_length = size
        await response.prepare(request)
        assert request.transport
        request.transport.close()
        return response

    return answer


def leads_to(location: str) -> Answer:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=307, headers={"Location": location})

    return answer


async def test_a_picture_is_downloaded_through_its_redirects(
    provider: Provider, twilio: StandIn
) -> None:
    twilio.will(leads_to("/cdn/1"), leads_to(f"{twilio.url}/s3/2?sign=x%2Fy"), sends(PICTURE))
    assert await provider.media(f"https://api.twilio.com{PATH}") == ("image/jpeg", PICTURE)
    assert [asked.path for asked in twilio.asked] == [PATH, "/cdn/1", "/s3/2"]


async def test_only_the_first_address_sees_the_credentials(
    provider: Provider, twilio: StandIn
) -> None:
    twilio.will(leads_to(f"{twilio.url}/elsewhere"), sends(PICTURE))
    await provider.media(f"https://api.twilio.com{PATH}")
    assert [asked.authorization is not None for asked in twilio.asked] == [True, False]


async def test_a_forged_host_is_never_contacted(provider: Provider, twilio: StandIn) -> None:
    twilio.will(sends(PICTURE))
    await provider.media(f"https://thief.invalid{PATH}?x=1#y")
    assert [asked.path for asked in twilio.asked] == [PATH]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://api.twilio.com/",
        "https://api.twilio.com" + PATH.replace(GRACE.account_sid, "AC" + "0" * 32),
        f"https://api.twilio.com{PATH}/../../../../Keys.json",
        f"https://api.twilio.com/x{PATH}",
        f"https://api.twilio.com{PATH}%2f",
        "https://[::1" + PATH,
    ],
)
async def test_a_file_of_another_account_is_not_downloaded(
    provider: Provider, twilio: StandIn, url: str
) -> None:
    with pytest.raises(Refused):
        await provider.media(url)
    assert not twilio.asked


@pytest.mark.parametrize(
    "location",
    [
        "",
        "http://media.twiliocdn.com/plain",
        "https://10.0.0.8/router",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.8]/",
        "https://\uff11\uff12\uff17.0.0.1/",
        "https://[half",
        "file:///etc/passwd",
    ],
)
async def test_a_redirect_to_a_dangerous_address_is_not_followed(
    provider: Provider, twilio: StandIn, location: str
) -> None:
    # An empty one leads back to the same address, in an endless loop.
    twilio.will(*[leads_to(location)] * (1 if location else 4))
    with pytest.raises(Refused):
        await provider.media(PATH)


async def test_a_name_that_resolves_to_our_own_network_is_not_followed(
    provider: Provider, twilio: StandIn
) -> None:
    twilio.will(leads_to("https://localhost/admin"))
    with pytest.raises(Unreachable):
        await provider.media(PATH)
    with pytest.raises(OSError, match="private"):
        await PublicOnly(except_for=None).resolve("localhost", 443)


async def test_a_fourth_redirect_is_one_too_many(provider: Provider, twilio: StandIn) -> None:
    twilio.will(*(leads_to(f"/{n}") for n in range(4)))
    with pytest.raises(Refused):
        await provider.media(PATH)


async def test_a_file_of_the_maximum_size_is_stored_and_one_byte_more_is_not(
    provider: Provider, twilio: StandIn
) -> None:
    twilio.will(sends(bytes(MAX_ATTACHMENT_BYTES)), sends(bytes(MAX_ATTACHMENT_BYTES + 1)))
    assert len((await provider.media(PATH))[1]) == MAX_ATTACHMENT_BYTES
    with pytest.raises(TooLarge):
        await provider.media(PATH)


async def test_a_file_that_hides_its_size_is_cut_off(provider: Provider, twilio: StandIn) -> None:
    twilio.will(streams(MAX_ATTACHMENT_BYTES), streams(MAX_ATTACHMENT_BYTES + 1))
    assert len((await provider.media(PATH))[1]) == MAX_ATTACHMENT_BYTES
    with pytest.raises(TooLarge):
        await provider.media(PATH)


async def test_a_file_that_declares_too_large_a_size_is_not_read(
    provider: Provider, twilio: StandIn
) -> None:
    """Its content never arrives, so reading it would report that it is unreachable."""
    twilio.will(announces(MAX_ATTACHMENT_BYTES), announces(MAX_ATTACHMENT_BYTES + 1))
    with pytest.raises(Unreachable):
        await provider.media(PATH)
    with pytest.raises(TooLarge):
        await provider.media(PATH)


async def test_a_small_file_cannot_decompress_to_a_large_one(
    provider: Provider, twilio: StandIn
) -> None:
    packed = gzip.compress(bytes(2 * MAX_ATTACHMENT_BYTES))
    twilio.will(sends(packed, **{"Content-Encoding": "gzip"}))
    assert (await provider.media(PATH))[1] == packed


async def test_a_file_that_is_gone_or_forbidden_says_so(
    provider: Provider, twilio: StandIn
) -> None:
    twilio.will(refuses(404, 20404), refuses(401, 20003))
    for code in ("20404", "20003"):
        with pytest.raises(Refused) as no:
            await provider.media(PATH)
        assert no.value.code == code


async def test_a_file_that_does_not_arrive_may_be_requested_again(
    provider: Provider, twilio: StandIn
) -> None:
    twilio.will(says_text(503, "later"), hangs_up)
    for _ in range(2):
        with pytest.raises(Unreachable):
            await provider.media(PATH)
