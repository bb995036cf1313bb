"""The church's members."""

import re
from datetime import datetime
from typing import Literal

from pydantic import Field
from quart import Blueprint

from inbox.api.auth import caller, church
from inbox.api.errors import ApiError
from inbox.api.operation import ApiModel, Name, PageQuery, Success, Text, operation
from inbox.context import screens
from inbox.models import Member
from inbox.models.finders import find_member
from inbox.models.members.adding import PhoneTaken, add_member
from inbox.models.members.consent import record_opt_out, undo_opt_out
from inbox.rules.ids import MAX_ID
from inbox.rules.names import MAX_NAME_LENGTH
from inbox.rules.phone import parse_phone
from inbox.rules.reasons import Reason

calls = Blueprint("members", __name__)


class MemberQuery(PageQuery):
    phone: Text | None = Field(None, description="Only the member with this number.")


class NewMember(ApiModel):
    phone: Text = Field(description="As people write it, or as +12025550142.")
    name: Name = Field("", max_length=MAX_NAME_LENGTH)


class OptOut(ApiModel):
    opted_out: bool = Field(strict=True, description="false undoes a recorded opt-out.")


class BlockedReason(ApiModel):
    """Why no texts go to a member: a code for programs, and a sentence for people."""

    code: str
    message: str


class MemberDetails(ApiModel):
    """`unreachable`: texts cannot reach this phone (a landline, for example) or are not meant for
    it (a company's short code, or a sender that has a name instead of a number).

    `optedOutBy` says who opted them out: "member" by texting STOP, which no one else can undo;
    "staff" or "program" if it was recorded for them. `whyNot` is null if texts go to them.
    """

    id: int
    name: str
    phone: str
    opted_out: bool
    opted_out_at: datetime | None
    opted_out_by: Literal["member", "staff", "program"] | None
    unreachable: bool
    why_not: BlockedReason | None


class MemberPage(ApiModel):
    """`next` is the value of `after` for the next page, or null on the last one."""

    members: list[MemberDetails]
    next: int | None


class MembersResponse(Success):
    data: MemberPage


class MemberResponse(Success):
    data: MemberDetails


@calls.get("/members")
@operation(
    needs="read_members",
    query=MemberQuery,
    response=MembersResponse,
    refusals={422: "bad_number: this is not a phone number."},
)
async def index(query: MemberQuery) -> MembersResponse:
    """The church's members, page by page."""
    found = Member.listed(church().id).filter(id__gt=query.after).order_by("id")
    if query.phone is not None:
        # An unescaped + in the URL has become a space.
        found = found.filter(phone=_parsed(re.sub("^ ", "+", query.phone)))
    members = await found.limit(query.limit + 1)
    page = members[: query.limit]
    return MembersResponse(
        data=MemberPage(
            members=[_details_of(member) for member in page],
            next=page[-1].id if len(members) > len(page) else None,
        )
    )


@calls.post("/members")
@operation(
    needs="edit_members",
    body=NewMember,
    response=MemberResponse,
    status=201,
    refusals={
        409: "phone_taken: a member has this number already.",
        422: "bad_number: this is not a phone number.",
    },
)
async def create(body: NewMember) -> MemberResponse:
    """Add a member."""
    phone = _parsed(body.phone)
    try:
        added = await add_member(church().id, phone, body.name)
    except PhoneTaken:
        raise _phone_taken() from None
    await screens().show_conversations(added.conversation_ids)
    return MemberResponse(data=_details_of(added.member))


@calls.post(f"/members/<int(max={MAX_ID}):member_id>/opt-out")
@operation(
    needs="record_opt_outs",
    body=OptOut,
    response=MemberResponse,
    refusals={409: "only_they_can: the member texted STOP, so only their START undoes it."},
)
async def opt_out(member_id: int, body: OptOut) -> MemberResponse:
    """Record that a member wants no more texts, or undo that. From then on, no text goes to them,
    and their conversations say so. Nothing changes if it is already so. After an undo, Twilio still
    blocks texts (error 21610) to a member who also texted STOP."""
    member = await find_member(caller(), member_id)
    verb = record_opt_out if body.opted_out else undo_opt_out
    changed = await verb(member, by=None)
    await screens().show_conversations(changed.conversation_ids, changed.lines)
    return MemberResponse(data=_details_of(member))


def _parsed(phone: str) -> str:
    number = parse_phone(phone, church().country)
    if number is None:
        raise ApiError(422, "bad_number", "phone is not a complete phone number.")
    return number


def _phone_taken() -> ApiError:
    return ApiError(409, "phone_taken", "A member of this church has this phone number already.")


def _details_of(member: Member) -> MemberDetails:
    reason = member.reason
    return MemberDetails(
        id=member.id,
        name=member.name,
        phone=member.phone,
        opted_out=member.opted_out_at is not None,
        opted_out_at=member.opted_out_at,
        opted_out_by=_opted_out_by(member),
        unreachable=reason is not None and reason.code != "opted_out",
        why_not=_blocked_reason(reason) if reason else None,
    )


def _opted_out_by(member: Member) -> Literal["member", "staff", "program"] | None:
    if not member.opted_out_at:
        return None
    if member.opted_out_by is None:
        return "member"
    return "staff" if member.opted_out_by else "program"


def _blocked_reason(reason: Reason) -> BlockedReason:
    return BlockedReason(code=reason.code, message=f"{reason.text} {reason.remedy}")
