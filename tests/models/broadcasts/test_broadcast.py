"""One text to many: everyone gets it once, whichever worker enlists them and whatever
happens then.
"""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Broadcast, Conversation, Group, Member, Message
from inbox.models.broadcast import TargetType
from inbox.models.broadcasts import enqueueing, stopping
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.broadcasts.progress import counts_of
from inbox.models.broadcasts.stopping import cancel_more, stop_broadcast, to_cancel
from inbox.models.left_out import LeftOut
from inbox.rules.refusals import CannotSend
from tests.cast import Cast
from tests.models.queueing import claim, queue


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (stopping, enqueueing):
        monkeypatch.setattr(room, "BATCH", 10)


async def flock(cast: Cast, many: int) -> list[Member]:
    """This many more members at Grace Chapel, of whom every seventh has opted out."""
    for n in range(many):
        out = now() if n % 7 == 3 else None
        await Member.create(church=cast.grace, phone=f"+1202555{n + 200:04d}", opted_out_at=out)
    return await Member.filter(church_id=cast.grace.id).order_by("id")


async def compose(
    cast: Cast, target_type: TargetType = "all", target_ids: list[int] | None = None
) -> Broadcast:
    return await compose_broadcast(
        cast.grace,
        by=cast.ruth,
        body="Dear {first_name}, the service begins at 11.",
        target_type=target_type,
        target_ids=target_ids or [],
        key=new_key(),
    )


async def enlist(one: Broadcast) -> None:
    """As a worker does, with the row as it finds it."""
    while found := await Broadcast.get_or_none(id=one.id, enlisted_at=None, stopped_at=None):
        await enqueueing.enlist(found)


async def cancel_rest(one: Broadcast) -> int:
    """As a worker does, which finds it on its own. Returns how many."""
    canceled = 0
    while found := await to_cancel():
        assert [same.id for same in found] == [one.id]
        canceled += await cancel_more(found[0])
    return canceled


async def assert_everybody_has_one(members: list[Member]) -> None:
    copies = await Message.all().values_list("conversation__member_id", flat=True)
    willing = [member.id for member in members if member.refusal is None]
    assert Counter(copies) == Counter(willing)


async def test_everyone_who_may_be_texted_gets_one_copy(cast: Cast) -> None:
    members = await flock(cast, 25)
    one = await compose(cast)
    await enlist(one)

    await assert_everybody_has_one(members)
    await one.refresh_from_db()
    counts = await counts_of(one)
    assert counts == {"queued": 23, "opted_out": 4, "unreachable": 0}
    assert one.enlisted_at and one.status(counts) == "sending"
    assert await Message.exists(body="Dear Naomi, the service begins at 11.")
    assert await Message.exists(body="Dear friend, the service begins at 11.")


async def test_a_batch_of_opted_out_members_is_skipped(cast: Cast) -> None:
    await cast.naomi.opt_out()
    await cast.george.note_unreachable("21614")
    one = await compose(cast, "individual", [cast.naomi.id, cast.george.id])
    await enlist(one)

    await one.refresh_from_db()
    assert await counts_of(one) == {"opted_out": 1, "unreachable": 1}
    assert one.status(await counts_of(one)) == "done"


async def test_senders_that_cannot_be_texted_are_counted_as_left_out(cast: Cast) -> None:
    for sender in ("68849", "SUPPORT"):
        await Member.with_phone(cast.grace.id, sender)
    one = await compose(cast)
    await enlist(one)

    await one.refresh_from_db()
    assert await counts_of(one) == {"queued": 2, "opted_out": 0, "unreachable": 2}
    reasons = await LeftOut.filter(broadcast=one).order_by("id").values_list("reason", flat=True)
    assert sorted(map(str, reasons)) == ["named_sender", "short_code"]


async def test_two_workers_that_enlist_at_once_text_everyone_once(cast: Cast) -> None:
    members = await flock(cast, 48)
    one = await compose(cast)
    await asyncio.gather(*(enlist(one) for _ in range(4)))

    await assert_everybody_has_one(members)
    await one.refresh_from_db()
    assert one.opted_out_count == sum(member.refusal is not None for member in members)


async def test_two_broadcasts_are_enlisted_at_once_for_the_same_members(cast: Cast) -> None:
    members = await flock(cast, 48)
    both = [await compose(cast), await compose(cast)]
    await asyncio.gather(*(enlist(one) for one in both * 2))

    willing = sum(member.refusal is None for member in members)
    for one in both:
        assert (await counts_of(one))["queued"] == willing


