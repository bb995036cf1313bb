"""How much memory the inbox uses: idle, and during hundreds of thousands of webhooks."""

from bench.http import closed_loop
from bench.inbound import Receipts, Texts, people
from bench.live import OPEN, browsers
from bench.stand import Row, Server, apart, database, home, keep, kinds, rest, table

WEBHOOKS = 100_000
# How many samples are taken on the way.
LOOKS = 10
IN_FLIGHT = 32
# Of one kind, and how many are made at a time.
PIECE = 1_000
MAX_SECONDS = 600.0


def main(webhooks: int = WEBHOOKS) -> None:
    kind = kinds()[0]
    with database(kind) as url:
        rows = apart(_webhooks, url, webhooks)
    table(f"Memory: {webhooks} webhooks with {OPEN} browsers, {kind} (resident, in MB)", rows)
    keep("memory", rows)


async def _webhooks(url: str, webhooks: int) -> list[Row]:
    async with home(url) as there, there.inbox() as inbox:
        everyone = await people(there)
        questions = (Texts(there, inbox, everyone), Receipts(there, inbox, everyone))
        await rest(2)
        rows = [_row("idle", inbox)]
        async with browsers(there, inbox, OPEN):
            rows.append(_row(f"with {OPEN} browsers", inbox))
            answered, looked = 0, 0
            while answered < webhooks:
                for question in questions:
                    answered += await _answer(question, inbox)
                if answered * LOOKS // webhooks > looked:
                    looked = answered * LOOKS // webhooks
                    rows.append(_row(f"after {answered}", inbox))
        await rest(2)
        return [*rows, _row("after they left", inbox)]


async def _answer(question: Texts | Receipts, inbox: Server) -> int:
    requests = [one.request for one in await question.make(PIECE)]
    measured = await closed_loop(inbox.url, requests, IN_FLIGHT, MAX_SECONDS)
    assert not measured.refused
    return len(measured.latencies)


def _row(when: str, inbox: Server) -> Row:
    return {"when": when, "MB": inbox.memory}
