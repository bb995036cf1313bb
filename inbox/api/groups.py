"""Groups of members, as targets for texts."""

from pydantic import Field
from quart import Blueprint
from tortoise.exceptions import IntegrityError
from tortoise.functions import Count

from inbox.api.auth import caller, church
from inbox.api.errors import ApiError
from inbox.api.operation import ApiModel, Id, Name, PageQuery, Success, operation
from inbox.context import screens
from inbox.models import Group, Membership
from inbox.models.finders import find_group, find_members_by_id
from inbox.models.group import MAX_GROUPS
from inbox.rules.ids import MAX_ID

calls = Blueprint("groups", __name__)


class NewGroup(ApiModel):
    name: Name = Field(min_length=1, max_length=80)


class NewGroupMembers(ApiModel):
    member_ids: list[Id] = Field(min_length=1, max_length=1000)


class GroupDetails(ApiModel):
    id: int
    name: str
    member_count: int


class GroupPage(ApiModel):
    """`next` is the value of `after` for the next page, or null on the last one."""

    groups: list[GroupDetails]
    next: int | None


class GroupsResponse(Success):
    data: GroupPage


class GroupResponse(Success):
    data: GroupDetails


@calls.get("/groups")
@operation(needs="read_groups", query=PageQuery, response=GroupsResponse)
async def index(query: PageQuery) -> GroupsResponse:
    """The church's groups, page by page."""
    found = Group.filter(church_id=church().id, id__gt=query.after).order_by("id")
    groups = await found.limit(query.limit + 1)
    page = groups[: query.limit]
    return GroupsResponse(
        data=GroupPage(
            groups=await _details_of(page),
            next=page[-1].id if len(groups) > len(page) else None,
        )
    )


@calls.post("/groups")
@operation(
    needs="change_groups",
    body=NewGroup,
    response=GroupResponse,
    status=201,
    refusals={
        409: "name_taken: a group has this name already.",
        422: f"too_many_groups: a church has no more than {MAX_GROUPS}.",
    },
)
async def create(body: NewGroup) -> GroupResponse:
    """Add a group, without members yet."""
    if await Group.called(church().id, body.name):
        raise _name_taken()
    try:
        await Group.check_room(church().id)
        group = await Group.create(church=church(), name=body.name)
    except IntegrityError:
        raise _name_taken() from None
    return GroupResponse(data=(await _details_of([group]))[0])


@calls.post(f"/groups/<int(max={MAX_ID}):group_id>/members")
@operation(
    needs="change_groups",
    body=NewGroupMembers,
    response=GroupResponse,
    refusals={422: "unknown_member: memberIds holds an id that this church does not have."},
)
async def add_members(group_id: int, body: NewGroupMembers) -> GroupResponse:
    """Add members to a group; those who are already in it stay."""
    group = await find_group(caller(), group_id)
    wanted = set(body.member_ids)
    members = await find_members_by_id(caller(), wanted)
    if len(members) != len(wanted):
        raise ApiError(
            422, "unknown_member", "memberIds holds an id that this church does not have."
        )
    await group.add(members)
    await screens().show_memberships(church(), members, group)
    return GroupResponse(data=(await _details_of([group]))[0])


def _name_taken() -> ApiError:
    return ApiError(409, "name_taken", "A group of this church has this name already.")


async def _details_of(groups: list[Group]) -> list[GroupDetails]:
    grouped = (
        await Membership.filter(group_id__in=[group.id for group in groups])
        .annotate(count=Count("id"))
        .group_by("group_id")
        .values("group_id", "count")
    )
    counts = {row["group_id"]: row["count"] for row in grouped}
    return [
        GroupDetails(id=group.id, name=group.name, member_count=counts.get(group.id, 0))
        for group in groups
    ]
