"""Adding many members to a group at once: selected one by one, or as a whole list."""

import aiohttp
from bs4 import BeautifulSoup

from inbox import paths
from inbox.models import Conversation, Group, Member
from inbox.models.group import MAX_GROUPS
from tests.cast import GEORGE, LYDIA, NAOMI, STRANGER
from tests.house import House
from tests.web.test_members import get, post
from tests.web.test_triage import STREAM

LIST = "Park, Naomi;202-555-0142\nGómez, Ana;202-555-0151\nNobody;12\n"


async def inside(group: Group) -> list[str]:
    return [member.name for member in await group.page(None, 50)]


async def test_selected_members_are_added_together(house: House) -> None:
    browser = await house.browser(house.cast.daniel)
    choir = await Group.create(church=house.cast.grace, name="Choir")
    naomi, george, lydia = house.cast.naomi, house.cast.george, house.cast.lydia
    form = [("member_ids", str(id)) for id in (naomi.id, george.id, lydia.id, "x")]
    async with browser.post(paths.group_people(choir.id), data=form) as answer:
        assert "2 members added to this group." in await answer.text()
    assert await inside(choir) == ["George Bell", "Naomi Park"], "and no one from another church"
    status, text = await post(browser, paths.group_people(choir.id))
    assert status == 200 and "added to this group." not in text
    assert await inside(choir) == ["George Bell", "Naomi Park"]


async def test_members_are_searched_and_those_in_the_group_are_not_offered_again(
    house: House,
) -> None:
    browser = await house.browser(house.cast.daniel)
    choir = await Group.create(church=house.cast.grace, name="Choir")
    await choir.add([house.cast.naomi])
    await house.cast.george.opt_out()
    _, text = await get(browser, f"{paths.group_people(choir.id)}?q=naomi")
    assert "in the group" in text and "aria-disabled" in text
    _, text = await get(browser, f"{paths.group_people(choir.id)}?q=bell")
    assert "George Bell" in text and "aria-disabled" not in text, "a group is not a broadcast"
    _, text = await get(browser, f"{paths.group_people(choir.id)}?q=lydia")
    assert "No member is called" in text and LYDIA[-4:] not in text


async def test_a_whole_list_is_added_to_a_new_or_existing_group(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    await Group.create(church=house.cast.grace, name="Choir")
    _, text = await get(browser, paths.import_people("Choir"))
    assert 'value="Choir"' in text and '<option value="Choir">' in text
    for name, said in (
        ("choir", "2 members will be in Choir"),
        ("Youth", "2 members will be in a new group, Youth"),
    ):
        form = {"list": LIST, "group": name}
        _, text = await post(browser, paths.import_people(), **form)
        assert said in text and not await Group.exists(name="Youth")
        _, text = await post(browser, paths.import_people(), **form, sure="yes")
        assert "2 members added to this group." in text
        assert await inside(await Group.get(name__iexact=name)) == ["Ana Gómez", "Naomi Park"]
    assert await Group.all().count() == 2


async def test_one_group_too_many_is_explained_and_nobody_was_added(house: House) -> None:
    browser, grace = await house.browser(house.cast.ruth), house.cast.grace
    await Group.bulk_create([Group(church=grace, name=f"Group {n}") for n in range(MAX_GROUPS)])
    form = {"list": LIST, "group": "Choir", "sure": "yes"}
    status, text = await post(browser, paths.import_people(), **form)
    assert status == 422 and "There are already 500 groups" in text and "Gómez, Ana;" in text
    assert await Member.filter(church=grace).count() == 2


async def test_the_preview_of_a_list_has_names_and_can_be_corrected(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    await Member.with_phone(house.cast.grace.id, STRANGER)
    many = "".join(f"Singer {n};2025550{200 + n}\n" for n in range(12))
    form = {"list": f"Diaz, Rosa;2025550199\n{many}Nobody;12\n", "group": "Choir"}
    _, text = await post(browser, paths.import_people(), **form)
    told = BeautifulSoup(text, "html.parser").text
    at_once, _, unfolded = told.partition("and 2 others")
    assert "Singer 9, (202) 555-0209" not in unfolded and "Singer 10, " not in at_once
    assert "Singer 11, (202) 555-0211" in unfolded and "Rosa Diaz, (202) 555-0199" in told
    assert "Line 1: “Diaz, Rosa” becomes Rosa Diaz" in text
    status, text = await post(browser, paths.import_people(), **form, again="yes")
    assert status == 200 and form["list"].strip() in text and 'value="Choir"' in text
    assert "See what will happen" in text


async def test_the_members_of_several_conversations_are_added_to_a_group(house: House) -> None:
    for phone in (NAOMI, GEORGE):
        await house.text(phone, "May I sing, too?")
    choir = await Group.create(church=house.cast.grace, name="Choir")
    theirs = await Group.create(church=house.cast.hope, name="Choir of Hope")
    here = await Conversation.filter(church=house.cast.grace).values_list("id", flat=True)
    daniel, mercy = [await house.browser(one) for one in (house.cast.daniel, house.cast.mercy)]

    async def put(browser: aiohttp.ClientSession, group: Group) -> tuple[int, str]:
        form = [("action", f"group:{group.id}"), *(("ids", str(id)) for id in here)]
        async with browser.post(paths.bulk(), data=form, headers=STREAM) as answer:
            return answer.status, await answer.text()

    assert (await put(mercy, choir))[0] == 403, "she is a volunteer"
    assert (await put(daniel, theirs))[0] == 404
    assert await inside(choir) == await inside(theirs) == []
    status, text = await put(daniel, choir)
    assert status == 200 and "2 members are in the group." in text
    assert await inside(choir) == ["George Bell", "Naomi Park"]
