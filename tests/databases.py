"""A migrated database for each test, with the cast in it if the test asks for them.

Copying a SQLite file is cheap. Copying a PostgreSQL database takes longer than most tests, so one
is emptied after its test and serves the next.
"""

import asyncio
import copy
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import asyncpg
from cryptography.fernet import Fernet
from tortoise.apps import Apps

from inbox import db
from inbox.config import Config
from inbox.seal import Seal
from tests import cast as the_cast
from tests.cast import Cast
from tests.services import drop_postgres_database, new_postgres_database, run_apart

# Whenever a database is opened, the ORM relates all models and prepares their filters, which takes
# longer than opening it. The result depends only on the kind of database.
_init_relations = Apps._init_relations
_build_initial_querysets = Apps._build_initial_querysets
_prepared_for: type | None = None


def _init_relations_once(apps: Apps) -> None:
    # Migrations have apps of their own, for the models of their time.
    if _prepared_for is None or type(apps) is not Apps:
        _init_relations(apps)


def _build_initial_querysets_once(apps: Apps) -> None:
    global _prepared_for
    connections = apps._connections
    assert connections
    kind = type(connections.get("default"))
    if kind is not _prepared_for:
        _build_initial_querysets(apps)
        _prepared_for = kind


Apps._init_relations = _init_relations_once  # type: ignore[assignment, method-assign]
Apps._build_initial_querysets = _build_initial_querysets_once  # type: ignore[assignment, method-assign]

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
# By table, as JSON.
Rows = dict[str, str]

# Dead rows stay in an emptied database and slow it down.
MAX_REUSED = 30


@dataclass
class Databases:
    """The databases of one worker. `server` starts PostgreSQL and returns its URL."""

    folder: Path
    server: Callable[[], str]
    # It seals the cast's credentials.
    key: bytes = field(default_factory=Fernet.generate_key)
    _cast: Cast | None = None
    _spare: list[tuple[str, int]] = field(default_factory=list)

    @contextmanager
    def sqlite(self, folder: Path, with_cast: bool) -> Iterator[str]:
        template = self.folder / ("with_cast.sqlite3" if with_cast else "empty.sqlite3")
        if not template.exists():
            asyncio.run(self._prepare(f"sqlite://{template}", with_cast))
        yield f"sqlite://{shutil.copy(template, folder / 'inbox.sqlite3')}"

    @property
    def cast(self) -> Cast:
        """The cast that a SQLite database starts with."""
        assert self._cast
        return copy.deepcopy(self._cast)

    @contextmanager
    def postgres(self) -> Iterator[str]:
        url, uses = self._spare.pop() if self._spare else (self._new_postgres(), 1)
        yield url
        if uses < MAX_REUSED and run_apart(self._emptied(url)):
            self._spare.append((url, uses + 1))
        else:
            drop_postgres_database(url)

    def _new_postgres(self) -> str:
        return new_postgres_database(self._postgres_template, self._postgres_template)

    @cached_property
    def _postgres_template(self) -> str:
        url = new_postgres_database(self.server())
        asyncio.run(self._prepare(url, with_cast=False))
        return url

    @cached_property
    def _postgres_template_is(self) -> "tuple[object, Rows]":
        """The schema and the initial rows."""

        async def look() -> tuple[object, Rows]:
            connection = await asyncpg.connect(self._postgres_template)
            try:
                return await _shape(connection), await _rows(connection)
            finally:
                await connection.close()

        return run_apart(look())

    async def _prepare(self, url: str, with_cast: bool) -> None:
        config = {"DATABASE_URL": url, "DATA_DIR": str(self.folder)}
        await db.open_database(Config.from_environ(config))
        await db.migrate_database()
        if with_cast:
            self._cast = await the_cast.assemble(Seal((self.key.decode(),)))
        await db.close_database()

    async def _emptied(self, url: str) -> bool:
        """Reset its rows to the template's. False if the test changed more than rows."""
        shape, rows = self._postgres_template_is
        connection = await asyncpg.connect(url)
        try:
            # Nothing left over from the test may write any more.
            await connection.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
            if await _shape(connection) != shape:
                return False
            await _replace_rows(connection, rows)
            return True
        finally:
            await connection.close()


async def _shape(connection: Connection) -> object:
    """The tables, indexes, and sequences, and PostgreSQL's statistics, which decide its plans."""
    return await connection.fetch(
        "select relname, relkind, exists (select from pg_statistic where starelid = pg_class.oid) "
        "from pg_class where relnamespace = 'public'::regnamespace order by relname"
    )


async def _tables(connection: Connection) -> list[str]:
    found = await connection.fetch(
        "select tablename from pg_tables where schemaname = 'public' "
        "and tablename <> 'tortoise_migrations'"
    )
    return [table for (table,) in found]


async def _rows(connection: Connection) -> Rows:
    rows = {}
    for table in await _tables(connection):
        rows[table] = await connection.fetchval(f'select json_agg(t) from "{table}" t')
    return {table: given for table, given in rows.items() if given}


async def _replace_rows(connection: Connection, rows: Rows) -> None:
    """By deletion: truncating takes ten times as long for a few rows."""
    sequences = await connection.fetch(
        "select sequencename from pg_sequences where schemaname = 'public' "
        "and sequencename <> 'tortoise_migrations_id_seq' and last_value is not null"
    )
    statements = [f'delete from "{table}"' for table in await _tables(connection)]
    statements += [f'alter sequence "{sequence}" restart' for (sequence,) in sequences]
    # Without foreign keys and triggers, so that the order does not matter.
    await connection.execute(f"set session_replication_role = replica; {'; '.join(statements)}")
    for table, given in rows.items():
        await connection.execute(
            f'insert into "{table}" select * from json_populate_recordset(null::"{table}", $1)',
            given,
        )
