"""The database: opened once, closed once, and a few words of SQL that the ORM does not speak."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.migrations.executor import MigrationExecutor
from tortoise.transactions import in_transaction

from inbox.config import Config, ConfigError

APP = "inbox"


async def open_database(config: Config) -> None:
    """Connect. The global fallback is needed: Hypercorn serves requests in tasks of their own."""
    if not is_postgres(config):
        config.data_dir.mkdir(parents=True, exist_ok=True)
    await Tortoise.init(config=tortoise_config(config), _enable_global_fallback=True)


async def close_database() -> None:
    """An SQLite connection left open would keep the process from ending."""
    await Tortoise.close_connections()


async def migrate_database() -> list[str]:
    """Bring the open database up to date; the names of the migrations that were applied."""
    executor = _executor()
    plan = await executor.plan()
    await executor.migrate(direction="forward")
    return [step.migration.name for step in plan]


async def pending_migrations() -> list[str]:
    return [step.migration.name for step in await _executor().plan()]


async def check_migrated() -> None:
    """Raises ConfigError when the database is not what this version expects."""
    if await pending_migrations():
        raise ConfigError("The database is not up to date: run `inbox migrate` first.")


def _executor() -> MigrationExecutor:
    app = {"models": ["inbox.models"], "migrations": "inbox.migrations"}
    return MigrationExecutor(get_connection("default"), {APP: app})


def is_postgres(config: Config) -> bool:
    return config.database_url.startswith("postgres")


def tortoise_config(config: Config) -> dict[str, Any]:
    return {
        "connections": {"default": _connection(config)},
        "apps": {
            APP: {
                "models": ["inbox.models"],
                "default_connection": "default",
                "migrations": "inbox.migrations",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


def _connection(config: Config) -> Any:
    if is_postgres(config):
        return re.sub(r"^postgres(ql)?://", "asyncpg://", config.database_url)
    return {
        "engine": "tortoise.backends.sqlite",
        "credentials": {
            "file_path": urlsplit(config.database_url).path,
            "journal_mode": "WAL",
            # A text that was acknowledged survives a power cut.
            "synchronous": "FULL",
            "busy_timeout": 10_000,
        },
    }


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Nothing slow may be awaited inside: on SQLite everybody else waits."""
    async with in_transaction():
        yield


async def rows(sql: str, *values: Any) -> list[dict[str, Any]]:
    """Run SQL with `?` placeholders; its rows as dictionaries (those of RETURNING too)."""
    connection = get_connection("default")
    if connection.capabilities.dialect == "postgres":
        numbers = iter(range(1, len(values) + 1))
        sql = re.sub(r"\?", lambda _: f"${next(numbers)}", sql)
    return await connection.execute_query_dict(sql, list(values))


def __getattr__(name: str) -> Any:
    # For the `tortoise` command alone, which wants a module attribute to make migrations from.
    if name == "TORTOISE_ORM":
        return tortoise_config(Config.from_environ(os.environ))
    raise AttributeError(name)
