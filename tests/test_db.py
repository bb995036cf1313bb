"""The connection to PostgreSQL: its address in the forms that hosts use, and its outages."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inbox import db
from inbox.config import Config, ConfigError
from tests.services import new_postgres_database


@pytest.fixture
def config(tmp_path: Path, postgres_url: str) -> Config:
    url = new_postgres_database(postgres_url)
    return Config.from_environ({"DATA_DIR": str(tmp_path), "DATABASE_URL": url})


@pytest.fixture
async def opened(config: Config) -> AsyncIterator[None]:
    await db.open_database(config, enduring=True)
    yield
    await db.close_database()


async def test_a_connection_that_breaks_in_a_transaction_is_replaced(opened: None) -> None:
    for _ in range(10):
        with pytest.raises(Exception, match="terminat|closed"):
            async with db.transaction():
                await db.rows("select pg_terminate_backend(pg_backend_pid())")
        assert await db.rows("select 1 as alive") == [{"alive": 1}]


async def test_all_processes_share_one_name_for_a_database_and_no_other(
    config: Config, postgres_url: str, tmp_path: Path
) -> None:
    other = Config.from_environ(
        {"DATA_DIR": str(tmp_path), "DATABASE_URL": new_postgres_database(postgres_url)}
    )
    names = []
    for one in (config, config, other):
        await db.open_database(one)
        await db.migrate_database()
        names.append(await db.fingerprint())
        await db.close_database()
    assert names[0] == names[1] != names[2]


@pytest.mark.parametrize("mode", ["disable", "prefer", "require"])
async def test_the_address_may_contain_what_hosted_databases_use(
    config: Config, tmp_path: Path, mode: str
) -> None:
    url = f"{config.database_url}?sslmode={mode}&channel_binding=prefer"
    hosted = Config.from_environ({"DATA_DIR": str(tmp_path), "DATABASE_URL": url})
    if mode == "require":
        # The test server has no certificate, so this setting was understood.
        with pytest.raises(ConfigError, match="ConnectionError|Rejected"):
            await db.open_database(hosted)
        return
    await db.open_database(hosted)
    await db.close_database()
    await (await db.connect_apart(hosted)).close()
