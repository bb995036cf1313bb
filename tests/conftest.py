"""What the tests stand on: a migrated database each, and the whole house where they need it."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import gettempdir

import pytest

from inbox import db
from inbox.config import Config
from inbox.context import Context
from inbox.live import wire
from tests import cast as the_cast
from tests.cast import Cast
from tests.house import House, Screens, running_house
from tests.services import drop_postgres_database, new_postgres_database

pytest_plugins = ["tests.services"]

# No test cuts the power, and a process that is killed loses nothing without it.
DURABLE, db.SYNCHRONOUS = db.SYNCHRONOUS, "OFF"
# What to run on, "sqlite", "postgres" or both: folders in ON_BOTH on each, all others on the first.
DATABASES = os.environ.get("TEST_DATABASE", "sqlite").split()
# Where the databases differ most.
ON_BOTH = {"models", "work", "journeys"}
# The rest follows in its own order.
SLOWEST = ("test_screen_law.py", "test_every_page.py", "browser", "journeys")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first: at the end no worker waits long for another."""

    def place(item: pytest.Item) -> int:
        return next((n for n, name in enumerate(SLOWEST) if name in parts(item)), len(SLOWEST))

    items.sort(key=place)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" not in metafunc.fixturenames:
        return
    here = DATABASES if ON_BOTH & parts(metafunc.definition) else DATABASES[:1]
    if only := metafunc.definition.get_closest_marker("only_on"):
        here = [one for one in DATABASES if one in only.args]
    metafunc.parametrize("database", here, indirect=True)


def parts(item: pytest.Item) -> set[str]:
    """The folders of this test below the project, and its file."""
    return set(item.path.relative_to(item.config.rootpath).parts)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """What this test runs on: "sqlite" or "postgres"."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def templates(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Callable[[str], str]:
    """The URL of a migrated database of this kind, made when it is first asked for."""

    @cache
    def template(kind: str) -> str:
        if kind == "postgres":
            url = new_postgres_database(request.getfixturevalue("postgres_url"))
        else:
            url = f"sqlite://{tmp_path_factory.mktemp('database') / 'template.sqlite3'}"
        asyncio.run(_migrate(url))
        return url

    return template


async def _migrate(url: str) -> None:
    await db.open_database(Config.from_environ({"DATABASE_URL": url, "DATA_DIR": gettempdir()}))
    await db.migrate_database()
    await db.close_database()


@pytest.fixture
def database_url(database: str, templates: Callable[[str], str], tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database for one test."""
    template = templates(database)
    if database == "postgres":
        url = new_postgres_database(template, template)
        yield url
        drop_postgres_database(url)
    else:
        copy = shutil.copy(template.removeprefix("sqlite://"), tmp_path / "inbox.sqlite3")
        yield f"sqlite://{copy}"


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Config:
    return Config.from_environ(
        {
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": database_url,
            "UNCONFIRMED_GRACE": "0",
            "SEND_RATE": "0",
            # Any test can run under the other server.
            "SERVER": os.environ.get("TEST_SERVER", ""),
        }
    )


@pytest.fixture
async def context(config: Config) -> AsyncIterator[Context]:
    """The database open, and what hangs on it; nothing is served."""
    context = Context.from_config(config)
    await db.open_database(config)
    await context.http.start()
    yield context
    await context.close()
    await db.close_database()


@pytest.fixture
async def cast(context: Context) -> Cast:
    return await the_cast.assemble(context.seal)


@pytest.fixture
def screens() -> Iterator[Screens]:
    """Stands where the browsers are, and keeps what is put there."""
    screens = Screens()
    wire.connect(screens)
    yield screens


@pytest.fixture
async def house(config: Config) -> AsyncIterator[House]:
    """Inbox, worker and a pretend Twilio, each served over real HTTP."""
    async with running_house(config) as house:
        yield house
