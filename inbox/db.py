"""The database: opening and closing it, and the SQL that the ORM cannot express."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.connection import get_connection, get_connections
from tortoise.transactions import in_transaction

from inbox.config import Config, ConfigError
from inbox.db_problems import cannot_be_opened, no_database
from inbox.migrating import Executor

Value = TypeVar("Value")

APP = "inbox"
# Seconds to wait for a PostgreSQL that is restarting before failing.
RESTART_SECONDS = 8.0
# Seconds after which a server that has silently vanished is given up. No statement of a running
# inbox takes nearly this long.
ANSWER_SECONDS = 30.0
CONNECT_SECONDS = 10.0
# Once SQLite has acknowledged a text, it survives a power cut.
SYNCHRONOUS = "FULL"
# Bytes that SQLite's write-ahead log keeps between checkpoints. If the file shrank and grew again
# and again, every commit would also wait for the file system's metadata.
LOG_BYTES = 64 * 1024 * 1024
# How many rows of each index SQLite reads for its statistics.
ANALYZED_ROWS = 400


async def open_database(config: Config, *, enduring: bool = False) -> None:
    """Connect. Raises ConfigError if the database does not answer.

    `enduring` is for long-running processes: they wait for a PostgreSQL that is restarting, and
    never wait for a server forever. Migrations may take as long as they like.
    """
    if not is_postgres(config):
        config.make_data_dir()
    # The global fallback is needed: Hypercorn serves requests in tasks of its own.
    await Tortoise.init(config=tortoise_config(config, enduring), _enable_global_fallback=True)
    try:
        await rows("select 1 as alive")
    except Exception as problem:
        await close_database()
        raise cannot_be_opened(problem, config) from None


async def open_existing(config: Config) -> None:
    """Connect to a database that is there and up to date. Raises ConfigError, and creates
    nothing."""
    if not is_here(config):
        raise no_database(config)
    await open_database(config)
    try:
        await check_migrated()
    except BaseException:
        await close_database()
        raise


def is_here(config: Config) -> bool:
    """Whether the database exists; PostgreSQL's own answer is awaited for that."""
    return is_postgres(config) or Path(config.database_url.removeprefix("sqlite://")).exists()


async def close_database() -> None:
    """Close the database. An open SQLite connection would keep the process from ending."""
    await Tortoise.close_connections()
    # Cached by connection name, for whichever kind of database that was.
    EXECUTOR_CACHE.clear()


async def migrate_database() -> list[str]:
    """Apply pending migrations. Returns their names."""
    executor = _executor()
    plan = await executor.plan()
    await executor.migrate(direction="forward")
    return [step.migration.name for step in plan]


async def pending_migrations() -> list[str]:
    return [step.migration.name for step in await _executor().plan()]


async def check_migrated() -> None:
    """Raises ConfigError if the database does not match this version."""
    if await pending_migrations():
        raise ConfigError("The database is not up to date: run `inbox migrate` first.")


async def fingerprint() -> str:
    """The same for all processes on this database, and different for any other: derived from when
    it was created."""
    made = await rows("select min(applied_at) as at from tortoise_migrations")
    return sha256(str(made[0]["at"]).encode()).hexdigest()[:16]


def _executor() -> Executor:
    app = {"models": ["inbox.models"], "migrations": "inbox.migrations"}
    return Executor(get_connection("default"), {APP: app})


def is_postgres(config: Config) -> bool:
    return config.database_url.startswith("postgres")


