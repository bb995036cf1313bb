"""A program finds and fills groups."""

import pytest

from inbox.models import Group, Membership
from inbox.models.group import MAX_GROUPS
from tests.api.conftest import Program
from tests.cast import Cast


async def test_a_group_is_created_filled_and_listed(grace: Program, cast: Cast) -> None:
    made = await grace.post("/api/groups", {"name": " Choir "})
    assert made.status == 201
    assert made.data == {"id": made.data["id"], "name": "Choir", "memberCount": 0}

    address = f"/api/groups/{made.data['id']}/members"
    both = {"memberIds": [cast.naomi.id, cast.george.id]}
    assert (await grace.post(address, {"memberIds": [cast.naomi.id]})).data["memberCount"] == 1
    assert (await grace.post(address, both)).data["memberCount"] == 2

    listed = (await grace.get("/api/groups")).data
    assert listed == {
        "groups": [{"id": made.data["id"], "name": "Choir", "memberCount": 2}],
        "next": None,
    }


async def test_groups_are_read_page_by_page(grace: Program, cast: Cast) -> None:
    for name in ("Choir", "Youth", "Soup"):
        await Group.create(church=cast.grace, name=name)

    first = (await grace.get("/api/groups", limit=2)).data
    second = (await grace.get("/api/groups", limit=2, after=first["next"])).data

    assert [one["name"] for one in first["groups"]] == ["Choir", "Youth"]
    assert [one["name"] for one in second["groups"]] == ["Soup"]
    assert second["next"] is None


async def test_a_name_is_used_once_in_a_church(grace: Program, hope: Program) -> None:
    assert (await grace.post("/api/groups", {"name": "Choir"})).status == 201

    for name in ("Choir", "choir", "  CHOIR "):
        assert (await grace.post("/api/groups", {"name": name})).refusal == (409, "name_taken")
    assert (await hope.post("/api/groups", {"name": "Choir"})).status == 201


async def test_a_church_has_a_limited_number_of_groups(grace: Program, cast: Cast) -> None:
    await Group.bulk_create(
        [Group(church=cast.grace, name=f"Group {n}") for n in range(MAX_GROUPS)]
    )
    assert (await grace.post("/api/groups", {"name": "One more"})).refusal == (
        422,
        "too_many_groups",
    )


@pytest.mark.parametrize("name", ["", "   ", "a" * 81, 7, None, "a\x00"])
async def test_a_group_needs_a_name(grace: Program, name: object) -> None:
    assert (await grace.post("/api/groups", {"name": name})).refusal == (400, "invalid_request")
    assert not await Group.exists()


async def test_groups_of_another_church_are_out_of_reach(grace: Program, cast: Cast) -> None:
    elders = await Group.create(church=cast.hope, name="Elders")

    listed = (await grace.get("/api/groups")).data
    added = await grace.post(f"/api/groups/{elders.id}/members", {"memberIds": [cast.naomi.id]})

    assert listed["groups"] == []
    assert added.refusal == (404, "not_found")
    assert not await Membership.exists()


async def test_members_of_another_church_cannot_join_a_group(grace: Program, cast: Cast) -> None:
    choir = await Group.create(church=cast.grace, name="Choir")

    added = await grace.post(
        f"/api/groups/{choir.id}/members", {"memberIds": [cast.naomi.id, cast.lydia.id]}
    )

    assert added.refusal == (422, "unknown_member")
    assert not await Membership.exists()


async def test_an_id_too_large_for_the_database_is_not_found(grace: Program) -> None:
    answer = await grace.post(f"/api/groups/{10**30}/members", {"memberIds": [1]})

    assert answer.refusal == (404, "not_found")
