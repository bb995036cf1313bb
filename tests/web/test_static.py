"""Files for browsers: kept for ever, and small on the way."""

import gzip
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from yarl import URL

from inbox.assets import asset
from inbox.files import STATIC
from tests.house import House

SQUEEZED = {"Accept-Encoding": "gzip"}
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
async def nobody() -> AsyncIterator[aiohttp.ClientSession]:
    """Who unpacks nothing by itself."""
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        yield session


async def test_words_travel_squeezed_to_whoever_can_unpack_them(
    house: House, nobody: aiohttp.ClientSession
) -> None:
    url, plain = house.url + asset("js/app.js"), (STATIC / "js/app.js").read_bytes()
    async with nobody.get(url, headers=SQUEEZED) as answer:
        sent = await answer.read()
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert "immutable" in answer.headers["Cache-Control"]
        assert gzip.decompress(sent) == plain and len(sent) < len(plain)
        etag = answer.headers["ETag"]
    async with nobody.get(url, headers=PLAIN) as answer:
        assert "Content-Encoding" not in answer.headers
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert await answer.read() == plain
    async with nobody.get(url, headers=SQUEEZED | {"If-None-Match": etag}) as answer:
        assert answer.status == 304 and not await answer.read()


async def test_a_stylesheet_brings_along_what_it_imports(
    house: House, nobody: aiohttp.ClientSession
) -> None:
    written = (STATIC / "css/app.css").read_text()
    imported = re.findall(r'@import url\("(.+)"\) layer\((.+)\);', written)
    assert len(imported) > 30 and len(imported) == written.count("@import")
    async with nobody.get(house.url + asset("css/app.css"), headers=PLAIN) as answer:
        sent = await answer.text()
    assert "@import" not in sent and sent.startswith(written[: written.index("@import")])
    places = []
    for name, layer in imported:
        rules = (STATIC / "css" / name).read_text()
        places.append(sent.index(f"@layer {layer} {{\n{rules}}}"))
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["icons/icon-192.png", "js/%2e/app.js"])
async def test_nothing_else_is_squeezed(
    house: House, nobody: aiohttp.ClientSession, name: str
) -> None:
    url = URL(house.url + asset(name), encoded=True)
    async with nobody.get(url, headers=SQUEEZED) as answer:
        assert answer.status == 200 and "Content-Encoding" not in answer.headers
