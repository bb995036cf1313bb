"""Everything that can go wrong in transit does, and the end result is still right."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox import paths
from inbox.clock import now
from inbox.config import Config
from inbox.keys import new_key
from inbox.models import Conversation, Member, Message
from inbox.models.outbox import outcomes, unconfirmed
from inbox.simulator import Fault, Faults, text_from
from inbox.work.reconcile import Reconcile
from tests.house import House, running_house, until

PEOPLE = [f"+1202555{n:04d}" for n in range(110, 122)]
STOPS = PEOPLE[0]
# Seconds. A request without a response gives up after this time. A text without a response is
# looked up after the grace period, when the other end has finished whatever it still had.
TIMEOUT, GRACE = 1.0, 1.0


def trouble(seed: int) -> Faults:
    """None for the seed 0."""
    if not seed:
        return Faults()
    return Faults(
        seed=seed,
        receipts_late=Fault(chance=0.3, seconds=(0.0, 0.3)),
        receipts_lost=Fault(chance=0.15),
        receipts_twice=Fault(chance=0.3),
        receipts_shuffled=Fault(chance=0.3),
        incoming_twice=Fault(chance=0.5),
        create_busy=Fault(chance=0.1),
        create_error_before=Fault(chance=0.1, code=503),
        create_error_after=Fault(chance=0.1, code=502),
        create_hang_before=Fault(chance=0.05),
        create_hang_after=Fault(chance=0.05),
        create_cut_after=Fault(chance=0.1),
    )


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "BACKOFF_FIRST", 0.1)
    monkeypatch.setattr(unconfirmed, "RESEND_PATIENCE", timedelta(0))
    # Hours lie between these attempts otherwise. Within seconds, a busy machine may answer none.
    monkeypatch.setattr(unconfirmed, "MAX_RESENDS", 20)


@pytest.mark.parametrize("seed", range(4))
async def test_every_text_arrives_once_whatever_happens_in_transit(
    config: Config, seed: int
) -> None:
    faults = trouble(seed)
    config = replace(config, unconfirmed_grace=GRACE)
    async with running_house(config, twilio_timeout=TIMEOUT, faults=faults) as house:
        await everybody_texts(house)
        await staff_answer(house)
        await staff_text_all(house)
        await until(lambda: nothing_is_under_way(house), within=60, every=0.1)
        await house.settled()

        assert len(faults.struck) >= 7 or not seed, "there was trouble"
        assert await given_up() == []
        assert await in_the_database() == expected()
        assert {one: on_the_phone(house, one) for one in PEOPLE} == expected_on_phones()
        await rows_are_right()


async def everybody_texts(house: House) -> None:
    for phone in PEOPLE:
        await text_from(house.network, phone, house.cast.grace_number.number, f"I am {phone}")
    await house.network.settled()
    await house.text(STOPS, "STOP")


async def staff_answer(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    for phone in PEOPLE[1:]:
        conversation = await Conversation.get(member__phone=phone)
        form = {"body": f"Hello {phone}", "key": new_key()}
        for _ in range(2):  # a client that does not wait
            await browser.post(paths.messages(conversation.id), data=form)


async def staff_text_all(house: House) -> None:
    await Member.filter(id__in=[house.cast.naomi.id, house.cast.george.id]).update(
        opted_out_at=now()
    )
    browser = await house.browser(house.cast.daniel)
    form = {"body": "Dear {first_name}", "target_type": "all", "key": new_key()}
    for _ in range(2):
        await browser.post(paths.broadcasts(), data=form)


async def nothing_is_under_way(house: House) -> bool:
    """Time passes: unconfirmed texts are looked up, and missing receipts are requested."""
    reconcile = Reconcile(house.app.context)
    await reconcile.look_up_unconfirmed()
    await house.network.settled()
    await Message.filter(status__in=("accepted", "sent")).update(ask_after=now())
    await reconcile.ask_for_receipts()
    copies = await Message.filter(broadcast_id__isnull=False).count()
    ended = ("delivered", "failed", "undelivered", "canceled")
    under_way = Message.filter(kind="out").exclude(status__in=ended)
    return copies == len(PEOPLE) - 1 and not await under_way.exists()


async def given_up() -> list[tuple[object, ...]]:
    """What failed, and why."""
    return await Message.filter(status__in=("failed", "undelivered")).values_list(
        "error_code", "attempts", "resent"
    )


async def in_the_database() -> list[tuple[str, ...]]:
    found = await Message.all().values_list(
        "conversation__member__phone", "kind", "body", "event", "status"
    )
    return sorted(tuple(str(value) for value in row) for row in found)


def expected() -> list[tuple[str, ...]]:
    rows = [
        (STOPS, "in", "STOP", "None", "received"),
        (STOPS, "event", "", "opted_out", "received"),
    ]
    rows += [(phone, "in", f"I am {phone}", "None", "received") for phone in PEOPLE]
    for phone in PEOPLE[1:]:
        rows.append((phone, "out", f"Hello {phone}", "None", "delivered"))
        rows.append((phone, "out", "Dear friend", "None", "delivered"))
    return sorted(rows)


def on_the_phone(house: House, phone: str) -> list[str]:
    """What the church has sent, in order."""
    bubbles = house.world.handset(phone).bubbles
    return [bubble.body for bubble in bubbles if not bubble.mine and not bubble.automatic]


def expected_on_phones() -> dict[str, list[str]]:
    told = {phone: [f"Hello {phone}", "Dear friend"] for phone in PEOPLE}
    return {**told, STOPS: []}


async def rows_are_right() -> None:
    for conversation in await Conversation.all():
        newest = await Message.get(id=conversation.last_message_id)
        assert newest.broadcast_id is None
        assert conversation.last_status == newest.status
        assert conversation.last_body == newest.body
        revisions = await Message.filter(conversation_id=conversation.id).values_list(
            "revision", flat=True
        )
        assert conversation.revision >= max(revisions)  # type: ignore[type-var]
