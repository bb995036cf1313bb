"""A broadcast's audience, counted before it is sent."""

import pytest

from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Group, Member
from inbox.models.broadcast import TargetType
from inbox.models.broadcasts.audience import Audience
from inbox.models.broadcasts.composing import TooLongFor, compose_broadcast
from inbox.rules.refusals import CannotSend
from inbox.rules.segments import MAX_TEXT_LENGTH
from tests.cast import STRANGER, Cast


def audience(cast: Cast, target_type: TargetType, ids: list[int] | None = None) -> Audience:
    return Audience(cast.grace.id, target_type, ids or [])


async def group(cast: Cast, name: str, *members: Member) -> Group:
    made = await Group.create(church=cast.grace, name=name)
    await made.add(list(members))
    return made


async def test_the_audience_is_split_into_recipients_and_excluded_members(cast: Cast) -> None:
    await Member.with_phone(cast.grace.id, STRANGER)
    stopped = await Member.with_phone(cast.grace.id, "+12025550150", "Ada Stone")
    await stopped.opt_out()
    landline = await Member.with_phone(cast.grace.id, "+12025550151", "Carl Stone")
    await landline.note_unreachable("21614")

    reach = await audience(cast, "all").reach()
    assert (reach.willing, reach.unnamed) == (3, 1)
    assert (reach.opted_out, reach.unreachable) == (1, 1)
    assert [member.name for member in reach.left_out] == ["Ada Stone", "Carl Stone"]
    assert reach.first_names == {"Naomi": 1, "George": 1, "": 1}
    assert reach.example and reach.example.is_named


async def test_senders_that_cannot_be_texted_are_left_out(cast: Cast) -> None:
    await Member.with_phone(cast.grace.id, "68849")
    await Member.with_phone(cast.grace.id, "SUPPORT")
    await Member.with_phone(cast.grace.id, "Банк")
    await Member.with_phone(cast.grace.id, "whatsapp:+12025550150")
    await Member.with_phone(cast.grace.id, "+18885550150")
    await Member.with_phone(cast.grace.id, "+19005550150")
    await Member.with_phone(cast.grace.id, "+266696687")

    reach = await audience(cast, "all").reach()
    assert (reach.willing, reach.unreachable) == (2, 7)
    reasons = {member.phone: member.broadcast_refusal for member in reach.left_out}
    assert reasons == {
        "68849": "short_code",
        "SUPPORT": "named_sender",
        "Банк": "named_sender",
        "whatsapp:+12025550150": "other_channel",
        "+18885550150": "toll_free",
        "+19005550150": "premium_number",
        "+266696687": "hidden_number",
    }


async def test_everyone_with_a_name_excludes_members_without_one(cast: Cast) -> None:
    await Member.with_phone(cast.grace.id, STRANGER)
    assert (await audience(cast, "all").reach()).willing == 3
    reach = await audience(cast, "named").reach()
    assert (reach.willing, reach.unnamed) == (2, 0)
    one = await compose_broadcast(
        cast.grace, by=cast.ruth, body="Hi", target_type="named", key=new_key()
    )
    assert {member.phone for member in await Audience.of(one).members()} == {
        cast.naomi.phone,
        cast.george.phone,
    }


async def test_a_member_of_two_groups_is_counted_once_and_it_is_said(cast: Cast) -> None:
    choir = await group(cast, "Choir", cast.naomi, cast.george)
    youth = await group(cast, "Youth", cast.naomi)
    both = await audience(cast, "groups", [choir.id, youth.id]).reach()
    assert (both.willing, both.twice) == (2, 1)
    assert (await audience(cast, "groups", [choir.id]).reach()).twice == 0


async def test_without_groups_or_selected_members_the_audience_is_empty(cast: Cast) -> None:
    assert (await audience(cast, "groups").reach()).willing == 0
    assert (await audience(cast, "individual").reach()).willing == 0


async def test_nobody_from_another_church_is_counted(cast: Cast) -> None:
    elders = await Group.create(church=cast.hope, name="Elders")
    await elders.add([cast.lydia])
    theirs = Audience(cast.hope.id, "groups", [elders.id])
    assert (await theirs.reach()).willing == 1, "the premise"
    assert (await audience(cast, "groups", [elders.id]).reach()).willing == 0
    assert (await audience(cast, "individual", [cast.lydia.id]).reach()).willing == 0
    for type, id in (("groups", elders.id), ("individual", cast.lydia.id)):
        with pytest.raises(CannotSend, match="unknown_target"):
            await Audience(cast.grace.id, type, [id]).check()  # type: ignore[arg-type]


async def test_a_name_that_makes_the_text_too_long_is_reported_before_sending(
    cast: Cast,
) -> None:
    body = "x" * (MAX_TEXT_LENGTH - 18) + "{first_name}"
    assert await compose_broadcast(
        cast.grace, by=cast.ruth, body=body, target_type="all", key=new_key()
    )
    long = await Member.with_phone(cast.grace.id, STRANGER, "Wolfeschlegelsteinhausen Park")
    with pytest.raises(TooLongFor) as refusal:
        await compose_broadcast(
            cast.grace, by=cast.ruth, body=body, target_type="all", key=new_key()
        )
    assert refusal.value.member.name == "Wolfeschlegelsteinhausen Park"

    await Member.filter(id=long.id).update(opted_out_at=now())
    assert await compose_broadcast(
        cast.grace, by=cast.ruth, body=body, target_type="all", key=new_key()
    )
