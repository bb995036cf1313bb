"""What each role may do."""

import re

import pytest

from inbox import paths
from inbox.keys import new_key
from inbox.models import Broadcast, Group, Member, Staff
from tests.house import House
from tests.models.broadcasts.test_broadcast import compose
from tests.web.test_members import get, post


@pytest.fixture
async def choir(house: House) -> Group:
    group = await Group.create(church=house.cast.grace, name="Choir")
    await group.add([house.cast.naomi])
    return group


async def test_volunteers_reply_but_do_not_send_broadcasts(house: House, choir: Group) -> None:
    broadcast = await compose(house.cast)
    naomi = house.cast.naomi.id
    asked = {
        paths.broadcasts(): {"body": "Hi", "target_type": "all", "key": new_key()},
        paths.audience(): {"body": "Hi", "target_type": "all"},
        paths.stop_broadcast(broadcast.id): {},
        paths.send_broadcast_now(broadcast.id): {},
        paths.retry_broadcast(broadcast.id): {},
        paths.import_people(): {"list": "Martha, 202 555 0188", "sure": "yes"},
        paths.group_settings(): {"name": "Youth"},
        paths.group_settings(choir.id): {"name": "Large choir"},
        paths.group_people(choir.id): {"member_ids": str(house.cast.george.id)},
        paths.remove_from_group(choir.id, naomi): {},
        paths.delete_group(choir.id): {},
    }
    mercy, daniel = [await house.browser(one) for one in (house.cast.mercy, house.cast.daniel)]
    for path, form in asked.items():
        status, text = await post(mercy, path, **form)
        assert status == 403 and "Nothing was changed." in text, path
    for path in (paths.new_broadcast(), paths.import_people(), paths.group_people(choir.id)):
        assert (await get(mercy, path))[0] == 403
        assert (await get(daniel, path))[0] == 200
    assert await Broadcast.all().count() == 1 and not (await broadcast_now(broadcast)).stopped_at
    assert [one.name for one in await Group.all()] == ["Choir"]
    assert await Member.filter(church_id=house.cast.grace.id).count() == 2

    for path, form in asked.items():
        assert (await post(daniel, path, **form))[0] < 400, path
    assert not await Group.exists(name="Large choir")


async def test_volunteers_handle_conversations_like_everyone_else(
    house: House, choir: Group
) -> None:
    mercy = await house.browser(house.cast.mercy)
    conversation = await house.cast.conversation()
    form = {"body": "We will be there", "key": new_key()}
    assert (await post(mercy, paths.messages(conversation.id), **form))[0] == 200
    for path in (
        paths.inbox(),
        paths.broadcasts(),
        paths.group_settings(),
        paths.people_settings(),
    ):
        status, text = await get(mercy, path)
        assert status == 200 and "send_broadcasts" not in _may(text)
        links = [tag for tag in re.findall("<a [^>]*>", text) if paths.new_broadcast() in tag]
        hidden = 'data-needs="send_broadcasts"'
        assert all(hidden in tag for tag in links), "which is hidden from volunteers"
        assert links, path


def _may(html: str) -> list[str]:
    """The viewer's permissions, as the page states them."""
    found = re.search('data-may="([^"]*)"', html)
    return found[1].split() if found else []


async def broadcast_now(broadcast: Broadcast) -> Broadcast:
    return await Broadcast.get(id=broadcast.id)


async def test_an_owner_changes_the_roles_of_the_others(house: House) -> None:
    ruth, mercy = [await house.browser(one) for one in (house.cast.ruth, house.cast.mercy)]
    assert (await get(mercy, paths.new_broadcast()))[0] == 403
    path = paths.staff_role(house.cast.mercy.id)
    assert (await post(mercy, path, role="owner"))[0] == 403
    assert (await post(ruth, path, role="pope"))[0] == 400
    status, text = await post(ruth, path, role="editor")
    assert status == 200 and "has changed." in text
    assert (await get(mercy, paths.new_broadcast()))[0] == 200

    status, text = await post(ruth, paths.staff_role(house.cast.ruth.id), role="editor")
    assert status == 422 and "Ruth Adeyemi is the only owner." in text
    assert (await Staff.get(id=house.cast.ruth.id)).role == "owner"
