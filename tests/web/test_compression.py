"""Pages are compressed, and their length reveals nothing about their content."""

import gzip

import aiohttp
import pytest

from inbox.web.compression import MAX_PADDING
from tests.house import House

GZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture
async def ruth(house: House) -> aiohttp.ClientSession:
    browser = await house.browser(house.cast.ruth)
    browser._auto_decompress = False
    return browser


@pytest.mark.parametrize("path", ["/inbox", "/search", "/broadcasts"])
async def test_pages_are_compressed(ruth: aiohttp.ClientSession, path: str) -> None:
    plain = await ruth.get(path, headers={"Accept-Encoding": "identity"})
    packed = await ruth.get(path, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert (
        "Accept-Encoding" in packed.headers["Vary"] and "Accept-Encoding" in plain.headers["Vary"]
    )
    assert packed.headers["Content-Length"] == str(len(await packed.read()))
    assert gzip.decompress(await packed.read()) == await plain.read()


async def test_the_length_of_a_page_varies_randomly(ruth: aiohttp.ClientSession) -> None:
    lengths = {len(await (await ruth.get("/search", headers=GZIP)).read()) for _ in range(30)}
    assert len(lengths) > 10
    assert max(lengths) - min(lengths) <= MAX_PADDING + 1


@pytest.mark.parametrize("site", ["cross-site", "same-site", None])
async def test_nothing_is_compressed_that_another_site_requested(
    ruth: aiohttp.ClientSession, site: str | None
) -> None:
    assert (await ruth.get("/inbox", headers=GZIP)).headers["Content-Encoding"] == "gzip"
    del ruth.headers["Sec-Fetch-Site"]  # type: ignore[attr-defined]
    asked_by = {"Sec-Fetch-Site": site} if site else {}
    answer = await ruth.get("/inbox", headers=GZIP | asked_by)
    assert answer.status == 200 and "Content-Encoding" not in answer.headers


async def test_pages_that_show_secrets_are_not_compressed(ruth: aiohttp.ClientSession) -> None:
    for path in ("/settings/twilio", "/settings/api-tokens"):
        answer = await ruth.get(path, headers=GZIP)
        assert answer.status == 200 and "Content-Encoding" not in answer.headers, path
    answer = await ruth.post("/settings/api-tokens", data={"name": "Website"}, headers=GZIP)
    assert answer.status == 201 and "Content-Encoding" not in answer.headers
    assert b"Copy the new token now" in await answer.read()


async def test_small_responses_and_other_types_are_sent_uncompressed(
    ruth: aiohttp.ClientSession,
) -> None:
    for path in (
        "/offline",
        "/healthz",
        "/api/openapi.json",
        "/inbox/marks?ids=1",
        "/manifest.webmanifest",
    ):
        answer = await ruth.get(path, headers=GZIP)
        assert answer.status == 200 and "Content-Encoding" not in answer.headers, path
