"""Whether pages stay quick as a church grows: a small inbox beside a large one, page by page."""

import asyncio
import logging
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta

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
from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Conversation, Member, Message
from inbox.models.conversations.search_index import SearchIndex
from tests.cast import token_of

# Conversations, each with so many texts: 2,000 and 200,000 texts.
SIZES = {"small": 50, "large": 5_000}
TEXTS = 40
ROUNDS = 6
SECONDS = 0.5
MOST = 300


@dataclass
class Filled:
    """A church of some size: how its pages are asked for, and how many queries each makes."""

    cookie: str
    pages: dict[str, str]
    queries: dict[str, int]


def main() -> None:
    rows = [row for kind in kinds() for row in asyncio.run(_kind(kind))]
    table("Pages: 200,000 texts beside 2,000 (ms in one browser's turn, HTTP included)", rows)
    keep("pages", rows)


async def _kind(kind: str) -> list[Row]:
    async with AsyncExitStack() as stack:
        there = {}
        for size, conversations in SIZES.items():
            url = stack.enter_context(database(kind))
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="inbox-bench-"))
            filled = await asyncio.to_thread(apart, _fill, url, folder, conversations)
            there[size] = await stack.enter_async_context(inbox_on(url, folder)), filled
        return [await _beside(kind, page, there) for page in there["small"][1].pages]


async def _beside(kind, page, there):  # type: ignore[no-untyped-def]
    times = {size: [] for size in SIZES}
    cpu = {size: [] for size in SIZES}
    for _ in range(ROUNDS):
        for size, (server, filled) in there.items():
            request = page_request(server.url + filled.pages[page], filled.cookie)
            used = server.cpu
            measured = await closed_loop(server.url, [request] * MOST, 1, SECONDS)
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


async def _fill(url: str, folder: str, conversations: int) -> Filled:
    async with home(url, folder) as there:
        first = await _texts(there, conversations)
        pages = {
            "inbox": paths.inbox(),
            "needs reply": paths.inbox("needs-reply"),
            "conversation": paths.conversation(first.id),
        }
        cookie = f"inbox={await token_of(there.cast.ruth)}"
        queries = await _queries(there, pages, cookie)
        return Filled(cookie, pages, queries)


async def _texts(there: Home, conversations: int) -> Conversation:
    church, number, at = there.cast.grace, there.cast.grace_number, now()
    await Member.bulk_create(
        [
            Member(church=church, phone=f"+1303{n:07d}", name=f"Member {n}")
            for n in range(conversations)
        ],
        batch_size=1_000,
    )
    members = await Member.filter(church=church, phone__startswith="+1303").order_by("id")
    await Conversation.bulk_create(
        [
            Conversation(
                church=church,
                member=member,
                phone_number=number,
                last_at=at - timedelta(minutes=n),
                last_body="See you on Sunday",
                last_kind="in",
                last_status="received",
                inbound_count=TEXTS // 2,
                needs_reply_since=at - timedelta(minutes=n) if n % 3 == 0 else None,
            )
            for n, member in enumerate(members)
        ],
        batch_size=1_000,
    )
    first = await Conversation.filter(phone_number=number).order_by("-last_at").first()
    assert first
    await Message.bulk_create(
        [
            Message(
                church=church,
                conversation=first,
                phone_number=number,
                author=there.cast.ruth if n % 2 else None,
                kind="out" if n % 2 else "in",
                body=f"Text {n} about Sunday, and who will be there",
                status="delivered" if n % 2 else "received",
                key=new_key(),
                revision=1,
            )
            for n in range(TEXTS)
        ]
    )
    await _the_same_for_all(first)
    return first


async def _the_same_for_all(first: Conversation) -> None:
    """Every other conversation gets the texts of the first one, in a statement or two."""
    own = {"conversation_id": "c.id", "key": "c.id || '-' || m.id"}
    columns = [one for one in Message._meta.fields_db_projection.values() if one != "id"]
    values = ", ".join(own.get(one, f"m.{one}") for one in columns)
    await db.rows(
        f"insert into message ({', '.join(columns)}) "
        f"select {values} from conversation c, message m "
        "where m.conversation_id = ? and c.id <> ? and c.phone_number_id = m.phone_number_id",
        first.id,
        first.id,
    )
    await db.rows(
        "update conversation set last_message_id = "
        "(select max(id) from message where conversation_id = conversation.id)"
    )
    # The words of all these texts are not gathered while the pages are measured.
    index = SearchIndex()
    while await index.catch_up():
        pass
    await db.rows("analyze")


async def _queries(there: Home, pages: dict[str, str], cookie: str) -> dict[str, int]:
    """How many statements each page runs, as the ORM's own log tells."""
    log, seen = logging.getLogger("tortoise.db_client"), []

    class Count(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record)

    client = App(there.config).quart.test_client()
    log.setLevel(logging.DEBUG)
    log.addHandler(Count())
    found = {}
    for name, page in pages.items():
        for _ in range(2):  # the first may look up more, for the first time
            seen.clear()
            answer = await client.get(page, headers={"Cookie": cookie})
            assert answer.status_code == 200, answer.status_code
        found[name] = len(seen)
    log.setLevel(logging.INFO)
    return found
