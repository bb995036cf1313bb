"""The process is killed, or told to stop, in the middle of its work."""

from collections import Counter
from collections.abc import AsyncIterator

import pytest

from inbox.clock import now
from inbox.config import Config
from inbox.keys import new_key
from inbox.models import Broadcast, Member, Message
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.simulator import Fault, Faults, text_from
from inbox.work.reconcile import Reconcile
from tests.cast import NAOMI
from tests.house import Screens, until
from tests.installation import Installation, installed


@pytest.fixture
async def installation(config: Config, screens: Screens) -> AsyncIterator[Installation]:
    async with installed(config) as installation:
        yield installation


async def text_everybody(installation: Installation, members: int) -> list[str]:
    """A broadcast that waits for its worker. Returns its recipients."""
    grace = installation.cast.grace
    await Member.bulk_create(
        Member(church_id=grace.id, phone=f"+1202{200 + n // 100}01{n % 100:02d}")
        for n in range(members - 2)
    )
    await compose_broadcast(
        grace, by=installation.cast.ruth, body="Snow!", target_type="all", key=new_key()
    )
    phones = await Member.filter(church_id=grace.id).values_list("phone", flat=True)
    assert len(phones) == members
    return [str(phone) for phone in phones]


async def taken_by_twilio(installation: Installation, at_least: int) -> None:
    async def enough() -> bool:
        return len(installation.taken()) >= at_least

    await until(enough, within=40, every=0.005)


async def all_sent(installation: Installation) -> None:
    async def sent() -> bool:
        under_way = ("queued", "sending", "unconfirmed")
        copies = await Message.filter(status__in=under_way).count()
        return not copies and await Broadcast.exists(enlisted_at__isnull=False)

    await until(sent, within=60, every=0.1)
    await installation.simulator.network.settled()


async def all_delivered(installation: Installation) -> None:
    """Receipts that arrived while the inbox was down are lost, so it asks Twilio about
    those texts.
    """
    await all_sent(installation)
    reconcile = Reconcile(installation.context)

    async def delivered() -> bool:
        left = Message.filter(kind="out").exclude(status="delivered")
        await left.update(ask_after=now())
        await reconcile.ask_for_receipts()
        return not await left.exists()

    await until(delivered, within=30)


async def test_a_worker_killed_in_the_middle_of_a_thousand_texts_everyone_once(
    installation: Installation,
) -> None:
    # Few receipts, because a thousand texts have two thousand of them. Other tests cover those.
    installation.simulator.network.faults = Faults(seed=1, receipts_lost=Fault(chance=0.95))
    phones = await text_everybody(installation, 1000)
    await installation.start()
    await taken_by_twilio(installation, at_least=300)
    installation.kill()

    await installation.simulator.network.settled()
    assert 300 <= len(installation.taken()) < 1000
    left = await Message.filter(status="sending").count()
    assert left, "some were being sent"

    await installation.start()
    await all_sent(installation)
    assert Counter(installation.taken()) == Counter(phones)
    for phone in phones:
        [bubble] = installation.simulator.world.handset(phone).bubbles
        assert bubble.body == "Snow!"


async def test_a_worker_told_to_stop_stops_within_seconds_and_loses_nothing(
    installation: Installation,
) -> None:
    phones = await text_everybody(installation, 400)
    await installation.start()
    await taken_by_twilio(installation, at_least=30)
    assert await installation.end() == 0

    assert len(installation.taken()) < 400
    assert not await Message.exists(status="sending"), "texts being sent are finished"
    assert not await Message.exists(status="unconfirmed")

    await installation.start()
    await all_delivered(installation)
    assert Counter(installation.taken()) == Counter(phones)


async def test_an_acknowledged_text_survives_a_kill(
    installation: Installation,
) -> None:
    await installation.start()
    network = installation.simulator.network
    for n in range(20):
        await text_from(network, NAOMI, installation.cast.grace_number.number, f"Text {n}")
    await network.settled()
    installation.kill()

    assert not installation.simulator.world.alerts, "each was answered"
    bodies = await Message.filter(kind="in").values_list("body", flat=True)
    assert sorted(map(str, bodies)) == sorted(f"Text {n}" for n in range(20))
    assert (await installation.cast.conversation()).inbound_count == 20
