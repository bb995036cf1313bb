"""The database: opened once, closed once, and a few words of SQL that the ORM does not speak."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.migrations.executor import MigrationExecutor
from tortoise.transactions import in_transaction

from inbox.config import Config, ConfigError

APP = "inbox"


async def open_database(config: Config) -> None:
    """Connect. Raises ConfigError when the database does not answer.

    The global fallback is needed: Hypercorn serves requests in tasks of their own.
    """
    if not is_postgres(config):
        config.make_data_dir()
    await Tortoise.init(config=tortoise_config(config), _enable_global_fallback=True)
    try:
        await rows("select 1 as alive")
    except Exception as problem:
        await close_database()
        # Its own words may repeat the password.
        raise ConfigError(f"The database cannot be opened: {type(problem).__name__}.") from None


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
            "file_path": config.database_url.removeprefix("sqlite://"),
            "journal_mode": "WAL",
            # A text that was acknowledged survives a power cut.
            "synchronous": "FULL",
            "busy_timeout": 10_000,
        },
    }


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Nothing slow may be awaited inside: on SQLite everybody else waits."""
    context = in_transaction()
    try:
        await context.__aenter__()
    except BaseException as fault:
        # Canceled while it began. Tortoise would hold on to the connection for ever, and on SQLite
        # there is only that one.
        if hasattr(context, "token"):
            with suppress(Exception):
                await context.__aexit__(type(fault), fault, None)
        raise
    try:
        yield
    except BaseException as fault:
        await context.__aexit__(type(fault), fault, None)
        raise
    await context.__aexit__(None, None, None)


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
