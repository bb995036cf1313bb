"""A program finds and adds members."""

import pytest

from inbox.models import Member
from tests.api.conftest import Program
from tests.cast import GEORGE, LYDIA, NAOMI, STRANGER, Cast


async def test_members_are_listed_with_what_may_be_sent_to_them(grace: Program, cast: Cast) -> None:
    await cast.george.opt_out()

    data = (await grace.get("/api/members")).data

    assert data["next"] is None
    assert data["members"] == [
        {
            "id": cast.naomi.id,
            "name": "Naomi Park",
            "phone": NAOMI,
            "optedOut": False,
            "unreachable": False,
        },
        {
            "id": cast.george.id,
            "name": "George Bell",
            "phone": GEORGE,
            "optedOut": True,
            "unreachable": False,
        },
    ]


async def test_a_list_is_read_page_by_page_to_its_end(grace: Program, cast: Cast) -> None:
    first = (await grace.get("/api/members", limit=1)).data
    second = (await grace.get("/api/members", limit=1, after=first["next"])).data

    assert [one["id"] for one in first["members"]] == [cast.naomi.id]
    assert [one["id"] for one in second["members"]] == [cast.george.id]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"limit": 101}, "limit should be less than or equal to 100."),
        ({"limit": 0}, "limit should be greater than or equal to 1."),
        ({"after": 2**63}, f"after should be less than or equal to {2**63 - 1}."),
        ({"after": "x"}, "after should be a valid integer, unable to parse string as an integer."),
        ({"offset": 5}, "offset is not known here."),
    ],
)
async def test_a_page_that_cannot_be_is_refused(
    grace: Program, query: dict[str, object], sentence: str
) -> None:
    answer = await grace.get("/api/members", **query)

    assert answer.refusal == (400, "invalid_request")
    assert answer.sentence == sentence


async def test_a_member_is_found_by_phone(grace: Program, cast: Cast) -> None:
    for written in (GEORGE, "(202) 555-0143", "202 555 0143"):
        data = (await grace.get("/api/members", phone=written)).data
        assert [one["id"] for one in data["members"]] == [cast.george.id], written
    assert (await grace.ask("GET", f"/api/members?phone={GEORGE}")).data["members"]
    assert not (await grace.get("/api/members", phone=LYDIA)).data["members"]
    assert (await grace.get("/api/members", phone="12")).refusal == (422, "bad_number")


async def test_a_member_is_added(grace: Program, cast: Cast) -> None:
    answer = await grace.post("/api/members", {"name": " Abel Okafor ", "phone": "(202) 555-0199"})

    assert answer.status == 201
    member = await Member.get(id=answer.data["id"])
    assert (member.church_id, member.name, member.phone) == (
        cast.grace.id,
        "Abel Okafor",
        STRANGER,
    )


async def test_a_phone_number_belongs_to_one_member(grace: Program) -> None:
    answer = await grace.post("/api/members", {"phone": NAOMI})

    assert answer.refusal == (409, "phone_taken")


async def test_a_member_of_another_church_may_be_added_here(grace: Program, cast: Cast) -> None:
    answer = await grace.post("/api/members", {"phone": LYDIA})

    assert answer.status == 201
    assert answer.data["name"] == ""
    assert answer.data["id"] != cast.lydia.id


async def test_a_member_needs_a_phone_number(grace: Program) -> None:
    answer = await grace.post("/api/members", {"name": "Abel", "phone": "call me"})

    assert answer.refusal == (422, "bad_number")
    assert (await grace.post("/api/members", {"name": "Abel"})).sentence == "phone is missing."
    too_long = await grace.post("/api/members", {"name": "a" * 121, "phone": STRANGER})
    assert too_long.sentence == "name should have at most 120 characters."
