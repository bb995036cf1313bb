"""A migrated database for each test, with the cast in it if the test asks for them.

Copying a SQLite file is cheap. Copying a PostgreSQL database takes longer than most tests, so one
is emptied after its test and serves the next.
"""

import asyncio
import copy
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
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
    # By kind of database.
    _casts: dict[str, Cast] = field(default_factory=dict)

    def cast(self, kind: str) -> Cast:
        """The cast that a database of this kind starts with."""
        return copy.deepcopy(self._casts[kind])

    @contextmanager
    def sqlite(self, folder: Path, with_cast: bool) -> Iterator[str]:
        template = self._sqlite_with_cast if with_cast else self._sqlite
        yield f"sqlite://{shutil.copy(template, folder / 'inbox.sqlite3')}"

    @cached_property
    def _sqlite(self) -> Path:
        template = self.folder / "empty.sqlite3"
        asyncio.run(self._change(f"sqlite://{template}", db.migrate_database))
        return template

    @cached_property
    def _sqlite_with_cast(self) -> Path:
        template = self.folder / "with_cast.sqlite3"
        shutil.copy(self._sqlite, template)
        asyncio.run(self._change(f"sqlite://{template}", partial(self._add_cast, "sqlite")))
        return template

    @contextmanager
    def postgres(self, with_cast: bool) -> Iterator[str]:
        template = self._postgres_with_cast if with_cast else self._postgres
        url, uses = template.spare.pop() if template.spare else (template.copied(), 1)
        yield url
        if uses < MAX_REUSED and run_apart(template.restore(url)):
            template.spare.append((url, uses + 1))
        else:
            drop_postgres_database(url)

    @cached_property
    def _postgres(self) -> "Template":
        url = new_postgres_database(self.server())
        asyncio.run(self._change(url, db.migrate_database))
        return run_apart(Template.of(url))

    @cached_property
    def _postgres_with_cast(self) -> "Template":
        url = self._postgres.copied()
        asyncio.run(self._change(url, partial(self._add_cast, "postgres")))
        return run_apart(Template.of(url))

    async def _change(self, url: str, change: Callable[[], Awaitable[object]]) -> None:
        config = {"DATABASE_URL": url, "DATA_DIR": str(self.folder)}
        await db.open_database(Config.from_environ(config))
        await change()
        await db.close_database()

    async def _add_cast(self, kind: str) -> None:
        self._casts[kind] = await the_cast.assemble(Seal((self.key.decode(),)))


@dataclass
class Template:
    """A PostgreSQL database that is copied for tests, and what it contains."""

    url: str
    _shape: object
    _rows: Rows
    # The last number of each sequence that has been used.
    _sequences: dict[str, int]
    # Copies that no test uses now, and how often they have been used.
    spare: list[tuple[str, int]] = field(default_factory=list)

    @classmethod
    async def of(cls, url: str) -> "Template":
        connection = await asyncpg.connect(url)
        try:
            return cls(
                url,
                await _shape(connection),
                await _rows(connection),
                await _used_sequences(connection),
            )
        finally:
            await connection.close()

    def copied(self) -> str:
        return new_postgres_database(self.url, self.url)

    async def restore(self, url: str) -> bool:
        """Reset a copy's rows to the template's. False if the test changed more than rows."""
        connection = await asyncpg.connect(url)
        try:
            # Nothing left over from the test may write any more.
            await connection.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
            if await _shape(connection) != self._shape:
                return False
            await _replace_rows(connection, self._rows, self._sequences)
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


async def _used_sequences(connection: Connection) -> dict[str, int]:
    found = await connection.fetch(
        "select sequencename, last_value from pg_sequences where schemaname = 'public' "
        "and sequencename <> 'tortoise_migrations_id_seq' and last_value is not null"
    )
    return {name: int(last) for name, last in found}


async def _replace_rows(connection: Connection, rows: Rows, sequences: dict[str, int]) -> None:
    """By deletion: truncating takes ten times as long for a few rows."""
    statements = [f'delete from "{table}"' for table in await _tables(connection)]
    for sequence in await _used_sequences(connection):
        next_number = sequences.get(sequence, 0) + 1
        statements.append(f'alter sequence "{sequence}" restart with {next_number}')
    # Without foreign keys and triggers, so that the order does not matter.
    await connection.execute(f"set session_replication_role = replica; {'; '.join(statements)}")
    for table, given in rows.items():
        await connection.execute(
            f'insert into "{table}" select * from json_populate_recordset(null::"{table}", $1)',
            given,
        )
