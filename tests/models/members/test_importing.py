"""A list becomes members who are greeted by their first names and may join a group."""

import pytest

from inbox import db
from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Group, Member, Message
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.broadcasts.enqueueing import enlist
from inbox.models.members.importing import carry_out, plan
from tests.cast import NAOMI, STRANGER, Cast
from tests.member_lists import lines_of

LIST = """Name;Phone
Gómez, Ana;202-555-0151
Diaz, Rosa;202-555-0199
Park, Naomi;202-555-0142
Bell, George;202-555-0143
Stone, Ada;12
"""


async def test_a_member_imported_family_name_first_is_stored_in_spoken_order(cast: Cast) -> None:
    await Member.with_phone(cast.grace.id, STRANGER)
    await Member.filter(id=cast.george.id).update(name="Bell, George")
    found = await plan(cast.grace, lines_of(LIST))
    assert [line.number for line in found.here] == [4, 5], (
        "Naomi Park, and George as already stored"
    )
    assert [line.turned for line in found.turned] == ["Gómez, Ana", "Diaz, Rosa"]
    await carry_out(cast.grace, found)
    kept = {one.name for one in await Member.filter(church=cast.grace)}
    assert kept == {"Ana Gómez", "Rosa Diaz", "Naomi Park", "Bell, George"}


async def test_a_member_stored_family_name_first_is_greeted_by_the_given_name(cast: Cast) -> None:
    await Member.filter(id=cast.naomi.id).update(name="Park, Naomi")
    broadcast = await compose_broadcast(
        cast.grace,
        by=cast.ruth,
        body="Hi {first_name}, we sing on Sunday",
        target_type="individual",
        target_ids=[cast.naomi.id, cast.george.id],
        key=new_key(),
    )
    while await enlist(broadcast):
        pass
    bodies = await Message.filter(broadcast=broadcast).order_by("body").values_list("body")
    assert [body for (body,) in bodies] == [
        "Hi George, we sing on Sunday",
        "Hi Naomi, we sing on Sunday",
    ]


@pytest.mark.parametrize("there_already", [True, False])
async def test_all_members_of_a_list_are_added_to_a_group(cast: Cast, there_already: bool) -> None:
    choir = await Group.create(church=cast.grace, name="Choir")
    elsewhere = await Member.with_phone(cast.hope.id, NAOMI, "Naomi of Hope")
    if there_already:
        await choir.add([cast.naomi])
    found = await plan(cast.grace, lines_of(LIST))
    assert len(found.people) == 4 and await choir.ids_among([cast.george, elsewhere]) == set()
    assert await carry_out(cast.grace, found, choir) == 2
    names = [member.name for member in await choir.page(None, 10)]
    assert names == ["Ana Gómez", "George Bell", "Naomi Park", "Rosa Diaz"]
    again = await plan(cast.grace, lines_of(LIST))
    assert await carry_out(cast.grace, again, choir) == 0
    assert len(await choir.page(None, 10)) == 4


@pytest.mark.only_on("postgres")
async def test_a_long_list_is_indexed_without_reading_all_names_for_each(cast: Cast) -> None:
    def people(first: int, last: int) -> str:
        lines = (f"Ada Member {n};303-20{n // 10_000}-{n % 10_000:04}" for n in range(first, last))
        return "Name;Phone\n" + "\n".join(lines)

    # PostgreSQL plans for a small church and keeps these plans for the whole list.
    await carry_out(cast.grace, await plan(cast.grace, lines_of(people(0, 200))))
    await db.rows("analyze")
    found = await plan(cast.grace, lines_of(people(0, 2_000)))
    async with db.transaction():
        await carry_out(cast.grace, found)
        read = "select seq_tup_read from pg_stat_xact_user_tables where relname = 'member_words'"
        assert await db.rows(read) == [{"seq_tup_read": 0}]
    [indexed] = await db.rows("select count(*) as many from member_words")
    assert indexed["many"] == await Member.all().count() > 2_000


async def test_a_no_counts_for_a_number_wherever_else_the_list_has_it(cast: Cast) -> None:
    text = "Name,Phone,Status\nNaomi,202-555-0142,Opted-In\nAda,202-555-0151,Opted-In\n"
    text += "Ada,202-555-0151,Opted-Out\nNaomi Park,202-555-0142,Opted-Out\n"
    found = await plan(cast.grace, lines_of(text))
    assert found.people == [] and found.changes == 0
    assert [(line.number, line.phone) for line in found.declined] == [(5, NAOMI)]
    await Member.filter(phone=NAOMI).update(opted_out_at=now())
    assert (await plan(cast.grace, lines_of(text))).declined == []
