"""Groups: who is in them, and in which order screens learn of changes."""

from inbox.models import Group, Member
from tests.cast import Cast


async def revision(member: Member) -> int:
    return int((await Member.get(id=member.id)).revision)


async def test_every_change_that_a_members_details_show_takes_their_next_revision(
    cast: Cast,
) -> None:
    choir = await Group.create(church=cast.grace, name="Choir")
    begun, of_george = await revision(cast.naomi), await revision(cast.george)
    await choir.add([cast.naomi, cast.george])
    assert await revision(cast.naomi) == begun + 1
    await choir.remove(cast.naomi)
    assert await revision(cast.naomi) == begun + 2
    await cast.naomi.write_about("Her boys are six and nine.", over="")
    assert await revision(cast.naomi) == begun + 3
    assert await revision(cast.george) == of_george + 1


async def test_a_group_takes_members_of_its_own_church_only(cast: Cast) -> None:
    choir = await Group.create(church=cast.grace, name="Choir")
    begun = await revision(cast.lydia)
    assert cast.lydia.church_id != cast.grace.id
    await choir.add([cast.naomi, cast.lydia])
    assert await Group.ids_with(cast.naomi) == {choir.id}
    assert await Group.ids_with(cast.lydia) == set()
    assert await revision(cast.lydia) == begun
