"""The church's groups: creating, renaming, and deleting them."""

from quart import Blueprint, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.context import screens
from inbox.i18n import N_
from inbox.models import Group, Member
from inbox.models.finders import find_group, find_member
from inbox.models.group import MAX_GROUPS, TOO_MANY, TooManyGroups
from inbox.rules.ids import an_id
from inbox.web.auth import church, me, needs
from inbox.web.pages import page, say

pages = Blueprint("groups", __name__)

MEMBERS = 50
NEEDS_A_NAME = N_("Enter a group name that no other group has.")


@pages.get("/settings/groups")
@needs("read_groups")
async def index() -> ResponseReturnValue:
    return await _index()


async def _index(problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    groups, sizes = await Group.all_of(church().id), await Group.sizes(church().id)
    return await page("settings/groups.html", status, groups=groups, sizes=sizes, problem=problem)


@pages.post("/settings/groups")
@needs("change_groups")
async def create() -> ResponseReturnValue:
    try:
        group = await Group.named(church().id, (await request.form).get("name", ""))
    except ValueError:
        return await _index(say(NEEDS_A_NAME), 422)
    except TooManyGroups:
        return await _index(say(TOO_MANY, most=MAX_GROUPS), 422)
    return redirect(paths.group_settings(group.id), 303)


@pages.get("/settings/groups/<int:group_id>")
@needs("read_groups")
async def show(group_id: int) -> ResponseReturnValue:
    """`after`: the last member of the previous page; `added`: how many members were just added."""
    return await _show(await find_group(me(), group_id))


async def _show(group: Group, problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    after = await _after()
    found = await group.page(after, MEMBERS + 1)
    members = found[:MEMBERS]
    more = paths.group_settings(group.id, members[-1].id) if len(found) > MEMBERS else None
    context = {"group": group, "members": members, "more": more, "is_first": after is None}
    context["added"] = an_id(request.args.get("added"))
    return await page("settings/group.html", status, problem=problem, **context)


async def _after() -> Member | None:
    id = an_id(request.args.get("after"))
    return await find_member(me(), id) if id else None


@pages.post("/settings/groups/<int:group_id>")
@needs("change_groups")
async def rename(group_id: int) -> ResponseReturnValue:
    group = await find_group(me(), group_id)
    try:
        await group.rename((await request.form).get("name", ""))
    except ValueError:
        return await _show(group, say(NEEDS_A_NAME), 422)
    return redirect(paths.group_settings(group.id), 303)


@pages.post("/settings/groups/<int:group_id>/members/<int:member_id>/remove")
@needs("change_groups")
async def remove(group_id: int, member_id: int) -> ResponseReturnValue:
    group = await find_group(me(), group_id)
    member = await find_member(me(), member_id)
    await group.remove(member)
    await screens().show_membership(church(), member, group)
    return redirect(paths.group_settings(group.id), 303)


@pages.post("/settings/groups/<int:group_id>/delete")
@needs("change_groups")
async def delete(group_id: int) -> ResponseReturnValue:
    """Deletes only the group; its members stay."""
    await (await find_group(me(), group_id)).delete()
    return redirect(paths.group_settings(), 303)
