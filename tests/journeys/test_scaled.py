"""Two web processes at one address and two workers, on PostgreSQL and Redis. Every process shows
what any of them does, and whichever is killed, nothing is lost or duplicated.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import aiohttp
import pytest
import pytest_asyncio

from inbox import db, paths
from inbox.clock import now
from inbox.config import Config
from inbox.dom_ids import dom_id
from inbox.keys import new_key
from inbox.live import redis_manager
from inbox.models import Member, Message, PhoneNumber
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.texts.scheduled import schedule
from inbox.simulator import Fault, Faults
from inbox.simulator.signature import sign
from tests.cast import GRACE_TOKEN, NAOMI, token_of
from tests.house import until
from tests.live.browser import fragments
from tests.services import new_postgres_database, postgres_server, redis_server
from tests.several import Screen, Several, screen_at, several
from tests.web.calls import a_text, call, post

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def installed() -> AsyncIterator[Several]:
    with (
        postgres_server(durable=True) as postgres,
        redis_server() as redis,
        TemporaryDirectory() as folder,
    ):
        url = new_postgres_database(postgres.url)
        config = Config.from_environ({"DATA_DIR": folder, "DATABASE_URL": url, "SEND_RATE": "0"})
        await db.open_database(config)
        await db.migrate_database()
        await db.close_database()
        async with several(config, postgres, redis) as installed:
            yield installed


@pytest_asyncio.fixture(loop_scope="module")
async def house(installed: Several) -> Several:
    """All processes run."""
    await installed.complete()
    return installed


async def test_a_text_received_by_one_process_is_seen_at_the_other_within_a_second(
    house: Several,
) -> None:
    conversation = await house.cast.conversation()
    took = []
    async with (
        screen_at(house.web[1], house.cast.ruth) as screen,
        screen_at(house.web[1], house.cast.mercy) as inbox,
    ):
        await screen.enter(f"conversation:{conversation.id}", conversation.revision)
        await inbox.enter("inbox")
        for n in range(5):
            began = time.monotonic()
            await take(house, 0, f"Text {n} at the first")
            await until(partial(shows, screen, f"Text {n} at the first"))
            took.append(time.monotonic() - began)
        await until(lambda: shows(inbox, "Text 4 at the first"))
    assert median(took) < 1


async def test_a_reply_at_one_process_is_sent_by_a_worker_and_ticked_off_at_the_other(
    house: Several,
) -> None:
    conversation = await house.cast.conversation()
    async with screen_at(house.web[0], house.cast.ruth) as screen:
        await screen.enter(f"conversation:{conversation.id}", conversation.revision)
        async with aiohttp.ClientSession(
            house.web[1].url,
            cookies={"inbox": await token_of(house.cast.daniel)},
            headers={"Sec-Fetch-Site": "same-origin"},
        ) as browser:
            form = {"body": "Daniel will be there at 9.", "key": new_key()}
            async with browser.post(paths.messages(conversation.id), data=form) as answer:
                assert answer.status == 200
        message = await Message.get(key=form["key"])
        await until(lambda: ticked(screen, dom_id(message)))
    assert house.taken().count(NAOMI) == 1


async def test_every_process_knows_who_is_where(house: Several) -> None:
    conversation = await house.cast.conversation()
    async with (
        screen_at(house.web[0], house.cast.ruth) as ruth,
        screen_at(house.web[1], house.cast.daniel) as daniel,
    ):
        await ruth.enter(f"conversation:{conversation.id}", conversation.revision)
        await ruth.say(conversation.id, "viewing")
        await daniel.enter(f"conversation:{conversation.id}", conversation.revision)
        await daniel.say(conversation.id, "writing")

        async def heard() -> bool:
            # Ruth is asked, because only her process knows of her.
            asked = ("who", ({"conversation": conversation.id},)) in ruth.told
            told = [(one["name"], one["state"]) for one in ruth.presence]
            return asked and ("Daniel Ortiz", "writing") in told

        await until(heard)
        await ruth.say(conversation.id, "viewing")

        async def answered() -> bool:
            return "Ruth Adeyemi" in [one["name"] for one in daniel.presence]

        await until(answered)


async def test_a_scheduled_text_is_sent_once_though_two_workers_wait_for_it(
    house: Several,
) -> None:
    conversation = await house.cast.conversation()
    before = house.taken().count(NAOMI)
    later = [
        await schedule(
            conversation,
            by=house.cast.ruth,
            body=f"Thinking of you, {n}.",
            key=new_key(),
            at=now() + timedelta(hours=1),
        )
        for n in range(10)
    ]
    async with screen_at(house.web[1], house.cast.mercy) as screen:
        await screen.enter(f"conversation:{conversation.id}")
        assert 'data-status="scheduled"' in fragments(screen.html)[dom_id(later[0])]
        # All of them are due at once, and one of the workers dies.
        await Message.filter(id__in=[one.id for one in later]).update(scheduled_for=now())
        house.workers[0].kill()

        async def gone() -> bool:
            sent = Message.filter(key__in=[one.key for one in later], status="delivered")
            return await sent.count() == len(later)

        await until(gone)
        await until(lambda: ticked(screen, dom_id(later[0])))
    assert house.taken().count(NAOMI) == before + len(later)


async def ticked(screen: Screen, dom_id: str) -> bool:
    return 'data-status="delivered"' in fragments(screen.html).get(dom_id, "")


@pytest.mark.parametrize("trouble", ["is gone", "hangs"])
async def test_nobody_waits_while_redis_is_down_and_then_the_screens_are_right(
    house: Several, trouble: str
) -> None:
    conversation = await house.cast.conversation()
    async with screen_at(house.web[1], house.cast.ruth) as screen:
        await screen.enter(f"conversation:{conversation.id}", conversation.revision)
        await take(house, 0, f"Before it {trouble}")
        await until(lambda: shows(screen, f"Before it {trouble}"))
        looked = screen.looked
        await asyncio.to_thread(house.redis.kill if trouble == "is gone" else house.redis.freeze)

        began = time.monotonic()
        async with texts_keep_coming(house, "Meanwhile") as acknowledged:
            await take(house, 1, f"At this very process while it {trouble}")
            await until(lambda: shows(screen, f"At this very process while it {trouble}"))
            await until(lambda: has_passed(began, seconds=3 * redis_manager.TIMEOUT))
        assert len(acknowledged) > 5
        assert not await shows(screen, *acknowledged), "the premise"

        await asyncio.to_thread(house.redis.start if trouble == "is gone" else house.redis.thaw)
        await until(lambda: shows(screen, *acknowledged))
        assert screen.looked > looked
        await take(house, 0, f"After it {trouble}")
        await until(lambda: shows(screen, f"After it {trouble}"))


async def test_two_workers_text_everyone_once(house: Several) -> None:
    # Few receipts here and below, because they are most of the work. Other tests cover those.
    house.simulator.network.faults = Faults(seed=1, receipts_lost=Fault(chance=0.9))
    phones = await text_everybody(house, "Snow!")
    await all_sent(house, phones, "Snow!")


async def test_nothing_is_lost_or_duplicated_whatever_is_killed_under_load(house: Several) -> None:
    house.simulator.network.faults = Faults(seed=1, receipts_lost=Fault(chance=0.9))
    already = len(house.taken())
    # So that it takes a while, however fast the machine.
    await PhoneNumber.filter(id=house.cast.grace_number.id).update(send_rate=40)
    conversation = await house.cast.conversation()

    async def sent(at_least: int) -> bool:
        return len(house.taken()) - already >= at_least

    async with (
        screen_at(house.web[1], house.cast.ruth) as screen,
        texts_keep_coming(house, "Under load") as acknowledged,
    ):
        await screen.enter(f"conversation:{conversation.id}", conversation.revision)
        phones = await text_everybody(house, "Sunshine!")
        await until(lambda: sent(40), within=60)
        house.workers[0].kill()
        await until(lambda: sent(80), within=60)
        house.web[0].kill()
        await asyncio.to_thread(house.redis.kill)
        await until(lambda: sent(120), within=60)
        await asyncio.to_thread(house.postgres.kill)
        came = len(acknowledged)
        await asyncio.to_thread(house.postgres.start)
        assert not await sent(len(phones)), "in the middle of it"
        await until(lambda: more(acknowledged, came + 5), within=60)
        # The killed processes restart, and Redis is down.
        await house.complete()
        came = len(acknowledged)
        await until(lambda: more(acknowledged, came + 5), within=60)
        await asyncio.to_thread(house.redis.start)

        await all_sent(house, phones, "Sunshine!")
        await until(lambda: shows(screen, *acknowledged), within=30)

    stored = await Message.filter(body__in=acknowledged).values_list("body", flat=True)
    assert Counter(stored) == Counter(acknowledged)
    bodies = Message.filter(kind="in").values_list("body", flat=True)
    assert max(Counter(await bodies).values()) == 1
    assert len(acknowledged) >= 10


async def take(house: Several, at: int, body: str) -> None:
    """Twilio delivers a text of Naomi's to the one address, and it is this process's turn."""
    path, text = paths.incoming_hook(house.cast.grace), a_text(body)
    signature = sign(GRACE_TOKEN, house.url + path, list(text.items()))
    answer = await post(house.web[at].url + path, urlencode(text).encode(), signature)
    assert answer.status == 200


async def shows(screen: Screen, *bodies: str) -> bool:
    html = screen.html
    return all(body in html for body in bodies)


async def has_passed(began: float, seconds: float) -> bool:
    return time.monotonic() - began > seconds


async def more(acknowledged: list[str], than: int) -> bool:
    return len(acknowledged) > than


@asynccontextmanager
async def texts_keep_coming(house: Several, word: str) -> AsyncIterator[list[str]]:
    """Naomi keeps texting. Yields her acknowledged texts. The others are delivered again until they
    are acknowledged, as Twilio can be configured to do.
    """
    acknowledged: list[str] = []

    async def write() -> None:
        path = paths.incoming_hook(house.cast.grace)
        for n in range(10_000):
            text = a_text(f"{word} {n} {new_key()}")
            while not await is_taken(house.url, path, text):
                await asyncio.sleep(0.05)
            acknowledged.append(text["Body"])
            # A member's pace: the load under which the processes are killed, not a wait for them.
            await asyncio.sleep(0.1)

    writing = asyncio.create_task(write())
    try:
        yield acknowledged
    finally:
        writing.cancel()
        await asyncio.wait([writing])


async def is_taken(url: str, path: str, text: dict[str, str]) -> bool:
    try:
        async with asyncio.timeout(15):
            return (await call(url, path, text)).status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


async def text_everybody(house: Several, body: str) -> list[str]:
    """A broadcast to three hundred members. Returns its recipients."""
    grace = house.cast.grace
    await Member.bulk_create(
        [
            Member(church_id=grace.id, phone=f"+1202{200 + n // 100}01{n % 100:02d}")
            for n in range(298)
        ],
        ignore_conflicts=True,
    )
    await compose_broadcast(grace, by=house.cast.ruth, body=body, target_type="all", key=new_key())
    phones = await Member.filter(church_id=grace.id).values_list("phone", flat=True)
    assert len(phones) == 300
    return [str(phone) for phone in phones]


async def all_sent(house: Several, phones: list[str], body: str) -> None:
    """Everyone was sent this once: in our database, at Twilio, and on their phones."""

    async def sent() -> bool:
        # The dead worker's lease runs out.
        before = now() - timedelta(seconds=10)
        claimed = Message.filter(status="sending", claimed_at__lt=before)
        await claimed.update(claimed_at=now() - timedelta(minutes=5))
        left = Message.filter(body=body, status__in=("queued", "sending", "unconfirmed"))
        return await Message.filter(body=body).count() == len(phones) and not await left.exists()

    await until(sent, within=60, every=0.2)
    await house.simulator.network.settled()
    for phone in phones:
        bubbles = house.simulator.world.handset(phone).bubbles
        assert [one.body for one in bubbles].count(body) == 1, phone
