"""A program finds and adds members."""

import pytest

from inbox.live import rooms
from inbox.models import Member, Message
from inbox.models.members.consent import record_opt_out
from tests.api.conftest import Program
from tests.cast import GEORGE, LYDIA, NAOMI, STRANGER, Cast
from tests.house import Screens


async def test_members_are_listed_with_whether_they_can_be_texted(
    grace: Program, cast: Cast
) -> None:
    await cast.george.opt_out()
    assert cast.george.opted_out_at

    data = (await grace.get("/api/members")).data

    assert data["next"] is None
    assert data["members"] == [
        {
            "id": cast.naomi.id,
            "name": "Naomi Park",
            "phone": NAOMI,
            "optedOut": False,
            "optedOutAt": None,
            "optedOutBy": None,
            "unreachable": False,
            "whyNot": None,
        },
        {
            "id": cast.george.id,
            "name": "George Bell",
            "phone": GEORGE,
            "optedOut": True,
            "optedOutAt": cast.george.opted_out_at.isoformat().replace("+00:00", "Z"),
            "optedOutBy": "member",
            "unreachable": False,
            "whyNot": {
                "code": "opted_out",
                "message": "They are opted out of the church's texts. They can opt in again by "
                "texting START to the church's number.",
            },
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
async def test_an_impossible_page_is_refused(
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


@pytest.mark.parametrize(
    ("phone", "unreachable", "code"),
    [
        ("SUPPORT", None, "named_sender"),
        ("whatsapp:+12025550150", None, "other_channel"),
        ("68849", None, "short_code"),
        ("+18885550150", None, "toll_free"),
        ("+19005550150", None, "premium_number"),
        ("+68849", None, "hidden_number"),
        (STRANGER, "21614", "21614"),
    ],
)
async def test_a_program_can_see_who_cannot_be_texted_and_why(
    grace: Program, cast: Cast, phone: str, unreachable: str | None, code: str
) -> None:
    member = await Member.create(church=cast.grace, phone=phone, unreachable=unreachable)
    [shown] = (await grace.get("/api/members", after=member.id - 1)).data["members"]
    assert shown["unreachable"] and not shown["optedOut"]
    assert shown["whyNot"]["code"] == code and shown["whyNot"]["message"].endswith(".")


async def test_a_program_opts_a_member_out_and_undoes_it(
    grace: Program, cast: Cast, screens: Screens
) -> None:
    conversation = await cast.conversation()
    path = f"/api/members/{cast.naomi.id}/opt-out"
    for _ in range(2):
        answer = await grace.post(path, {"optedOut": True})
        assert answer.status == 200
        assert (answer.data["optedOut"], answer.data["optedOutBy"]) == (True, "program")
    assert (await Member.get(id=cast.naomi.id)).refusal == "opted_out"
    answer = await grace.post(path, {"optedOut": False})
    assert (answer.data["optedOut"], answer.data["whyNot"]) == (False, None)

    events = Message.filter(conversation_id=conversation.id, kind="event").order_by("id")
    assert await events.values_list("event", flat=True) == ["opt_out_recorded", "opt_out_undone"]
    told = screens.put_in(rooms.conversation(conversation.id))
    assert "A program opted Naomi Park out of texts" in told


async def test_a_program_learns_that_staff_opted_a_member_out(grace: Program, cast: Cast) -> None:
    await record_opt_out(cast.naomi, by=cast.ruth)
    [shown] = (await grace.get("/api/members", phone=NAOMI)).data["members"]
    assert shown["optedOutBy"] == "staff"


async def test_no_program_undoes_a_stop(grace: Program, cast: Cast) -> None:
    await cast.naomi.opt_out()
    answer = await grace.post(f"/api/members/{cast.naomi.id}/opt-out", {"optedOut": False})
    assert answer.refusal == (409, "only_they_can")
    assert (await Member.get(id=cast.naomi.id)).refusal == "opted_out"


@pytest.mark.parametrize("body", [{}, {"optedOut": "yes"}, {"optedOut": None}, {"opted": True}])
async def test_an_ambiguous_opt_out_changes_nothing(
    grace: Program, cast: Cast, body: dict[str, object]
) -> None:
    answer = await grace.post(f"/api/members/{cast.naomi.id}/opt-out", body)
    assert answer.refusal == (400, "invalid_request")
    assert (await Member.get(id=cast.naomi.id)).refusal is None


async def test_members_of_another_church_are_out_of_reach(hope: Program, cast: Cast) -> None:
    answer = await hope.post(f"/api/members/{cast.naomi.id}/opt-out", {"optedOut": True})
    assert answer.refusal == (404, "not_found")
