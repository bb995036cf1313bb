"""Search among 200,000 texts of one church, next to as many of another: queries only, no HTTP."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from itertools import accumulate

from bench.stand import Row, home, keep, middle, on_each_database, percentile, table
from inbox import db
from inbox.keys import new_key
from inbox.models import Conversation, Member, Message
from inbox.models.conversations import search_index
from inbox.models.conversations.search import find_texts
from inbox.models.members.name_index import index_names
from inbox.models.members.search import find_members

TEXTS = 200_000
MEMBERS = 5_000
ROUNDS = 100
# Most texts have few words, and few words are in most texts.
VOCABULARY = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "bdfgklmnprstvz"] + [
    f"{a}{b}{c}{d}"
    for a in "bdfgklmnprst"
    for b in ("ara", "eni", "olo", "utu", "isi")
    for c in "bdgklmnprst"
    for d in "aeiou"
]
WEIGHTS = list(accumulate(1 / (n + 2) for n in range(len(VOCABULARY))))
QUERIES = {
    "in every text": "sunday",
    "common word": VOCABULARY[3],
    "rare word": "needle",
    "two common words": f"{VOCABULARY[5]} {VOCABULARY[9]}",
    "common and rare": f"{VOCABULARY[3]} needle",
    "two letters": "su",
    "in none": "nowhere",
    "in none, with a common one": "sunday nowhere",
    "the other church's": "elsewhere",
}


def main() -> None:
    rows = on_each_database(_kind)
    table(f"Search: {TEXTS:,} texts, {MEMBERS:,} members, twice (ms)", rows)
    keep("search", rows)


async def _kind(kind: str, url: str) -> list[Row]:
    async with home(url) as there:
        grace = there.cast.grace
        naomi, lydia = [
            await there.cast.conversation(one) for one in (there.cast.naomi, there.cast.lydia)
        ]
        await _fill(naomi, lydia)
        print(f"{kind}: {await _index():,.0f} texts a second indexed", flush=True)
        asked: dict[str, Callable[[], Awaitable[object]]] = {
            name: lambda q=q: find_texts(there.cast.ruth, q)  # type: ignore[misc]
            for name, q in QUERIES.items()
        }
        asked["page 50 of a common word"] = lambda: find_texts(
            there.cast.sam, VOCABULARY[3], before=TEXTS * 2 - 10_000
        )
        asked["a person's name"] = lambda: find_members(grace, "member 49")
        asked["a person's number"] = lambda: find_members(grace, "555 4999")
        return [await _measure(kind, name, ask) for name, ask in asked.items()]


async def _fill(conversation: Conversation, other: Conversation) -> None:
    """A tenth is written, the rest copied from it, and all of it for the other church, too."""
    chance = random.Random(1)
    await Message.bulk_create(
        [
            Message(
                church_id=conversation.church_id,
                conversation=conversation,
                phone_number_id=conversation.phone_number_id,
                kind="in",
                body=_body(chance, "needle" if n % 5_000 == 0 else ""),
                status="received",
                key=new_key(),
                revision=1,
                position=1,
            )
            for n in range(TEXTS // 10)
        ],
        batch_size=2_000,
    )
    [row] = await db.rows("select min(id) - 1 as before from message")
    first = row["before"]
    for copy in range(1, 10):
        await _copied(conversation, conversation, f"id <= {first} + {TEXTS // 10}", f"{copy}-")
    await _copied(conversation, other, f"conversation_id = {conversation.id}", "o")
    await Member.bulk_create(
        [
            Member(church_id=conversation.church_id, phone=f"+1404555{n:04d}", name=f"Member {n}")
            for n in range(MEMBERS)
        ],
        batch_size=1_000,
    )


async def _copied(from_: Conversation, to: Conversation, which: str, key: str) -> None:
    own = {
        "conversation_id": str(to.id),
        "church_id": str(to.church_id),
        "phone_number_id": str(to.phone_number_id),
        "key": f"substr('{key}' || key, 1, 36)",
        "body": "body" if to is from_ else "replace(body, 'needle', 'elsewhere')",
    }
    columns = [one for one in Message._meta.fields_db_projection.values() if one != "id"]
    values = ", ".join(own.get(one, one) for one in columns)
    await db.rows(
        f"insert into message ({', '.join(columns)}) select {values} from message where {which}"
    )


def _body(chance: random.Random, word: str) -> str:
    words = chance.choices(VOCABULARY, cum_weights=WEIGHTS, k=chance.randint(4, 20))
    return " ".join([*words, "Sunday", word]).strip()


async def _index() -> float:
    """How many a second."""
    # In large batches, because waiting times are not measured here.
    search_index.BATCH = 20_000
    index, begun = search_index.SearchIndex(), time.perf_counter()
    while await index.catch_up():
        pass
    seconds = time.perf_counter() - begun
    while await index_names():
        pass
    await db.rows("analyze")
    return 2 * TEXTS / seconds


async def _measure(kind: str, name: str, ask: Callable[[], Awaitable[object]]) -> Row:
    found = await ask()
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        await ask()
        taken.append(1000 * (time.perf_counter() - begun))
        await asyncio.sleep(0)
    return {
        "database": kind,
        "search": name,
        "found": len(found),  # type: ignore[arg-type]
        "p50": middle(taken),
        "p99": percentile(taken, 99),
    }
