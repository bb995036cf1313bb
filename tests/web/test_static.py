"""Static files: bundled, cached forever, and compressed."""

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import aiohttp
import pytest
from yarl import URL

from inbox.assets import asset, bundled, bundles, imported
from inbox.bundles import BundlesError, bundle, read
from inbox.files import ESBUILD, STATIC
from tests.house import House

COMPRESSED = {"Accept-Encoding": "gzip"}
PLAIN = {"Accept-Encoding": "identity"}
# The scripts and styles of a first visit, compressed: files, and bytes.
MAX_FILES, MAX_BYTES = 5, 90_000


@pytest.fixture
async def nobody() -> AsyncIterator[aiohttp.ClientSession]:
    """A client that does not decompress on its own."""
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        yield session


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of the scripts and styles that tests may change."""
    for folder in ("js", "css", "vendor"):
        copytree(STATIC / folder, tmp_path / folder)
    return tmp_path


def _content(address: str) -> bytes:
    return (STATIC / address.removeprefix("/static/")).read_bytes()


def _first() -> list[str]:
    """The addresses of all scripts that a page needs at once."""
    return [bundled("app.js"), *imported("app.js")]


async def test_scripts_are_compressed_for_clients_that_accept_it(
    house: House, nobody: aiohttp.ClientSession
) -> None:
    url, plain = house.url + bundled("app.js"), _content(bundled("app.js"))
    async with nobody.get(url, headers=COMPRESSED) as answer:
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
    async with nobody.get(url, headers=COMPRESSED | {"If-None-Match": etag}) as answer:
        assert answer.status == 304 and not await answer.read()
    async with nobody.head(url, headers=COMPRESSED) as answer:
        assert answer.headers["Content-Length"] == str(len(sent)) and not await answer.read()


async def test_a_page_names_only_files_that_exist(
    house: House, nobody: aiohttp.ClientSession
) -> None:
    ruth = await house.browser(house.cast.ruth)
    for page in ("/inbox", "/offline", "/settings/preferences", "/broadcasts/new"):
        html = await (await ruth.get(page)).text()
        named = set(re.findall(r'(?:href|src|data-news)="(/static/[^"]+)"', html))
        assert len(named) > 2, "the premise: it names some"
        for address in named:
            async with nobody.get(house.url + address) as answer:
                assert answer.status == 200, f"{page} names {address}"
                assert "immutable" in answer.headers["Cache-Control"]


async def test_every_bundle_exists_and_is_cached_forever(
    house: House, nobody: aiohttp.ClientSession
) -> None:
    assert len(bundles()["all"]) > 10
    for file in bundles()["all"]:
        async with nobody.get(f"{house.url}/static/bundles/{file}", headers=COMPRESSED) as answer:
            assert answer.status == 200 and "immutable" in answer.headers["Cache-Control"]
            script = gzip.decompress(await answer.read()).decode()
        for other in re.findall(r"""["']\./([\w.-]+\.js)["']""", script):
            assert other in bundles()["all"], f"{file} imports {other}"


async def test_a_page_from_before_an_upgrade_still_gets_its_scripts(
    house: House, nobody: aiohttp.ClientSession
) -> None:
    before = bundled("app.js").rpartition("-")[0] + "-BEFORE22.js"
    async with nobody.get(house.url + before, headers=COMPRESSED) as answer:
        assert answer.status == 200 and answer.headers["Cache-Control"] == "no-store"
        assert gzip.decompress(await answer.read()) == _content(bundled("app.js"))
    for name in ("chunk-BEFORE22.js", "manifest.json", "..%2fvendor%2fturbo.js", "x" * 5000):
        url = URL(f"{house.url}/static/bundles/{name}", encoded=True)
        async with nobody.get(url) as answer:
            assert answer.status == 404, name


def test_the_style_sheet_includes_everything_it_imports() -> None:
    written = (STATIC / "css/app.css").read_text()
    sheets = re.findall(r'@import url\("(.+)"\) layer', written)
    sent = _content(bundled("app.css")).decode()
    assert len(sheets) > 30 and "@import" not in sent
    assert sent.startswith("@layer reset,tokens,base,things,panes,states,motion;")
    for name in sheets:
        first = re.search(r"^\.([\w-]+)", (STATIC / "css" / name).read_text(), re.MULTILINE)
        assert not first or f".{first[1]}" in sent, name


def test_the_first_visit_loads_few_and_small_files() -> None:
    first = [bundled("app.css"), *_first()]
    assert len(first) <= MAX_FILES
    assert sum(len(gzip.compress(_content(one))) for one in first) <= MAX_BYTES


def test_scripts_a_page_does_not_need_at_first_are_in_separate_files() -> None:
    scripts = b"".join(map(_content, _first())).decode()
    assert '"row-list"' in scripts and '"compose-box"' in scripts
    for name in ("emoji-picker", "command-bar", "light-box", "broadcast-form", "push-switch"):
        assert f'define("{name}"' not in scripts
        [own] = [file for file in bundles()["all"] if file.startswith(f"{name}-")]
        assert f'define("{name}"' in _content(f"/static/bundles/{own}").decode()
    assert "grinning" not in scripts, "the names of emoji"


def test_changed_sources_are_bundled_again(sources: Path) -> None:
    assert ESBUILD
    before = bundle(sources, ESBUILD)
    stood = (sources / "bundles" / "manifest.json").stat().st_mtime_ns
    assert bundle(sources, ESBUILD) == before == read(sources)
    assert (sources / "bundles" / "manifest.json").stat().st_mtime_ns == stood
    script = sources / "js" / "page" / "title.js"
    script.write_text(script.read_text() + "\nconsole.log('changed')\n")
    with pytest.raises(BundlesError, match="run bin/setup"):
        bundle(sources, sources / "nothing")
    after = bundle(sources, ESBUILD)
    assert after["files"]["app.js"] != before["files"]["app.js"]
    assert "changed" in (sources / "bundles" / after["files"]["app.js"]["file"]).read_text()
    script.write_text("this is no script")
    with pytest.raises(BundlesError, match="title.js"):
        bundle(sources, ESBUILD)
    assert read(sources) == after, "existing files stay whole"


def test_a_missing_bundle_is_built_again(sources: Path) -> None:
    assert ESBUILD
    made = bundle(sources, ESBUILD)
    lost = sources / "bundles" / made["files"]["app.css"]["file"]
    lost.unlink()
    assert read(sources) is None
    assert bundle(sources, ESBUILD) == made and lost.is_file()


@pytest.mark.parametrize("name", ["icons/icon-192.png", "js/%2e/app.js"])
async def test_nothing_else_is_compressed(
    house: House, nobody: aiohttp.ClientSession, name: str
) -> None:
    url = URL(f"{house.url}/static/x/{name}", encoded=True)
    async with nobody.get(url, headers=COMPRESSED) as answer:
        assert answer.status == 200 and "Content-Encoding" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


async def test_an_icon_is_cached_as_long_as_it_stays_the_same(
    house: House, nobody: aiohttp.ClientSession
) -> None:
    async with nobody.get(house.url + asset("icon.svg")) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
