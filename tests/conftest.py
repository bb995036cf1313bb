"""What the tests stand on: a migrated database each, and the whole house where they need it."""

import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
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
from tests.services import new_postgres_database

pytest_plugins = ["tests.services"]

ON_POSTGRES = os.environ.get("TEST_DATABASE", "sqlite") == "postgres"
# The rest follows in its own order.
LONGEST = ("test_screen_law.py", "test_every_page.py", "browser", "journeys")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first: at the end no worker waits long for another."""

    def place(item: pytest.Item) -> int:
        return next((n for n, name in enumerate(LONGEST) if name in item.path.parts), len(LONGEST))

    items.sort(key=place)


@pytest.fixture(scope="session")
def migrated(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Callable[[Path], str]:
    """Makes a fresh, migrated database for one test and returns its URL."""
    import asyncio

    if ON_POSTGRES:
        server = request.getfixturevalue("postgres_url")
        template = new_postgres_database(server)
        asyncio.run(_migrate(template))
        return lambda _: new_postgres_database(server, template=template)
    template_file = tmp_path_factory.mktemp("database") / "template.sqlite3"
    asyncio.run(_migrate(f"sqlite://{template_file}"))

    def copy(folder: Path) -> str:
        return f"sqlite://{shutil.copy(template_file, folder / 'inbox.sqlite3')}"

    return copy


async def _migrate(url: str) -> None:
    await db.open_database(Config.from_environ({"DATABASE_URL": url, "DATA_DIR": gettempdir()}))
    await db.migrate_database()
    await db.close_database()


@pytest.fixture
def config(tmp_path: Path, migrated: Callable[[Path], str]) -> Config:
    return Config.from_environ(
        {
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": migrated(tmp_path),
            "UNCONFIRMED_GRACE": "0",
            "SEND_RATE": "0",
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