def tortoise_config(config: Config, enduring: bool = False) -> dict[str, Any]:
    return {
        "connections": {"default": _connection(config, enduring)},
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


def _connection(config: Config, enduring: bool) -> Any:
    if is_postgres(config):
        credentials = _postgres_credentials(config)
        if enduring:
            credentials |= {"command_timeout": ANSWER_SECONDS, "connect": _patient_connect()}
        return {"engine": "tortoise.backends.asyncpg", "credentials": credentials}
    return {
        "engine": "inbox.sqlite",
        "credentials": {
            "file_path": config.database_url.removeprefix("sqlite://"),
            "journal_mode": "WAL",
            "synchronous": SYNCHRONOUS,
            "journal_size_limit": LOG_BYTES,
            "busy_timeout": 10_000,
        },
    }


def _postgres_credentials(config: Config) -> dict[str, Any]:
    url = re.sub(r"^postgres(ql)?://", "asyncpg://", config.database_url)
    credentials: dict[str, Any] = {"timeout": CONNECT_SECONDS, "reset": _as_it_was}
    credentials |= expand_db_url(url)["credentials"]
    # Hosted databases give URLs for libpq; asyncpg has another name for one option, and handles the
    # other itself.
    if mode := credentials.pop("sslmode", None):
        credentials["ssl"] = mode
    credentials.pop("channel_binding", None)
    return credentials


async def _as_it_was(connection: Any) -> None:
    """Return a connection to the pool without a reset: we never set anything on it, and asyncpg
    rolls back an open transaction before this. The default asks PostgreSQL for four more things
    after every statement."""


def _patient_connect() -> Callable[..., Awaitable[Any]]:
    """A connect function that waits for a PostgreSQL that is restarting.

    Once it has been away for longer, everyone fails at once instead of queueing.
    """
    away_since: float | None = None

    async def connect(*arguments: Any, **named: Any) -> Any:
        nonlocal away_since
        while True:
            try:
                connection = await asyncpg.connect(*arguments, **named)
            except (OSError, asyncpg.CannotConnectNowError):
                away_since = away_since or time.monotonic()
                if time.monotonic() - away_since > RESTART_SECONDS:
                    raise
                await asyncio.sleep(0.1)
            else:
                away_since = None
                return connection

    return connect


async def connect_apart(config: Config) -> Any:
    """A PostgreSQL connection outside the pool, which no one takes back or resets."""
    wanted = _postgres_credentials(config)
    names = ("host", "port", "user", "password", "database", "ssl", "timeout")
    return await asyncpg.connect(**{name: wanted[name] for name in names if name in wanted})


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """A transaction. Await nothing slow inside: on SQLite, all other writers wait."""
    outside = get_connection("default")
    try:
        async with _transaction():
            yield
    finally:
        # A connection that dies while it is returned would stay with this task forever.
        if get_connection("default") is not outside:
            get_connections().set("default", outside)


@asynccontextmanager
async def _transaction() -> AsyncIterator[None]:
    context = in_transaction()
    try:
        await context.__aenter__()
    except BaseException as fault:
        # Canceled while it began. Tortoise would keep the connection forever, and SQLite has only
        # one.
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
    """Run SQL with `?` placeholders. Returns its rows as dictionaries, including those of
    RETURNING."""
    connection = get_connection("default")
    if speaks_postgres():
        numbers = iter(range(1, len(values) + 1))
        sql = re.sub(r"\?", lambda _: f"${next(numbers)}", sql)
    return await connection.execute_query_dict(sql, list(values))


async def ids(sql: str, *values: Any) -> list[int]:
    """The ids that this SQL selects, with `?` placeholders.

    For what is asked every second and mostly finds nothing: the ORM takes ten times as long to
    prepare a query.
    """
    return [row["id"] for row in await rows(sql, *values)]


def padded(values: Sequence[Value]) -> list[Value]:
    """The values for `in (…)`, with the last one repeated up to a power of two, so that batches of
    all sizes are a few statements, which the database caches."""
    spare = (1 << (len(values) - 1).bit_length()) - len(values)
    return [*values, *[values[-1]] * spare]


def marks(values: Sequence[object]) -> str:
    """A placeholder for each of the values."""
    return ", ".join("?" * len(values))


async def refresh_statistics() -> None:
    """Let SQLite update its statistics for what has grown, so that it picks the right indexes.

    PostgreSQL does this itself. It reads a few hundred rows of each index in SQLite's own thread,
    never in one of our transactions.
    """
    if not speaks_postgres():
        await rows(f"pragma analysis_limit = {ANALYZED_ROWS}")
        await rows("analyze")


def records(name: str, columns: dict[str, str]) -> tuple[str, str]:
    """The columns and the table, in SQL, of a `?` that is a JSON list of objects: many rows in one
    value. `columns` maps their keys to PostgreSQL's types."""
    if speaks_postgres():
        typed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        table = f"jsonb_to_recordset(cast(cast(? as text) as jsonb)) as {name} ({typed})"
        return ", ".join(f"{name}.{column}" for column in columns), table
    read = ", ".join(f"json_extract({name}.value, '$.{column}')" for column in columns)
    return read, f"json_each(?) as {name}"


def moment_mark() -> str:
    """A placeholder for a time where the database cannot tell that it is one."""
    return f"cast(? as {'timestamptz' if speaks_postgres() else 'text'})"


def moment(value: Any) -> datetime | None:
    """A time read with `rows`. SQLite stores times as text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def speaks_postgres() -> bool:
    """For the few statements that only one of the two databases understands."""
    return bool(get_connection("default").capabilities.dialect == "postgres")


def __getattr__(name: str) -> Any:
    # Only for the `tortoise` command, which needs a module attribute to make migrations from.
    if name == "TORTOISE_ORM":
        return tortoise_config(Config.from_environ(os.environ))
    raise AttributeError(name)
