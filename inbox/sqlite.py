"""The SQLite client of the ORM, whose transactions take their turn to write before anything else.

A plain BEGIN takes it only with the first write. When a read came before that, SQLite does not wait
for another process that is writing, it fails at once: "database is locked". Such a read is easily
overlooked: the first statement that names a search table reads that table's settings.
"""

from typing import Any

from tortoise.backends.base.client import TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)


class Client(SqliteClient):
    def _in_transaction(self) -> TransactionContext:
        return SqliteTransactionContext(_Transaction(self), self._lock)

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        async with self._in_transaction() as connection:
            await connection.execute_many(query, values)


class _Transaction(SqliteTransactionWrapper):
    async def begin(self) -> None:
        await self._connection.execute("BEGIN IMMEDIATE")


# Under this name the ORM looks for it.
client_class = Client
