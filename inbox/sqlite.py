"""The ORM's SQLite client, whose transactions take the write lock first.

A plain BEGIN takes it only at the first write. After an earlier read, SQLite does not wait for
another writer but fails at once with "database is locked". Such reads are easy to overlook: the
first statement on a search table reads that table's settings.
"""

import sqlite3
from typing import Any

from tortoise.backends.base.client import TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)


class Client(SqliteClient):
    async def create_connection(self, with_db: bool) -> None:
        # Fails here if it must: aiosqlite would leave a thread behind, which may outlive the loop.
        sqlite3.connect(self.filename).close()
        await super().create_connection(with_db)

    def _in_transaction(self) -> TransactionContext:
        return SqliteTransactionContext(_Transaction(self), self._lock)

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        async with self._in_transaction() as connection:
            await connection.execute_many(query, values)


class _Transaction(SqliteTransactionWrapper):
    async def begin(self) -> None:
        await self._connection.execute("BEGIN IMMEDIATE")


# The ORM looks for this name.
client_class = Client
