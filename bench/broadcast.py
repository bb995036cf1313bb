"""How fast 5,000 members are enlisted and texted compared with what could be sent, how long a reply
waits meanwhile, and how the callbacks that follow affect page loads.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from bench.http import closed_loop
from bench.inbound import Receipts
from bench.stand import (
    Home,
    Row,
    Server,
    home,
    inbox_on,
    keep,
    middle,
    on_each_database,
    percentile,
    serving,
    table,
)
from bench.standins import TWILIO_LATENCY
from inbox import paths
from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Broadcast, Conversation, Member, Message
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.broadcasts.enqueueing import enlist
from inbox.models.broadcasts.stopping import cancel_more, stop_broadcast, to_cancel
from inbox.models.outbox import dispatch
from tests.cast import token_of
from tests.large import fill, queue_broadcast

PEOPLE = 5_000
IN_FLIGHT = (50, 100)
# Texts not sent or processed by then are not awaited; the rate is known.
SECONDS = 12.0
ABSORBING = 40.0
# When the first copies are being sent, staff answer a member.
REPLY_AFTER = 2.0
WORDS = ("queued", "sent", "delivered")
CALLBACKS_AT_ONCE = 32
LOOK_EVERY = 0.25
# Members with a waiting copy, each with this many other texts, and how many claims are measured.
QUEUED = (5_000, 50_000)
TEXTS = 20
CLAIMS = 10


def main() -> None:
    sent = on_each_database(_sending)
    table(f"Broadcast: {PEOPLE} people, a provider that answers in 50 ms", sent)
    absorbed = on_each_database(_callbacks)
    table(f"Broadcast: its {PEOPLE * len(WORDS)} callbacks, {CALLBACKS_AT_ONCE} at once", absorbed)
    waiting = on_each_database(_waiting)
    table("Broadcast: claims and Stop while its copies wait (ms)", waiting)
    keep("broadcast", [*sent, *absorbed, *waiting])


async def _waiting(kind: str, url: str) -> list[Row]:
    """Claims and Stop, with as many copies queued as the church has members."""
    rows: list[Row] = []
    async with home(url) as there:
        for members in QUEUED:
            await fill(there.cast, members, TEXTS)
            broadcast = await queue_broadcast(there.cast)
            number = there.cast.grace_number
            claims = []
            for _ in range(CLAIMS):
                began = time.perf_counter()
                assert len(await dispatch.claim(number, now(), 50, 10**9)) == 50
                claims.append(1000 * (time.perf_counter() - began))
            began = time.perf_counter()
            await stop_broadcast(broadcast)
            stopped = time.perf_counter()
            while await to_cancel():
                await cancel_more(broadcast)
            rows.append(
                {
                    "database": kind,
                    "queued": members,
                    "claim p50": middle(claims),
                    "claim worst": max(claims),
                    "Stop answers": 1000 * (stopped - began),
                    "all canceled after": 1000 * (time.perf_counter() - began),
                }
            )
    return rows


async def _sending(kind: str, url: str) -> list[Row]:
    rows: list[Row] = []
    async with home(url) as there, serving("bench.standins", "twilio") as twilio:
        members = await _members(there)
        for in_flight in IN_FLIGHT:
            enlisted = await _enlist(there)
            row = {"database": kind, "enlisted in s": enlisted, "in flight": in_flight}
            serve = ("bench.in_flight", str(in_flight))
            folder = str(there.config.data_dir)
            async with inbox_on(url, folder, twilio=twilio.url, serve=serve) as inbox:
                rows.append(row | await _sent_by(there, inbox, members[-1], in_flight))
            await Broadcast.all().update(stopped_at=now())
            await Message.filter(status="queued").update(status="canceled")
    return rows


async def _members(there: Home) -> list[Member]:
    church = there.cast.grace
    await Member.bulk_create(
        [Member(church=church, phone=f"+1303{n:07d}", name=f"Member {n}") for n in range(PEOPLE)],
        batch_size=1_000,
    )
    return await Member.filter(church=church).order_by("id")


async def _enlist(there: Home) -> float:
    body = "Dear {first_name}, the picnic is on Sunday at noon."
    broadcast = await compose_broadcast(
        there.cast.grace, by=there.cast.ruth, body=body, target_type="all", key=new_key()
    )
    began = time.perf_counter()
    while await enlist(broadcast):
        pass
    return time.perf_counter() - began


async def _sent_by(there: Home, inbox: Server, member: Member, in_flight: int) -> Row:
    began, used, first = time.perf_counter(), inbox.cpu, await _sent()
    reply = asyncio.create_task(_reply(there, inbox, member))
    sent, waiting = first, PEOPLE
    while (waiting or not reply.done()) and time.perf_counter() - began < SECONDS:
        await asyncio.sleep(0.25)
        sent, waiting = await _sent(), await Message.filter(status="queued").count()
    rate = (sent - first) / (time.perf_counter() - began)
    possible = in_flight / TWILIO_LATENCY
    return {
        "possible/s": possible,
        "sent/s": rate,
        "share": rate / possible,
        "sent": sent - first,
        "cpu ms each": 1000 * (inbox.cpu - used) / (sent - first),
        "reply left in s": await reply,
    }


async def _sent() -> int:
    gone = ("queued", "sending", "canceled")
    return await Message.filter(kind="out").exclude(status__in=gone).count()


async def _reply(there: Home, inbox: Server, member: Member) -> float:
    """From Send until the text has been sent and the result is stored."""
    await asyncio.sleep(REPLY_AFTER)
    conversation = await Conversation.get(member=member)
    key = new_key()
    async with _browser(there, inbox) as browser:
        began = time.perf_counter()
        form = {"body": "We will be there", "key": key}
        async with browser.post(paths.messages(conversation.id), data=form) as answer:
            assert answer.status == 200, answer.status
        while await Message.exists(key=key, status__in=("queued", "sending")):
            await asyncio.sleep(0.01)
        return time.perf_counter() - began


@asynccontextmanager
async def _browser(there: Home, inbox: Server) -> AsyncIterator[aiohttp.ClientSession]:
    cookies = {"inbox": await token_of(there.cast.ruth)}
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with aiohttp.ClientSession(inbox.url, cookies=cookies, headers=headers) as browser:
        yield browser


async def _callbacks(kind: str, url: str) -> list[Row]:
    async with home(url) as there, there.inbox() as inbox:
        members = await _members(there)
        number = there.cast.grace_number
        await Conversation.bulk_create(
            [Conversation(church=there.cast.grace, member=m, phone_number=number) for m in members],
            batch_size=1_000,
        )
        people = await Conversation.filter(phone_number=number).select_related("member")
        receipts = Receipts(there, inbox, people)
        asked = await receipts.make(PEOPLE * len(WORDS), WORDS)
        async with _browser(there, inbox) as browser:
            quiet = await _look(browser)
            looking = asyncio.create_task(_looks(browser))
            requests = [one.request for one in asked]
            measured = await closed_loop(inbox.url, requests, CALLBACKS_AT_ONCE, ABSORBING)
            looking.cancel()
            looks = await looking
        assert not measured.refused
        receipts.acknowledged += [asked[place].name for place in measured.latencies]
        await receipts.check()
        return [
            {
                "database": kind,
                "callbacks": len(asked),
                "absorbed": len(measured.latencies),
                "in s": measured.seconds,
                "per second": round(measured.rate),
                "p99 ms": 1000 * percentile(list(measured.latencies.values()), 99),
                "pages": len(looks),
                "page p50 ms": middle(looks),
                "page worst ms": max(looks),
                "page before ms": quiet,
            }
        ]


async def _looks(browser: aiohttp.ClientSession) -> list[float]:
    """Reload the inbox over and over until canceled."""
    looks = []
    try:
        while True:
            looks.append(await _look(browser))
            await asyncio.sleep(LOOK_EVERY)
    except asyncio.CancelledError:
        return looks


async def _look(browser: aiohttp.ClientSession) -> float:
    began = time.perf_counter()
    async with browser.get(paths.inbox()) as answer:
        assert answer.status == 200, answer.status
        await answer.read()
    return 1000 * (time.perf_counter() - began)
