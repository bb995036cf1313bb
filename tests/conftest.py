"""Fixtures: a migrated database for each test, and a running inbox for those that need one."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from inbox import app, db
from inbox.config import Config
from inbox.context import Context
from inbox.live.screens import Screens as LiveScreens
from inbox.models import hashing
from tests.cast import Cast
from tests.databases import Databases
from tests.house import House, Screens, running_house

pytest_plugins = ["tests.services"]

# No test cuts the power, and a killed process loses nothing without it.
DURABLE, db.SYNCHRONOUS = db.SYNCHRONOUS, "OFF"
# Nobody attacks test passwords, and a real hash takes a tenth of a second.
SLOW_HASHER, hashing._hasher = hashing._hasher, PasswordHasher(1, 8, 1)
# It would keep every test's garbage forever.
app._freeze = lambda: None
# Which database to use: "sqlite", "postgres", or both. Folders in ON_BOTH run on each, all others
# on the first.
DATABASES = os.environ.get("TEST_DATABASE", "sqlite").split()
# Where the databases differ most.
ON_BOTH = {"models", "work", "journeys"}
# The rest keeps its own order.
SLOWEST = ("test_screen_law.py", "test_every_page.py", "browser", "journeys")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slowest tests run first, so that no worker waits long for another at the end."""

    def place(item: pytest.Item) -> int:
        return next((n for n, name in enumerate(SLOWEST) if name in parts(item)), len(SLOWEST))

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """The garbage collector skips imported modules and runs less often, as in the product."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" not in metafunc.fixturenames:
        return
    here = DATABASES if ON_BOTH & parts(metafunc.definition) else DATABASES[:1]
    if only := metafunc.definition.get_closest_marker("only_on"):
        here = [one for one in DATABASES if one in only.args]
    metafunc.parametrize("database", here, indirect=True)


def parts(item: pytest.Item) -> set[str]:
    """This test's folders below the project root, and its file."""
    return set(item.path.relative_to(item.config.rootpath).parts)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The database of this test: "sqlite" or "postgres"."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def databases(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Databases:
    folder = tmp_path_factory.mktemp("databases")
    return Databases(folder, lambda: str(request.getfixturevalue("postgres_url")))


@pytest.fixture
def with_cast(database: str, request: pytest.FixtureRequest) -> bool:
    """Whether this test's database starts with the cast."""
    return not {"cast", "house", "delivery"}.isdisjoint(request.fixturenames)


@pytest.fixture
def database_url(
    database: str, with_cast: bool, databases: Databases, tmp_path: Path
) -> Iterator[str]:
    """A fresh, migrated database for one test."""
    if database == "postgres":
        with databases.postgres(with_cast) as url:
            yield url
    else:
        with databases.sqlite(tmp_path, with_cast) as url:
            yield url


@pytest.fixture
def config(tmp_path: Path, database_url: str, with_cast: bool, databases: Databases) -> Config:
    config = Config.from_environ(
        {
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": database_url,
            "UNCONFIRMED_GRACE": "0",
            "SEND_RATE": "0",
            # Any test can run on the other database.
            "SERVER": os.environ.get("TEST_SERVER", ""),
        }
    )
    if with_cast:
        config.key_file.touch(mode=0o600)
        config.key_file.write_bytes(databases.key)
    return config


@pytest.fixture
async def context(config: Config, screens: Screens) -> AsyncIterator[Context]:
    async with opened(config, screens) as context:
        yield context


@asynccontextmanager
async def opened(config: Config, screens: Screens) -> AsyncIterator[Context]:
    """The open database and its context, without a server."""
    context = Context.from_config(config, LiveScreens(screens))
    await db.open_database(config)
    await context.http.start()
    yield context
    await context.close()
    await db.close_database()


@pytest.fixture
async def cast(context: Context, database: str, databases: Databases) -> Cast:
    return databases.cast(database)


@pytest.fixture
def screens() -> Screens:
    """Stands in for the browsers of `context` and `delivery`, and keeps what is put there."""
    return Screens()


@pytest.fixture
async def house(config: Config, database: str, databases: Databases) -> AsyncIterator[House]:
    """The inbox, its worker, and the Twilio simulator, each served over real HTTP."""
    async with running_house(config, cast=databases.cast(database)) as house:
        yield house
