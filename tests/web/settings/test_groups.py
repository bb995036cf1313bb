"""Groups are managed in the settings, by any of the staff."""

import asyncio

from inbox import paths
from inbox.models import Group, Member, Membership
from inbox.models.group import MAX_GROUPS
from inbox.web.settings.groups import MEMBERS
from tests.house import House
from tests.web.test_members import get, post


async def test_groups_are_created_renamed_and_deleted(house: House) -> None:
    browser = await house.browser(house.cast.daniel)
    status, text = await post(browser, paths.group_settings(), name="Choir")
    assert status == 200 and '<h1 dir="auto">Choir</h1>' in text
    choir = await Group.get(name="Choir")
    await choir.add([house.cast.naomi])
    _, text = await get(browser, paths.group_settings())
    assert "Choir" in text and "1 member" in text
    _, text = await post(browser, paths.group_settings(choir.id), name="Large choir")
    assert '<h1 dir="auto">Large choir</h1>' in text and "Naomi Park" in text
    _, text = await post(browser, paths.remove_from_group(choir.id, house.cast.naomi.id))
    assert "Naomi Park" not in text and not await Membership.exists()
    await choir.add([house.cast.naomi])
    await post(browser, paths.delete_group(choir.id))
    assert not await Group.exists() and await Member.exists(id=house.cast.naomi.id)


async def test_a_taken_or_empty_name_is_refused_with_a_sentence(house: House) -> None:
    browser = await house.browser(house.cast.daniel)
    await Group.create(church=house.cast.grace, name="Choir")
    youth = await Group.create(church=house.cast.grace, name="Youth")
    for path, name in (
        (paths.group_settings(), "  "),
        (paths.group_settings(youth.id), "choir"),
        (paths.group_settings(youth.id), ""),
    ):
        status, text = await post(browser, path, name=name)
        assert status == 422 and "no other group has" in text
    assert (await Group.get(id=youth.id)).name == "Youth"


async def test_the_second_to_take_a_name_at_once_is_told(house: House) -> None:
    browser = await house.browser(house.cast.daniel)
    groups = [await Group.create(church=house.cast.grace, name=f"Group {n}") for n in range(6)]
    answers = await asyncio.gather(
        *(post(browser, paths.group_settings(group.id), name="Choir") for group in groups)
    )
    assert sorted(status for status, _ in answers) == [200, *[422] * 5]
    assert all("no other group has" in text for status, text in answers if status == 422)
    assert await Group.filter(name="Choir").count() == 1


async def test_the_number_of_groups_is_limited(house: House) -> None:
    browser = await house.browser(house.cast.daniel)
    grace, naomi = house.cast.grace, house.cast.naomi
    await Group.bulk_create([Group(church=grace, name=f"Group {n}") for n in range(MAX_GROUPS)])
    for path in (paths.group_settings(), paths.member_groups(naomi.id)):
        status, text = await post(browser, path, name="Choir")
        assert status == 422 and "There are already 500 groups" in text
        assert (await post(browser, path, name="group 7"))[0] == 200, "that one is on this page"
    assert await Group.filter(church=grace).count() == MAX_GROUPS
    await (await Group.get(name="Group 8")).delete()
    status, text = await post(browser, paths.group_settings(), name="Choir")
    assert status == 200 and '<h1 dir="auto">Choir</h1>' in text


async def test_a_large_group_is_paged(house: House) -> None:
    browser = await house.browser(house.cast.daniel)
    group = await Group.create(church=house.cast.grace, name="Everybody")
    for number in range(MEMBERS + 3):
        # Two members with the same name, on either side of a page break.
        name = f"Person {number if number != MEMBERS else MEMBERS - 1:03d}"
        member = await Member.with_phone(house.cast.grace.id, f"+1303555{number:04d}", name)
        await group.add([member])
    _, first = await get(browser, paths.group_settings(group.id))
    last = (await group.page(None, MEMBERS))[-1]
    _, second = await get(browser, paths.group_settings(group.id, last.id))
    assert first.count('class="line-name"') == MEMBERS and second.count('class="line-name"') == 3
    assert "Next page" in first and "Next page" not in second
