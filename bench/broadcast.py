"""How fast 5,000 people are enlisted, and how near sending comes to what could be sent."""

import asyncio
import time

from bench.stand import Home, Row, home, inbox_on, keep, on_each_database, serving, table
from bench.standins import TWILIO_LATENCY
from inbox.models import Broadcast, Member, Message
from inbox.models.message import new_key
from inbox.work.outbox import MOST_IN_FLIGHT

PEOPLE = 5_000
# What is not sent by then is not waited for; the rate is known.
SECONDS = 15.0


def main() -> None:
    rows = on_each_database(_database)
    table(f"Broadcast: {PEOPLE} people, a provider that answers in 50 ms", rows)
    keep("broadcast", rows)


async def _database(kind: str, url: str) -> list[Row]:
    async with home(url) as there, serving("bench.standins", "twilio") as twilio:
        enlisted = await _enlist(there)
        async with inbox_on(url, str(there.config.data_dir), twilio=twilio.url) as inbox:
            first = await _sent()
            began, used = time.perf_counter(), inbox.cpu
            while (sent := await _sent()) < PEOPLE and time.perf_counter() - began < SECONDS:
                await asyncio.sleep(0.5)
            rate = (sent - first) / (time.perf_counter() - began)
            cpu = 1000 * (inbox.cpu - used) / (sent - first)
        possible = MOST_IN_FLIGHT / TWILIO_LATENCY
        return [
            {
                "database": kind,
                "enlisted in s": enlisted,
                "in flight": MOST_IN_FLIGHT,
                "possible/s": possible,
                "sent/s": rate,
                "share": rate / possible,
                "sent": sent,
                "cpu ms each": cpu,
            }
        ]


async def _enlist(there: Home) -> float:
    church = there.cast.grace
    await Member.bulk_create(
        [Member(church=church, phone=f"+1303{n:07d}", name=f"Member {n}") for n in range(PEOPLE)],
        batch_size=1_000,
    )
    body = "Dear {first_name}, the picnic is on Sunday at noon."
    broadcast = await Broadcast.compose(
        church, by=there.cast.ruth, body=body, target_type="all", key=new_key()
    )
    began = time.perf_counter()
    while await broadcast.enlist():
        pass
    return time.perf_counter() - began


async def _sent() -> int:
    return await Message.filter(direction="out").exclude(status__in=("queued", "sending")).count()
