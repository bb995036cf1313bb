"""Checks whether the database responds, with one query for all concurrent callers."""

import asyncio
from typing import Any

from inbox import db


class DbHealth:
    def __init__(self) -> None:
        self._asked: asyncio.Task[Any] | None = None
        self._asked_at = 0.0

    async def ask(self, patience: float) -> str:
        """Says "ok", "no database", or "the database is busy" when nothing came for `patience`
        seconds. Whoever asks while an earlier question waits shares its answer, or its silence.
        """
        loop = asyncio.get_running_loop()
        if self._asked is None or self._asked.done():
            self._asked_at = loop.time()
            self._asked = asyncio.create_task(db.rows("select 1 as alive"))
        asked = self._asked
        await asyncio.wait({asked}, timeout=max(0.0, self._asked_at + patience - loop.time()))
        if not asked.done():
            return "the database is busy"
        return "no database" if asked.cancelled() or asked.exception() else "ok"

    async def close(self) -> None:
        if self._asked:
            self._asked.cancel()
