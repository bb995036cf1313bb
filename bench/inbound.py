"""How many texts and receipts one process accepts, compared with one that only parses the form.

Slices of the inbox and of the bare server alternate, and each ratio compares neighbors, so other
load on the machine affects both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

from bench.http import Slice, closed_loop, form_request, open_loop
from bench.stand import (
    Home,
    Row,
    Server,
    home,
    keep,
    middle,
    on_each_database,
    percentile,
    rest,
    serving,
    table,
)
from inbox import paths
from inbox.keys import new_key
from inbox.models import Conversation, Member, Message
from inbox.simulator.signature import sign
from tests.cast import GRACE_TOKEN
from tests.web.calls import a_receipt, a_text, new_sid

PEOPLE = 500
ROUNDS = 4
SECONDS = 0.5
# No slice sends requests faster than this, however fast they are answered.
MAX_RATE = 1_200
IN_FLIGHT = (1, 10, 32)
OPEN_RATE = 200
# As a broadcast's receipts arrive: many `sent`, then many `delivered`.
TOGETHER = 100


@dataclass
class Asked:
    """A request, and the key by which its row is found afterward."""

    request: bytes
    name: str
    words: str = ""


def main() -> None:
    rows = on_each_database(_database)
    table("Inbound: the inbox beside the bare server (ratios; latencies in ms)", rows)
    keep("inbound", rows)


async def _database(kind: str, url: str) -> list[Row]:
    rows: list[Row] = []
    async with home(url) as there, serving("bench.bare") as bare, there.inbox() as inbox:
        everyone = await people(there)
        for question in (Texts(there, inbox, everyone), Receipts(there, inbox, everyone)):
            rows += await _measure(kind, question, inbox, bare)
            await question.check()
    return rows


async def people(there: Home) -> list[Conversation]:
    church, number = there.cast.grace, there.cast.grace_number
    await Member.bulk_create(
        [Member(church=church, phone=f"+1303555{n:04d}", name=f"Member {n}") for n in range(PEOPLE)]
    )
    members = await Member.filter(church=church, phone__startswith="+1303555")
    await Conversation.bulk_create(
        [Conversation(church=church, member=member, phone_number=number) for member in members]
    )
    return await Conversation.filter(phone_number=number).select_related("member")


class Question:
    name: str

    def __init__(self, there: Home, inbox: Server, people: list[Conversation]) -> None:
        self._there, self._inbox, self._people = there, inbox, people
        self._turn = count()
        self.acknowledged: list[str] = []

    def _next(self) -> Conversation:
        return self._people[next(self._turn) % len(self._people)]

    def _signed(self, path: str, fields: dict[str, str]) -> bytes:
        signature = sign(GRACE_TOKEN, self._inbox.url + path, list(fields.items()))
        return form_request(
            self._inbox.url + path,
            urlencode(fields).encode(),
            {"X-Twilio-Signature": signature, "User-Agent": "TwilioProxy/1.1"},
        )


class Texts(Question):
    name = "text"

    async def make(self, number: int) -> list[Asked]:
        path = paths.incoming_hook(self._there.cast.grace)
        asked = []
        for _ in range(number):
            words = f"Could somebody drive me? {new_key()}"
            text = a_text(words, From=self._next().member.phone)
            asked.append(Asked(self._signed(path, text), text["MessageSid"], words))
        return asked

    async def check(self) -> None:
        here = set(await Message.filter(kind="in").values_list("provider_sid", flat=True))
        missing = set(self.acknowledged) - here
        assert not missing, f"{len(missing)} acknowledged texts are missing"


class Receipts(Question):
    name = "receipt"

    async def make(self, number: int, words: Sequence[str] = ("sent", "delivered")) -> list[Asked]:
        """Accepted texts and their receipts, one status after another."""
        church, key_of = self._there.cast.grace, {}
        texts = []
        for _ in range(number // len(words)):
            conversation, key, sid = self._next(), new_key(), new_sid()
            key_of[sid] = key
            texts.append(
                Message(
                    church_id=church.id,
                    conversation_id=conversation.id,
                    phone_number_id=conversation.phone_number_id,
                    kind="out",
                    body="We will be there",
                    status="accepted",
                    key=key,
                    provider_sid=sid,
                    revision=1,
                    position=1,
                )
            )
        await Message.bulk_create(texts, batch_size=500)
        asked = []
        pairs = list(key_of.items())
        for start in range(0, len(pairs), TOGETHER):
            for word in words:
                for sid, key in pairs[start : start + TOGETHER]:
                    path = paths.status_hook(church, key)
                    receipt = a_receipt(sid, word, SmsStatus=word, SmsSid=sid)
                    asked.append(Asked(self._signed(path, receipt), f"{word} {key}"))
        return asked

    async def check(self) -> None:
        status = dict(await Message.filter(kind="out").values_list("key", "status"))
        for word, key in (name.split() for name in self.acknowledged):
            is_there = word == "queued" or status[key] in (word, "delivered")
            assert is_there, "an acknowledged receipt is missing"


async def _measure(kind: str, question: Texts | Receipts, inbox: Server, bare: Server) -> list[Row]:
    rows = []
    for in_flight in IN_FLIGHT:
        most = MAX_RATE

        async def closed(server: Server, asked: list[bytes], at_once: int = in_flight) -> Slice:
            return await closed_loop(server.url, asked, at_once, SECONDS)

        rows.append(
            await _beside(kind, f"{in_flight} at once", question, inbox, bare, most, closed)
        )

    async def opened(server: Server, asked: list[bytes]) -> Slice:
        return await open_loop(server.url, asked, OPEN_RATE)

    most = int(OPEN_RATE * SECONDS * 2)
    rows.append(await _beside(kind, f"{OPEN_RATE} a second", question, inbox, bare, most, opened))
    return rows


async def _beside(kind, load, question, inbox, bare, most, run):  # type: ignore[no-untyped-def]
    ours, theirs, cpu = [], [], []
    for _ in range(ROUNDS):
        asked = await question.make(most)
        await rest()
        cpus = []
        for server, slices in ((inbox, ours), (bare, theirs)):
            used = server.cpu
            slices.append(await run(server, [one.request for one in asked]))
            await rest()
            cpus.append((server.cpu - used) / max(1, len(slices[-1].latencies)))
        cpu.append((cpus[1] / cpus[0], cpus[0]))
        assert not ours[-1].refused and not theirs[-1].refused
        question.acknowledged += [asked[place].name for place in ours[-1].latencies]
    latencies = [1000 * one for part in ours for one in part.latencies.values()]
    bare_latencies = [1000 * one for part in theirs for one in part.latencies.values()]
    p50, p99 = percentile(latencies, 50), percentile(latencies, 99)
    row = {
        "database": kind,
        "what": question.name,
        "load": load,
        "share": middle([mine.rate / its.rate for mine, its in zip(ours, theirs, strict=True)]),
        "cpu share": middle([share for share, _ in cpu]),
        "per second": round(middle([part.rate for part in ours])),
        "bare": round(middle([part.rate for part in theirs])),
        "p50": p50,
        "p99": p99,
        "p99/p50": p99 / p50,
        "bare p50": percentile(bare_latencies, 50),
        "bare p99": percentile(bare_latencies, 99),
    }
    print("  ", *(_short(value) for value in row.values()), flush=True)
    return row


def _short(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
