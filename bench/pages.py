"""Whether pages stay fast as a church grows: a small inbox compared with a large one, page
by page.
"""

import asyncio
import logging
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bench.http import closed_loop, page_request
from bench.stand import (
    Home,
    Row,
    apart,
    database,
    home,
    inbox_on,
    keep,
    kinds,
    middle,
    percentile,
    table,
)
from inbox import db, paths
from inbox.app import App
from tests.cast import token_of
from tests.large import fill

# Members, each with this many texts: 200,000 texts and a million, or two on PostgreSQL.
SIZES = {
    "sqlite": {"small": (5_000, 40), "large": (50_000, 20)},
    "postgres": {"small": (5_000, 40), "large": (50_000, 40)},
}
ROUNDS = 6
SECONDS = 0.5
MAX_PAGES = 300


@dataclass
class Filled:
    """A church of some size: how its pages are requested, and how many queries each runs."""

    cookie: str
    pages: dict[str, str]
    queries: dict[str, int]


def main() -> None:
    rows = [row for kind in kinds() for row in asyncio.run(_kind(kind))]
    table("Pages: 5,000 members beside 50,000 (ms in one browser's turn, HTTP included)", rows)
    keep("pages", rows)


async def _kind(kind: str) -> list[Row]:
    async with AsyncExitStack() as stack:
        there = {}
        for size, (members, texts) in SIZES[kind].items():
            url = stack.enter_context(database(kind))
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="inbox-bench-"))
            filled = await asyncio.to_thread(apart, _fill, url, folder, members, texts)
            there[size] = await stack.enter_async_context(inbox_on(url, folder)), filled
        return [await _beside(kind, page, there) for page in there["small"][1].pages]


async def _beside(kind, page, there):  # type: ignore[no-untyped-def]
    times = {size: [] for size in there}
    cpu = {size: [] for size in there}
    for _ in range(ROUNDS):
        for size, (server, filled) in there.items():
            request = page_request(server.url + filled.pages[page], filled.cookie)
            used = server.cpu
            measured = await closed_loop(server.url, [request] * MAX_PAGES, 1, SECONDS)
            assert not measured.refused
            latencies = [1000 * one for one in measured.latencies.values()]
            times[size].append(latencies)
            cpu[size].append(1000 * (server.cpu - used) / len(latencies))
    medians = {size: [middle(one) for one in slices] for size, slices in times.items()}
    return {
        "database": kind,
        "page": page,
        "large/small": middle(
            [a / b for a, b in zip(medians["large"], medians["small"], strict=True)]
        ),
        "large p50": middle(medians["large"]),
        "large p99": percentile([one for part in times["large"] for one in part], 99),
        "small p50": middle(medians["small"]),
        "large cpu": middle(cpu["large"]),
        "small cpu": middle(cpu["small"]),
        "queries large": there["large"][1].queries[page],
        "queries small": there["small"][1].queries[page],
    }


async def _fill(url: str, folder: str, members: int, texts: int) -> Filled:
    async with home(url, folder) as there:
        first = await fill(there.cast, members, texts)
        if db.speaks_postgres():
            # As it does on its own within a minute. SQLite is left as the inbox finds it.
            await db.rows("analyze")
        pages = {
            "inbox": paths.inbox(),
            "needs reply": paths.inbox("needs-reply"),
            "failed": paths.inbox(filter="failed"),
            "by name": paths.inbox(sort="name"),
            "conversation": paths.conversation(first.id),
        }
        cookie = f"inbox={await token_of(there.cast.ruth)}"
        queries = await _queries(there, pages, cookie)
        return Filled(cookie, pages, queries)


async def _queries(there: Home, pages: dict[str, str], cookie: str) -> dict[str, int]:
    """How many statements each page runs, counted in the ORM's log."""
    log, seen = logging.getLogger("tortoise.db_client"), []

    class Count(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record)

    client = App(there.config).quart.test_client()
    log.setLevel(logging.DEBUG)
    log.addHandler(Count())
    found = {}
    for name, page in pages.items():
        for _ in range(2):  # the first request may look up more
            seen.clear()
            answer = await client.get(page, headers={"Cookie": cookie})
            assert answer.status_code == 200, answer.status_code
        found[name] = len(seen)
    log.setLevel(logging.INFO)
    return found
