"""The database: opened once, closed once, and a few words of SQL that the ORM does not speak."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from typing import Any, TypeVar

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.connection import get_connection, get_connections
from tortoise.transactions import in_transaction

from inbox.config import Config, ConfigError
from inbox.migrating import Executor

Value = TypeVar("Value")

APP = "inbox"
# Whoever needs PostgreSQL while it is restarted waits so many seconds for it before failing.
RESTART_SECONDS = 8.0
# A server that has vanished without a word is given up after so long; no statement of a running
# inbox takes nearly that.
ANSWER_SECONDS = 30.0
CONNECT_SECONDS = 10.0
# A text that SQLite has acknowledged survives a power cut.
SYNCHRONOUS = "FULL"
# Bytes of SQLite's log of writes that stay its own between checkpoints. A file that shrinks and
# grows again and again makes every commit wait for the file system's books, too.
LOG_BYTES = 64 * 1024 * 1024
# So many rows of each index are looked at for SQLite's statistics.
ANALYZED_ROWS = 400


async def open_database(config: Config, *, enduring: bool = False) -> None:
    """Connect. Raises ConfigError when the database does not answer.

    `enduring` is for processes that outlive it: they wait for a PostgreSQL that is being
    restarted, and for no other for ever. Migrations may take as long as they like.
    """
    if not is_postgres(config):
        config.make_data_dir()
    # The global fallback is needed: Hypercorn serves requests in tasks of their own.
    await Tortoise.init(config=tortoise_config(config, enduring), _enable_global_fallback=True)
    try:
        await rows("select 1 as alive")
    except Exception as problem:
        await close_database()
        raise cannot_be_opened(problem) from None


def cannot_be_opened(problem: Exception) -> ConfigError:
    # Its own words may repeat the password.
    return ConfigError(f"The database cannot be opened: {type(problem).__name__}.")


async def close_database() -> None:
    """An SQLite connection left open would keep the process from ending."""
    await Tortoise.close_connections()
    # Kept by the connection's name, for whichever kind of database that was.
    EXECUTOR_CACHE.clear()


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


async def fingerprint() -> str:
    """The same for all processes on this database, and for no other: of the time it was made."""
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
    # Hosted databases come with addresses for libpq; asyncpg has another name for this one, and
    # decides about that one by itself.
    if mode := credentials.pop("sslmode", None):
        credentials["ssl"] = mode
    credentials.pop("channel_binding", None)
    return credentials


async def _as_it_was(connection: Any) -> None:
    """A connection of the pool is handed on as it is: none of ours is ever set to anything, and
    what is left of a transaction asyncpg rolls back before that. Its own way asks PostgreSQL
    for four things more after every statement.
    """


def _patient_connect() -> Callable[..., Awaitable[Any]]:
    """Connects, and waits for a PostgreSQL that is being restarted.

    Once it has been away for longer, everybody fails at once instead of waiting in a queue.
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
    """A connection to PostgreSQL outside of the pool, which nobody takes back or resets."""
    wanted = _postgres_credentials(config)
    names = ("host", "port", "user", "password", "database", "ssl", "timeout")
    return await asyncpg.connect(**{name: wanted[name] for name in names if name in wanted})


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Nothing slow may be awaited inside: on SQLite everybody else waits."""
    outside = get_connection("default")
    try:
        async with _transaction():
            yield
    finally:
        # A connection that dies while it is given back would remain this task's for ever.
        if get_connection("default") is not outside:
            get_connections().set("default", outside)


@asynccontextmanager
async def _transaction() -> AsyncIterator[None]:
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
    if speaks_postgres():
        numbers = iter(range(1, len(values) + 1))
        sql = re.sub(r"\?", lambda _: f"${next(numbers)}", sql)
    return await connection.execute_query_dict(sql, list(values))


def padded(values: Sequence[Value]) -> list[Value]:
    """The same for `in (…)`, with the last one repeated until they are a power of two: batches of
    all sizes are then a few statements, which the database remembers.
    """
    spare = (1 << (len(values) - 1).bit_length()) - len(values)
    return [*values, *[values[-1]] * spare]


def marks(values: Sequence[object]) -> str:
    """A place for each of the values."""
    return ", ".join("?" * len(values))


async def refresh_statistics() -> None:
    """Let SQLite look what has grown, so that it finds its way by the right indexes.

    PostgreSQL does so by itself. It reads some hundred rows of each index, in SQLite's own thread,
    and never in a transaction of ours.
    """
    if not speaks_postgres():
        await rows(f"pragma analysis_limit = {ANALYZED_ROWS}")
        await rows("analyze")


def records(name: str, columns: dict[str, str]) -> tuple[str, str]:
    """The columns and the table, in SQL, of a `?` that is a JSON list of objects: many rows in one
    value. `columns` are their keys with PostgreSQL's types.
    """
    if speaks_postgres():
        typed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        table = f"jsonb_to_recordset(cast(cast(? as text) as jsonb)) as {name} ({typed})"
        return ", ".join(f"{name}.{column}" for column in columns), table
    read = ", ".join(f"json_extract({name}.value, '$.{column}')" for column in columns)
    return read, f"json_each(?) as {name}"


def moment_mark() -> str:
    """A place for a moment where the database cannot tell that it is one."""
    return f"cast(? as {'timestamptz' if speaks_postgres() else 'text'})"


def speaks_postgres() -> bool:
    """For the few words of SQL that only one of the two understands."""
    return bool(get_connection("default").capabilities.dialect == "postgres")


def __getattr__(name: str) -> Any:
    # For the `tortoise` command alone, which wants a module attribute to make migrations from.
    if name == "TORTOISE_ORM":
        return tortoise_config(Config.from_environ(os.environ))
    raise AttributeError(name)