async def test_enlisting_continues_where_a_worker_died(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = await flock(cast, 25)
    one = await compose(cast)
    assert await enqueueing.enlist(one)
    cursor = (await Broadcast.get(id=one.id)).cursor
    assert cursor == members[9].id

    # It dies after moving the cursor and before writing the copies.
    with monkeypatch.context() as dying:
        dying.setattr(enqueueing, "queue_copies", _die)
        with pytest.raises(SystemError):
            await enqueueing.enlist(one)
    assert (await Broadcast.get(id=one.id)).cursor == cursor

    await enlist(one)
    await assert_everybody_has_one(members)


async def _die(*_: object, **__: object) -> None:
    raise SystemError


async def test_a_member_of_two_groups_gets_one_copy(cast: Cast) -> None:
    groups = [await Group.create(church=cast.grace, name=name) for name in ("Choir", "Youth")]
    for group in groups:
        await group.add([cast.naomi])
    one = await compose(cast, "groups", [group.id for group in groups])
    await enlist(one)
    await assert_everybody_has_one([cast.naomi])


async def test_a_broadcast_does_not_lift_conversations(cast: Cast) -> None:
    await enlist(await compose(cast))
    conversation = await cast.conversation()
    assert conversation.last_at is None
    assert conversation.revision == 1


async def test_a_broadcast_waits_for_its_time(cast: Cast) -> None:
    one = await compose(cast)
    await Broadcast.filter(id=one.id).update(send_after=now() + timedelta(hours=1))
    assert await enqueueing.to_enlist() == []


@pytest.mark.parametrize(
    "edited", [{"send_after": now() + timedelta(days=1)}, {"body": "The service begins at 12."}]
)
async def test_a_broadcast_edited_after_a_worker_found_it_sends_nothing_old(
    cast: Cast, edited: dict[str, Any]
) -> None:
    one = await compose(cast)
    [found] = await enqueueing.to_enlist()
    await Broadcast.filter(id=one.id).update(**edited)
    await enqueueing.enlist(found)
    assert not await Message.exists(broadcast_id=one.id)

    await Broadcast.filter(id=one.id).update(send_after=now())
    await enlist(one)
    bodies = set(await Message.filter(broadcast_id=one.id).values_list("body", flat=True))
    assert bodies and ("begins at 12." in str(bodies)) == ("body" in edited)


@pytest.mark.parametrize("was_empty", [False, True])
async def test_a_broadcast_edited_for_others_after_a_worker_found_it_reaches_only_them(
    cast: Cast, was_empty: bool
) -> None:
    before = await Group.create(church=cast.grace, name="Ushers")
    await before.add([cast.george])
    after = await Group.create(church=cast.grace, name="Choir")
    await after.add([cast.naomi])
    one = await compose(cast, "groups", [before.id])
    [found] = await enqueueing.to_enlist()
    await Broadcast.filter(id=one.id).update(target_ids=[after.id])
    if was_empty:
        await before.remove(cast.george)
    await enqueueing.enlist(found)
    assert not await Message.exists(broadcast_id=one.id)

    await enlist(one)
    [copy] = await Message.filter(broadcast_id=one.id).select_related("conversation")
    assert copy.conversation.member_id == cast.naomi.id


async def test_composing_twice_under_one_key_is_one_broadcast(cast: Cast) -> None:
    async def once(key: str) -> Broadcast:
        return await compose_broadcast(
            cast.grace, by=cast.ruth, body="Hi", target_type="all", key=key
        )

    key = new_key()
    made = await asyncio.gather(*(once(key) for _ in range(5)))
    assert len({one.id for one in made}) == 1
    assert (await once(key)).id == made[0].id


async def test_nobody_from_another_church_is_reached(cast: Cast) -> None:
    with pytest.raises(CannotSend, match="unknown_target"):
        await compose(cast, "individual", [cast.naomi.id, cast.lydia.id])
    await enlist(await compose(cast))
    assert not await Conversation.exists(member_id=cast.lydia.id)


async def test_stop_cancels_unsent_copies(cast: Cast) -> None:
    await flock(cast, 25)
    one = await compose(cast)
    await enlist(one)
    claimed = await claim(cast.grace_number, most=3)
    reply = await queue(cast, cast.george)

    assert await stop_broadcast(one) == 7, "Stop does not wait for the rest"
    assert one.status(await counts_of(one)) == "stopped"
    assert await cancel_rest(one) == 13
    await one.refresh_from_db()
    assert await counts_of(one) == {"canceled": 20, "sending": 3, "opted_out": 4, "unreachable": 0}
    assert one.status(await counts_of(one)) == "stopped"
    assert (await Message.get(id=reply.id)).status == "queued"
    assert len(claimed) == 3
    for message in await Message.filter(status="canceled").select_related("conversation"):
        assert message.settled_at
        assert message.revision == message.conversation.revision > 1


async def test_stop_in_the_middle_of_enlisting_enlists_nobody_more(cast: Cast) -> None:
    await flock(cast, 45)
    one = await compose(cast)
    await enqueueing.enlist(one)
    late = await Broadcast.get(id=one.id)

    _, stopped = await asyncio.gather(enlist(one), stop_broadcast(one))
    assert not await enqueueing.enlist(late)
    stopped += await cancel_rest(late)
    assert stopped == await Message.filter(status="canceled").count()
    assert not await Message.exists(status="queued")
    assert await enqueueing.to_enlist() == []


async def test_another_text_under_the_same_key_is_not_a_second_broadcast(cast: Cast) -> None:
    key = new_key()
    given: dict[str, Any] = {"by": cast.ruth, "target_type": "all", "key": key}
    first = await compose_broadcast(cast.grace, body="Service at 10", **given)
    assert (await compose_broadcast(cast.grace, body="Service at 10", **given)).id == first.id

    with pytest.raises(CannotSend) as refusal:
        await compose_broadcast(cast.grace, body="CORRECTION: at 9", **given)
    assert refusal.value.code == "key_taken"
