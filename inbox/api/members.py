"""The people of the church."""

import re

from pydantic import Field
from quart import Blueprint
from tortoise.exceptions import IntegrityError

from inbox.api.auth import church
from inbox.api.errors import ApiError
from inbox.api.operation import Name, Page, Success, Text, Wire, operation
from inbox.models import Member
from inbox.rules.phone import parse_phone

calls = Blueprint("members", __name__)


class MemberPage(Page):
    phone: Text | None = Field(None, description="Only the member with this number.")


class NewMember(Wire):
    phone: Text = Field(description="As people write it, or as +12025550142.")
    name: Name = Field("", max_length=120)


class MemberShown(Wire):
    """`unreachable`: texts cannot reach this phone, it may be a landline."""

    id: int
    name: str
    phone: str
    opted_out: bool
    unreachable: bool


class Members(Wire):
    """`next` is what to ask for `after`, or null on the last page."""

    members: list[MemberShown]
    next: int | None


class MembersListed(Success):
    data: Members


class MemberCreated(Success):
    data: MemberShown


@calls.get("/members")
@operation(
    query=MemberPage,
    answers=MembersListed,
    refusals={422: "bad_number: this is not a phone number."},
)
async def index(query: MemberPage) -> MembersListed:
    """The church's members, page by page."""
    found = Member.filter(church_id=church().id, id__gt=query.after).order_by("id")
    if query.phone is not None:
        # A + that was not escaped in the address has become a space.
        found = found.filter(phone=_parsed(re.sub("^ ", "+", query.phone)))
    members = await found.limit(query.limit + 1)
    page = members[: query.limit]
    return MembersListed(
        data=Members(
            members=[_shown(member) for member in page],
            next=page[-1].id if len(members) > len(page) else None,
        )
    )


@calls.post("/members")
@operation(
    takes=NewMember,
    answers=MemberCreated,
    status=201,
    refusals={
        409: "phone_taken: a member has this number already.",
        422: "bad_number: this is not a phone number.",
    },
)
async def create(body: NewMember) -> MemberCreated:
    """Add a member."""
    phone = _parsed(body.phone)
    if await Member.exists(church_id=church().id, phone=phone):
        raise _phone_taken()
    try:
        member = await Member.create(church=church(), phone=phone, name=body.name)
    except IntegrityError:
        raise _phone_taken() from None
    return MemberCreated(data=_shown(member))


def _parsed(phone: str) -> str:
    number = parse_phone(phone, church().country)
    if number is None:
        raise ApiError(422, "bad_number", "phone is not a complete phone number.")
    return number


def _phone_taken() -> ApiError:
    return ApiError(409, "phone_taken", "A member of this church has this phone number already.")


def _shown(member: Member) -> MemberShown:
    return MemberShown(
        id=member.id,
        name=member.name,
        phone=member.phone,
        opted_out=member.opted_out_at is not None,
        unreachable=member.unreachable is not None,
    )
