"""Adding many members to a group: searched for one by one, then added together."""

from quart import Blueprint, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.context import screens
from inbox.models.broadcast import MAX_CHOSEN
from inbox.models.finders import find_group, find_members_by_id
from inbox.models.members.search import find_members
from inbox.rules.ids import an_id
from inbox.web.auth import church, me, needs
from inbox.web.pages import answer, draw

pages = Blueprint("group_people", __name__)

MAX_FOUND = 20


@pages.get("/settings/groups/<int:group_id>/people")
@needs("change_groups")
async def index(group_id: int) -> ResponseReturnValue:
    """Members to choose from, by some letters of the name or some digits of the phone number."""
    group = await find_group(me(), group_id)
    q = request.args.get("q", "").strip()[:100]
    found = await find_members(church(), q, MAX_FOUND)
    inside = await group.ids_among(found)
    return await answer(draw("broadcasts/_people_found.html", q=q, members=found, inside=inside))


@pages.post("/settings/groups/<int:group_id>/people")
@needs("change_groups")
async def add(group_id: int) -> ResponseReturnValue:
    """`member_ids`: all of the chosen members."""
    group = await find_group(me(), group_id)
    ids = [id for id in map(an_id, (await request.form).getlist("member_ids")) if id]
    members = await find_members_by_id(me(), ids[:MAX_CHOSEN])
    await group.add(members)
    await screens().show_memberships(church(), members, group)
    return redirect(paths.group_settings(group.id, added=len(members) or None), 303)
