"""What an action costs a database: rows read by PostgreSQL, or steps taken by SQLite."""

import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tortoise.connection import get_connection

from inbox import db

Statement = tuple[str, list[object]]
# SQLite counts its steps in units of this many.
STRIDE = 20


@contextmanager
def asked() -> Iterator[list[Statement]]:
    """The statements that run inside the block, with their values."""
    found: list[Statement] = []

    class Note(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if isinstance(record.args, tuple) and len(record.args) == 2:
                found.append(record.args)  # type: ignore[arg-type]

    log, note = logging.getLogger("tortoise.db_client"), Note()
    level = log.level
    log.setLevel(logging.DEBUG)
    log.addHandler(note)
    try:
        yield found
    finally:
        log.removeHandler(note)
        log.setLevel(level)


async def cost_of(action: Callable[[], Awaitable[object]]) -> int:
    return await (_rows_read(action) if db.speaks_postgres() else _steps_taken(action))


async def _steps_taken(action: Callable[[], Awaitable[object]]) -> int:
    connection = get_connection("default")._connection  # type: ignore[attr-defined]
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += STRIDE

    await connection.set_progress_handler(count, STRIDE)
    try:
        await action()
    finally:
        await connection.set_progress_handler(None, 0)
    return steps


async def _rows_read(action: Callable[[], Awaitable[object]]) -> int:
    with asked() as statements:
        await action()
    rows = 0
    for sql, values in statements:
        if sql.lstrip().lower().startswith(("select", "with", "update")):
            rows += _read_in(await _explained(sql, values))
    return rows


async def _explained(sql: str, values: list[object]) -> dict[str, Any]:
    connection = get_connection("default")
    try:
        async with db.transaction():
            connection = get_connection("default")
            # It rightly scans small tables, but not tables of real size.
            await connection.execute_query("set local enable_seqscan = off")
            explain = f"explain (analyze, format json) {sql}"
            [found] = await connection.execute_query_dict(explain, list(values))
            raise _Undone
    except _Undone:
        plan = found["QUERY PLAN"]
        [whole] = json.loads(plan) if isinstance(plan, str) else plan
        explained: dict[str, Any] = whole["Plan"]
        return explained


class _Undone(Exception):
    """The statement is explained, not run."""


def _read_in(plan: dict[str, Any]) -> int:
    removed = sum(plan.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
    here = plan["Actual Rows"] + removed if "Scan" in plan["Node Type"] else 0
    below = sum(_read_in(one) for one in plan.get("Plans", []))
    return round(float(here * plan["Actual Loops"])) + below
