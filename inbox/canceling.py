"""Ends tasks that run until they are canceled."""

import asyncio
from typing import Any

# Seconds until a task that goes on is canceled again. Its own cleanup takes less: canceling again
# would interrupt that.
AGAIN = 1.0


async def cancel(task: "asyncio.Task[Any]") -> None:
    """Cancel this task and wait for its end. Raises what it raised.

    Once is not enough: in Python 3.11, `asyncio.wait_for`, which redis-py uses, drops a
    cancellation that arrives when its own work is just done.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=AGAIN)
    if not task.cancelled():
        task.result()
