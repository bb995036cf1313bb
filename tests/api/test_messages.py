"""A program sends a text and follows it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from inbox.context import Context
from inbox.live import rooms
from inbox.models import Broadcast, Church, Group, Member, Message
from inbox.models.broadcasts.enqueueing import enlist, to_enlist
from inbox.models.broadcasts.stopping import stop_broadcast
from inbox.models.scope import Scope
from inbox.rules.segments import MAX_TEXT_LENGTH
from tests.api.conftest import Program, program_of
from tests.cast import GEORGE, LYDIA, NAOMI, STRANGER, Cast
from tests.house import Screens

TOMORROW = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)


async def broadcast_of(answer: Any) -> Broadcast:
    assert answer.status == 200, answer.said
    assert answer.said == {"success": True, "messageId": answer.said["messageId"]}
    return await Broadcast.get(key=answer.said["messageId"])


async def reached(broadcast: Broadcast) -> set[str]:
    while await enlist(broadcast):
        pass
    messages = Message.filter(broadcast_id=broadcast.id).select_related("conversation__member")
    return {message.conversation.member.phone for message in await messages}


async def test_a_text_to_all_reaches_every_member_of_the_church(
    grace: Program, cast: Cast, context: Context
) -> None:
    woken: list[bool] = []
    context.wake_worker = lambda: woken.append(True)

    broadcast = await broadcast_of(await grace.send())

    assert broadcast.church_id == cast.grace.id
    assert broadcast.author_id is None
    assert await reached(broadcast) == {NAOMI, GEORGE}
    assert woken


async def test_staff_see_what_a_program_sends(
    grace: Program, context: Context, cast: Cast, screens: Screens
) -> None:
    await grace.send("Soup on Friday at six.")
    await context.screens.drain()

    assert "Soup on Friday at six." in screens.put_in(rooms.broadcasts(Scope(cast.grace.id)))


async def test_a_text_to_groups_reaches_their_members(grace: Program, cast: Cast) -> None:
    choir = await Group.create(church=cast.grace, name="Choir")
    await choir.add([cast.naomi])

    answer = await grace.send(targetType="groups", targetIds=[choir.id])

    assert await reached(await broadcast_of(answer)) == {NAOMI}


@pytest.mark.parametrize("spelled", [int, str])
async def test_a_member_id_may_be_a_number_or_a_string(
    grace: Program, cast: Cast, spelled: type
) -> None:
    answer = await grace.send(targetType="individual", targetIds=[spelled(cast.george.id)])

    assert await reached(await broadcast_of(answer)) == {GEORGE}


async def test_an_unknown_phone_number_becomes_a_member(grace: Program, cast: Cast) -> None:
    assert not await Member.exists(phone=STRANGER)

    answer = await grace.send(targetType="individual", targetIds=[STRANGER, NAOMI])

    assert await reached(await broadcast_of(answer)) == {STRANGER, NAOMI}
    assert (await Member.get(phone=STRANGER)).church_id == cast.grace.id
    assert await Member.filter(phone=NAOMI).count() == 1


async def test_the_phone_of_another_churchs_member_is_unknown_here(
    grace: Program, cast: Cast
) -> None:
    answer = await grace.send(targetType="individual", targetIds=[LYDIA])

    await reached(await broadcast_of(answer))
    assert not await Message.exists(church_id=cast.hope.id)
    assert await Member.filter(phone=LYDIA).count() == 2


async def test_another_churchs_member_is_an_unknown_target(grace: Program, cast: Cast) -> None:
    for more in ([], [cast.naomi.id], [STRANGER]):
        answer = await grace.send(targetType="individual", targetIds=[cast.lydia.id, *more])
        assert answer.refusal == (422, "unknown_target")
    assert not await Broadcast.exists()
    assert not await Member.exists(phone=STRANGER)


async def test_another_churchs_group_is_an_unknown_target(grace: Program, cast: Cast) -> None:
    elders = await Group.create(church=cast.hope, name="Elders")

    answer = await grace.send(targetType="groups", targetIds=[elders.id])

    assert answer.refusal == (422, "unknown_target")


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"content": " \n "}, (422, "empty")),
        ({"content": "a" * (MAX_TEXT_LENGTH + 1)}, (422, "too_long")),
        ({"content": "Hola {nombre}"}, (422, "unknown_field")),
        ({"targetType": "groups"}, (422, "no_target")),
        ({"targetType": "individual", "targetIds": []}, (422, "no_target")),
        ({"targetType": "individual", "targetIds": [*range(1, 5_002)]}, (422, "too_many_targets")),
        ({"sendAt": "2020-01-01T00:00:00Z"}, (422, "send_at_past")),
        ({"sendAt": "0001-01-01T00:00:00+23:59"}, (422, "send_at_past")),
        ({"sendAt": "9999-12-31T23:59:59-23:59"}, (422, "send_at_too_far")),
    ],
)
async def test_an_invalid_text_is_refused(
    grace: Program, given: dict[str, Any], refusal: tuple[int, str]
) -> None:
    assert (await grace.send(**given)).refusal == refusal
    assert not await Broadcast.exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"content": 5}, "content should be a valid string."),
        ({"content": None}, "content should be a valid string."),
        ({"content": "a\x00b"}, "content cannot hold the character NUL."),
        ({"targetType": "some"}, "targetType should be 'all', 'groups' or 'individual'."),
        ({"targetIds": 7}, "targetIds should be a valid array."),
        ({"targetIds": [1]}, "targetIds must be left out when targetType is all."),
        ({"sendat": "now"}, "sendat is not known here."),
        ({"send_at": "2030-01-01T00:00:00Z"}, "send_at is not known here."),
        ({"sendAt": 1893456000}, "sendAt must be a time such as 2030-05-01T18:30:00-05:00."),
        ({"sendAt": "soon"}, "sendAt must be a time such as 2030-05-01T18:30:00-05:00."),
        (
            {"sendAt": "2030-05-01T18:30:00"},
            "sendAt needs its offset from UTC, such as -05:00, or Z for none.",
        ),
        (
            {"targetType": "groups", "targetIds": [NAOMI]},
            "targetIds must hold ids of groups when targetType is groups.",
        ),
        (
            {"targetType": "individual", "targetIds": ["+1202"]},
            "targetIds holds a phone number that does not exist.",
        ),
    ],
)
async def test_a_sentence_names_the_mistake(
    grace: Program, given: dict[str, Any], sentence: str
) -> None:
    answer = await grace.send(**given)

    assert answer.refusal == (400, "invalid_request")
    assert answer.sentence == sentence
    assert not await Broadcast.exists()


@pytest.mark.parametrize("odd", [0, -1, 1.0, True, "", "abc", "٣", 2**63, "9" * 30, None, [1]])
async def test_a_target_that_is_not_an_id_is_refused(grace: Program, odd: object) -> None:
    answer = await grace.send(targetType="individual", targetIds=[odd])

    assert answer.refusal == (400, "invalid_request")
    assert answer.sentence == "targetIds must hold ids, or phone numbers that begin with +."


async def test_a_missing_field_is_named(grace: Program) -> None:
    answer = await grace.post("/api/messages/send", {})

    assert answer.refusal == (400, "invalid_request")
    assert answer.sentence == "content is missing. targetType is missing."


async def test_a_church_without_twilio_cannot_send(grace: Program, cast: Cast) -> None:
    newcomer = await program_of(grace.app, await Church.open("Harbour Church"))

    assert (await newcomer.send()).refusal == (422, "not_connected")
    refused = await newcomer.send(targetType="individual", targetIds=[STRANGER])
    assert refused.refusal == (422, "not_connected")
    assert not await Member.exists(phone=STRANGER)


async def test_a_text_can_be_scheduled(grace: Program) -> None:
    answer = await grace.send(sendAt=TOMORROW.isoformat())

    assert (await broadcast_of(answer)).send_after == TOMORROW
    progress = await grace.get(f"/api/messages/{answer.said['messageId']}")
    assert progress.data["status"] == "scheduled"
    assert not await to_enlist()


async def test_a_time_is_read_with_its_offset(grace: Program) -> None:
    chicago = TOMORROW.astimezone(tz=None).isoformat()
    assert (await broadcast_of(await grace.send(sendAt=chicago))).send_after == TOMORROW


async def test_a_time_that_has_just_passed_means_now(grace: Program) -> None:
    just_now = datetime.now(UTC) - timedelta(minutes=4)

    await broadcast_of(await grace.send(sendAt=just_now.isoformat()))

    assert len(await to_enlist()) == 1


async def again(program: Program, key: str = "newsletter 7", **given: Any) -> Any:
    body = {"content": "Soup on Friday.", "targetType": "all", **given}
    return await program.post("/api/messages/send", body, **{"Idempotency-Key": key})


async def test_the_same_request_with_the_same_key_is_sent_once(grace: Program) -> None:
    first, second = await again(grace), await again(grace)

    assert first.said == second.said
    assert await Broadcast.all().count() == 1
    assert (await again(grace, key="newsletter 8")).said != first.said


async def test_the_same_request_made_twice_at_once_is_sent_once(grace: Program) -> None:
    first, second = await asyncio.gather(again(grace), again(grace))

    assert first.status == second.status == 200
    assert first.said == second.said
    assert await Broadcast.all().count() == 1


async def test_without_a_key_every_request_is_sent(grace: Program) -> None:
    assert (await grace.send()).said != (await grace.send()).said


async def test_a_request_to_phones_can_be_repeated_too(grace: Program) -> None:
    to: dict[str, Any] = {"targetType": "individual", "targetIds": [STRANGER, NAOMI]}

    first, second = await again(grace, **to), await again(grace, **to)

    assert first.status == 200
    assert first.said == second.said


@pytest.mark.parametrize(
    "other",
    [
        {"content": "Soup on Saturday."},
        {"targetType": "individual", "targetIds": [NAOMI]},
        {"targetType": "individual", "targetIds": [STRANGER]},
        {"sendAt": TOMORROW.isoformat()},
    ],
)
async def test_a_key_that_was_used_for_something_else_is_refused(
    grace: Program, other: dict[str, Any]
) -> None:
    assert (await again(grace)).status == 200

    assert (await again(grace, **other)).refusal == (409, "key_reused")
    assert await Broadcast.all().count() == 1


async def test_of_two_different_requests_at_once_with_the_same_key_one_is_refused(
    grace: Program,
) -> None:
    # The second needs more lookups, so it finds the key unused and is then overtaken.
    answers = await asyncio.gather(
        again(grace), again(grace, targetType="individual", targetIds=[STRANGER, NAOMI])
    )

    assert sorted(answer.status for answer in answers) == [200, 409], [one.said for one in answers]
    assert await Broadcast.all().count() == 1


async def test_a_repeated_request_is_answered_though_it_is_due(grace: Program, cast: Cast) -> None:
    asked = {"sendAt": TOMORROW.isoformat()}
    first = await again(grace, **asked)
    past = TOMORROW - timedelta(days=2)
    await Broadcast.all().update(send_after=past)

    assert (await again(grace, sendAt=past.isoformat())).said == first.said


async def test_two_churches_may_use_the_same_key(grace: Program, hope: Program) -> None:
    ours, theirs = await again(grace), await again(hope)

    assert theirs.status == 200
    assert ours.said != theirs.said


async def test_a_key_can_be_too_long(grace: Program) -> None:
    assert (await again(grace, key="k" * 200)).status == 200
    assert (await again(grace, key="k" * 201)).refusal == (400, "invalid_request")


NOBODY = {
    "total": 0,
    "queued": 0,
    "sending": 0,
    "unconfirmed": 0,
    "accepted": 0,
    "sent": 0,
    "delivered": 0,
    "undelivered": 0,
    "failed": 0,
    "canceled": 0,
    "read": 0,
    "optedOut": 0,
    "unreachable": 0,
}


async def test_a_program_can_follow_its_text(grace: Program, cast: Cast) -> None:
    await cast.george.opt_out()
    sent = await grace.send()
    address = f"/api/messages/{sent.said['messageId']}"
    assert (await grace.get(address)).said == {
        "success": True,
        "data": {"status": "queued", "counts": NOBODY},
    }

    await reached(await broadcast_of(sent))
    assert (await grace.get(address)).data == {
        "status": "sending",
        "counts": {**NOBODY, "total": 2, "queued": 1, "optedOut": 1},
    }

    await Message.all().update(status="delivered")
    assert (await grace.get(address)).data == {
        "status": "done",
        "counts": {**NOBODY, "total": 2, "delivered": 1, "optedOut": 1},
    }


async def test_a_stopped_text_is_reported_as_stopped(grace: Program) -> None:
    sent = await grace.send()
    broadcast = await broadcast_of(sent)
    await reached(broadcast)
    await stop_broadcast(broadcast)

    data = (await grace.get(f"/api/messages/{sent.said['messageId']}")).data

    assert data == {"status": "stopped", "counts": {**NOBODY, "total": 2, "canceled": 2}}


async def test_another_churchs_text_cannot_be_followed(grace: Program, hope: Program) -> None:
    message_id = (await grace.send()).said["messageId"]
    assert (await grace.get(f"/api/messages/{message_id}")).status == 200

    for unknown in (message_id, uuid4(), "nonsense", "1"):
        answer = await hope.get(f"/api/messages/{unknown}")
        assert answer.refusal == (404, "not_found")
